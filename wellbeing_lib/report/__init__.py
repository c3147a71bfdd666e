"""Makes the appendix: runs the chapters that changed, assembles the pages, puts them in place; only we know papermill.

`chapters` runs, `keeping` tells what need not run, `assembling` makes a page of what came of it.
"""

import multiprocessing.util
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import at_hand, kernels, manifest, publishing, sharing
from ..appendix import ROOT, Appendix, load
from ..attachments import write_attachments
from ..faults import InputError
from ..observations import check_observations
from ..open_data import write_open_data
from ..params import load_municipality
from ..params.readiness import require_ready
from ..tables import render
from .assembling import derived_figures, page_of, source_hash
from .chapters import ChapterError, Progress, execute, runs_of, silent
from .keeping import Basis, Chapter, kept

_ABSOLUTE = re.compile(r"(?<![\w.:/~])/(?:[^\s/'\"<>:]+/)+")  # the folders of a path that begins at the root
__all__ = ["ChapterError", "build", "folder_of", "made_again", "make", "source_hash"]


def build(
    *,
    year: int,
    municipality: str | None = None,
    draft: bool = False,
    root: Path = ROOT,
    say: Progress = silent,
    threads: int | None = None,
) -> Path:
    """Make the appendix of `year` in every language of the municipality.

    Returns the folder it stands in. `say` is told a line per chapter, how many are done and of how many. Raises
    `InputError` for what a person can mend and `ChapterError` where a cell fails; either leaves the last good page as
    it was. A year that still waits for its people is one of those, unless a `draft` of it is asked for.
    `threads` tells how many chapters run at a time, by default as many as there are processors.
    """
    kernels.warm("wellbeing_lib.warmed")
    made_from = manifest.inputs(root, year=year)
    languages = load_municipality(root / "params").languages
    page = load(year=year, municipality=municipality, language=languages[0], root=root)
    require_ready(page.params, draft=draft)
    _refuse_unnamed(page, made_from)
    pages = {code: page.in_language(code) for code in languages}
    folder = folder_of(year, None if page.params.area == page.params.municipality.code else page.params.area, root=root)
    _check_observations(page, folder, made_from)
    make(pages, folder, made_from=made_from, root=root, say=say, threads=threads)
    return folder


