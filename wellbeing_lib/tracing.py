"""Holds what a notebook shows against the library, and names each number for the open data.

A column whose name the library knows must hold the library's values; any other number is the
chapter's own and gets a name of its own. Nothing is written or shown here.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from .book import Book
from .faults import InputError
from .verdict import Figure, result_figures
from .wording.labels import UNIT

CHAPTER = "__chapter__"  # in a name, until the page is put together and the chapter is known
OBSERVED = {"value": "observation", "count": "observation_count", "population": "observation_population"}
DECIMALS = {"probability": 3, "number": 0, "people": 0, "persons": 0, "areas": 0, "years": 0}
OTHERWISE = "give the column a name of its own, if it is something else"
UNNAMED = re.compile(r"[^\w.-]+")  # what the name of a number does not hold
Unit = str | tuple[str, int]


@dataclass
class Tracing:
    """Names the numbers of one piece; `figures` are those that the open data would not hold otherwise.

    `piece` is the name of the piece in its chapter, such as "table-1"; `units` gives columns of the
    chapter's own their unit, or unit and decimals, where those of the row's indicator do not fit.
    """

    book: Book
    piece: str
    units: Mapping[str, Unit] = field(default_factory=dict)
    figures: dict[tuple, Figure] = field(default_factory=dict)

    def cell(self, row: Mapping[str, Any], column: str, value: Any = None) -> Figure | Any:
        """The figure of a number, any other value as it is; None where it is missing.

        `row` tells `key`, `area`, `year` and `sex` as far as they are known. Raises `InputError`
        where a known column holds another value than the library does.
        """
        value = row.get(column) if value is None else value
        key = row.get("key")
        if key in self._results.index and column in self._results.columns:
            return self._result(str(key), column, value)
        if column in OBSERVED and key in self.book.page.params.indicators and _present(row.get("area")):
            return self._observed(row, column, value)
        if not _present(value):
            return None
        if isinstance(value, str | bool) or column == "deadline" or column.endswith("year"):
            return value
        if not pd.api.types.is_number(value):
            return str(value)
        return self._derived(row, column, value)

    def observed(self, key: str, area: str, year: int | None, value: Any) -> Figure | None:
        """A value of a series, as `book.series` lays them out; checked like a column `value`."""
        return self._observed({"key": key, "area": area, "year": year}, "value", value)

    @cached_property
    def _results(self) -> pd.DataFrame:
        return self.book.indexed_results

    def _result(self, key: str, column: str, value: Any) -> Figure | Any:
        held = self._results.at[key, column]
        _require(value, held, f"{key}.{column}", "results")
        verdict = self.book.page.verdicts[key]
        figures = result_figures(verdict)
        if column in figures:
            return figures[column] or None
        return value if _present(value) else None

    def _observed(self, row: Mapping[str, Any], column: str, value: Any) -> Figure | None:
        key, area, sex = str(row["key"]), str(row["area"]), str(row.get("sex") or "total")
        year = int(row["year"]) if _present(row.get("year")) else self.book.compared_year(key)
        if year is None:
            raise InputError([f"{self.piece}: {key}.{column}: the row has no year, so nobody can tell which it is of"])
        held = self.book.observed(key, area, year, sex).get(column)
        _require(value, held, f"{key}.{column} ({area}, {year})", "observations")
        if not _present(value):
            return None
        measure = OBSERVED[column] if sex == "total" else f"{OBSERVED[column]}_{sex}"
        for known in (measure, "area_value") if column == "value" and sex == "total" else (measure,):
            if (key, area, year, known) in self.book.figures:
                return self.book.figures[key, area, year, known]
        indicator = self.book.page.params.indicators[key]
        unit, decimals = (indicator.unit, indicator.decimals) if column == "value" else ("people", 0)
        return self._kept(Figure(key, area, year, measure, float(value), unit, decimals))

    def _derived(self, row: Mapping[str, Any], column: str, value: Any) -> Figure:
        """A number of the chapter's own: of the row's indicator, or of the page as a whole."""
        key = row.get("key")
        indicator = self.book.page.params.indicators.get(str(key)) if _present(key) else None
        unit, decimals = self._unit(column, indicator, value)
        year = int(row["year"]) if _present(row.get("year")) else None
        area = str(row["area"]) if _present(row.get("area")) else self.book.municipality
        name, name_of_all = indicator.key if indicator else "page", f"{CHAPTER}/{self.piece}/{UNNAMED.sub('_', column)}"
        figure = Figure(name, area, year, name_of_all, float(value), unit, decimals)
        if _name(figure) in self.figures:
            number = sum(one.measure.startswith(f"{name_of_all}/") for one in self.figures.values()) + 2
            figure = Figure(name, area, year, f"{name_of_all}/{number}", float(value), unit, decimals)
        return self._kept(figure)

    def _unit(self, column: str, indicator: Any, value: Any) -> tuple[str, int]:
        """The unit and decimals of a column: as given, as the row's indicator, or a plain number."""
        if column in self.units:
            given = self.units[column]
            unit, decimals = given if isinstance(given, tuple) else (given, DECIMALS.get(given, 1))
            if unit not in UNIT:
                raise InputError([f'{self.piece}: the unit of "{column}" = "{unit}": not one of {", ".join(UNIT)}'])
            return unit, decimals
        if pd.api.types.is_integer(value):
            return "number", 0
        return (indicator.unit, indicator.decimals) if indicator else ("number", 1)

    def _kept(self, figure: Figure) -> Figure:
        self.figures[_name(figure)] = figure
        return figure


def _name(figure: Figure) -> tuple:
    return figure.indicator, figure.area, figure.year, figure.measure


def _present(value: Any) -> bool:
    return value is not None and not (pd.api.types.is_scalar(value) and pd.isna(value)) and value != ""


def _require(value: Any, held: Any, what: str, where: str) -> None:
    """Stop where the library holds something else."""
    if not _present(value) and not _present(held):
        return
    if _present(value) and _present(held):
        numbers = all(pd.api.types.is_number(one) for one in (value, held))
        if math.isclose(value, held, rel_tol=1e-9, abs_tol=1e-12) if numbers else value == held:
            return
    shows, holds = (_written(one) if _present(one) else "nothing" for one in (value, held))
    raise InputError([f"the table shows {shows} for {what}, the {where} hold {holds}: {OTHERWISE}"])


def _written(value: Any) -> str:
    return f"{value:g}" if pd.api.types.is_number(value) else str(value)
