"""`wellbeing pdf`: the page of a year as PDF files, a summary part and a data part in each language."""

import time

from .report import Draft, Municipality, Year, page_folder
from .report import report as make_report
from .speaking import console, municipality_of, shown, year_of


def pdf(year: Year, municipality: Municipality = "", draft: Draft = False) -> None:
    """Make the appendix of a year as PDF files, the page itself first where it is not up to date."""
    make_report(year, municipality, draft)
    started = time.monotonic()
    from ..pdf import write_pdfs

    for path in write_pdfs(page_folder(year_of(year), municipality_of(municipality))):
        console.print(shown(path))
    console.print(f"The PDF files are ready ({time.monotonic() - started:.1f} s).")
