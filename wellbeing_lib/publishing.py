"""Puts what was made into its place, all of it or nothing, one build at a time; what is made is for others.

A build makes everything in a private folder. Renaming that folder to `.<year>.whole` is the moment at which the new
version counts: before it a killed build leaves the last good page untouched, after it the next build first moves over
what is still waiting there.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from . import manifest
from .faults import InputError
from .locks import alone


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A private folder to make things in that are meant for `folder`, for one process at a time.

    First the work of killed processes is brought to its end: what they had made whole is put in place, all else is
    taken away. Raises `InputError` where another process is making things for the same folder.
    """
    said = (
        f"build/{folder.relative_to(_builds(folder)).as_posix()}/: another build is under way; wait until it has ended"
    )
    made = folder.parent / f".{folder.name}.{os.getpid()}"
    with alone(folder.parent / f".{folder.name}.lock", otherwise=said):
        _finish(folder)
        try:
            made.mkdir()
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def publish(made: Path, folder: Path) -> None:
    """Put what lies in `made`, its manifest among it, in the place of what lies in `folder`.

    What an earlier build had made and this one did not is taken away; what neither has made is left alone.
    """
    for path in made.rglob("*"):
        if path.is_file():
            _to_disk(path)
    made.rename(_whole(folder))
    _move(_whole(folder), folder)


def add(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Put more files beside a page that stands already, and name them in its manifest: they go when the page goes."""
    with making(folder) as made:
        found = manifest.read(folder)
        if found is None:
            raise InputError([f"{folder.name}: holds no page; run `make report` first"])
        for name, content in contents.items():
            (made / "new").write_bytes(content)
            _to_disk(made / "new")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (made / "new").replace(folder / name)
        hashes = {name: manifest.sha256(content) for name, content in contents.items()}
        outputs = dict(sorted({**found["outputs"], **hashes}.items()))
        (made / manifest.NAME).write_bytes(manifest.sealed(found | {"outputs": outputs}))
        (made / manifest.NAME).replace(folder / manifest.NAME)
    return [folder / name for name in contents]


def waiting(folder: Path) -> bool:
    """Whether a killed build has left a whole version that is not in its place yet."""
    return (_whole(folder) / manifest.NAME).is_file()


def _whole(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.whole"


def _builds(folder: Path) -> Path:
    """The folder of all builds, which is one level up from a year's and two from that of a municipality."""
    return folder.parent if re.fullmatch(r"\d{4}", folder.name) else folder.parent.parent


def _finish(folder: Path) -> None:
    """Bring the work of processes that were killed to its end."""
    if waiting(folder):
        _move(_whole(folder), folder)
    for left in folder.parent.glob(f".{folder.name}.*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)


def _move(whole: Path, folder: Path) -> None:
    """File by file, the manifest last: until then the old one tells of the old. Can be done again from the middle."""
    before, after = (set((manifest.read(place) or {}).get("outputs", {})) for place in (folder, whole))
    for path in sorted((p for p in whole.rglob("*") if p.is_file()), key=lambda p: p.name == manifest.NAME):
        if path.name == manifest.NAME:
            for name in before - after:
                (folder / name).unlink(missing_ok=True)
                with suppress(OSError):  # others lie in the folder too
                    (folder / name).parent.rmdir()
        target = folder / path.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    shutil.rmtree(whole, ignore_errors=True)


def _to_disk(path: Path) -> None:
    """Have the bytes on the disk before a name promises them, so that a power cut cannot leave an empty page."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
