"""The newest value of a series against the years before it; no direction, no target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .series import Floats, as_given, ascending, groups_of_equal_length, missing, no_reason, rows

LONGEST, FEWEST = 10, 6  # years before the newest


@dataclass(frozen=True, eq=False)
class Newest:
    """What the years before let expect of the newest value, and whether it is `unusual`: -1 low, 0 ordinary, 1 high."""

    expected: Floats
    low: Floats
    high: Floats
    unusual: Floats
    reason: NDArray[np.str_]


def newest_value(values: ArrayLike, years: ArrayLike, *, confidence: float = 0.95, rounding: float = 0.0) -> Newest:
    """Prediction interval for the newest value of each series from up to ten values before it.

    A straight line through the earlier values, prolonged to the newest one's year, with the interval for one new
    observation; the interval of the mean would be the wrong one. The newest value is the last one observed. Six values
    before it are the fewest ("few_points" below); values that were all equal give no measure of the ordinary
    ("constant"). Where published values are rounded to a step of `rounding`, the newest counts as unusual only if all
    that it may stand for lies outside. The interval is that of any textbook of regression (Draper & Smith 1998, 1.4).

    `values` (years,) or (series, years), NaN missing; `years` (years,), ascending. Units of the values. `ValueError`
    where years do not ascend or shapes differ.

    >>> newest = newest_value([5, 7, 6, 5, 6, 7, 6, 12], range(2017, 2025))
    >>> newest.unusual.item(), newest.low.round(1).item(), newest.high.round(1).item()
    (1.0, 3.5, 9.3)
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    expected, low, high, unusual = (missing(len(table)) for _ in range(4))
    reason = no_reason(len(table))
    reason[(~np.isnan(table)).sum(axis=1) < FEWEST + 1] = "few_points"
    for members, points, when in groups_of_equal_length(table, calendar):
        if points.shape[1] < FEWEST + 1:
            continue
        before, time = points[:, -LONGEST - 1 : -1], when[:, -LONGEST - 1 : -1]
        middle, half = line_prediction(before, time, when[:, -1], confidence)
        constant = (before == before[:, :1]).all(axis=1)
        reason[members[constant]] = "constant"
        expected[members] = middle
        half[constant] = np.nan
        low[members], high[members] = middle - half, middle + half
        newest = points[:, -1]
        outside = np.abs(newest - middle) - rounding / 2 > half
        unusual[members] = np.where(constant, np.nan, np.where(outside, np.sign(newest - middle), 0.0))
    return as_given(Newest(expected, low, high, unusual, reason), single)


def line_prediction(points: Floats, when: Floats, year: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Least-squares line of each row prolonged to `year`, and half the width of the interval of one observation."""
    n = points.shape[1]
    middle, level = when.mean(axis=1), points.mean(axis=1)
    away = when - middle[:, None]
    squares = (away**2).sum(axis=1)
    slope = (points * away).sum(axis=1) / squares
    residual = points - level[:, None] - slope[:, None] * away
    variance = (residual**2).sum(axis=1) / (n - 2)
    error = np.sqrt(variance * (1 + 1 / n + (year - middle) ** 2 / squares))
    return level + slope * (year - middle), error * special.stdtrit(n - 2, 0.5 + confidence / 2)
