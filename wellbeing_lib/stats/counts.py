"""Trends of counted events: rates and shares over time, and the chi-square test for trend; values are in `models`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .intervals import normal_quantile
from .models import ModelTrend
from .series import FEWEST_POINTS, Floats, as_given, ascending, missing, no_reason, rows, same_shape

STEPS = 60
STEEPEST = 40.0  # on the log or logit scale over half the window; beyond it the level is 0 or 1 to every digit


@dataclass(frozen=True, eq=False)
class ChiSquareTrend:
    """Cochran-Armitage test: `x2` with one degree of freedom, its `p`, the weighted `slope` per unit of the scores."""

    x2: Floats
    p: Floats
    slope: Floats


@dataclass(frozen=True)
class Family:
    """A distribution of counts: mean and variance a person, and the link that turns a mean into a level."""

    mean: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    link: Callable[[Floats], Floats]


def inverse_log(level: Floats) -> Floats:
    """Cases a person; held below overflow."""
    return np.exp(np.clip(level, -700, 700))


POISSON = Family(inverse_log, lambda mean: mean, np.log)
BINOMIAL = Family(special.expit, lambda mean: mean * (1 - mean), special.logit)


def rate_trend(
    cases: ArrayLike, population: ArrayLike, years: ArrayLike, *, per: float = 100_000, confidence: float = 0.95
) -> ModelTrend:
    """Trend of each rate by quasi-Poisson regression with the log of the population as offset.

    `slope` is per year on the log scale (exp(slope) - 1 is the yearly change as a share). `change` is the fitted last
    minus the fitted first rate, per `per`. See `counted_trend` for the test (McCullagh & Nelder 1989).

    `cases` and `population` (years,) or (series, years) of one shape, NaN missing; `years` (years,), ascending, else
    `ValueError`, as for a confidence outside 0-1. `reason` where nothing is told: see `ModelTrend`.
    """
    part, whole, calendar, single = counted(cases, population, years)
    return as_given(counted_trend(part, whole, calendar, POISSON, float(per), confidence), single)


def proportion_trend(cases: ArrayLike, people: ArrayLike, years: ArrayLike, *, confidence: float = 0.95) -> ModelTrend:
    """Trend of each share by quasi-binomial logistic regression.

    `slope` is per year on the logit scale, `change` the fitted last minus the fitted first share, as a fraction. A
    year with more cases than people is missing. See `counted_trend` for the test (McCullagh & Nelder 1989).

    Shapes, errors and reasons as in `rate_trend`.

    >>> trend = proportion_trend([70, 74, 81, 79, 86, 92], [100] * 6, range(2019, 2025))
    >>> trend.p.item() < 0.05, trend.change.round(2).item()
    (True, 0.21)
    """
    part, whole, calendar, single = counted(cases, people, years)
    impossible = part > whole
    part[impossible] = whole[impossible] = np.nan
    return as_given(counted_trend(part, whole, calendar, BINOMIAL, 1.0, confidence), single)


def counted(cases: ArrayLike, people: ArrayLike, years: ArrayLike) -> tuple[Floats, Floats, Floats, bool]:
    """Cases, people and years as tables of one shape, a year without either missing in both."""
    calendar = ascending(years)
    part, single_part = rows(cases, calendar)
    whole, single_whole = rows(people, calendar)
    part, whole = same_shape(part, whole)
    unusable = ~((part >= 0) & (whole > 0))
    part[unusable] = whole[unusable] = np.nan
    return part, whole, calendar, single_part and single_whole


def counted_trend(
    cases: Floats, people: Floats, years: Floats, family: Family, per: float, confidence: float
) -> ModelTrend:
    """The quasi-likelihood trend of tables (series, years).

    Dispersion is Pearson's chi-square over n - 2 (McCullagh & Nelder 1989), floored at 1: counts cannot honestly vary
    less than chance. Student's t with n - 2 where the estimate is used, the normal where the floor bites, since the
    variance is then known; t alone would tell almost nothing of five points. `dispersion` is reported unfloored.
    """
    count = len(cases)
    present = ~np.isnan(cases)
    n = present.sum(axis=1)
    slope, low, high, p, dispersion, change, change_low, change_high = (missing(count) for _ in range(8))
    reason = why_not(cases, people, n)
    members = np.flatnonzero(reason == "")
    if not members.size:
        return ModelTrend(n, slope, low, high, p, dispersion, change, change_low, change_high, reason)
    part, whole = np.where(present, cases, 0)[members], np.where(present, people, 0)[members]
    when, half = scaled_years(present[members], years)
    separated = is_separated(part, whole, when, present[members], family)
    reason[members[separated]] = "small_numbers"
    told = ~separated
    members, part, whole, when, half = members[told], part[told], whole[told], when[told], half[told]
    steep, error, spread = fitted(part, whole, when, n[members], family)
    wide, df = spread > 1, n[members] - 2
    quantile = np.where(wide, special.stdtrit(df, 0.5 + confidence / 2), normal_quantile(confidence))
    ratio = np.abs(steep) / error
    p[members] = 2 * np.where(wide, special.stdtr(df, -ratio), special.ndtr(-ratio))
    dispersion[members] = spread
    for side, of_slope, of_change in ((0, slope, change), (-1, low, change_low), (1, high, change_high)):
        turn = steep + side * quantile * error
        of_slope[members] = turn / half
        of_change[members] = per * fitted_change(part, whole, when, turn, family)
    return ModelTrend(n, slope, low, high, p, dispersion, change, change_low, change_high, reason)


def why_not(cases: Floats, people: Floats, n: NDArray[np.int_]) -> NDArray[np.str_]:
    """The reason why a series of counts has no trend, or "" where it may have one."""
    total, everyone = np.nansum(cases, axis=1), np.nansum(people, axis=1)
    reason = no_reason(len(n))
    reason[total == everyone] = "ceiling"
    reason[total == 0] = "constant"
    reason[n < FEWEST_POINTS] = "few_points"
    reason[n == 0] = "no_counts"
    return reason


def scaled_years(present: NDArray[np.bool_], years: Floats) -> tuple[Floats, Floats]:
    """Years of each series moved to -1 (its first) to 1 (its last), and half its span in years."""
    calendar = np.broadcast_to(years, present.shape)
    first = np.where(present, calendar, np.inf).min(axis=1)
    last = np.where(present, calendar, -np.inf).max(axis=1)
    half = (last - first) / 2
    when = np.where(present, (calendar - (first + last)[:, None] / 2) / half[:, None], 0.0)
    return when, half


def is_separated(
    part: Floats, whole: Floats, when: Floats, present: NDArray[np.bool_], family: Family
) -> NDArray[np.bool_]:
    """Whether the likelihood rises for ever with the slope: all cases in one end year, or all before all others."""
    case_first = np.where(present & (part > 0), when, np.inf).min(axis=1)
    case_last = np.where(present & (part > 0), when, -np.inf).max(axis=1)
    if family is POISSON:
        return (case_last <= -1) | (case_first >= 1)
    other_first = np.where(present & (part < whole), when, np.inf).min(axis=1)
    other_last = np.where(present & (part < whole), when, -np.inf).max(axis=1)
    return (case_last <= other_first) | (other_last <= case_first)


def fitted(
    part: Floats, whole: Floats, when: Floats, n: NDArray[np.int_], family: Family
) -> tuple[Floats, Floats, Floats]:
    """Slope per half window, its standard error with the floored dispersion, and the dispersion without the floor."""
    slope = np.zeros(len(part))
    level = family.link(part.sum(axis=1) / whole.sum(axis=1))
    for _ in range(STEPS):
        mean, weight, middle, information = curvature(whole, when, level, slope, family)
        residual = part - whole * mean
        score = residual.sum(axis=1)
        tilt = (residual * (when - middle[:, None])).sum(axis=1)
        # a step of more than 1 is cut: far from the maximum the quadratic is a poor guide
        turn = np.clip(tilt / information, -1, 1)
        lift = np.clip(score / weight.sum(axis=1) - turn * middle, -2, 2)
        slope, level = slope + turn, level + lift
        if max(np.abs(turn).max(initial=0), np.abs(lift).max(initial=0)) < 1e-11:
            break
    mean, weight, _, information = curvature(whole, when, level, slope, family)
    variance = np.where(weight > 0, weight, 1)
    spread = ((part - whole * mean) ** 2 / variance).sum(axis=1) / (n - 2)
    return slope, np.sqrt(np.maximum(spread, 1) / information), spread


def curvature(
    whole: Floats, when: Floats, level: Floats, slope: Floats, family: Family
) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean a person, variance of each count, weighted middle year and information on the slope around it."""
    mean = family.mean(level[:, None] + slope[:, None] * when)
    weight = whole * family.variance(mean)
    weight = np.maximum(weight, np.where(whole > 0, 1e-300, 0))
    middle = (weight * when).sum(axis=1) / weight.sum(axis=1)
    information = (weight * (when - middle[:, None]) ** 2).sum(axis=1)
    return mean, weight, middle, np.maximum(information, 1e-300)


