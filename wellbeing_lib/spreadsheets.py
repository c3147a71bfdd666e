"""Spreadsheets that other people fill: what is written into a cell is inert, what is read from one is bounded.

What the columns mean is told by those who use them: the city's own figures and the measures' forms.
"""

import csv
import io
import math
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .faults import InputError
from .files import read_regular
from .params.texts import is_blank

LARGEST = 10_000_000  # bytes of a form
_LARGEST_UNZIPPED = 30_000_000
_MOST_PARTS = 500
_MOST_TAGS = 1_500_000  # in all parts; 20,000 rows of figures have half of that
_MOST_TAGS_ELSEWHERE = 20_000  # in a part that is neither cells nor texts: styles, the list of sheets
_CELLS = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """One cell: what is in it, where it is, and whether it is a formula."""

    value: Any
    at: str
    formula: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing can be seen in the cell."""
        return self.value is None or (isinstance(self.value, str) and is_blank(self.value))


# What a spreadsheet shows where a formula failed, in English and in Finnish.
_ERROR = re.compile(
    r"#(?:REF!|N/A\b|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!"
    r"|VIITTAUS!|PUUTTUU!?|ARVO!|JAKO/0!|NIMI\?|TYHJÄ!|LUKU!)"
)


class CellError(Exception):
    """What is wrong with a cell, and what is possible."""


def sheet_lines(path: Path, sheet: str, *, columns: int, rows: int) -> Iterator[list[Cell]]:
    """The first lines of a sheet; what would unpack into more than a form ever holds is refused before it is read.

    Raises `InputError` where the file is no workbook, is too large, or lacks the sheet.
    """
    try:
        yield from _lines(read_packed(path), path.name, sheet, columns, rows)
    except InputError:
        raise
    except Exception as error:  # whatever openpyxl, zipfile and expat make of a file that somebody has spoilt
        raise InputError([f"{path.name}: not readable as xlsx: {type(error).__name__}: {str(error)[:200]}"]) from None


def csv_lines(path: Path, *, shown: str = "") -> Iterator[list[str]]:
    """The lines of a csv; Finnish Excel writes `;` and decimal commas, and not always UTF-8.

    `shown` is what a message calls the file, by default its name. Raises `InputError` where it is no csv or too large.
    """
    content = read_regular(path, most=LARGEST, shown=shown)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise InputError([f"{shown or path.name}: not readable as csv: {error}"]) from None


def read_packed(path: Path, *, shown: str = "") -> bytes:
    """The content of a workbook, once it is known to be no larger, packed or not, than any form.

    `shown` is what a message calls the file, by default its name. Raises `InputError` where it is larger; whatever
    `zipfile` raises where it is no archive.
    """
    content = read_regular(path, most=LARGEST, shown=shown)
    _refuse_large(content, shown or path.name)
    return content


def _refuse_large(content: bytes, name: str) -> None:
    """Stop at a workbook that is larger than any form, by what its parts really hold: their headers may say less."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > _MOST_PARTS:
            raise InputError([f"{name}: has {len(parts):,} parts; a form has at most {_MOST_PARTS}"])
        size, tags = 0, 0
        for part in parts:
            of_part = 0
            with packed.open(part) as file:
                while piece := file.read(1_000_000):
                    size, of_part = size + len(piece), of_part + piece.count(b"<")
                    if size > _LARGEST_UNZIPPED:
                        most = _LARGEST_UNZIPPED // 1_000_000
                        raise InputError([f"{name}: unpacks to more than {most} MB; a form does not"])
            tags += of_part
            if of_part > _MOST_TAGS_ELSEWHERE and not _CELLS.fullmatch(part.filename):
                raise InputError([f"{name}: {part.filename[:80]} has {of_part:,} tags; a form has fewer"])
            if tags > _MOST_TAGS:
                raise InputError([f"{name}: has more than {_MOST_TAGS:,} tags; a form has fewer"])


def _lines(content: bytes, name: str, sheet: str, columns: int, rows: int) -> Iterator[list[Cell]]:
    with warnings.catch_warnings():  # openpyxl remarks on styles that other programs leave out
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    if sheet not in book.sheetnames:
        raise InputError([f"{name}: sheet {sheet} is missing; there is {', '.join(book.sheetnames)[:200]}"])
    for number, line in enumerate(book[sheet].iter_rows(max_col=columns, max_row=rows), start=1):
        yield [
            Cell(
                unescape(cell.value) if cell.data_type == "s" and isinstance(cell.value, str) else cell.value,
                f"{name}, {sheet}!{get_column_letter(column)}{number}",
                cell.data_type == "f",
            )
            for column, cell in enumerate(line, start=1)
        ]


def cell_text(cell: Cell) -> str:
    """A cell as a text, the way a person sees it; a formula, a date or a control character is none."""
    if cell.formula:
        raise CellError("is a formula; paste its value instead")
    if cell.blank:
        return ""
    if found := _ERROR.search(str(cell.value)):
        raise CellError(f"holds the spreadsheet's error {found[0]}; type what was meant")
    if isinstance(cell.value, bool) or not isinstance(cell.value, str | int | float):
        raise CellError("must be a plain number or text")
    if isinstance(cell.value, float):
        return repr(int(cell.value)) if cell.value.is_integer() else repr(cell.value)
    text = str(cell.value).strip()
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise CellError("holds a control character; type it again")
    return text


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> SheetCell:
    """Write a text as a text: openpyxl would make a formula of one that begins with an equals sign."""
    cell = cast(SheetCell, sheet.cell(row, column, text))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def make_room(sheet: Worksheet, row: int, *, lines: int = 1) -> None:
    """Make a row as high as its longest text needs: LibreOffice, unlike Excel, does not do so when a file is opened."""
    for number, cell in enumerate(sheet[row], start=1):
        width = 0.9 * sheet.column_dimensions[get_column_letter(number)].width  # letters that fit in, words being whole
        lines = max(lines, sum(math.ceil(max(1, len(part)) / width) for part in str(cell.value or "").split("\n")))
    sheet.row_dimensions[row].height = 15 * lines


def offer(sheet: Worksheet, cells: str, source: str, *, error: str) -> None:
    """Offer a drop-down in some cells; `error` is said where something else is typed."""
    validation = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
    validation.error = error
    validation.add(cells)
    sheet.add_data_validation(validation)
