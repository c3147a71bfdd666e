"""Reads one filled form: every fault by file, sheet and cell; what it says is a text and nothing else."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from openpyxl.utils import coordinate_to_tuple, get_column_letter

from ..faults import InputError
from ..params import Params, Place
from ..params.models import Status, impossible_date
from ..params.personal import Kind
from ..params.reading import guess, short
from ..params.texts import inert, is_blank
from ..spreadsheet_texts import CellHit, sheet_hits
from ..spreadsheets import Cell, CellError, cell_text, sheet_lines
from ..wording import Wording, wording
from .layout import (
    ASKED,
    BRANCH_CELL,
    COLUMNS,
    DATE_CELL,
    FIRST_ROW,
    HEAD_ROW,
    NAME_CELL,
    NAME_LIMIT,
    NO_CHANGE,
    NUMBER,
    SHEET,
    YEAR_CELL,
    Respondent,
    respondents,
)

_MOST_ROWS = 500
Sheet = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Answer:
    """What one form says of one measure, and in which cell its status stands."""

    status: str
    remark: str
    evidence: str
    resources: str
    by: str
    on: datetime.date
    at: str


@dataclass(frozen=True)
class Permission:
    """A text that looks like personal data, by its path in the year's file, and the role that allows it and why."""

    where: str
    kind: Kind
    role: str
    reason: str


@dataclass
class Form:
    """One form as far as it could be read: whose it is, its answers, the cells left empty, and its faults.

    `personal` are those of the faults that tell of personal data.
    """

    path: Path
    respondent: Respondent | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    permissions: list[Permission] = field(default_factory=list)
    empty: dict[str, str] = field(default_factory=dict)
    filled: bool = False
    faults: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)


def read_form(path: Path, params: Params) -> Form:
    """Read a form of the year; a form that nobody has begun to fill has neither answers nor faults."""
    form = Form(path)
    fi = wording("fi", params.municipality.places)
    sheet = fi.text(SHEET)
    try:
        hits = sheet_hits(path, known=_known(params))
        asked = [hit for hit in hits if hit.sheet == sheet and _asked_in(hit.cell)]
        if elsewhere := [hit for hit in hits if hit not in asked]:
            form.personal = [*(f"{hit}; take it out" for hit in elsewhere), *map(_what_to_do, asked)]
            form.faults += form.personal
            return form
        lines = list(sheet_lines(path, fi.text(SHEET), columns=len(COLUMNS) + 3, rows=_MOST_ROWS))
        form.personal = [_what_to_do(hit) for hit in asked]  # of a form that turns out to be nobody's, too
        form.respondent = _respondent(lines, params, fi)
        form.permissions, form.personal = _permissions(asked, lines, form.respondent)
        form.faults += form.personal
    except InputError as error:
        form.faults += [*error.faults, *form.personal]
        return form
    form.filled = _filled(lines)
    if form.filled:
        _read_rows(form, form.respondent, lines, params, fi)
    return form


def personal_faults(path: Path, params: Params) -> list[str]:
    """What of a form is personal data that nobody has allowed; what else is wrong with it is left to `read_form`."""
    try:
        return read_form(path, params).personal if sheet_hits(path, known=_known(params)) else []
    except InputError:
        return []


def is_filled(path: Path, places: Mapping[str, Place] | None = None) -> bool:
    """Whether somebody has typed into a form; a file that is no form of ours counts as filled, to be left alone."""
    try:
        fi = wording("fi", places or {})
        return _filled(list(sheet_lines(path, fi.text(SHEET), columns=len(COLUMNS) + 3, rows=_MOST_ROWS)))
    except InputError:
        return True


def _filled(lines: Sheet) -> bool:
    asked = [_at(lines, NAME_CELL), _at(lines, DATE_CELL)]
    asked += [line[NUMBER[column.name] - 1] for line in lines[FIRST_ROW - 1 :] for column in ASKED]
    return any(not cell.blank for cell in asked)


def _known(params: Params) -> set[str]:
    """Last year's remarks, which a form shows: they were looked at in their own file."""
    previous = params.previous
    answers = [*previous.measures.values()] if previous else []
    answers += [one for of in previous.partners.values() for one in of.values()] if previous else []
    return {one.remark.fi for one in answers if one.remark}


