"""A fetch under way: verified answers of one day in a private folder, so that a killed run goes on where it was."""

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..locks import alone
from ..whole import write_whole

_PREFIX = ".run-"
_WRITER = re.compile(r"\.(national-)?\d{4}-\d{2}-\d{2}(-\d+)?\.\d+")


@dataclass(frozen=True)
class Run:
    """The folder that holds what one fetch has verified so far; a dot hides it from the list of snapshots."""

    folder: Path

    def recall(self, key: str) -> Any | None:
        """The verified answer kept under a key, None where there is none or it is not whole."""
        try:
            digest, _, text = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        return json.loads(text) if digest.decode("ascii", "replace") == hashlib.sha256(text).hexdigest() else None

    def keep(self, key: str, answer: Any) -> None:
        """Keep a verified answer: written whole under another name, then renamed."""
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)

    def end(self) -> None:
        """Remove the folder: the snapshot stands."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


@contextlib.contextmanager
def open_run(snapshots: Path, *, name: str, day: str) -> Iterator[Run]:
    """The run of a name and day, for one process at a time; what killed ones have left behind is removed first."""
    snapshots.mkdir(parents=True, exist_ok=True)
    folder = snapshots / f"{_PREFIX}{name}-{day}"
    said = f"{snapshots.name}/: another fetch is under way; wait until it has ended"
    with alone(snapshots / ".lock", otherwise=said):
        for left in snapshots.glob(".*"):
            of_another_day = left.name.startswith(_PREFIX) and not left.name.endswith(day)
            if left.is_dir() and (of_another_day or _WRITER.fullmatch(left.name)):
                shutil.rmtree(left, ignore_errors=True)
        yield Run(folder)
