"""A version of the paper as one file to hand over, and versions read back to be compared; tells no differences.

A version is what the group or a board had before it: the pages, the open data, and what they were made from. It may be
a zip that `hand_over` made, a build folder, or only a year of params.
"""

import csv
import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from . import manifest
from .faults import InputError
from .params import read_yaml
from .params.loading import PLAN
from .params.reading import short

CONTENTS = "SISALLYS.txt"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: the time of packing must not change its bytes
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÅÄÖ])")
LARGEST = 200_000_000  # bytes unpacked; a version has 10 million
# What a zip of somebody else's can be to Python's reader: encrypted, packed in a way of its own, spoilt, cut.
UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, ValueError, EOFError, OSError)
COMPARED = ("indicator", "area", "year", "measure", "value", "shown_fi")
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
    if not (path.is_file() and zipfile.is_zipfile(path)):
        raise InputError([f"{name}: must be a zip from build/handover/, a build folder, or a year of params"])
    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_large(name, packed)
            return _read(path.stem, zipfile.Path(packed), root)
    except UNREADABLE as error:
        raise InputError([f"{name}: cannot be unpacked: {error}"]) from None


def _refuse_large(name: str, packed: zipfile.ZipFile) -> None:
    """Stop before anything is unpacked; what an entry holds beyond the size that it claims is never read."""
    if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
        raise InputError([f"{name}: holds more than {LARGEST // 1_000_000} MB, which no version does"])


def _read(name: str, place: Place, root: Path) -> Version:
    """A version whose files are those that its manifest names, so far as they are compared."""
    if not (place / manifest.NAME).is_file():
        raise InputError([f"{name}: not a version: it holds no {manifest.NAME}"])
    facts = manifest.parsed((place / manifest.NAME).read_bytes())
    if facts is None or "year" not in facts:
        raise InputError([f"{name}: its {manifest.NAME} is cut, changed, or not one of ours"])
    files = {one: facts["outputs"].get(one) for one in ("indicators.csv", "appendix.fi.html")}
    if (place / "params").is_dir():
        files |= {one: digest for one, digest in facts["inputs"].items() if one.startswith("params/")}
    for one, digest in files.items():
        if not (place / one).is_file() or manifest.sha256((place / one).read_bytes()) != digest:
            raise InputError([f"{name}: {one} is missing or not the one that its {manifest.NAME} names"])
    home = place if (place / "params").is_dir() else root
    if isinstance(home, Path) and home == root and _params_changed(facts, root):
        raise InputError([f"{name}: params/ has changed since it was built; give its zip from build/handover/ instead"])
    return Version(
        name,
        facts["year"],
        _params(home, facts["year"]),
        facts["code_version"],
        _figures(name, (place / "indicators.csv").read_bytes()),
        facts.get("verdicts"),
        _sentences((place / "appendix.fi.html").read_bytes().decode(errors="replace")),
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
    assessment = _keys(home, str(year))
    plan = assessment.get("plan")
    if not isinstance(plan, str) or not PLAN.fullmatch(plan):
        raise InputError([f"params/{year}.yaml: plan = {short(plan)}: must be the name of a file, plan-YEAR-YEAR"])
    files = {"plan": plan, "indicators": "indicators", "municipality": "municipality"}
    return {"assessment": assessment} | {file: _keys(home, name) for file, name in files.items()}


def _keys(home: Place, name: str) -> dict[str, Any]:
    content = read_yaml(home / "params" / f"{name}.yaml")  # type: ignore[arg-type] - a zip's path reads alike
    if not isinstance(content, dict):
        raise InputError([f"params/{name}.yaml: must hold keys with values, such as `key: value`"])
    return content


def _figures(name: str, content: bytes) -> dict[Key, Figure]:
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode()), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError([f"{name}: indicators.csv is not readable: {error}"]) from None
    if any(not isinstance(row.get(column), str) for row in rows for column in COMPARED):
        raise InputError([f"{name}: indicators.csv must have in every row the columns {', '.join(COMPARED)}"])
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
