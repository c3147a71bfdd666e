"""Writes `indicators.xlsx`: every number of the page in typed cells, with a note on each column.

The same figures give the same bytes: openpyxl writes the clock into the file, so the archive is written anew.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from . import open_data
from .appendix import Appendix
from .verdict import Figure
from .wording.catalogue import msg

EPOCH = datetime.datetime(2000, 1, 1)  # a date that says nothing; the page's own dates stand on the page
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST = 32_767
COLUMNS = {  # column -> what it holds, and its width in characters
    "indicator": (open_data.COLUMNS["indicator"][1], 26),
    "name": (msg("The indicator's name."), 34),
    "area": (open_data.COLUMNS["area"][1], 8),
    "place": (msg("Name of the area."), 26),
    "year": (open_data.COLUMNS["year"][1], 8),
    "measure": (open_data.COLUMNS["measure"][1], 22),
    "meaning": (msg("What kind of number it is, in words."), 40),
    "value": (open_data.COLUMNS["value"][1], 14),
    "shown": (open_data.COLUMNS["shown"][1], 14),
    "unit": (open_data.COLUMNS["unit"][1], 18),
}


def write_workbook(pages: Mapping[str, Appendix], path: Path) -> None:
    """One sheet of figures a language, with a note on every column heading."""
    book = Workbook(write_only=True)
    for page in pages.values():
        _write_sheet(book, page)
    first = next(iter(pages.values()))
    book.properties.title = f"indicators {first.params.area} {first.params.year}"
    book.properties.creator = first.place
    book.properties.created = book.properties.modified = EPOCH
    raw = io.BytesIO()
    book.save(raw)
    path.write_bytes(_without_clock(raw))


def _write_sheet(book: Any, page: Appendix) -> None:
    words = page.words
    sheet = book.create_sheet({"fi": "Luvut", "en": "Figures"}[page.language])
    sheet.freeze_panes = "C2"
    headings = []
    for number, (name, (note, width)) in enumerate(COLUMNS.items(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = text_cell(sheet, name)
        cell.font = Font(bold=True)
        cell.comment = Comment(words.text(note), page.place, height=90, width=260)
        headings.append(cell)
    sheet.append(headings)
    rows = list(page.open_figures())
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    for figure in rows:
        sheet.append(_row(sheet, page, figure))


def _row(sheet: Any, page: Appendix, figure: Figure) -> list[Any]:
    """One figure: codes as text, year and value as numbers."""
    words, verdict = page.words, page.verdicts.get(figure.indicator)
    name = verdict.indicator.name[page.language] if verdict else words.text("the whole page")
    value = WriteOnlyCell(sheet, value=float(f"{figure.value:.10g}"))
    value.number_format = "0" if not figure.decimals else "0." + "0" * figure.decimals
    meaning = words.measure_label(figure.measure)
    shown, unit = words.shown(figure), words.unit(figure.unit)
    told = [text_cell(sheet, one) for one in (figure.indicator, name, figure.area, words.place(figure.area))]
    return [
        *told,
        figure.year,
        *(text_cell(sheet, one) for one in (figure.measure, meaning)),
        value,
        *(text_cell(sheet, one) for one in (shown, unit)),
    ]


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that is text whatever it begins with: a spreadsheet runs what begins with "=" otherwise.

    Control characters cannot stand in the file; openpyxl cuts a text that is too long in silence, so that stops here.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a text of {len(text)} characters does not fit in a cell of a spreadsheet")
    cell = WriteOnlyCell(sheet, value=CONTROL.sub("", text))
    cell.data_type = "s"
    return cell


def _without_clock(raw: io.BytesIO) -> bytes:
    """The same archive with the same date on every part."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
