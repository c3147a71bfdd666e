"""Writes the measures' forms: last year's answer beside this year's empty cells; a filled form is never replaced."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..params import AnnualAssessment, MeasureStatus, Params, Text
from ..params.models import Status
from ..spreadsheets import make_room, offer, put_text
from ..whole import write_whole
from ..wording import Wording, wording
from ..wording.catalogue import msg
from .layout import (
    ASKED,
    BRANCH_CELL,
    COLUMNS,
    DATE_CELL,
    FIRST_ROW,
    HEAD_ROW,
    HELP,
    LISTS,
    NAME_CELL,
    NAME_LIMIT,
    NO_CHANGE,
    NUMBER,
    SHEET,
    YEAR_CELL,
    Respondent,
    respondents,
)
from .reading import is_filled

_ROOM = 6  # lines, at least, to write a remark in
_WRAP = Alignment(wrap_text=True, vertical="top")
_TO_FILL = PatternFill("solid", fgColor="FFF8DC")
_HEAD = PatternFill("solid", fgColor="DDE6EE")
_THIN = Side(style="thin", color="9AA5B1")
_LINE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GUIDE = (
    msg("Fill in the yellow cells: a status for every measure, your name and the date."),
    msg("Choose “no change” where the status is the same as last year. It carries the status, not last year's remark."),
    msg("Write the remark as the page should show it, word for word. Write no names of residents or customers."),
    msg("Type text, not formulas. Do not add rows or rename sheets; columns may be made wider."),
    msg("Save the file under the name it has and send it back to the coordinator."),
    msg("A measure without an answer is shown on the page as having none by the deadline."),
)


def write_forms(params: Params, folder: Path) -> tuple[list[Path], list[Path]]:
    """Write a form for every branch and partner that has a measure; what was written, and what was left as it is.

    A form that somebody has begun to fill is left as it is, and so is a file that cannot be read.
    """
    if params.plan is None:
        return [], []
    folder.mkdir(parents=True, exist_ok=True)
    written, left = [], []
    for one in respondents(params.plan).values():
        path = folder / f"{one.key}.xlsx"
        if path.exists() and is_filled(path):
            left.append(path)
            continue
        content = io.BytesIO()
        _book(one, params).save(content)
        write_whole(path, content.getvalue())
        written.append(path)
    return written, left


def _book(one: Respondent, params: Params) -> Workbook:
    places = params.municipality.places
    fi, en = wording("fi", places), wording("en", places)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = fi.text(SHEET)
    book.properties.title = f"{sheet.title} {params.year}"
    book.properties.creator = fi.place(params.municipality.code)
    _write_top(sheet, one, params.year, fi, en)
    _write_heads(sheet, params.year, fi, en)
    for row, measure in enumerate(one.measures, start=FIRST_ROW):
        last = _last(params.previous, measure.id, one)
        texts = {
            "id": measure.id,
            "measure": f"{measure.fi}\n{measure.en}",
            "deadline": f"{measure.deadline}\n{fi.measure_type_label(measure.type)}",
            "last_status": fi.status_label(last.status) if last else "–",
            "last_remark": last.remark.fi if last and last.remark else "–",
        }
        for column in COLUMNS:
            cell = put_text(sheet, row, NUMBER[column.name], texts.get(column.name, ""))
            cell.alignment, cell.border = _WRAP, _LINE
            if column.limit:
                cell.value, cell.fill, cell.protection = None, _TO_FILL, Protection(locked=False)
        make_room(sheet, row, lines=_ROOM)
    _offer_answers(sheet, len(one.measures), fi, en, lists=_write_lists(book.create_sheet(fi.text(LISTS)), fi))
    _write_help(book.create_sheet(fi.text(HELP), 1), fi, en)
    _protect(book)
    return book


def _last(previous: AnnualAssessment | None, measure: str, one: Respondent) -> MeasureStatus | None:
    """What the same respondent answered last year."""
    if previous is None:
        return None
    return previous.partners.get(measure, {}).get(one.key) if one.partner else previous.measures.get(measure)


def _write_top(sheet: Worksheet, one: Respondent, year: int, fi: Wording, en: Wording) -> None:
    title = msg("Measures of the wellbeing plan: what was done in {year}")
    put_text(sheet, 1, 1, f"{fi.text(title, year=year)} – {one.name.fi}").font = Font(bold=True, size=14)
    put_text(sheet, 2, 1, f"{en.text(title, year=year)} – {one.name.en}").font = Font(italic=True)
    asked = {
        YEAR_CELL: (msg("Year assessed"), str(year)),
        BRANCH_CELL: (msg("Key of the branch"), one.key),
        NAME_CELL: (msg("Director's name"), None),
        DATE_CELL: (msg("Date of the answer"), None),
    }
    for cell_name, (label, value) in asked.items():
        cell = sheet[cell_name]
        put_text(sheet, cell.row, 2, f"{fi.text(label)} / {en.text(label)}").alignment = Alignment(horizontal="right")
        put_text(sheet, cell.row, 3, value or "")
        if value is None:
            cell.value, cell.fill, cell.border, cell.protection = None, _TO_FILL, _LINE, Protection(locked=False)
    sheet[DATE_CELL].number_format = "d.m.yyyy"


def _write_heads(sheet: Worksheet, year: int, fi: Wording, en: Wording) -> None:
    for number, column in enumerate(COLUMNS, start=1):
        shown = year - 1 if column.name.startswith("last_") else year
        for row, words in enumerate((fi, en), start=HEAD_ROW):
            cell = put_text(sheet, row, number, words.text(column.head, year=shown, limit=column.limit))
            cell.font, cell.fill, cell.alignment = Font(bold=words is fi, italic=words is en), _HEAD, _WRAP
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for row in (HEAD_ROW, HEAD_ROW + 1):
        make_room(sheet, row)
    sheet.freeze_panes = f"C{FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0  # as many pages as there are rows for
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW + 1}"


def _write_lists(sheet: Worksheet, fi: Wording) -> str:
    """The choices of a status, and the place they stand in."""
    choices = [fi.text(NO_CHANGE), *map(fi.status_label, get_args(Status))]
    for row, choice in enumerate(choices, start=1):
        put_text(sheet, row, 1, choice)
    sheet.sheet_state = "hidden"
    return f"'{sheet.title}'!$A$1:$A${len(choices)}"


def _offer_answers(sheet: Worksheet, measures: int, fi: Wording, en: Wording, *, lists: str) -> None:
    """A drop-down for the status, a limit for each text, a date for the date."""
    for column in ASKED:
        letter = get_column_letter(NUMBER[column.name])
        cells = f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + measures - 1}"
        if column.name == "status":
            offer(sheet, cells, lists, error=_both(msg("Choose one of the list."), fi, en))
        else:
            error = _both(msg("At most {limit} characters."), fi, en, limit=column.limit)
            _limit(sheet, cells, column.limit, error)
    _limit(sheet, NAME_CELL, NAME_LIMIT, _both(msg("At most {limit} characters."), fi, en, limit=NAME_LIMIT))
    date = DataValidation(type="date", operator="greaterThan", formula1="36526", showErrorMessage=True)
    date.error = _both(msg("Type a date, such as 28.2.2025."), fi, en)
    date.add(DATE_CELL)
    sheet.add_data_validation(date)


def _limit(sheet: Worksheet, cells: str, most: int, error: str) -> None:
    validation = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(most), allow_blank=True)
    validation.showErrorMessage, validation.error = True, error
    validation.add(cells)
    sheet.add_data_validation(validation)


def _both(text: str, fi: Wording, en: Wording, **values: object) -> str:
    return f"{fi.text(text, **values)} / {en.text(text, **values)}"


def _write_help(sheet: Worksheet, fi: Wording, en: Wording) -> None:
    lines = [Text(fi=fi.text(line), en=en.text(line)) for line in _GUIDE]
    statuses = [Text(fi=fi.status_label(one), en=en.status_label(one)) for one in get_args(Status)]
    heads = [Text(fi=fi.text(one), en=en.text(one)) for one in (HELP, "Status")]
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 74
    _write_rows(sheet, [heads[0], *lines, heads[1], *statuses], bold=(1, len(lines) + 2))


def _write_rows(sheet: Worksheet, rows: Sequence[Text], *, bold: Sequence[int]) -> None:
    for number, text in enumerate(rows, start=1):
        for column, said in enumerate((text.fi, text.en), start=1):
            cell = put_text(sheet, number, column, said)
            cell.alignment, cell.font = _WRAP, Font(bold=number in bold)
        make_room(sheet, number)


def _protect(book: Workbook) -> None:
    """Lock everything but the cells to fill; widths and heights are the reader's own. There is no password."""
    book.security = WorkbookProtection(lockStructure=True)
    for sheet in book.worksheets:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