def _asked_in(cell: str) -> str:
    """The column of texts that a cell stands in; empty where nobody is asked for a text there."""
    try:
        row, number = coordinate_to_tuple(cell)
    except ValueError:
        return ""
    names = {NUMBER[name]: name for name in ("remark", "evidence", "resources")}
    return names.get(number, "") if row >= FIRST_ROW else ""


def _permissions(hits: Sequence[CellHit], lines: Sheet, one: Respondent) -> tuple[list[Permission], list[str]]:
    """The hits that their row allows, and what is said of the others. An identity code is never allowed here."""
    allowed, refused = [], []
    for hit in hits:
        row, _ = coordinate_to_tuple(hit.cell)
        role, reason = "", ""
        if hit.kind != "identity_code":
            cell = _at(lines, f"{get_column_letter(NUMBER['allowed'])}{row}")
            role, _, reason = (part.strip() for part in str(cell.value or "").partition(":"))
        if role and reason and not is_blank(role) and not is_blank(reason):
            measure = str(_at(lines, f"A{row}").value or "").strip()
            answer = f"partners.{measure}.{one.key}" if one.partner else f"measures.{measure}"
            allowed.append(Permission(f"{answer}.{_asked_in(hit.cell)}", hit.kind, inert(role), inert(reason)))
        else:
            refused.append(_what_to_do(hit))
    return allowed, refused


def _what_to_do(hit: CellHit) -> str:
    if hit.kind == "identity_code":
        return f"{hit}; take it out"
    place = f"{get_column_letter(NUMBER['allowed'])}{coordinate_to_tuple(hit.cell)[0]}"
    return f"{hit}; take it out, or allow it in {place} as role: reason, such as “viestintäpäällikkö: yleinen numero”"


def _at(lines: Sheet, place: str) -> Cell:
    row, column = coordinate_to_tuple(place)
    return lines[row - 1][column - 1] if row <= len(lines) else Cell(None, place)


def _respondent(lines: Sheet, params: Params, fi: Wording) -> Respondent:
    """Whose form it is; raises `InputError` where it is of another year, nobody's, or its columns were moved."""
    year, key = _at(lines, YEAR_CELL), _at(lines, BRANCH_CELL)
    if str(year.value).strip() != str(params.year):
        raise InputError([f"{year.at}: year = {short(year.value)}: the forms of {params.year} are being read"])
    possible = respondents(params.plan) if params.plan else {}
    if key.value not in possible:
        raise InputError([f"{key.at}: branch = {short(key.value)}{guess(str(key.value), possible)}"])
    for number, column in enumerate(COLUMNS, start=1):
        shown = params.year - 1 if column.name.startswith("last_") else params.year
        head = fi.text(column.head, year=shown, limit=column.limit)
        cell = lines[HEAD_ROW - 1][number - 1] if len(lines) >= HEAD_ROW else Cell(None, f"row {HEAD_ROW}")
        if cell.value != head:
            raise InputError([f"{cell.at}: head = {short(cell.value)}: must be {short(head)}; columns are not moved"])
    return possible[key.value]


def _read_rows(form: Form, one: Respondent, lines: Sheet, params: Params, fi: Wording) -> None:
    """Fill in the form's answers, empty cells and faults from its rows."""
    by, on = _signature(form, lines, params.year)
    seen: dict[str, str] = {}
    asked = {measure.id for measure in one.measures}
    for line in lines[FIRST_ROW - 1 :]:
        row = {column.name: line[number] for number, column in enumerate(COLUMNS)}
        if all(cell.blank for cell in line):
            continue
        key = str(row["id"].value or "").strip()
        if key not in asked or key in seen:
            why = f"stands in {seen[key]} already" if key in seen else f"no measure of this form ({', '.join(asked)})"
            form.faults.append(f"{row['id'].at}: code = {short(key)}: {why}; rows are not added")
            continue
        seen[key] = row["id"].at
        beside = [cell for cell in line[len(COLUMNS) :] if not cell.blank]
        form.faults += [
            f"{cell.at}: {short(cell.value)}: is beside the table, where nothing is read" for cell in beside
        ]
        _read_row(form, key, row, params, fi, by=by, on=on)
    sheet = _at(lines, YEAR_CELL).at.partition("!")[0]
    form.faults += [f"{sheet}: the row of {one.id} is missing" for one in one.measures if one.id not in seen]


