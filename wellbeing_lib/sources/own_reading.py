"""Reads filled forms cell by cell: every fault names file, sheet, cell, value and what is possible.

A spreadsheet is somebody else's file: its size is bounded before it is opened, and a formula is not a figure.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..faults import InputError
from ..params import Indicator
from ..params.reading import guess, short
from ..spreadsheet_texts import refuse_personal_sheets
from ..spreadsheets import Cell, CellError, cell_text, refuse_large, sheet_lines

COLUMN_HELP = (
    ("indicator", "mittarin avain: valitse luettelosta", "the indicator's key: choose from the list"),
    ("year", "vuosi, jota luku koskee", "the year the figure is of"),
    ("area", "kunnan tai alueen koodi; tyhjä ei kelpaa", "the code of the municipality or area; not empty"),
    ("sex", "total = kaikki, female = naiset, male = miehet; tyhjä = total", "total, female or male; empty = total"),
    ("value", "mittarin arvo sen omassa yksikössä", "the indicator's value in its own unit"),
    ("count", "montako henkilöä (tai tapahtumaa) arvon takana on; tyhjä, jos ei tiedetä",
     "how many people (or events) are behind the value; empty if not known"),
    ("population", "montako henkilöä joukossa on kaikkiaan; tyhjä, jos ei tiedetä",
     "how many people the group has in all; empty if not known"),
)  # fmt: skip
FIGURE_COLUMNS = [name for name, _, _ in COLUMN_HELP]
_SHEET = "Figures"
_MOST_ROWS = 20_000


def read_forms(
    paths: Sequence[Path], *, indicators: Mapping[str, Indicator], areas: Mapping[str, str], last_year: int
) -> pd.DataFrame:
    """Every figure of the forms, checked; all faults of all forms at once."""
    refuse_personal_sheets(paths, numbers=False)
    faults: list[str] = []
    found: dict[tuple, tuple[str, dict[str, Any]]] = {}
    for path in paths:
        for row in _rows(path):
            figure = _figure(row, indicators, areas, last_year, faults)
            if figure is None:
                continue
            key = tuple(figure[name] for name in ("indicator", "year", "area", "sex"))
            if key in found:
                faults.append(f"{row['indicator'].at}: {', '.join(map(str, key))}: stands in {found[key][0]} already")
            found.setdefault(key, (row["indicator"].at, figure))
    if faults:
        raise InputError(faults[:50])
    table = pd.DataFrame([figure for _, figure in found.values()], columns=FIGURE_COLUMNS)
    kinds = {"year": "int64", "value": "float64", "count": "float64", "population": "float64"}
    return table.astype({name: kinds.get(name, "str") for name in FIGURE_COLUMNS})


def _rows(path: Path) -> Iterator[dict[str, Cell]]:
    """The filled rows of a form, as cells by the name of their column."""
    refuse_large(path)
    columns, most = len(FIGURE_COLUMNS) + 5, _MOST_ROWS + 2
    lines = _csv_lines(path) if path.suffix == ".csv" else sheet_lines(path, _SHEET, columns=columns, rows=most)
    header = next(lines, [])
    names = [str(cell.value or "").strip().casefold() for cell in header]
    absent = [name for name in FIGURE_COLUMNS[:5] if name not in names]
    strange = [name for name in names if name and name not in FIGURE_COLUMNS]
    if absent or strange or len(set(filter(None, names))) != len([name for name in names if name]):
        shown = ", ".join(name for name in names if name) or "nothing"
        raise InputError([f"{path.name}: the first row is {short(shown)}: must be {', '.join(FIGURE_COLUMNS)}"])
    for number, line in enumerate(lines, start=1):
        if number > _MOST_ROWS:
            raise InputError([f"{path.name}: has more than {_MOST_ROWS:,} rows; a form has fewer"])
        row = {name: cell for name, cell in zip(names, line, strict=False) if name}
        if any(cell.value not in (None, "") for cell in row.values()):
            yield {name: row.get(name, Cell(None, f"{path.name}")) for name in FIGURE_COLUMNS}


def _csv_lines(path: Path) -> Iterator[list[Cell]]:
    """The lines of a csv; Finnish Excel writes `;` and decimal commas, and not always UTF-8."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), start=1):
            yield [
                Cell(value, f"{path.name}, row {number}, column {column}", value.startswith("="))
                for column, value in enumerate(line, start=1)
            ]
    except csv.Error as error:
        raise InputError([f"{path.name}: not readable as csv: {error}"]) from None


def _figure(
    row: Mapping[str, Cell], indicators: Mapping[str, Indicator], areas: Mapping[str, str], last_year: int,
    faults: list[str],
) -> dict[str, Any] | None:  # fmt: skip
    """One row as a figure, None where a cell of it is wrong; the faults are added to the list."""
    readers = {
        "indicator": lambda text: _one_of(text, indicators),
        "year": lambda text: _whole_number(text, 1950, last_year),
        "area": lambda text: _one_of(text.zfill(3) if text.isdigit() else text, areas),
        "sex": lambda text: _one_of(text.casefold() or "total", ("total", "female", "male")),
        "value": _number,
        "count": lambda text: _number(text, least=0) if text else math.nan,
        "population": lambda text: _number(text, least=0) if text else math.nan,
    }
    figure: dict[str, Any] = {}
    for name, reader in readers.items():
        try:
            figure[name] = reader(cell_text(row[name]))
        except CellError as error:
            faults.append(f"{row[name].at}: {name} = {short(row[name].value)}: {error}")
    if len(figure) < len(readers):
        return None
    said = _disagreement(figure, indicators[figure["indicator"]].unit)
    if said:
        faults.append(f"{row['value'].at}: value = {short(row['value'].value)}: {said}")
    return None if said else figure


def _one_of(text: str, possible: Mapping[str, Any] | Sequence[str]) -> str:
    if text not in possible:
        raise CellError(("is empty" if not text else "") + guess(text, possible).lstrip(": "))
    return text


def _whole_number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
        raise CellError(f"must be a whole number from {least} to {most}")
    return int(text)


def _number(text: str, *, least: float = -1e12) -> float:
    """A number with a decimal comma or point; spaces between thousands are allowed."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace("\u2212", "-").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d+)?(e[+-]?\d{1,2})?", plain) or not least <= float(plain) <= 1e12:
        at_least = f" of at least {least:g}" if least > -1e12 else ""
        raise CellError(f"must be a number{at_least}, such as 12,5; leave the whole row out where it is not known")
    return float(plain)


def _disagreement(figure: Mapping[str, Any], unit: str) -> str | None:
    """What a row says against itself, None where it does not."""
    value, count, population = figure["value"], figure["count"], figure["population"]
    if unit == "percent" and not 0 <= value <= 100:
        return "must be from 0 to 100 for a percentage"
    if unit == "percent" and count > population:
        return f"{count:g} people out of {population:g} is not possible"
    if unit == "percent" and population > 0 and abs(value - 100 * count / population) > 0.51:
        return f"{count:g} out of {population:g} is {100 * count / population:.1f} %"
    return None
