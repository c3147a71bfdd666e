"""`wellbeing check`: look over params, snapshot and notebooks; `wellbeing schemas`: write the schemas for editors."""

import sys
from contextlib import suppress
from typing import Annotated

import typer

from ..faults import InputError
from .personal import personal_faults
from .speaking import ROOT, console, shown, year_of


def check(
    year: Annotated[str, typer.Option(help="What this year still waits for; without it, everything.")] = "",
) -> None:
    """List faults (exit code 1) and what a person should look at (exit code 0), one line each."""
    from ..checks import Noticed, all_checks, year_checks

    noticed = list(year_checks(ROOT, year_of(year)) if year else all_checks(ROOT))
    noticed += [Noticed(fault, error=True) for fault in _returned([year_of(year)] if year else None)]
    for one in sorted(noticed, key=lambda one: not one.error):
        console.print(f"{'ERROR ' if one.error else 'remark'} {one.text}", markup=False)
    errors = sum(one.error for one in noticed)
    console.print(f"{errors} errors, {len(noticed) - errors} remarks.")
    if errors:
        sys.exit(1)


def _returned(years: list[int] | None) -> dict[str, None]:
    """Personal data in what people returned, each sentence once; a year that cannot be loaded is told elsewhere."""
    from ..params import load_params, years_at_hand

    faults: dict[str, None] = {}
    for year in years_at_hand(ROOT / "params") if years is None else years:
        with suppress(InputError):
            faults |= dict.fromkeys(personal_faults(load_params(year, folder=ROOT / "params")))
    return faults


def schemas() -> None:
    """Write the JSON Schemas of the params files into params/schemas/."""
    from ..checks import write_schemas

    written = write_schemas(ROOT / "params")
    for path in written:
        console.print(f"{shown(path)} is written.")
    console.print(f"{len(written)} schemas written.")