def _read_row(
    form: Form, key: str, row: Mapping[str, Cell], params: Params, fi: Wording, *, by: str, on: datetime.date | None
) -> None:
    """One measure's answer, or the faults in it."""
    said: dict[str, str] = {}
    for column in ASKED:
        cell = row[column.name]
        try:
            text = _text(cell, column.limit)
            said[column.name] = _status(text, key, form.respondent, params, fi) if column.name == "status" else text
        except CellError as error:
            form.faults.append(f"{cell.at}: {column.name} = {short(cell.value)}: {error}")
    if len(said) < len(ASKED):
        return
    said.pop("allowed")
    if not said["status"]:
        form.empty[key] = row["status"].at
        others = [name for name in ("remark", "evidence", "resources") if said[name]]
        form.faults += [f"{row['status'].at}: status is empty, but there is a {others[0]}"] if others else []
    elif on:
        form.answers[key] = Answer(**said, by=by, on=on, at=row["status"].at)


def _text(cell: Cell, limit: int) -> str:
    """A cell as one inert line; raises `CellError` where it is none or too long."""
    try:
        kept = cell_text(Cell(inert(cell.value), cell.at)) if isinstance(cell.value, str) and not cell.formula else None
    except ValueError as error:
        raise CellError(str(error)) from None
    text = cell_text(cell) if kept is None else kept
    if len(text) > limit:
        raise CellError(f"has {len(text):,} characters; at most {limit} are possible")
    return text


def _status(text: str, key: str, one: Respondent | None, params: Params, fi: Wording) -> str:
    """The code of a status as the list names it; "no change" is last year's."""
    labels = {fi.status_label(code): code for code in get_args(Status)}
    if not text:
        return ""
    if text.casefold() == fi.text(NO_CHANGE).casefold():
        last = last_answer(params, key, one)
        if last is None:
            raise CellError(f"there is no status of {params.year - 1}; choose one of {', '.join(labels)}")
        return last
    code = next((code for label, code in labels.items() if label.casefold() == text.casefold()), None)
    if code is None:
        raise CellError(guess(text, [fi.text(NO_CHANGE), *labels]).removeprefix(": "))
    return code


def last_answer(params: Params, key: str, one: Respondent | None) -> str | None:
    """The status that the same respondent gave last year."""
    if params.previous is None or one is None:
        return None
    of_partner, of_branch = params.previous.partners.get(key, {}), params.previous.measures
    last = of_partner.get(one.key) if one.partner else of_branch.get(key)
    return last.status if last else None


def _signature(form: Form, lines: Sheet, year: int) -> tuple[str, datetime.date | None]:
    """Who answered and when; both are asked of every form that has an answer."""
    name, day = _at(lines, NAME_CELL), _at(lines, DATE_CELL)
    by, on = "", None
    try:
        by = _text(name, NAME_LIMIT)
        form.faults += [] if by else [f"{name.at}: director's name is empty"]
    except CellError as error:
        form.faults.append(f"{name.at}: director's name = {short(name.value)}: {error}")
    try:
        on = _date(day, year)
    except CellError as error:
        form.faults.append(f"{day.at}: date = {short(day.value)}: {error}")
    return by, on


def _date(cell: Cell, year: int) -> datetime.date:
    """The day of an answer; raises `CellError` where nobody can have answered then."""
    day = _day(cell)
    if why := impossible_date(day, year):
        raise CellError(why)
    return day


def _day(cell: Cell) -> datetime.date:
    """A date as a spreadsheet keeps it, or typed as 28.2.2025 or 2025-02-28."""
    if isinstance(cell.value, datetime.date):
        return cell.value.date() if isinstance(cell.value, datetime.datetime) else cell.value
    text = _text(cell, NAME_LIMIT)
    found = re.fullmatch(
        r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})|(?P<Y>\d{4})-(?P<M>\d\d)-(?P<D>\d\d)", text, re.ASCII
    )
    try:
        if found:
            day, month, year = (found[one] or found[two] for one, two in (("d", "D"), ("m", "M"), ("y", "Y")))
            return datetime.date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise CellError("is empty; the date is asked" if not text else "must be a date, such as 28.2.2025")
