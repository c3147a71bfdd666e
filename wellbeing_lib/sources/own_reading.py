"""Reads filled forms cell by cell: every fault names file, sheet, cell, value and what is possible.

A spreadsheet is somebody else's file: its size is bounded before it is opened, and a formula is not a figure. A figure
is a total of the municipality: parts by sex or by area would tell by subtraction what is hidden for being small.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..faults import InputError
from ..params import Indicator
from ..params.reading import guess, short
from ..plain_numbers import decimal_number, whole_number
from ..spreadsheet_texts import refuse_personal_sheets
from ..spreadsheets import Cell, CellError, cell_text, csv_lines, sheet_lines

COLUMN_HELP = (
    ("indicator", "mittarin avain: valitse luettelosta", "the indicator's key: choose from the list"),
    ("year", "vuosi, jota luku koskee", "the year the figure is of"),
    ("municipality", "kunnan koodi; luku koskee koko kuntaa", "the municipality's code; the figure is of all of it"),
    ("value", "mittarin arvo sen omassa yksikössä", "the indicator's value in its own unit"),
    ("count", "montako henkilöä (tai tapahtumaa) arvon takana on; osuudelle, suhdeluvulle ja keskiarvolle pakollinen",
     "how many people (or events) are behind the value; a share, a rate and a mean need it"),
    ("population", "montako henkilöä joukossa on kaikkiaan; osuudelle ja suhdeluvulle pakollinen",
     "how many people the group has in all; a share and a rate need it"),
)  # fmt: skip
FIGURE_COLUMNS = [name for name, _, _ in COLUMN_HELP]
# What a value of each unit needs beside it, so that it shows how many people are behind it.
_NEEDED = {
    **dict.fromkeys(("percent", "per_100", "per_1000"), ("count", "population")),
    **dict.fromkeys(("points", "years"), ("count",)),
}
_PARTS = ("sex", "area")
_TOTALS = "the city's own figures are totals of the municipality, never parts by sex or by area"
_SHEET = "Figures"
_MOST_ROWS = 20_000


def read_forms(
    paths: Sequence[Path], *, indicators: Mapping[str, Indicator], municipality: str, last_year: int
) -> pd.DataFrame:
    """Every figure of the forms, checked: a table with the columns of `FIGURE_COLUMNS`.

    `municipality` is the code that each row has to name. Raises `InputError` with the faults of all forms at once.
    """
    refuse_personal_sheets(paths, numbers=False)
    faults: list[str] = []
    found: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    for path in paths:
        for row in _rows(path):
            figure = _figure(row, indicators, municipality, last_year, faults)
            if figure is None:
                continue
            key = (figure["indicator"], figure["year"])
            if key in found:
                faults.append(f"{row['indicator'].at}: {key[0]}, {key[1]}: stands in {found[key][0]} already")
            found.setdefault(key, (row["indicator"].at, figure))
    if faults:
        raise InputError(faults[:50])
    table = pd.DataFrame([figure for _, figure in found.values()], columns=FIGURE_COLUMNS)
    kinds = {"year": "int64", "value": "float64", "count": "float64", "population": "float64"}
    return table.astype({name: kinds.get(name, "str") for name in FIGURE_COLUMNS})


def _rows(path: Path) -> Iterator[dict[str, Cell]]:
    """The filled rows of a form, as cells by the name of their column."""
    columns, most = len(FIGURE_COLUMNS) + 5, _MOST_ROWS + 2
    lines = _csv_cells(path) if path.suffix == ".csv" else sheet_lines(path, _SHEET, columns=columns, rows=most)
    header = next(lines, [])
    names = [str(cell.value or "").strip().casefold() for cell in header]
    if parts := [name for name in _PARTS if name in names]:
        taken = f"take the column {' and '.join(parts)} away, and every row that is of a part"
        raise InputError([f"{path.name}: {_TOTALS}: {taken}"])
    absent = [name for name in FIGURE_COLUMNS if name not in names]
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


def _csv_cells(path: Path) -> Iterator[list[Cell]]:
    for number, line in enumerate(csv_lines(path), start=1):
        yield [
            Cell(value, f"{path.name}, row {number}, column {column}", value.startswith("="))
            for column, value in enumerate(line, start=1)
        ]


def _figure(
    row: Mapping[str, Cell], indicators: Mapping[str, Indicator], municipality: str, last_year: int, faults: list[str]
) -> dict[str, Any] | None:
    """One row as a figure, None where a cell of it is wrong; the faults are added to the list."""
    readers = {
        "indicator": lambda text: _one_of(text, indicators),
        "year": lambda text: _year(text, 1950, last_year),
        "municipality": lambda text: _ours(text, municipality),
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
    unit = indicators[figure["indicator"]].unit
    lacking = [name for name in _NEEDED.get(unit, ()) if math.isnan(figure[name])]
    faults += [
        f"{row[name].at}: {name} is empty: figures of fewer than 5 are hidden, and without it nobody can tell"
        for name in lacking
    ]
    said = _disagreement(figure, unit)
    if said:
        faults.append(f"{row['value'].at}: value = {short(row['value'].value)}: {said}")
    return None if said or lacking else figure


def _one_of(text: str, possible: Mapping[str, Any] | Sequence[str]) -> str:
    if text not in possible:
        raise CellError(("is empty" if not text else "") + guess(text, possible).lstrip(": "))
    return text


def _ours(text: str, municipality: str) -> str:
    """The municipality's code; a spreadsheet makes 91 of 091."""
    if re.fullmatch(r"[0-9]{1,3}", text) and text.zfill(3) == municipality:
        return municipality
    raise CellError(f"must be {municipality}: {_TOTALS}")


def _year(text: str, least: int, most: int) -> int:
    try:
        number = whole_number(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise CellError(f"must be a whole number from {least} to {most}")
    return number


def _number(text: str, *, least: float = -1e12) -> float:
    """A number with a decimal comma or point; spaces between thousands are allowed."""
    try:
        number = decimal_number(re.sub(r"[ \u00a0\u202f]", "", text))
    except ValueError:
        number = math.nan
    if not least <= number <= 1e12:
        at_least = f" of at least {least:g}" if least > -1e12 else ""
        raise CellError(f"must be a number{at_least}, such as 12,5; leave the whole row out where it is not known")
    return number


def _disagreement(figure: Mapping[str, Any], unit: str) -> str | None:
    """What a row says against itself, None where it does not."""
    value, count, population = figure["value"], figure["count"], figure["population"]
    if unit == "percent" and not 0 <= value <= 100:
        return "must be from 0 to 100 for a percentage"
    if population == 0:
        return "is of a population of 0; leave the whole row out"
    if unit == "percent" and count > population:
        return f"{count:g} people out of {population:g} is not possible"
    if unit == "percent" and population > 0 and abs(value - 100 * count / population) > 0.51:
        return f"{count:g} out of {population:g} is {100 * count / population:.1f} %"
    return None
