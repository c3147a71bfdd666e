"""Runs the chapters through papermill, each in a kernel of its own, as many at a time as there are processors."""

import ast
import itertools
import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat.v4
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from .. import access, kernels
from ..appendix import Appendix
from ..faults import InputError

Progress = Callable[[str, int, int], None]  # what was done, how many are done, of how many
CHAPTER = re.compile(r"^\d\d_[a-z0-9_]+$")
PARAMETERS = {"year": "int", "municipality": "str", "language": "str", "priority": "str"}
ASK = "import wellbeing_lib.sharing\nwellbeing_lib.sharing.told()"


@dataclass(frozen=True)
class Run:
    """One execution of a notebook: a chapter in one language, for one priority where it is run for each."""

    notebook: Path
    language: str
    priority: str | None
    parameters: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The chapter, with the priority it is run for."""
        return self.notebook.stem + (f"_{self.priority}" if self.priority else "")

    @property
    def key(self) -> str:
        """The chapter with its language: its place below `notebooks/` in the build folder, without the ending."""
        return f"{self.language}/{self.name}"


@dataclass(frozen=True)
class Executed:
    """What came of a run: the notebook as text, and what it looked at (None where that is not known)."""

    run: Run
    text: str
    looked_at: Mapping[str, Sequence[str]] | None


class ChapterError(Exception):
    """A cell of a chapter failed; FAILED.html tells which, and the last good page stays."""

    def __init__(self, run: Run, *, cell: int | None, source: str, what: str) -> None:
        super().__init__(f"notebooks/{run.notebook.name} ({run.language}): cell {cell}: {what}; see FAILED.html")
        self.run, self.cell, self.source, self.what = run, cell, source, what


def runs_of(pages: Mapping[str, Appendix], *, root: Path) -> list[Run]:
    """Every chapter in every language, the priority chapter once a priority, with its parameters checked."""
    notebooks = sorted(path for path in (root / "notebooks").glob("*.ipynb") if CHAPTER.match(path.stem))
    if not notebooks:
        raise InputError(["notebooks/: no chapter (NN_name.ipynb) is there"])
    if faults := [fault for notebook in notebooks for fault in _reaching(notebook)]:
        raise InputError(faults)
    declared = {notebook: papermill.inspect_notebook(str(notebook)) for notebook in notebooks}
    faults = [fault for notebook in notebooks for fault in _faults(notebook.name, declared[notebook])]
    if faults:
        raise InputError(faults)
    runs = []
    for notebook, (language, page) in itertools.product(notebooks, pages.items()):
        sections = [section.id for section in page.sections] if "priority" in declared[notebook] else [None]
        given = {"year": page.params.year, "municipality": page.params.area, "language": language}
        runs += [Run(notebook, language, one, given | ({"priority": one} if one else {})) for one in sections]
    return runs


def _faults(name: str, declared: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What is wrong with the parameters of a notebook: papermill would only warn, and run on with the defaults."""
    known = ", ".join(f"{parameter}: {kind}" for parameter, kind in PARAMETERS.items())
    wrong = [one for one in declared if PARAMETERS.get(one) != declared[one]["inferred_type_name"]]
    lacking = [one for one in ("year", "municipality", "language") if one not in declared]
    return [
        f"notebooks/{name}: parameter {one}: {declared[one]['inferred_type_name'] or 'no type'}: must be one of {known}"
        for one in wrong
    ] + [f"notebooks/{name}: the parameters cell lacks {one}: {PARAMETERS[one]}" for one in lacking]


def _reaching(notebook: Path) -> list[str]:
    """What a chapter reaches for that is no input of the page."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [f"notebooks/{notebook.name}: {reach}" for reach in access.reaches_of(cells)]


def silent(line: str, done: int, of: int) -> None:
    """Tell nobody how far it is."""


def execute(
    runs: Sequence[Run], *, root: Path, folder: Path, of: int, say: Progress, threads: int | None
) -> list[Executed]:
    """Execute every run, the last of all `of` chapters of the pages, `threads` at a time (one a processor by default).

    In `folder` lie, meanwhile, the notebooks with one more cell that asks the kernel what was looked at.
    """
    asking = {notebook: _asking(notebook, folder) for notebook in dict.fromkeys(run.notebook for run in runs)}
    arguments = kernels.engine_arguments(cwd=root / "notebooks")
    done = itertools.count(of - len(runs) + 1)

    def one(run: Run) -> Executed:
        started = time.monotonic()
        notebook = _execute(run, asking[run.notebook], arguments)
        looked_at = _answer(notebook.cells.pop())
        _without_traces(notebook)
        say(f"{run.language} {run.name} {time.monotonic() - started:.1f} s", next(done), of)
        return Executed(run, nbformat.v4.writes(notebook), looked_at)

    return kernels.run_in_threads(one, runs, threads=threads or os.cpu_count())


def _execute(run: Run, path: Path, arguments: Mapping[str, Any]) -> NotebookNode:
    try:
        return papermill.execute_notebook(path, None, parameters=dict(run.parameters), **arguments)
    except papermill.PapermillExecutionError as error:
        what = f"{error.ename}: {error.evalue}"
        raise ChapterError(run, cell=_number(path, error.cell_index), source=error.source, what=what) from None
    except (DeadKernelError, CellTimeoutError) as error:
        raise ChapterError(run, cell=None, source="", what=str(error)) from None


def _number(path: Path, index: int) -> int:
    """The number in its notebook of a cell that papermill counts with its own of parameters among them."""
    cells = nbformat.read(path, as_version=4).cells
    own = next(at for at, cell in enumerate(cells) if "parameters" in access.tags_of(cell)) + 1
    return int(cells[index - (index > own)].id.removeprefix("cell-"))


def _asking(notebook: Path, folder: Path) -> Path:
    """The notebook as it is run: each cell known by its number, without those tagged `lab`, with one that asks."""
    content = nbformat.read(notebook, as_version=4)
    for number, cell in enumerate(content.cells):
        cell.id = f"cell-{number}"
    content.cells = [cell for cell in content.cells if access.LAB not in access.tags_of(cell)]
    content.cells.append(nbformat.v4.new_code_cell(ASK, id="looked-at"))
    path = folder / notebook.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.v4.writes(content), encoding="utf-8")
    return path


def _answer(cell: NotebookNode) -> Any:
    """What the kernel told; it shows a text, which a notebook writes as Python would."""
    return json.loads(ast.literal_eval(cell.outputs[-1].data["text/plain"]))


def _without_traces(notebook: NotebookNode) -> None:
    """Take out times, paths and versions, so that the same inputs give the same bytes."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        if "injected-parameters" in access.tags_of(cell):
            cell.id = "parameters"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
