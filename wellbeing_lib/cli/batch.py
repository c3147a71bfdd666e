"""`wellbeing batch`: make the pages of many municipalities, or of all."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from ..faults import InputError
from .personal import refuse_personal
from .report import Year
from .speaking import ROOT, console, shown, year_of

if TYPE_CHECKING:
    from ..batch import Outcome

Municipalities = Annotated[str, typer.Option(help='Codes such as "205,290", or "all".')]
SnapshotName = Annotated[str, typer.Option("--snapshot", help="By default the newest national one, else the pinned.")]
Scheduler = Annotated[
    str, typer.Option(help="tls:// address of a Dask scheduler; without it this machine's processors.")
]
Language = Annotated[str, typer.Option(help="The language of the pages.")]


def batch(
    year: Year,
    municipalities: Municipalities = "all",
    snapshot: SnapshotName = "",
    scheduler: Scheduler = "",
    language: Language = "fi",
) -> None:
    """Make the pages of many municipalities, each in a folder of its own, and a page that lists them."""
    started, assessed = time.monotonic(), year_of(year)
    from .. import batch as making
    from .. import clusters
    from ..params import load_params

    refuse_personal(load_params(assessed, folder=ROOT / "params"))
    shared = making.prepare(assessed, snapshot=snapshot or None, language=language, root=ROOT)
    areas = making.municipalities(shared, municipalities)
    with clusters.client(scheduler or None) as dask:
        outcomes = _watched(making.make_pages(areas, shared, dask), len(areas))
    index = making.write_index(shared)
    counts = {state: sum(one.state == state for one in outcomes) for state in ("made", "unchanged", "failed")}
    console.print(
        f"{counts['made']} made, {counts['unchanged']} unchanged, {counts['failed']} failed "
        f"({time.monotonic() - started:.0f} s): {shown(index)}"
    )
    failed = sorted((one for one in outcomes if one.state == "failed"), key=lambda one: one.area)
    if failed:
        raise InputError(f"{one.area}: {one.said}" for one in failed)


def _watched(outcomes, of: int) -> list["Outcome"]:
    """The outcomes, with a line for each and, where somebody watches, a bar under them."""
    from rich.progress import Progress

    told = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Pages", total=of)
        for one in outcomes:
            told.append(one)
            bar.console.print(f"{one.area} {one.state} ({len(told)}/{of}) {one.seconds:.1f} s")
            bar.update(task, advance=1)
    return told
