"""The command line: every command is a few lines that call the library and say what came of it."""

import re
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from . import manifest
from .faults import InputError

ROOT = Path(__file__).parent.parent
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(stderr=True, highlight=False, soft_wrap=True)


@app.callback()
def wellbeing() -> None:
    """The annual assessment of a municipality's wellbeing plan."""


@app.command()
def report(
    year: Annotated[str, typer.Option(help="The year assessed.")],
    municipality: Annotated[str, typer.Option(help="Three-digit code; without it the one of municipality.yaml.")] = "",
) -> None:
    """Make the appendix of a year."""
    started = time.monotonic()
    try:
        assessed, area = _year(year), _municipality(municipality)
        folder = _folder(assessed, area)
        if manifest.unchanged(folder, made_from=manifest.inputs(ROOT, year=assessed)):
            console.print(f"Nothing has changed: {_shown(folder)} is up to date.")
            return
        _build(assessed, area)
        console.print(f"{_shown(folder)}/index.html is ready ({time.monotonic() - started:.1f} s).")
    except InputError as error:
        _stop(error.faults)


def _build(year: int, area: str | None) -> None:
    """Make the page with a line per chapter, and a bar under them where somebody watches."""
    from . import report as reporting  # imports pandas and nbconvert, which "nothing has changed" can do without

    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Appendix {year}", total=None)

        def say(line: str, done: int, of: int) -> None:
            bar.console.print(line)
            bar.update(task, completed=done, total=of)

        try:
            reporting.build(year=year, municipality=area, say=say)
        except reporting.ChapterError as error:
            raise InputError([str(error)]) from None


def _stop(faults: tuple[str, ...] | list[str]) -> None:
    for fault in faults:
        console.print(fault, markup=False)
    sys.exit(1)


def _year(text: str) -> int:
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise InputError([f'YEAR = "{text}": must be a year of four digits, such as 2024'])
    return int(text)


def _municipality(text: str) -> str | None:
    if text and not re.fullmatch(r"\d{3}", text, re.ASCII):
        raise InputError([f'MUNICIPALITY = "{text}": must be a municipality code of three digits, such as 205 or 091'])
    return text or None


def _folder(year: int, area: str | None) -> Path:
    """Where the page stands, known without loading anything: the default municipality has no folder of its own."""
    folder = ROOT / "build" / str(year)
    return folder / area if area and area != _own_code() else folder


def _own_code() -> str | None:
    text = (ROOT / "params" / "municipality.yaml").read_text(encoding="utf-8")
    found = re.search(r'^code:\s*"?(\d{3})"?', text, re.MULTILINE)
    return found.group(1) if found else None


def _shown(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()
