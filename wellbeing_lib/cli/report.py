"""`wellbeing report`: make the appendix of a year, or say that nothing has changed."""

import re
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from .. import manifest
from ..faults import InputError
from .personal import refuse_personal
from .speaking import ROOT, console, municipality_of, shown, year_of

Year = Annotated[str, typer.Option(help="The year assessed.")]
Municipality = Annotated[str, typer.Option(help="Three-digit code; without it the one of municipality.yaml.")]


Draft = Annotated[bool, typer.Option("--draft", envvar="WELLBEING_DRAFT", help="Also of a year that is not ready.")]


def report(year: Year, municipality: Municipality = "", draft: Draft = False) -> None:
    """Make the appendix of a year."""
    started = time.monotonic()
    assessed, area = year_of(year), municipality_of(municipality)
    folder = page_folder(assessed, area)
    languages = _ready(assessed, area, draft)  # first: a draft made before would seem up to date
    if manifest.unchanged(folder, made_from=manifest.inputs(ROOT, year=assessed), languages=languages):
        console.print(f"Nothing has changed: {shown(folder)} is up to date.")
        return
    _build(assessed, area, draft)
    console.print(f"{shown(folder)}/index.html is ready ({time.monotonic() - started:.1f} s).")


def _ready(year: int, area: str | None, draft: bool) -> tuple[str, ...]:
    """Tell a person's slip, and what still waits for one, before anything starts; gives the languages of the page."""
    from ..params import load_params
    from ..params.readiness import require_ready

    params = load_params(year, area=area, folder=ROOT / "params")
    refuse_personal(params)
    require_ready(params, draft=draft)
    return params.municipality.languages


def _build(year: int, area: str | None, draft: bool) -> None:
    """Make the page with a line per chapter, and a bar under them where somebody watches."""
    from .. import kernels, lean

    kernels.warm("wellbeing_lib.warmed")  # imports beside ours
    lean.leave_out_unused()
    from .. import report as reporting

    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Appendix {year}", total=None)

        def say(line: str, done: int, of: int) -> None:
            bar.console.print(line)
            bar.update(task, completed=done, total=of)

        try:
            reporting.build(year=year, municipality=area, draft=draft, say=say)
        except reporting.ChapterError as error:
            raise InputError([str(error)]) from None


def page_folder(year: int, area: str | None) -> Path:
    """Where the page stands, known without loading anything: the default municipality has no folder of its own."""
    folder = ROOT / "build" / str(year)
    return folder / area if area and area != _own_code() else folder


def _own_code() -> str | None:
    path = ROOT / "params" / "municipality.yaml"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = re.search(r'^code:\s*"?(\d{3})"?', text, re.MULTILINE)
    return found.group(1) if found else None
