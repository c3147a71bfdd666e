"""Hides small counts, and what would reveal them by subtraction: a table in, which rows to hide out.

A row is sensitive when fewer people than the threshold are behind it (none at all included), or when fewer than that
are left outside a share. Hidden rows lose value, count and population alike. Where totals are published (women + men =
all, municipalities = their region) a lone hidden row would be the total less the rest, so others are hidden beside it,
until `attack` can neither tell the value of a hidden row nor show of any group, given or not, that it is small.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..observations import SEXES
from .attack import determined, surely_small

THRESHOLD = 5
_ROUNDING = 0.05  # half of the last decimal of a share with one decimal
_PEOPLE_PER = {"percent": 100, "per_100": 100, "per_1000": 1000}

Cell = tuple[str, str]  # area, sex
Sum = tuple[Cell, ...]  # a total, then its parts


def people_behind(row: Mapping, unit: str) -> float:
    """How many people a row tells of: the count, else what value and population say; NaN where nothing does.

    >>> people_behind({"value": 7.4, "count": float("nan"), "population": 50.0}, "percent")
    3.7
    """
    if not np.isnan(row["count"]):
        return float(row["count"])
    if unit == "persons":
        return float(row["value"])
    return float(row["value"] * row["population"] / _PEOPLE_PER[unit]) if unit in _PEOPLE_PER else np.nan


def hidden_rows(
    figures: pd.DataFrame, *, units: Mapping[str, str], member_of: Mapping[str, str], threshold: int = THRESHOLD
) -> pd.Series:
    """Which rows of a table of figures must not be published, True for those.

    `units` gives the unit of each indicator, `member_of` the region of each area.
    """
    groups: defaultdict[tuple[str, int], dict[Cell, dict[str, Any]]] = defaultdict(dict)
    for row in figures.to_dict("records"):
        groups[row["indicator"], row["year"]][row["area"], row["sex"]] = {str(name): row[name] for name in row}
    hidden = set()
    for (indicator, year), cells in groups.items():
        unit = units[indicator]
        people = {cell: people_behind(row, unit) for cell, row in cells.items()}
        spread = {cell: _spread(row, unit) for cell, row in cells.items()}
        small = {cell for cell, row in cells.items() if _sensitive(row, people[cell], spread[cell], unit, threshold)}
        covered = _covered(people, spread, small, _sums([area for area, _ in cells], member_of), threshold)
        hidden |= {(indicator, year, *cell) for cell in covered}
    keys = zip(figures["indicator"], figures["year"], figures["area"], figures["sex"], strict=True)
    return pd.Series([key in hidden for key in keys], index=figures.index, dtype=bool)


def _spread(row: Mapping, unit: str) -> float:
    """By how many people the number can be off where it is inferred from a rounded share."""
    inferred = np.isnan(row["count"]) and unit in _PEOPLE_PER and not np.isnan(row["population"])
    return float(_ROUNDING * row["population"] / _PEOPLE_PER[unit]) if inferred else 0.0


def _sensitive(row: Mapping, people: float, spread: float, unit: str, threshold: int) -> bool:
    """Whether a row is small, or leaves few outside; a rounded share is taken at its fewest people."""
    outside = row["population"] - people
    few_outside = unit in _PEOPLE_PER and 0 < outside < threshold
    few = people < threshold or people - spread <= threshold - 1
    return bool(few or row["population"] < threshold or few_outside)


def _covered(
    people: Mapping[Cell, float], spread: Mapping[Cell, float], small: set[Cell], sums: list[Sum], threshold: int
) -> set[Cell]:
    """The small cells, and beside them as many as it takes that no sum gives any away."""
    cells = list(dict.fromkeys([*people, *(cell for one in sums for cell in one)]))
    place = {cell: index for index, cell in enumerate(cells)}
    matrix = np.zeros((len(sums), len(cells)))
    for row, (whole, *parts) in zip(matrix, sums, strict=True):
        row[place[whole]] = 1
        row[[place[part] for part in parts]] = -1
    hidden = set(small)
    while True:
        shown = [cell for cell in people if cell not in hidden and not np.isnan(people[cell])]
        low, high = np.zeros(len(cells)), np.full(len(cells), np.inf)
        for cell in shown:
            low[place[cell]], high[place[cell]] = max(0.0, people[cell] - spread[cell]), people[cell] + spread[cell]
        given_away = determined(matrix, low == high) & np.array([cell in hidden for cell in cells])
        given_away |= surely_small(matrix, low, high, threshold=threshold)
        if not given_away.any() or not shown:
            return hidden
        hidden.add(_beside(cells[int(np.argmax(given_away))], sums, people, shown))


def _beside(cell: Cell, sums: list[Sum], people: Mapping[Cell, float], shown: list[Cell]) -> Cell:
    """What to hide beside a cell: the smallest part of its sums, a total last, for most readers look for it."""
    related = {other for one in sums if cell in one for other in one}
    wholes = {whole for whole, *_ in sums}
    return min(shown, key=lambda other: (other not in related, other in wholes, people[other], other))


def _sums(areas: list[str], member_of: Mapping[str, str]) -> list[Sum]:
    """Every total and its parts, given or not: by sex within an area, by area within a sex.

    Of the country only some regions are known here, so its sum has an unnamed rest; a wellbeing county lies in a
    region, and its municipalities are known as the region's.
    """
    towns = {
        area: [part for part, home in member_of.items() if home == (member_of.get(area) if area[:3] == "HVA" else area)
               and part[:3] != "HVA" and part != area]
        for area in areas if area[:1] in "MHS"
    }  # fmt: skip
    every = dict.fromkeys([*areas, *(part for parts in towns.values() for part in parts)])
    sums = [((area, "total"), (area, "female"), (area, "male")) for area in every]
    for area, parts in towns.items():
        rest = ["the rest"] if area == "SSS" else []
        sums += [tuple((part, sex) for part in (area, *parts, *rest)) for sex in SEXES if parts]
    return sums
