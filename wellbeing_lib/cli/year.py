"""`wellbeing new-year` and `wellbeing findings`: begin a year, and put the rule's proposals before people."""

from typing import Annotated

import typer

from .speaking import ROOT, console, shown, year_of


def new_year(year: Annotated[str, typer.Argument(help="The year to begin.")]) -> None:
    """Write the params of a new year from the last one's."""
    from ..rounds import MARK, new_year

    path = new_year(year_of(year), root=ROOT)
    marks = path.read_text(encoding="utf-8").count(MARK) - 1  # the first explains what the mark is
    console.print(f"{shown(path)} is written: {marks} places marked {MARK}.")


def findings(year: Annotated[str, typer.Option(help="The year assessed.")]) -> None:
    """Write the joys and worries that the rule proposes, and nobody has decided on, into the year's params."""
    from ..appendix import load
    from ..rounds import write_proposals

    assessed = year_of(year)
    added = write_proposals(load(year=assessed, root=ROOT))
    for one in added:
        console.print(f"{one.side}: {one.key} ({', '.join(one.why)})", markup=False)
    to_do = "decide on them there: accept, reword or reject, with a reason" if added else "nothing waits to be written"
    console.print(f"params/{assessed}.yaml: {len(added)} proposals written; {to_do}.")
