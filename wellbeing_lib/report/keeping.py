"""Tells which chapters of the last build still hold, so that they need not run again; runs and writes nothing.

A chapter holds if everything that it was made from is the same: library, versions, its notebook, its parameters, the
snapshot, every file of params but the year's own, and of the year's own the answers to what it asked. What a kernel
cannot tell is run again: a wrong page is far worse than a slow one. A chapter that opened what is no input is refused.
"""

import json
import multiprocessing.util
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat.v4
from nbformat import NotebookNode

from .. import manifest, sharing
from ..params import Params
from .chapters import Executed, Run

# What Python itself and the libraries open: it changes with their versions, which the lock holds. An environment may
# stand behind a link, and what is opened there is named either way.
_FOLDERS = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr", "/etc", "/dev", "/proc", "/sys"}
SYSTEM = tuple({f"{path}/" for folder in _FOLDERS for path in (Path(folder), Path(folder).resolve())})
LIBRARY = f"{Path(__file__).parent.parent}/"


@dataclass(frozen=True)
class Basis:
    """What the chapters of one page are made from: the hashes of the files, and what people decided."""

    root: Path
    inputs: Mapping[str, str]
    params: Params

    def key(self, run: Run, asked: Sequence[str]) -> str:
        """A hash of all that a chapter depends on, given what it asks of the year's assessment."""
        answers = sharing.answers(self.params.assessment, asked)
        made_from = [self._files(run), dict(run.parameters), self._decided, answers]
        return manifest.sha256(json.dumps(made_from, sort_keys=True).encode())

    def record(self, executed: Executed) -> dict[str, Any] | None:
        """What the manifest says of a chapter, None where it cannot be told what it depends on."""
        looked_at = executed.looked_at
        if looked_at is None or looked_at["asked"] is None:
            return None
        if not all(self._known(executed.run, path) for path in looked_at["opened"]):
            return None
        return {"asked": list(looked_at["asked"]), "key": self.key(executed.run, looked_at["asked"])}

    def undeclared(self, executed: Executed) -> list[str]:
        """What a chapter has opened that no manifest would name, a sentence for each.

        A folder that holds an input may be listed: what is opened in it is told by itself. A file that is not there
        was only looked for.
        """
        opened = executed.looked_at["opened"] if executed.looked_at else ()
        foreign = [path for path in opened if not path.startswith(SYSTEM) and not self._is_input(path)]
        return [
            f"notebooks/{executed.run.notebook.name}: opened {path.removeprefix(f'{self.root}/')}, "
            "which is no input of the page; take the figures from wl.load(...), or tag the cell lab"
            for path in foreign
            if not path.startswith("/") or Path(path).exists()
        ]

    def _is_input(self, path: str) -> bool:
        # The runner's own folder, with the pages handed over. Asked for here, not when the module is imported: worker
        # processes inherit a folder that exists when they start, and the end of one would take it from all.
        private = f"{multiprocessing.util.get_temp_dir()}/"
        if path.startswith((f"{self.root}/wellbeing_lib/", LIBRARY, private)):
            return True
        below = path.removeprefix(f"{self.root}/")
        return below in self.inputs or any(name.startswith(f"{below}/") for name in self.inputs)

    @cached_property
    def _decided(self) -> dict[str, str]:
        left_out = ("assessment", "folder")
        return {name: repr(value) for name, value in vars(self.params).items() if name not in left_out}

    def _files(self, run: Run) -> dict[str, str]:
        """The files that a chapter may depend on as a whole."""
        own = f"notebooks/{run.notebook.name}"
        return {
            name: digest
            for name, digest in self.inputs.items()
            if name != f"params/{self.params.year}.yaml" and (name == own or not name.startswith("notebooks/"))
        }

    def _known(self, run: Run, path: str) -> bool:
        if path.startswith((*SYSTEM, f"{self.root}/wellbeing_lib/")):
            return True
        return path.removeprefix(f"{self.root}/") in self._files(run)


@dataclass(frozen=True)
class Chapter:
    """A chapter as it goes into the page: its executed notebook as text, and what the manifest says of it."""

    run: Run
    text: str
    record: dict[str, Any] | None

    @property
    def notebook(self) -> NotebookNode:
        """The notebook with its outputs."""
        return nbformat.v4.reads(self.text)


def kept(runs: Sequence[Run], folder: Path, basis: Basis) -> dict[str, Chapter]:
    """The chapters of the last build in `folder` that still hold, by the key of their run.

    An approved page keeps none: who can write in `build/` can forge a chapter with its manifest, and a page that people
    decide by is made from its inputs alone.
    """
    if basis.params.assessment and basis.params.assessment.approved:
        return {}
    before = manifest.read(folder) or {}
    records, outputs = before.get("chapters", {}), before.get("outputs", {})
    chapters = {}
    for run in runs:
        record, name = records.get(run.key), f"notebooks/{run.key}.ipynb"
        if record and (folder / name).is_file() and record.get("key") == basis.key(run, record.get("asked", ())):
            content = (folder / name).read_bytes()
            if manifest.sha256(content) == outputs.get(name):
                chapters[run.key] = Chapter(run, content.decode(), record)
    return chapters
