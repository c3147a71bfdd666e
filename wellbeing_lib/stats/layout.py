"""What must be known of a series before a method is chosen: steps, cycles, rounding; no test, no verdict."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .series import Floats, as_given, ascending, groups_of_equal_length, missing, no_reason, rows

STEP_LIMIT = 7.0  # times the usual yearly change; see `undeclared_step`
FEWEST_FOR_STEP = 8
LARGEST_ROUNDING = 0.02  # of the population


@dataclass(frozen=True, eq=False)
class Step:
    """The largest odd yearly change: its `year` (the first after it), `size`, and `kind`: "step", "glitch" or ""."""

    year: Floats
    size: Floats
    kind: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class InferredPeople:
    """The fewest and the most people that a rounded share and its cases allow."""

    low: Floats
    high: Floats
    reason: NDArray[np.str_]


def undeclared_step(values: ArrayLike, years: ArrayLike) -> Step:
    """The year in which a series seems to have been broken, for the analyst to look at; never used by a test.

    The largest change between neighbouring values counts when it is further from the median change than
    seven times the median distance. If the values stay on the new side it is a "step" (a definition may have changed),
    if the next one returns it is a "glitch" (a figure may be wrong). Fewer than eight points: none. Seven lets the
    known breaks of Kajaani's series through and stays silent on the others: a hint, so no test stands behind it.

    `values` (years,) or (series, years), NaN missing; `years` (years,), ascending, else `ValueError`.

    >>> step = undeclared_step([61.2, 61.2, 59.2, 69.8, 70.0, 69.4, 67.6, 67.5, 72.9], range(2010, 2019))
    >>> step.year.item(), step.kind.item()
    (2013.0, 'step')
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    year, size, kind = missing(len(table)), missing(len(table)), no_reason(len(table))
    for members, points, when in groups_of_equal_length(table, calendar):
        if points.shape[1] >= FEWEST_FOR_STEP:
            first, change, glitch = oddest_change(points)
            odd = first > 0
            row = np.arange(len(points))
            year[members] = np.where(odd, when[row, first], np.nan)
            size[members] = np.where(odd, change, np.nan)
            kind[members] = np.where(odd, np.where(glitch, "glitch", "step"), "")
    return as_given(Step(year, size, kind), single)


def oddest_change(points: Floats) -> tuple[NDArray[np.intp], Floats, NDArray[np.bool_]]:
    """Column of the first value after the oddest change (0 where none is odd), its size and whether it went back."""
    changes = np.diff(points, axis=1)
    away = np.abs(changes - np.median(changes, axis=1, keepdims=True))
    spread = np.median(away, axis=1)
    # rounded series often do not move at all: then the average distance stands in for the median
    spread = np.where(spread > 0, spread, away.mean(axis=1))
    row, at = np.arange(len(points)), away.argmax(axis=1)
    odd = away[row, at] > STEP_LIMIT * spread
    undone = (changes[:, 1:] * changes[:, :-1] < 0) & (
        np.minimum(np.abs(changes[:, 1:]), np.abs(changes[:, :-1]))
        > np.maximum(np.abs(changes[:, 1:]), np.abs(changes[:, :-1])) / 2
    )
    edge = np.zeros((len(points), 1), dtype=bool)
    by_next, by_last = np.hstack([undone, edge])[row, at], np.hstack([edge, undone])[row, at]
    start = np.where(by_last & ~by_next, at - 1, at)
    return np.where(odd, start + 1, 0), changes[row, start], by_next | by_last


def cycle_means(values: ArrayLike, years: ArrayLike, *, cycle: int = 2) -> tuple[Floats, Floats]:
    """Means over each full `cycle` of years, counted back from the last year, and the last year of each.

    For series that follow other people every year, such as breast screening, which invites in alternating cohorts.
    The means do not overlap, so they can be tested. Missing where a year of the cycle is missing. `values` (years,) or
    (series, years); gives means (cycles,) or (series, cycles) in their units, and years (cycles,). `ValueError` for a
    cycle below one year or years that do not ascend.

    >>> means, years = cycle_means([80.0, 90.0, 82.0, 92.0], [2021, 2022, 2023, 2024])
    >>> means.tolist(), years.tolist()
    ([85.0, 87.0], [2022.0, 2024.0])
    """
    if cycle < 1:
        raise ValueError(f"cycle must be at least 1 year, not {cycle}")
    calendar = ascending(years)
    table, single = rows(values, calendar)
    ends = calendar[-1] - np.arange(0, calendar[-1] - calendar[0] + 1, cycle)[::-1]
    means = np.full((len(table), ends.size), np.nan)
    for number, end in enumerate(ends):
        inside = (calendar > end - cycle) & (calendar <= end)
        if inside.sum() == cycle:
            means[:, number] = table[:, inside].mean(axis=1)
    whole = ends - cycle + 1 >= calendar[0]
    means, ends = means[:, whole], ends[whole]
    return (means[0] if single else means), ends


def counts_from_share(value: ArrayLike, cases: ArrayLike, *, decimals: int = 1, per: float = 100) -> InferredPeople:
    """The people behind a published share and its cases, at both ends of the rounding.

    `value` is as published (`per` 100: per cent) with so many `decimals`. Use both ends; if the class turns between
    them nothing can be said. `reason` is "rounding" where the two lie more than 2 % apart, "no_counts" where missing.

    >>> people = counts_from_share(12.1, 2386)
    >>> people.low.round().item(), people.high.round().item()
    (19638.0, 19801.0)
    """
    share, part = np.broadcast_arrays(np.asarray(value, dtype=float), np.asarray(cases, dtype=float))
    half = 0.5 * 10.0**-decimals
    known = np.isfinite(share) & np.isfinite(part) & (share >= 0) & (part >= 0)
    usable = known & (share > half) & (part > 0)
    safe = np.where(usable, share, 1 + half)
    low = np.where(usable, part * per / (safe + half), np.nan)
    high = np.where(usable, part * per / (safe - half), np.nan)
    wide = ~usable | (np.where(usable, high / np.where(usable, low, 1), np.inf) > 1 + LARGEST_ROUNDING)
    reason = np.where(known, np.where(wide, "rounding", ""), "no_counts")
    return InferredPeople(low, high, reason)
