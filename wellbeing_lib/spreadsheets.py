"""Spreadsheets that other people fill: what is written into a cell is inert, what is read from one is bounded.

What the columns mean is told by those who use them: the city's own figures and the measures' forms.
"""

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
from .params.texts import is_blank

_LARGEST_FILE = 10_000_000
_LARGEST_UNZIPPED = 30_000_000


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


def refuse_large(path: Path) -> None:
    """Stop at a file that is larger than any form."""
    if path.stat().st_size > _LARGEST_FILE:
        raise InputError([f"{path.name}: is larger than {_LARGEST_FILE // 1_000_000} MB; a form is not"])


def sheet_lines(path: Path, sheet: str, *, columns: int, rows: int) -> Iterator[list[Cell]]:
    """The first lines of a sheet; a small file that unpacks to a huge one is refused before it is unpacked."""
    refuse_large(path)
    try:
        yield from _lines(path, sheet, columns, rows)
    except InputError:
        raise
    except Exception as error:  # whatever openpyxl, zipfile and expat make of a file that somebody has spoilt
        raise InputError([f"{path.name}: not readable as xlsx: {type(error).__name__}: {str(error)[:200]}"]) from None


def _lines(path: Path, sheet: str, columns: int, rows: int) -> Iterator[list[Cell]]:
    with path.open("rb") as file:  # openpyxl closes no file that it cannot read
        with zipfile.ZipFile(file) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _LARGEST_UNZIPPED:
                most = _LARGEST_UNZIPPED // 1_000_000
                raise InputError([f"{path.name}: unpacks to more than {most} MB; a form does not"])
        with warnings.catch_warnings():  # openpyxl remarks on styles that other programs leave out
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=False)
        if sheet not in book.sheetnames:
            raise InputError([f"{path.name}: sheet {sheet} is missing; there is {', '.join(book.sheetnames)[:200]}"])
        for number, line in enumerate(book[sheet].iter_rows(max_col=columns, max_row=rows), start=1):
            yield [
                Cell(
                    unescape(cell.value) if cell.data_type == "s" and isinstance(cell.value, str) else cell.value,
                    f"{path.name}, {sheet}!{get_column_letter(column)}{number}",
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