def fitted_change(part: Floats, whole: Floats, when: Floats, slope: Floats, family: Family) -> Floats:
    """Fitted last minus fitted first for a given `slope`, the level chosen so that all fitted cases add up.

    This is a rising function of the slope that is 0 at 0, so the limits of the slope become limits of the change that
    hold 0 exactly when those of the slope do; the delta method can disagree with the test. The level's own error is
    left out: it moves both ends alike.
    """
    turn = np.clip(slope, -STEEPEST, STEEPEST)
    total = part.sum(axis=1)
    low, high = np.full(len(slope), -2 * STEEPEST - 30), np.full(len(slope), 2 * STEEPEST + 30)
    level = family.link(total / whole.sum(axis=1))
    for _ in range(STEPS * 2):
        mean = family.mean(level[:, None] + turn[:, None] * when)
        missed = (whole * mean).sum(axis=1) - total
        low, high = np.where(missed < 0, level, low), np.where(missed < 0, high, level)
        step = level - missed / np.maximum((whole * family.variance(mean)).sum(axis=1), 1e-300)
        following = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved, level = np.abs(following - level).max(initial=0.0), following
        if moved < 1e-12:
            break
    return family.mean(level + turn) - family.mean(level - turn)


def chi_square_trend(cases: ArrayLike, people: ArrayLike, years: ArrayLike | None = None) -> ChiSquareTrend:
    """Cochran-Armitage chi-square test for a trend of shares, with the weighted slope of the same sign.

    Offered for readers who know Fingertips; it takes the counts as binomial and so calls trends where the dispersion
    is above 1. Scores are 0..n-1 without `years` (Armitage 1955; R's `prop.trend.test`).

    `cases` and `people` (years,) or (series, years). The slope is a fraction a year (or a score); it and p are missing
    where all or none of the people are cases.

    >>> trend = chi_square_trend([83, 90, 129, 70], [86, 93, 136, 82])
    >>> trend.x2.round(4).item(), trend.p.round(6).item()
    (8.2249, 0.004132)
    """
    scores = np.arange(np.shape(cases)[-1], dtype=float) if years is None else years
    part, whole, calendar, single = counted(cases, people, scores)
    part = np.where(part <= whole, part, np.nan)
    whole = np.where(np.isnan(part), 0, whole)
    part = np.nan_to_num(part)
    everyone = np.maximum(whole.sum(axis=1), 1e-300)
    average = part.sum(axis=1) / everyone
    middle = whole @ calendar / everyone
    away = calendar - middle[:, None]
    tilt = (part * away).sum(axis=1)
    spread = (whole * away**2).sum(axis=1)
    variance = average * (1 - average) * spread
    usable = variance > 0
    x2 = np.where(usable, tilt**2 / np.where(usable, variance, 1), np.nan)
    slope = np.where(usable, tilt / np.where(usable, spread, 1), np.nan)
    return as_given(ChiSquareTrend(x2, special.chdtrc(1, x2), slope), single)
