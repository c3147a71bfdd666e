"""The newest value of a series against the years before it; no direction, no target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .series import Floats, as_given, ascending, groups_of_equal_length, missing, no_reason, rows
from .variation import EXACT

LONGEST, FEWEST = 10, 6  # years before the newest
NEAR_LIMIT = 0.1  # of the possible range; nearer to an end values cannot move evenly


@dataclass(frozen=True, eq=False)
class Newest:
    """What the years before let expect of the newest value.

    `unusual`: -1 low, 0 within the usual range, 1 high. `reason`: "few_points", "constant",
    "ceiling" or "".
    """

    expected: Floats
    low: Floats
    high: Floats
    unusual: Floats
    reason: NDArray[np.str_]


def prediction_interval(
    values: ArrayLike,
    years: ArrayLike,
    *,
    confidence: float = 0.95,
    rounding: float = 0.0,
    limits: tuple[float, float] | None = None,
) -> Newest:
    """Prediction interval for the newest value of each series from up to ten values before it.

    A straight line through the earlier values, prolonged to the newest one's year, with the
    interval for one new observation; the interval of the mean would be the wrong one. The newest
    value is the last one observed, and six before it are the fewest ("few_points" below). The
    interval is that of any textbook of regression (Draper & Smith 1998, 1.4).

    Parameters: `values` (years,) or (series, years) in any unit, NaN missing; `years` (years,),
    ascending. `rounding`: the step to which values were rounded. Its variance, step squared / 12,
    is added to that around the line, so that equal published values do not pass for certainty,
    and the newest value is unusual only if all that it may stand for lies outside. `limits`: the
    least and the greatest possible value, (0, 100) for percentages. Where the earlier values lie
    within a tenth of the range from either, or the interval would leave the range, the line is
    fitted on the logit scale; a value on the limit itself then counts as half a step inside.

    Returns `Newest` in the units of the values. Values that lie exactly on a line give no measure
    of the ordinary without rounding ("constant"), values on a limit no logit ("ceiling").
    Raises ValueError where years do not ascend, shapes differ, limits are not ascending, or
    rounding is below 0.

    >>> newest = prediction_interval([5, 7, 6, 5, 6, 7, 6, 12], range(2017, 2025))
    >>> newest.unusual.item(), newest.low.round(1).item(), newest.high.round(1).item()
    (1.0, 3.5, 9.3)
    >>> prediction_interval([5.0] * 8 + [5.1], range(9), rounding=0.1).unusual.item()
    0.0
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    if not rounding >= 0:
        raise ValueError(f"rounding must be 0 or more, not {rounding}")
    if limits is not None and not limits[0] < limits[1]:
        raise ValueError(f"limits must be the least and the greatest possible value, not {limits}")
    expected, low, high, unusual = (missing(len(table)) for _ in range(4))
    reason = no_reason(len(table))
    reason[(~np.isnan(table)).sum(axis=1) < FEWEST + 1] = "few_points"
    for members, points, when in groups_of_equal_length(table, calendar):
        if points.shape[1] < FEWEST + 1:
            continue
        before, time = points[:, -LONGEST - 1 : -1], when[:, -LONGEST - 1 : -1]
        middle, half, exact = line_prediction(
            before, time, when[:, -1], confidence, added=np.full(len(before), rounding**2 / 12)
        )
        lower, upper = middle - half, middle + half
        why = np.where(exact & (rounding == 0), "constant", "")
        if limits is not None:
            bent = near_limits(before, lower, upper, limits)
            middle[bent], lower[bent], upper[bent], touching = logit_prediction(
                before[bent], time[bent], when[bent, -1], confidence, rounding, limits
            )
            why[bent] = np.where(touching, "ceiling", why[bent])
        without = why != ""
        lower[without] = upper[without] = np.nan
        newest = points[:, -1]
        above, below = newest - rounding / 2 > upper, newest + rounding / 2 < lower
        expected[members], low[members], high[members] = middle, lower, upper
        unusual[members] = np.where(without, np.nan, above.astype(float) - below)
        reason[members] = why
    return as_given(Newest(expected, low, high, unusual, reason), single)


def line_prediction(
    points: Floats, when: Floats, year: Floats, confidence: float, *, added: Floats | None = None
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Least-squares line of each row prolonged to `year`, with half the width of the interval.

    The interval is that of one observation; `added` is variance (rows,) on top of that around the
    line. Also which rows lie exactly on their line.
    """
    n = points.shape[1]
    middle, level = when.mean(axis=1), points.mean(axis=1)
    away = when - middle[:, None]
    squares = (away**2).sum(axis=1)
    slope = (points * away).sum(axis=1) / squares
    residual = points - level[:, None] - slope[:, None] * away
    exact = np.abs(residual).max(axis=1) <= EXACT * np.abs(points).max(axis=1)
    variance = np.where(exact, 0, (residual**2).sum(axis=1) / (n - 2))
    variance = variance if added is None else variance + added
    error = np.sqrt(variance * (1 + 1 / n + (year - middle) ** 2 / squares))
    half = error * special.stdtrit(n - 2, 0.5 + confidence / 2)
    return level + slope * (year - middle), half, exact


def near_limits(
    before: Floats,
    lower: Floats,
    upper: Floats,
    limits: tuple[float, float],
) -> NDArray[np.bool_]:
    """Rows whose earlier values lie near a limit, or whose interval would leave the limits."""
    least, most = limits
    share = (before.mean(axis=1) - least) / (most - least)
    near = (share < NEAR_LIMIT) | (share > 1 - NEAR_LIMIT)
    return near | (lower < least) | (upper > most)


def logit_prediction(
    before: Floats,
    time: Floats,
    year: Floats,
    confidence: float,
    rounding: float,
    limits: tuple[float, float],
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Expected value and interval by a line on the logit scale, and which rows have no logit."""
    least, span = limits[0], limits[1] - limits[0]
    step = rounding / span
    share = np.clip((before - least) / span, step / 2, 1 - step / 2)
    touching = np.abs(share - 0.5).max(axis=1) >= 0.5
    share = np.where(touching[:, None], 0.5, share)
    mean = share.mean(axis=1)
    added = step**2 / 12 / (mean * (1 - mean)) ** 2
    middle, half, _ = line_prediction(special.logit(share), time, year, confidence, added=added)
    ends = (least + span * special.expit(middle + side * half) for side in (0, -1, 1))
    expected, lower, upper = (np.where(touching, np.nan, end) for end in ends)
    return expected, lower, upper, touching
