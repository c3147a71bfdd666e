"""`wellbeing handover` and `wellbeing diff`: pack a version for good, and tell what differs between two."""

from typing import Annotated

import typer

from .report import Year
from .speaking import ROOT, console, shown, year_of

Version = Annotated[str, typer.Argument(help="A zip from build/handover/, a build folder, or a year of params.")]


def handover(year: Year) -> None:
    """Pack the built version of a year into one zip that is never overwritten."""
    from .. import versions

    console.print(f"{shown(versions.hand_over(year_of(year), root=ROOT))} is ready to hand over.")


def diff(before: Version, after: Version) -> None:
    """Tell in Finnish what differs between two versions, for the minutes."""
    from .. import changes, params, versions, wording

    words = wording.wording("fi", params.load_municipality(ROOT / "params").places)
    old, new = (versions.read_version(name, root=ROOT) for name in (before, after))
    typer.echo("\n".join(changes.differences(old, new, words)))