def make(
    pages: Mapping[str, Appendix],
    folder: Path,
    *,
    made_from: Mapping[str, str],
    root: Path,
    say: Progress = silent,
    threads: int | None = None,
    snapshot: str | None = None,
    beside: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Make the pages and what lies beside them in a folder of its own, and move all of it into place at the end.

    `snapshot` is named where it is another one than params pin; `made_from` counts it then as well. `beside` are the
    years that the page in each language leads to, by default those whose pages are built beside it.
    """
    first = next(iter(pages.values()))
    year = first.params.year
    with publishing.making(folder) as made:
        _refuse_draft_over_approved(first, folder)
        try:
            basis = Basis(root, made_from, first.params)
            chapters = _chapters(pages, folder, basis, say=say, threads=threads)
            derived = derived_figures((one.run, one.notebook) for one in chapters)
            pages = {code: replace(page, derived=derived) for code, page in pages.items()}
            for one in chapters:
                _write(made / "notebooks" / f"{one.run.key}.ipynb", one.text)
            if beside is None:
                beside = {code: at_hand.neighbours(folder, year=year, language=code) for code in pages}
            for language, page in pages.items():
                executed = [(one.run, one.notebook) for one in chapters if one.run.language == language]
                _write(made / f"appendix.{language}.html", page_of(page, executed, list(pages), beside[language]))
            _write_index(pages, made)
            write_open_data(pages, made)
            write_attachments(pages, made)
            records = {one.run.key: one.record for one in chapters if one.record}
            manifest.write(made, made_from=made_from, facts=_facts(first) | {"neighbours": beside, "chapters": records})
            _refuse_changed(made_from, manifest.inputs(root, year=year, snapshot=snapshot))
            (folder / "FAILED.html").unlink(missing_ok=True)  # first: after a kill in between nobody would do it
            publishing.publish(made, folder)
        except ChapterError as error:
            _write_failed(error, made, folder, pages[error.run.language], root)
            raise


def made_again(folder: Path, *, root: Path = ROOT) -> int:
    """Make the page of a build folder again from the inputs alone, in a folder that is taken away afterwards.

    Returns how many files came out the same. Raises `InputError` with a sentence for each that did not, and where the
    page was made by `wellbeing batch`, which makes it otherwise, and for a build whose manifest tells nothing.
    """
    found = manifest.read(folder) or {}
    made_from = manifest.inputs(root, year=found["year"])
    languages = load_municipality(root / "params").languages
    page = load(year=found["year"], municipality=found.get("municipality"), language=languages[0], root=root)
    outputs = found["outputs"]
    if any(f"appendix.{code}.html" not in outputs for code in languages) or found["snapshot"] != page.snapshot.name:
        raise InputError([f"{folder.name}: was made by wellbeing batch; run that again to compare"])
    kernels.warm("wellbeing_lib.warmed")
    with tempfile.TemporaryDirectory(prefix="wellbeing-again-") as temporary:
        again = Path(temporary) / folder.name
        try:
            pages = {code: page.in_language(code) for code in languages}
            make(pages, again, made_from=made_from, root=root, beside=found.get("neighbours"))
        except ChapterError as error:
            raise InputError([f"{folder.name}: cannot be made again: {error.run.name}: {error.what}"]) from None
        files = manifest.hashes((p for p in again.rglob("*") if p.is_file() and p.name != manifest.NAME), root=again)
    if other := [name for name in sorted({*files, *outputs}) if files.get(name) != outputs.get(name)]:
        raise InputError(f"{folder.name}/{name}: {_otherwise(name, files)}" for name in other)
    return len(files)


def _otherwise(name: str, files: Mapping[str, str]) -> str:
    if name.endswith(".pdf"):
        return "is not made by report, so it was not compared; take it away, or make it again with wellbeing pdf"
    return f"{'is another' if name in files else 'is not there'} when it is made again from what lies here"


def _refuse_unnamed(page: Appendix, made_from: Mapping[str, str]) -> None:
    """Stop where the snapshot is named in a way that its hashes were not found by: its changes would go unnoticed."""
    name = page.snapshot.name
    if f"data/snapshots/{name}/datapackage.json" not in made_from:
        raise InputError([f'params/{page.params.year}.yaml: must hold a line that is snapshot: "{name}"'])


def _refuse_changed(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Stop where a file was saved while the page was being made: nobody could say what such a page is made from."""
    if changed := sorted(name for name in {*before, *now} if before.get(name) != now.get(name)):
        raise InputError([f"{name}: was saved while the page was being made; make it again" for name in changed[:20]])


def _chapters(
    pages: Mapping[str, Appendix], folder: Path, basis: Basis, *, say: Progress, threads: int | None
) -> list[Chapter]:
    """Every chapter of the pages in order: those of the last build that still hold, the others run anew."""
    runs = runs_of(pages, root=basis.root)
    chapters = kept(runs, folder, basis)
    for number, key in enumerate(chapters, start=1):
        say(f"{key.replace('/', ' ')} as before", number, len(runs))
    left = [run for run in runs if run.key not in chapters]
    private = Path(multiprocessing.util.get_temp_dir())
    handed = {(page.params.year, page.params.area, code, str(basis.root)): page for code, page in pages.items()}
    undeclared: list[str] = []
    with sharing.handed_over(handed, private):
        for executed in execute(
            left, root=basis.root, folder=private / "notebooks", of=len(runs), say=say, threads=threads
        ):
            undeclared += basis.undeclared(executed)
            chapters[executed.run.key] = Chapter(executed.run, executed.text, basis.record(executed))
    if undeclared:
        raise InputError(dict.fromkeys(undeclared))
    return [chapters[run.key] for run in runs]


def _check_observations(page: Appendix, folder: Path, made_from: Mapping[str, str]) -> None:
    """Hold the snapshot against its contract, unless the last good page was made of the same with the same contract.

    The check costs more than all the rest that is done before the first chapter.
    """
    shown = f"snapshots/{page.snapshot.name}/observations"
    before = (manifest.read(folder) or {}).get("inputs", {})
    decides = ("wellbeing_lib/observations.py", "requirements.lock", *(n for n in made_from if f"{shown}." in n))
    if any(before.get(name) != made_from.get(name) for name in decides):
        check_observations(page.snapshot.observations, shown=f"{shown}.csv")


def folder_of(year: int, municipality: str | None, *, root: Path = ROOT) -> Path:
    """Where the appendix stands: the default municipality's in `build/<year>`, others in a folder of their code."""
    folder = root / "build" / str(year)
    return folder / municipality if municipality else folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _facts(page: Appendix) -> dict[str, Any]:
    assessment = page.params.assessment
    return {
        "year": page.params.year,
        "municipality": page.params.area,
        "snapshot": page.snapshot.name,
        "approved": bool(assessment and assessment.approved),
        "version": assessment.version if assessment else None,
        "illustrative": page.params.banner is not None,
        "verdicts": {verdict.key: verdict.classes for verdict in page.shown},
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


def _write_failed(error: ChapterError, made: Path, folder: Path, page: Appendix, root: Path) -> None:
    """Put FAILED.html beside the last good page; it may be sent to somebody, so it tells no path of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    source, what = _without_paths(error.source, root), _without_paths(error.what, root)
    html = render(
        "failed", page.words, chapter=error.run.name, language=page.language, cell=error.cell, source=source, what=what
    )
    _write(made / "FAILED.html", html.markup)
    (made / "FAILED.html").replace(folder / "FAILED.html")


def _without_paths(text: str, root: Path) -> str:
    """A text with paths below the project's folder relative to it, and of any other path the last name only.

    >>> _without_paths("No such file: '/srv/ada/wellbeing/params/x.yaml', '/var/ab/c.py'", Path("/srv/ada/wellbeing"))
    "No such file: 'params/x.yaml', '.../c.py'"
    >>> _without_paths("see https://example.org/a/b or a/b/c", Path("/srv/ada"))
    'see https://example.org/a/b or a/b/c'
    """
    for ours in {f"{root}/", f"{root.resolve()}/"}:
        text = text.replace(ours, "")
    return _ABSOLUTE.sub(".../", text)


# assembling the page


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
