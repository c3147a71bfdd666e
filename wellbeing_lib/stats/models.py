"""Trends of values by a straight line; counts, rates and shares over time are in `counts`, ranks in `trends`."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .correlation import slope_mixture
from .series import FEWEST_POINTS, Floats, as_given, ascending, groups_of_equal_years, missing, no_reason, rows

ROUNDING = 1e-12  # residuals below this share of the values are a perfect line, blurred by binary arithmetic


@dataclass(frozen=True, eq=False)
class ModelTrend:
    """A fitted trend, one entry a series; `change` runs from the first to the last year observed.

    `slope`, `low` and `high` are per year on the scale of the model (values, log or logit), `p` is two-sided, and
    `dispersion` the variance: around the line for values, as a multiple of what chance gives for counts. `reason` says
    why something is missing: "few_points", "constant"; of counts also "no_counts", "small_numbers", "ceiling".
    """

    n: NDArray[np.int_]
    slope: Floats
    low: Floats
    high: Floats
    p: Floats
    dispersion: Floats
    change: Floats
    change_low: Floats
    change_high: Floats
    reason: NDArray[np.str_]


def value_trend(values: ArrayLike, years: ArrayLike, *, confidence: float = 0.95) -> ModelTrend:
    """Straight line through each series, allowing for years that lean on the year before.

    Least squares alone calls a trend in a quarter of ten-year series whose errors have a correlation of .6 and no
    trend. Here the slope is averaged over three accounts of the series (years independent, half of a deviation carried
    over, nearly all of it), each weighted by its restricted likelihood; interval and p come from that one distribution
    and so agree. How it was chosen: docs/methods.md. Generalised least squares: Aitken 1935; restricted likelihood:
    Harville 1974.

    `values` (years,) or (series, years), NaN missing; `years` (years,), ascending. Slope per year and change (first to
    last year observed) in the units of the values; `dispersion` is the residual variance around the straight line.
    Below five points everything is missing ("few_points"); a series that never changes has the slope 0 and neither
    interval nor p ("constant"). `ValueError` where years do not ascend, shapes differ or confidence is not in 0-1.

    >>> trend = value_trend([7.1, 7.4, 7.3, 7.9, 8.2, 8.1, 8.6, 8.8], range(2016, 2024))
    >>> trend.p.item() < 0.05, bool(trend.low > 0)
    (True, True)
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    count = len(table)
    n = (~np.isnan(table)).sum(axis=1)
    slope, low, high, p, dispersion, span = (missing(count) for _ in range(6))
    reason = no_reason(count)
    reason[n < FEWEST_POINTS] = "few_points"
    for every, points_of, when in groups_of_equal_years(table, calendar):
        if when.size < FEWEST_POINTS:
            continue
        span[every] = when[-1] - when[0]
        constant = (points_of == points_of[:, :1]).all(axis=1)
        reason[every[constant]] = "constant"
        slope[every[constant]] = 0.0
        members, points = every[~constant], points_of[~constant]
        slope[members], low[members], high[members], p[members], dispersion[members] = line(points, when, confidence)
    return as_given(
        ModelTrend(n, slope, low, high, p, dispersion, slope * span, low * span, high * span, reason), single
    )


def line(points: Floats, years: Floats, confidence: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Slope, its limits, its p and the residual variance of rows without gaps that are not constant."""
    scale = np.abs(points).max(axis=1)
    shape = points / scale[:, None]
    shape = shape - shape.mean(axis=1, keepdims=True)
    centred = years - years.mean()
    slope = (shape @ centred) / (centred @ centred)
    bent = np.abs(shape - slope[:, None] * centred).max(axis=1) > ROUNDING
    low, high = slope.copy(), slope.copy()
    p, variance = np.zeros(len(points)), np.zeros(len(points))
    if bent.any():
        spread = shape[bent].std(axis=1)
        mixture = slope_mixture(shape[bent] / spread[:, None], years)
        slope[bent] = mixture.mean() * spread
        low[bent] = mixture.quantile((1 - confidence) / 2) * spread
        high[bent] = mixture.quantile((1 + confidence) / 2) * spread
        p[bent], variance[bent] = mixture.p(), mixture.variance * spread**2
    return slope * scale, low * scale, high * scale, p, variance * scale**2


def share_trend(shares: ArrayLike, years: ArrayLike, *, confidence: float = 0.95) -> ModelTrend:
    """`value_trend` on the logit scale, for shares above 90 or below 10 % that come without counts.

    Near its end a share cannot move evenly: from 2 to 1 % is a halving. `shares` are fractions (0-1). `slope` and
    `dispersion` are on the logit scale; `change` is in fractions, last minus first year observed, with the line turned
    around the mean level, so that its interval holds 0 exactly when that of the slope does. A series that touches 0 or
    1 has no logit ("ceiling"). Raises ValueError for shares outside 0-1, such as percentages.

    >>> trend = share_trend([0.011, 0.012, 0.012, 0.013, 0.014, 0.014, 0.016], range(2017, 2024))
    >>> trend.change.round(3).item(), trend.p.item() < 0.05
    (0.004, True)
    """
    calendar = ascending(years)
    table, single = rows(shares, calendar)
    if (np.nan_to_num(table) < 0).any() or (np.nan_to_num(table) > 1).any():
        raise ValueError("shares must be fractions between 0 and 1, not percentages")
    present = ~np.isnan(table)
    touches = ((table == 0) | (table == 1)).any(axis=1)
    logits = special.logit(np.where(touches[:, None], 0.5, table))
    logits[~present | touches[:, None]] = np.nan
    trend = value_trend(logits, calendar, confidence=confidence)
    n = np.maximum(present.sum(axis=1), 1)
    level = np.where(present, np.nan_to_num(logits), 0).sum(axis=1) / n
    centre = np.where(present, calendar, 0).sum(axis=1) / n
    first = np.where(present, calendar, np.inf).min(axis=1, initial=np.inf) - centre
    last = np.where(present, calendar, -np.inf).max(axis=1, initial=-np.inf) - centre
    first, last = np.where(np.isfinite(first), first, 0), np.where(np.isfinite(last), last, 0)
    change, low, high = (
        special.expit(level + slope * last) - special.expit(level + slope * first)
        for slope in (trend.slope, trend.low, trend.high)
    )
    reason = np.where(touches & (present.sum(axis=1) >= FEWEST_POINTS), "ceiling", trend.reason)
    turned = replace(trend, n=present.sum(axis=1), change=change, change_low=low, change_high=high, reason=reason)
    return as_given(turned, single)


def gap_change(a: ArrayLike, b: ArrayLike, years: ArrayLike) -> ModelTrend:
    """Trend of the gap a minus b, such as girls minus boys, as `value_trend` gives it.

    The gap itself is tested, not one trend against the other: that two trends differ in their p says nothing about
    their difference (Altman & Bland 2003). A year in which either is missing is missing. `a` and `b` of one shape and
    unit, as the values of `value_trend`.

    >>> gap = gap_change([12, 13, 14, 15, 16, 17], [10, 11, 10, 11, 10, 11], range(2019, 2025))
    >>> gap.p.item() < 0.05, gap.change.item() > 3
    (True, True)
    """
    first, _ = rows(a, years)
    second, _ = rows(b, years)
    gap = first - second
    return value_trend(gap[0] if np.ndim(a) == np.ndim(b) == 1 else gap, years)
