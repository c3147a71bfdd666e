"""Tells whether a built page is what its manifest says, and made from what lies here; changes nothing.

The manifest names every output and every input with its hash and ends with its own. To be able to
prove also that a page was not made anew, write down the manifest's hash when the page is approved: it stands for all
the rest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import at_hand, manifest, publishing
from .faults import InputError

# Another municipality's folder, whose own manifest tells of it; the lock of a build of one.
_OTHERS, _LOCK = re.compile(r"\d{3}"), re.compile(r"\.\d{3}\.lock")
# The list of a batch: no manifest names it.
_LIST = "municipalities.html"


@dataclass(frozen=True)
class Proof:
    """What a page that is whole was made from: each by a name and by whether it still lies here as it was.

    `unproved` are files of ours beside it that no manifest names.
    """

    seal: str
    snapshot: str
    code_version: str
    changed: tuple[str, ...]
    unproved: tuple[str, ...] = ()

    def same(self, *beginnings: str) -> bool:
        """Whether every input whose path begins so is still the one that the page was made from."""
        return not any(name.startswith(beginnings) for name in self.changed)


def verify(folder: Path, *, root: Path) -> Proof:
    """Prove that every file of a build is as it was made; raises `InputError` with a sentence for each that is not."""
    shown = folder.name
    if not folder.is_dir():
        raise InputError([f"{shown}: there is no such folder"])
    if publishing.waiting(folder):
        raise InputError([f"{shown}: a build was killed while it was put in place; make report brings it to its end"])
    found = manifest.read(folder)
    if found is None:
        there = (folder / manifest.NAME).is_file()
        why = "was changed since it was written, or is cut" if there else "is missing"
        raise InputError([f"{shown}/{manifest.NAME}: {why}; nothing can be proved of this folder"])
    if faults := list(_faults(folder, found)):
        raise InputError(f"{shown}/{fault}" for fault in faults)
    if "year" not in found or "snapshot" not in found:
        raise InputError([f"{shown}/{manifest.NAME}: does not say which year and snapshot the page is of"])
    year, snapshot = found["year"], found["snapshot"]
    chosen = snapshot if snapshot != at_hand.pinned(root / "params", year) else None  # by `wellbeing batch --snapshot`
    return Proof(
        seal=found[manifest.SEAL],
        snapshot=snapshot,
        code_version=found["code_version"],
        changed=tuple(_changed(found["inputs"], manifest.inputs(root, year=year, snapshot=chosen))),
        unproved=(_LIST,) if (folder / _LIST).is_file() else (),
    )


def _faults(folder: Path, found: Mapping[str, Any]) -> Iterator[str]:
    """Each file that is missing, changed or added, also of the other municipalities' pages in the folder."""
    outputs: Mapping[str, str] = found["outputs"]
    for name, digest in outputs.items():
        path = folder / name
        if not path.is_file() or path.is_symlink():
            yield f"{name}: is missing"
        elif manifest.sha256(path.read_bytes()) != digest:
            yield f"{name}: was changed since the page was made"
    others = {}
    for path in sorted(folder.iterdir()):
        if _OTHERS.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            others[path.name] = manifest.read(path)
    for name, manifest_of_it in others.items():
        if manifest_of_it:
            yield from (f"{name}/{fault}" for fault in _faults(folder / name, manifest_of_it))
    whole = {name for name, manifest_of_it in others.items() if manifest_of_it}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        known = name.as_posix() in (*outputs, manifest.NAME) or name.parts[0] in whole
        known = known or (not path.is_symlink() and path.is_file() and _is_ours(path, name))
        if not known and (path.is_symlink() or not path.is_dir()):
            yield f"{name.as_posix()}: does not belong to this page{_why(name)}"


def _is_ours(path: Path, name: Path) -> bool:
    """Whether a file that no manifest names lies there by our own doing: a list of pages, an empty lock."""
    return name.as_posix() == _LIST or (_LOCK.fullmatch(name.as_posix()) is not None and path.stat().st_size == 0)


def _why(name: Path) -> str:
    return ": the last build failed; make report tells why" if name.as_posix() == "FAILED.html" else ""


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
