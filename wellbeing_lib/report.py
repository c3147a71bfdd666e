"""Runs the chapters through papermill and assembles the page with nbconvert; no other module knows either."""

import csv
import itertools
import os
import re
import shutil
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import papermill
from bs4 import BeautifulSoup
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from . import kernels, manifest
from .appendix import ROOT, Appendix, load
from .faults import InputError
from .observations import check_observations
from .params import load_municipality
from .tables import TEMPLATES, render

Progress = Callable[[str, int, int], None]  # what was done, how many are done, of how many
CHAPTER = re.compile(r"^\d\d_[a-z0-9_]+$")
PARAMETERS = {"year": "int", "municipality": "str", "language": "str", "priority": "str"}
NO_DESCRIPTION = "No description has been provided for this image"


class ChapterError(Exception):
    """A cell of a chapter failed; FAILED.html tells which, and the last good page stays."""

    def __init__(self, run: "Run", *, cell: int | None, source: str, what: str) -> None:
        super().__init__(f"notebooks/{run.notebook.name} ({run.language}): cell {cell}: {what}; see FAILED.html")
        self.run, self.cell, self.source, self.what = run, cell, source, what


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


def build(
    *, year: int, municipality: str | None = None, root: Path = ROOT, say: Progress = lambda line, done, of: None
) -> Path:
    """Make the appendix of `year` in every language of the municipality.

    Returns the folder it stands in. `say` is told a line per chapter, how many are done and of how many. Raises
    `InputError` for what a person can mend and `ChapterError` where a cell fails; either leaves the last good page as
    it was.
    """
    made_from = manifest.inputs(root, year=year)
    languages = load_municipality(root / "params").languages
    pages = {code: load(year=year, municipality=municipality, language=code, root=root) for code in languages}
    params, snapshot = pages[languages[0]].params, pages[languages[0]].snapshot
    check_observations(snapshot.observations, shown=f"snapshots/{snapshot.name}/observations.csv")
    folder = folder_of(year, None if params.area == params.municipality.code else params.area, root=root)
    _refuse_draft_over_approved(pages[languages[0]], folder)
    made = folder.parent / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(made, ignore_errors=True)
    try:
        runs = _runs(root, pages)
        executed = _execute(runs, made / "notebooks", root=root, say=say)
        for language, page in pages.items():
            html = _page(page, [(run, nb) for run, nb in executed if run.language == language], languages)
            (made / f"appendix.{language}.html").write_text(html, encoding="utf-8")
        _write_index(pages, made)
        _write_figures(pages, made / "indicators.csv")
        manifest.write(made, made_from=made_from, facts=_facts(pages[languages[0]]))
        manifest.publish(made, folder)
        (folder / "FAILED.html").unlink(missing_ok=True)
    except ChapterError as error:
        _write_failed(error, folder, pages[error.run.language])
        raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def folder_of(year: int, municipality: str | None, *, root: Path = ROOT) -> Path:
    """Where the appendix stands: the default municipality's in `build/<year>`, others in a folder of their code."""
    folder = root / "build" / str(year)
    return folder / municipality if municipality else folder


def _facts(page: Appendix) -> dict[str, Any]:
    assessment = page.params.assessment
    return {
        "year": page.params.year,
        "municipality": page.params.area,
        "snapshot": page.snapshot.name,
        "approved": bool(assessment and assessment.approved),
        "version": assessment.version if assessment else None,
        "illustrative": bool(page.params.plan and page.params.plan.illustrative),
    }


def _refuse_draft_over_approved(page: Appendix, folder: Path) -> None:
    before, now = manifest.read(folder) or {}, _facts(page)
    if before.get("approved") and not now["approved"]:
        raise InputError(
            [
                f"params/{now['year']}.yaml: handling: the last entry is a draft, but build/{now['year']}/ holds the "
                f"approved version {before.get('version')}; move that away before making a new draft"
            ]
        )


# running the chapters


def _runs(root: Path, pages: Mapping[str, Appendix]) -> list[Run]:
    """Every chapter in every language, the priority chapter once a priority, with its parameters checked."""
    notebooks = sorted(path for path in (root / "notebooks").glob("*.ipynb") if CHAPTER.match(path.stem))
    if not notebooks:
        raise InputError(["notebooks/: no chapter (NN_name.ipynb) is there"])
    runs, faults = [], []
    for notebook in notebooks:
        declared = papermill.inspect_notebook(str(notebook))
        wanted = {name: PARAMETERS.get(name) for name in declared}
        faults += [
            f"notebooks/{notebook.name}: parameter {name}: {declared[name]['inferred_type_name'] or 'no type'}: "
            f"must be one of {', '.join(f'{known}: {one}' for known, one in PARAMETERS.items())}"
            for name, kind in wanted.items()
            if kind is None or declared[name]["inferred_type_name"] != kind
        ]
        faults += [
            f"notebooks/{notebook.name}: the parameters cell lacks {name}: {PARAMETERS[name]}"
            for name in ("year", "municipality", "language")
            if name not in declared
        ]
        for language, page in pages.items():
            sections = [section.id for section in page.sections] if "priority" in declared else [None]
            given = {"year": page.params.year, "municipality": page.params.area, "language": language}
            runs += [Run(notebook, language, one, given | ({"priority": one} if one else {})) for one in sections]
    if faults:
        raise InputError(faults)
    return runs


