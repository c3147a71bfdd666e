"""Hides small counts, and what would reveal them by subtraction: a table in, which rows to hide out.

A row is sensitive when fewer people than the threshold are behind it (none at all included), or when fewer than that
are left outside a share. Hidden rows lose value, count and population alike. Where totals are published (women + men =
all, municipalities = their region) a lone hidden row would be the total less the rest, so another is hidden beside it;
the hidden rows under a published total must also add up to the threshold, or "less than five" could be read from it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

THRESHOLD = 5
_PARTS = ("female", "male")
_ROUNDING = 0.05  # half of the last decimal of a share with one decimal
_PEOPLE_PER = {"percent": 100, "per_100": 100, "per_1000": 1000}

Cell = tuple[str, str]  # area, sex


@dataclass(frozen=True)
class Sum:
    """A total and its parts: `whole` = the sum of `parts`; `rest` is what the parts that are not given would be."""

    whole: Cell
    parts: tuple[Cell, ...]
    rest: bool

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The total and its parts."""
        return (self.whole, *self.parts)


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
        small = {cell for cell, row in cells.items() if _sensitive(row, people[cell], unit, threshold)}
        covered = _covered(people, small, _sums(people, member_of), threshold)
        hidden |= {(indicator, year, *cell) for cell in covered}
    keys = zip(figures["indicator"], figures["year"], figures["area"], figures["sex"], strict=True)
    return pd.Series([key in hidden for key in keys], index=figures.index, dtype=bool)


def _sensitive(row: Mapping, people: float, unit: str, threshold: int) -> bool:
    """Whether a row is small, or leaves few outside; a rounded share without a count is taken at its fewest people."""
    fewest = people
    if np.isnan(row["count"]) and unit in _PEOPLE_PER:
        fewest -= _ROUNDING * row["population"] / _PEOPLE_PER[unit]
    outside = row["population"] - people
    few_outside = unit in _PEOPLE_PER and 0 < outside < threshold
    return bool(fewest <= threshold - 1 or row["population"] < threshold or few_outside)


def _sums(people: Mapping[Cell, float], member_of: Mapping[str, str]) -> list[Sum]:
    """Every total with parts among the cells: by sex within an area, by area within a sex."""
    areas = list(dict.fromkeys(area for area, _ in people))
    sums = []
    for area in areas:
        parts = tuple((area, sex) for sex in _PARTS if (area, sex) in people)
        if (area, "total") in people and parts:
            sums.append(Sum((area, "total"), parts, rest=len(parts) < len(_PARTS)))
    for area, sex in people:
        # a wellbeing county lies in a region, and its municipalities are known as the region's
        region = member_of.get(area, "") if area.startswith("HVA") else area
        parts = tuple((part, sex) for part in areas if member_of.get(part) == region and (part, sex) in people)
        parts = tuple(part for part in parts if part[0] != area and not part[0].startswith("HVA"))
        if parts and area[:1] in "MHS":
            known = sum(home == region and not part.startswith("HVA") for part, home in member_of.items())
            sums.append(Sum((area, sex), parts, rest=len(parts) < known))
    return sums


def _covered(people: Mapping[Cell, float], small: set[Cell], sums: list[Sum], threshold: int) -> set[Cell]:
    """The small cells, and beside them as many as it takes that none can be recovered."""
    hidden = set(small)
    while True:
        extra = next(_needed(people, hidden, sums, threshold), None)
        if extra is None:
            return hidden
        hidden.add(extra)


def _needed(people: Mapping[Cell, float], hidden: set[Cell], sums: list[Sum], threshold: int) -> Iterator[Cell]:
    """Cells to hide next, for as long as something hidden can be recovered."""
    for one in sums:
        if _reveals(one, people, hidden, threshold):
            yield from _candidates(one, people, hidden)
    determined = _determined(hidden, sums)
    for one in sums:
        if determined.intersection(one.cells):
            yield from _candidates(one, people, hidden)


def _reveals(one: Sum, people: Mapping[Cell, float], hidden: set[Cell], threshold: int) -> bool:
    """Whether what a total leaves for its hidden or absent parts is small, or one cell alone."""
    if one.whole in hidden:
        return not hidden.intersection(one.parts) and not one.rest
    unknown = [part for part in one.parts if part in hidden]
    left = people[one.whole] - sum(people[part] for part in one.parts if part not in hidden)
    if one.rest:
        return bool(left < threshold)
    return len(unknown) == 1 or (bool(unknown) and bool(left < threshold))


def _candidates(one: Sum, people: Mapping[Cell, float], hidden: set[Cell]) -> list[Cell]:
    """What can be hidden beside: the smallest part, the total last, for it is what most readers look for."""
    parts = sorted((cell for cell in one.parts if cell not in hidden), key=lambda cell: (people[cell], cell))
    return [*parts, *([one.whole] if one.whole not in hidden else [])]


def _determined(hidden: set[Cell], sums: list[Sum]) -> set[Cell]:
    """The hidden cells that several sums together give away, though none does alone: those without a null direction."""
    cells = sorted(hidden)
    place = {cell: index for index, cell in enumerate(cells)}
    rows = [one for one in sums if not one.rest and place.keys() & set(one.cells)]
    if not rows:
        return set()
    matrix = np.zeros((len(rows), len(cells)))
    for row, one in zip(matrix, rows, strict=True):
        for part in place.keys() & set(one.parts):
            row[place[part]] = 1
        if one.whole in place:
            row[place[one.whole]] = -1
    _, sizes, directions = np.linalg.svd(matrix)
    free = directions[int((sizes > 1e-9).sum()) :]
    return {cell for cell, index in place.items() if not np.any(np.abs(free[:, index]) > 1e-9)}
