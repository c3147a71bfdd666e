"""`wellbeing check`: look over params, snapshot and notebooks; `wellbeing schemas`: write the schemas for editors."""

import sys
from typing import Annotated

import typer

from .speaking import ROOT, console, shown, year_of


def check(
    year: Annotated[str, typer.Option(help="What this year still waits for; without it, everything.")] = "",
) -> None:
    """List faults (exit code 1) and what a person should look at (exit code 0), one line each."""
    from ..checks import all_checks, year_checks

    noticed = list(year_checks(ROOT, year_of(year)) if year else all_checks(ROOT))
    for one in sorted(noticed, key=lambda one: not one.error):
        console.print(f"{'ERROR ' if one.error else 'remark'} {one.text}", markup=False)
    errors = sum(one.error for one in noticed)
    console.print(f"{errors} errors, {len(noticed) - errors} remarks.")
    if errors:
        sys.exit(1)


def schemas() -> None:
    """Write the JSON Schemas of the params files into params/schemas/."""
    from ..checks import write_schemas

    written = write_schemas(ROOT / "params")
    for path in written:
        console.print(f"{shown(path)} is written.")
    console.print(f"{len(written)} schemas written.")
