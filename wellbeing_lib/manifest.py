"""What a page was made from and of, as hashes: tells whether anything changed, without importing pandas."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import at_hand
from .faults import InputError
from .files import read_regular

NAME = "manifest.json"
SEAL = "sha256"
LARGEST = 10_000_000  # bytes; one has 30,000
KINDS = {
    "year": int, "municipality": str, "snapshot": str, "approved": bool, "version": int | None, "illustrative": bool,
    "verdicts": dict, "chapters": dict,
}  # fmt: skip


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hashes(files: Iterable[Path], *, root: Path) -> dict[str, str]:
    """Path below `root` -> SHA-256 of each file, in the order of the paths."""
    return {path.relative_to(root).as_posix(): sha256(path.read_bytes()) for path in sorted(files)}


def inputs(root: Path, *, year: int, snapshot: str | None = None) -> dict[str, str]:
    """The hash of everything that a page of `year` can depend on: library, notebooks, template, params, snapshots.

    Two snapshots: the one pinned and the one compared with. Their names are read from the years' params by a line, so
    that no library has to be imported. Of a page that is made from another `snapshot`, only that one counts.
    """
    package = root / "wellbeing_lib"
    code = [p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.suffix != ".pyc"]
    files = [*code, *_chapters(root), *(root / "params").glob("*.yaml"), root / "requirements.lock"]
    params, snapshots = root / "params", root / "data" / "snapshots"
    pinned = (at_hand.pinned(params, year), at_hand.compared(params, snapshots, year=year))
    for name in (snapshot,) if snapshot else pinned:
        files += [p for p in (snapshots / name).glob("*") if p.is_file()] if name else []
    files.append(at_hand.last_record(root, year=year))
    return hashes((path for path in files if path.is_file()), root=root)


def _chapters(root: Path) -> list[Path]:
    return list((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest in a folder, None where there is none or not one that is whole."""
    path = folder / NAME
    try:
        return parsed(read_regular(path, most=LARGEST))
    except InputError:
        return None


def parsed(written: bytes) -> dict[str, Any] | None:
    """What a manifest says, None where it is not whole or says what no manifest of ours does."""
    try:
        found = json.loads(written)
        whole = isinstance(found, dict) and sealed(found) == written and _in_shape(found)
    except (ValueError, RecursionError):
        return None
    return found if whole else None


def _in_shape(found: Mapping[str, Any]) -> bool:
    """Whether every field is of its kind, and every name of a file lies below the folder that the manifest lies in."""
    files = [found.get(name) for name in ("inputs", "outputs")]
    if not all(isinstance(one, dict) and all(map(_is_file_name, one)) for one in files):
        return False
    texts = [*(digest for one in files if one for digest in one.values()), found.get("code_version")]
    if not all(isinstance(text, str) for text in texts):
        return False
    return all(isinstance(found[name], kind) for name, kind in KINDS.items() if name in found) and all(
        isinstance(one, dict) for name in ("verdicts", "chapters") for one in found.get(name, {}).values()
    )


def _is_file_name(name: str) -> bool:
    parts = name.split("/")
    return "\\" not in name and "\0" not in name and not {"", ".", ".."} & set(parts) and ":" not in parts[0]


def unchanged(folder: Path, *, made_from: Mapping[str, str], languages: Iterable[str] = ()) -> bool:
    """Whether `folder` holds, byte for byte, what was last made from these inputs, a page in each language among it.

    A page is also another where it should lead to other years than it does: their pages have been built or taken away.
    """
    found = read(folder)
    if found is None or found.get("inputs") != dict(made_from):
        return False
    outputs = found.get("outputs", {})
    if any(f"appendix.{language}.html" not in outputs for language in languages):
        return False
    linked, year = found.get("neighbours", {}), found.get("year", 0)
    if any(linked.get(one) != at_hand.neighbours(folder, year=year, language=one) for one in languages):
        return False
    return all(
        (folder / name).is_file() and sha256((folder / name).read_bytes()) == digest for name, digest in outputs.items()
    )


def write(folder: Path, *, made_from: Mapping[str, str], facts: Mapping[str, Any]) -> None:
    """Write the manifest of all that lies in `folder`; its code version is a hash of library, notebooks, template."""
    outputs = hashes((p for p in folder.rglob("*") if p.is_file() and p.name != NAME), root=folder)
    content = {
        **facts,
        "code_version": code_version(made_from),
        "inputs": dict(made_from),
        "outputs": outputs,
    }
    (folder / NAME).write_bytes(sealed(content))


def sealed(content: Mapping[str, Any]) -> bytes:
    """The one way to write a manifest, ending with the hash of all that it says: no byte of it can be another."""
    said = {name: value for name, value in content.items() if name != SEAL}
    seal = sha256(json.dumps(said, ensure_ascii=False).encode())
    return (json.dumps(said | {SEAL: seal}, ensure_ascii=False, indent=2) + "\n").encode()


def code_version(made_from: Mapping[str, str]) -> str:
    """One name for library, notebooks and template together, told from the hashes of the inputs."""
    code = {name: digest for name, digest in made_from.items() if name.startswith(("wellbeing_lib/", "notebooks/"))}
    return sha256(json.dumps(code, sort_keys=True).encode())[:16]
