"""`wellbeing handover` and `wellbeing diff`: pack a version for good, and tell what differs between two."""

from typing import Annotated

import typer

from .report import Year
from .speaking import ROOT, console, out, shown, year_of

Version = Annotated[str, typer.Argument(help="A zip from build/handover/, a build folder, or a year of params.")]


def handover(year: Year) -> None:
    """Pack the built version of a year into one zip that is never overwritten; of an approved one keep the verdicts."""
    from .. import manifest, params, records, versions

    assessed = year_of(year)
    console.print(f"{shown(versions.hand_over(assessed, root=ROOT))} is ready to hand over.")
    facts = manifest.read(ROOT / "build" / str(assessed)) or {}
    if facts.get("approved"):
        said = {key: classes["level"] for key, classes in facts["verdicts"].items()}
        path = records.write_record(ROOT, params.load_params(assessed, folder=ROOT / "params"), said)
        console.print(f"{shown(path)} keeps its verdicts for next year's comparison; commit it.")


def diff(before: Version, after: Version) -> None:
    """Tell in Finnish what differs between two versions, for the minutes."""
    from .. import changes, params, versions, wording

    words = wording.wording("fi", params.load_municipality(ROOT / "params").places)
    old, new = (versions.read_version(name, root=ROOT) for name in (before, after))
    for line in changes.differences(old, new, words):
        out.print(line)
