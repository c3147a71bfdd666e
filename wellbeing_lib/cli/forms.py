"""`wellbeing forms`: write the measures' forms, tell who has answered, and read the answers into params."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..faults import InputError
from .speaking import ROOT, console, shown, year_of

if TYPE_CHECKING:
    from ..params import Params

forms = typer.Typer(no_args_is_help=True, help="The measures' forms: one spreadsheet a branch and partner.")
Year = Annotated[str, typer.Option(help="The year assessed.")]
Folder = Annotated[Path | None, typer.Argument(help="The filled forms; without it data/forms/<year>.")]


@forms.command()
def write(year: Year) -> None:
    """Write a form for every branch and partner; a form that somebody has begun to fill is left as it is."""
    from ..forms import write_forms

    params = _params(year)
    folder = _folder(None, params.year)
    written, left = write_forms(params, folder)
    console.print(f"{len(written)} forms written into {shown(folder)}/.")
    for path in left:
        console.print(f"{shown(path)}: has been filled in; left as it is.", markup=False)


@forms.command()
def status(year: Year, folder: Folder = None) -> None:
    """Say who has answered and what is missing."""
    from ..forms import answers_of

    params = _params(year)
    standing, strange = answers_of(_folder(folder, params.year), params)
    for one in standing:
        files = ", ".join(one.files) or "no form"
        missing = f"; missing {', '.join(one.missing)}" if one.missing else ""
        of = f"{len(one.answered)} of {len(one.respondent.measures)}"
        console.print(f"{one.respondent.name.fi}: {of} answered{missing} ({files})", markup=False)
    for fault in [*(fault for one in standing for fault in one.faults), *strange]:
        console.print(fault, markup=False)


@forms.command()
def read(year: Year, folder: Folder = None) -> None:
    """Read the filled forms into params/<year>.yaml, all of them or, where something is wrong, none."""
    from ..forms import merged
    from ..params.writing import write_text

    params = _params(year)
    found = merged(_folder(folder, params.year), params)
    if found.text == found.before:
        console.print("Nothing has changed.")
        return
    write_text(params.folder / f"{params.year}.yaml", found.text, before=found.before)
    for change in found.changes:
        console.print(change, markup=False)
    console.print(f"params/{params.year}.yaml is written.")


def _params(year: str) -> "Params":
    from ..params import load_params

    return load_params(year_of(year), folder=ROOT / "params")


def _folder(given: Path | None, year: int) -> Path:
    """The folder of a year's forms, beside the data: `make clean` takes build/ away, and answers come once."""
    folder = given or ROOT / "data" / "forms" / str(year)
    if given and not folder.is_dir():
        raise InputError([f"{given}: there is no such folder"])
    return folder