def _execute(runs: Sequence[Run], target: Path, *, root: Path, say: Progress) -> list[tuple[Run, NotebookNode]]:
    """Execute every run, as many at a time as there are processors, and write what came of each without its traces."""
    kernels.warm("wellbeing_lib.appendix")
    arguments = kernels.engine_arguments(cwd=root / "notebooks")

    done = itertools.count(1)

    def execute(run: Run) -> tuple[Run, NotebookNode]:
        started = time.monotonic()
        out = target / run.language / f"{run.name}.ipynb"
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            notebook = papermill.execute_notebook(run.notebook, out, parameters=dict(run.parameters), **arguments)
        except papermill.PapermillExecutionError as error:
            what = f"{error.ename}: {error.evalue}"
            raise ChapterError(run, cell=error.cell_index, source=error.source, what=what) from None
        except (DeadKernelError, CellTimeoutError) as error:
            raise ChapterError(run, cell=None, source="", what=str(error)) from None
        _without_traces(notebook)
        nbformat.write(notebook, out)
        say(f"{run.language} {run.name} {time.monotonic() - started:.1f} s", next(done), len(runs))
        return run, notebook

    return kernels.run_in_threads(execute, runs, threads=os.cpu_count())


def _without_traces(notebook: NotebookNode) -> None:
    """Take out times, paths and versions, so that the same inputs give the same bytes."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)


def _write_failed(error: ChapterError, folder: Path, page: Appendix) -> None:
    """Put FAILED.html beside the last good page."""
    folder.mkdir(parents=True, exist_ok=True)
    html = render("failed", page.words, chapter=error.run.name, language=page.language, error=error)
    temporary = folder / f".FAILED.{os.getpid()}"
    temporary.write_text(html.markup, encoding="utf-8")
    temporary.replace(folder / "FAILED.html")


# assembling the page


def _page(page: Appendix, executed: Sequence[tuple[Run, NotebookNode]], languages: Sequence[str]) -> str:
    """One self-contained page of the executed chapters."""
    exporter = _exporter()
    chapters = [_chapter(run, notebook, exporter) for run, notebook in executed]
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "enhance.js").read_text(encoding="utf-8")
    heading = page.words.text("Wellbeing report and plan: annual assessment {year}", year=page.params.year)
    html = render(
        "page",
        page.words,
        appendix=page,
        params=page.params,
        chapters=chapters,
        heading=heading,
        title=f"{heading} – {page.place}",
        snapshot_date=page.snapshot.date,
        others=[(code, f"appendix.{code}.html") for code in languages if code != page.language],
        style=style,
        style_hash=_source_hash(style),
        script=script,
        script_hash=_source_hash(script),
    ).markup
    if NO_DESCRIPTION in html:
        raise InputError(["a chapter shows an image without an alternative text; draw it with wellbeing_lib.charts"])
    return html


def _exporter() -> HTMLExporter:
    """nbconvert with our template: no code, prompts, anchors or default style."""
    exporter = HTMLExporter(
        template_name="appendix",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_anchor_links=True,
        embed_images=True,
    )
    exporter.register_preprocessor("nbconvert.preprocessors.TagRemovePreprocessor", enabled=False)
    return exporter


def _chapter(run: Run, notebook: NotebookNode, exporter: HTMLExporter) -> dict[str, Any]:
    """A chapter's HTML with its heading and the headings in it, for the table of contents."""
    other = {"fi", "en"} - {run.language}
    kept = nbformat.from_dict(notebook)
    kept.cells = [cell for cell in kept.cells if not other & set(cell.metadata.get("tags", []))]
    body, _ = exporter.from_notebook_node(kept)
    soup = BeautifulSoup(body, "html.parser")
    heading = soup.find("h2")
    if heading is None:
        raise InputError([f"notebooks/{run.notebook.name}: no heading of level 2 in language {run.language}"])
    heading["id"] = f"s-{run.priority}" if run.priority else f"ch-{run.notebook.stem[3:].replace('_', '-')}"
    parts = [(h3["id"], h3.get_text(" ", strip=True)) for h3 in soup.find_all("h3", id=True)]
    return {"id": heading["id"], "title": heading.get_text(" ", strip=True), "parts": parts, "body": str(soup)}


def _source_hash(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()


def _write_index(pages: Mapping[str, Appendix], made: Path) -> None:
    first = next(iter(pages.values()))
    links = [
        (
            code,
            f"appendix.{code}.html",
            page.words.text("Wellbeing report and plan: annual assessment {year}", year=page.params.year),
        )
        for code, page in pages.items()
    ]
    title = f"{links[0][2]} – {first.place}"
    html = render("index", first.words, title=title, pages=links)
    (made / "index.html").write_text(html.markup, encoding="utf-8")


def _write_figures(pages: Mapping[str, Appendix], path: Path) -> None:
    """Every number that the page shows, once, with its exact value and as each language writes it."""
    columns = ["indicator", "area", "year", "measure", "value", *(f"shown_{code}" for code in pages), "unit"]
    first = next(iter(pages.values()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for figure in first.figures():
            shown = [page.words.shown(figure) for page in pages.values()]
            writer.writerow(
                [
                    figure.indicator,
                    figure.area,
                    figure.year or "",
                    figure.measure,
                    f"{figure.value:.10g}",
                    *shown,
                    figure.unit,
                ]
            )
