"""Reads Sotkanet's figures from JSON or CSV: lenient to how they are written, strict to what they say."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..faults import InputError
from ..plain_numbers import decimal_number, whole_number
from .web import ODD, OddAnswerError


class Figure(NamedTuple):
    """One published figure: a region's value for a year and sex, and the absolute value where there is one."""

    region: int
    year: int
    sex: str
    value: float
    cases: float | None


class Asked(NamedTuple):
    """What was asked for; a row of anything else is not an answer to it."""

    indicator: int
    years: frozenset[int]
    sexes: frozenset[str]


def read_figures(answer: Any, asked: Asked) -> list[Figure]:
    """The figures of an answer, each once; OddAnswerError for what is no answer, InputError for what would corrupt.

    Written as upstream has written them over the years: integers as text, `"primary value"` for `value`, decimal
    commas, no `absValue`, null for a missing value. A row of another indicator, year or sex than asked for, or two
    rows for one figure that differ, stop the fetch.
    """
    found: dict[tuple[int, int, str], Figure] = {}
    for row in _entries(answer):
        try:
            whose = whole_number(row["indicator"])
            region, year, sex = (
                whole_number(row["region"]),
                whole_number(row["year"]),
                str(row["gender"]).strip().casefold(),
            )
            value = _number(_first(row, "value", "primary value"))
            count = _number(_first(row, "absValue", "absolute value"))
        except ODD as error:
            raise OddAnswerError(f"not a list of figures ({type(error).__name__}: {error} in {_short(row)})") from None
        if whose != asked.indicator or year not in asked.years or sex not in asked.sexes:
            raise InputError(
                [f"/json: asked for indicator {asked.indicator}, was given a row of something else: {_short(row)}"]
            )
        if value is None:
            continue
        figure = Figure(region, year, sex, value, count)
        if found.setdefault((region, year, sex), figure) != figure:
            raise InputError(
                [f"/json: indicator {asked.indicator}, region {region}, {year}, {sex} stands twice with different "
                 f"values ({found[region, year, sex].value:g} and {value:g}); nothing was written"]
            )  # fmt: skip
    return list(found.values())


def _entries(answer: Any) -> Iterable[Mapping[str, Any]]:
    """The rows of a JSON answer, or of a CSV one with `;` or `,` between its fields."""
    if isinstance(answer, str):
        return _csv_rows(answer)
    if not isinstance(answer, list):
        raise OddAnswerError(f"not a list of figures but {_short(answer)}")
    return answer


def _csv_rows(text: str) -> Iterator[Mapping[str, Any]]:
    delimiter = ";" if ";" in text.lstrip("\r\n")[:1000].partition("\n")[0] else ","
    try:
        yield from csv.DictReader(io.StringIO(text, newline=None), delimiter=delimiter)
    except csv.Error as error:  # a field of more than 131,072 letters, say
        raise OddAnswerError(f"not a list of figures (not readable as csv: {error})") from None


def _first(row: Mapping[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if name in row), None)


def _number(written: Any) -> float | None:
    """A number as JSON or CSV may write it, None where it is missing.

    >>> _number("7,4"), _number("2406"), _number(""), _number(None)
    (7.4, 2406.0, None, None)
    """
    if written is None or (isinstance(written, str) and not written.strip()):
        return None
    return decimal_number(written)


def _short(content: Any) -> str:
    text = str(content)
    return text if len(text) <= 120 else text[:117] + "..."
