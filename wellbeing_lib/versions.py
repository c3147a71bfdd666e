"""A version of the paper as one file to hand over, and versions read back to be compared; tells no differences.

A version is what the group or a board had before it: the pages, the open data, and what they were made from. It may be
a zip that `hand_over` made, a build folder, or only a year of params.
"""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from . import manifest
from .faults import InputError
from .params import read_yaml

CONTENTS = "SISALLYS.txt"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: the time of packing must not change its bytes
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÅÄÖ])")
Place = Path | zipfile.Path
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Figure:
    """One row of `indicators.csv`: the exact value as written there and as the Finnish page shows it."""

    value: str
    shown: str


@dataclass(frozen=True)
class Version:
    """What a version says. `figures`, `verdicts` and `sentences` are None where only params are at hand.

    `params` holds the content of the files `assessment`, `plan`, `indicators` and `municipality`; `figures` is by
    indicator, area, year and measure; `verdicts` by indicator and question.
    """

    name: str
    year: int
    params: Mapping[str, Any]
    code_version: str | None = None
    figures: Mapping[Key, Figure] | None = None
    verdicts: Mapping[str, Mapping[str, str]] | None = None
    sentences: tuple[str, ...] | None = None


def hand_over(year: int, *, root: Path) -> Path:
    """Pack the built version of a year into `build/handover/`, named by year, state and version, and return the file.

    The same version gives the same bytes. One that lies there already is never overwritten: the same again is left as
    it is, another content is refused. So is a page that is not up to date.
    """
    folder, made_from = root / "build" / str(year), manifest.inputs(root, year=year)
    facts = manifest.read(folder)
    if facts is None or not manifest.unchanged(folder, made_from=made_from):
        raise InputError([f"build/{year}/ is not up to date with notebooks and params: first make report YEAR={year}"])
    state = "hyvaksytty" if facts["approved"] else "luonnos"
    target = root / "build" / "handover" / f"{year}-{state}-{facts['version']}.zip"
    packed = _packed(_contents(folder, facts, root))
    target.parent.mkdir(parents=True, exist_ok=True)
    if not _put_once(packed, target) and target.read_bytes() != packed:
        raise InputError(
            [
                f"build/handover/{target.name} holds another content and is never overwritten: add an entry with "
                f"version: {facts['version'] + 1} to handling in params/{year}.yaml, then make report and handover"
            ]
        )
    return target


def _contents(folder: Path, facts: Mapping[str, Any], root: Path) -> dict[str, bytes]:
    """What the build made, what it was made from apart from the code, and a list with the hash of each."""
    files = {name: folder / name for name in (*facts["outputs"], manifest.NAME)}
    files |= {name: root / name for name in facts["inputs"] if name.startswith(("params/", "data/"))}
    contents = {name: files[name].read_bytes() for name in sorted(files)}
    listed = "".join(f"{manifest.sha256(content)}  {name}\n" for name, content in contents.items())
    return contents | {CONTENTS: listed.encode()}


def _packed(contents: Mapping[str, bytes]) -> bytes:
    """A zip without times and owners."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            file.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _put_once(content: bytes, target: Path) -> bool:
    """Write a whole file unless it exists, even when two do so at the same moment; tell whether it was written."""
    temporary = target.parent / f".{target.name}.{os.getpid()}"
    try:
        temporary.write_bytes(content)
        os.link(temporary, target)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


# reading back


def read_version(name: str, *, root: Path) -> Version:
    """The version that a person named: a zip, a build folder or a year of params.

    Raises `InputError` where there is none, and for a build folder whose params have changed since it was made.
    """
    if re.fullmatch(r"\d{4}", name, re.ASCII) and not Path(name).exists():
        return Version(name, int(name), _params(root, int(name)))
    path = Path(name)
    if path.is_dir():
        return _read(name.rstrip("/"), path, root)
    try:
        with zipfile.ZipFile(path) as packed:
            return _read(path.stem, zipfile.Path(packed), root)
    except (OSError, zipfile.BadZipFile):
        raise InputError([f"{name}: must be a zip from build/handover/, a build folder, or a year of params"]) from None


def _read(name: str, place: Place, root: Path) -> Version:
    if not (place / manifest.NAME).is_file():
        raise InputError([f"{name}: not a version: it holds no {manifest.NAME}"])
    facts = json.loads((place / manifest.NAME).read_text(encoding="utf-8"))
    home = place if (place / "params").is_dir() else root
    if isinstance(home, Path) and home == root and _params_changed(facts, root):
        raise InputError([f"{name}: params/ has changed since it was built; give its zip from build/handover/ instead"])
    return Version(
        name,
        facts["year"],
        _params(home, facts["year"]),
        facts["code_version"],
        _figures((place / "indicators.csv").read_text(encoding="utf-8")),
        facts.get("verdicts"),
        _sentences((place / "appendix.fi.html").read_text(encoding="utf-8")),
    )


def _params_changed(facts: Mapping[str, Any], root: Path) -> bool:
    given = {name: digest for name, digest in facts["inputs"].items() if name.startswith("params/")}
    return any(
        not (root / name).is_file() or manifest.sha256((root / name).read_bytes()) != digest
        for name, digest in given.items()
    )


def _params(home: Place, year: int) -> dict[str, Any]:
    """The files that a year's page depends on; a key of another time is kept, so nothing is held against a model."""
    if not (home / "params" / f"{year}.yaml").is_file():
        raise InputError([f"params/{year}.yaml: there is no such file"])
    assessment = read_yaml(home / "params" / f"{year}.yaml")  # type: ignore[arg-type] - a zip's path reads alike
    files = {"plan": assessment["plan"], "indicators": "indicators", "municipality": "municipality"}
    read = {file: read_yaml(home / "params" / f"{name}.yaml") for file, name in files.items()}  # type: ignore[arg-type] - the same
    return {"assessment": assessment} | read


def _figures(text: str) -> dict[Key, Figure]:
    rows = csv.DictReader(io.StringIO(text))
    return {
        (row["indicator"], row["area"], row["year"], row["measure"]): Figure(row["value"], row["shown_fi"])
        for row in rows
    }


def _sentences(html: str) -> tuple[str, ...]:
    """The whole sentences of the page in its order, each once; figures and labels are compared as such elsewhere."""
    main = BeautifulSoup(html, "html.parser").find("main")
    if main is None:
        return ()
    for table in main.find_all(["table", "style", "script"]):
        table.decompose()
    blocks = [block for block in main.find_all(["p", "li", "dd"]) if not block.find(["p", "li", "dd"])]
    texts = (" ".join(block.get_text().split()) for block in blocks)
    parts = (one for text in texts for one in SENTENCE.split(text))
    return tuple(dict.fromkeys(one for one in parts if one.endswith((".", "!", "?")) and len(one.split()) > 2))
