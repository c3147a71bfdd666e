"""`wellbeing watch`: make the page again whenever something that it is made from is saved."""

import subprocess
import sys

from .report import Municipality, Year
from .speaking import ROOT, console, municipality_of, year_of


def watch(year: Year, municipality: Municipality = "") -> None:
    """Make the appendix again after every saved notebook, params or library file, until Ctrl-C."""
    from .. import watching

    assessed, area = str(year_of(year)), municipality_of(municipality) or ""
    command = [sys.executable, "-m", "wellbeing_lib", "report", "--year", assessed, "--municipality", area]

    def make() -> None:
        # A process of its own sees the library as it was just saved, and a fault in it ends only that one.
        subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - our own program, values checked above
        console.print("Watching notebooks/, params/ and wellbeing_lib/ (Ctrl-C ends).")

    watching.watch(make, year=int(assessed), root=ROOT)
