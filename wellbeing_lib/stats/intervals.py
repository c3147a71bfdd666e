"""Intervals of shares and rates and of the difference of two shares; no trends, no comparison of many areas."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .series import Floats

EXACT_BELOW = 10  # cases; from here on Byar's approximation is within .1 % of the exact limits


@dataclass(frozen=True, eq=False)
class Difference:
    """A difference of two shares (fractions), with its interval."""

    estimate: Floats
    low: Floats
    high: Floats


def normal_quantile(confidence: float) -> float:
    """The two-sided normal quantile of `confidence`: 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return float(special.ndtri(0.5 + confidence / 2))


def student_quantile(df: ArrayLike, confidence: float) -> Floats:
    """The two-sided quantile of Student's t; the normal one where `df` is infinite."""
    normal = normal_quantile(confidence)
    free = np.asarray(df, dtype=float)
    infinite = np.isposinf(free)
    usable = np.where(infinite | ~(free > 0), np.nan, free)
    return np.where(infinite, normal, special.stdtrit(usable, 0.5 + confidence / 2))


def counts(cases: ArrayLike, people: ArrayLike) -> tuple[Floats, Floats]:
    """Cases and people as floats of one shape, both missing where either is missing or impossible."""
    part, whole = np.broadcast_arrays(np.asarray(cases, dtype=float), np.asarray(people, dtype=float))
    usable = np.isfinite(part) & np.isfinite(whole) & (part >= 0) & (whole > 0)
    return np.where(usable, part, np.nan), np.where(usable, whole, np.nan)


def proportion_interval(cases: ArrayLike, people: ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson score interval of each share `cases` / `people`, as fractions.

    Chosen over the normal approximation because it stays inside 0-1 and holds for the small groups that a
    city has (Wilson 1927; Newcombe & Altman 2000). Any shape; missing where the share is missing or impossible.

    >>> low, high = proportion_interval([65], [100])
    >>> low.round(4).item(), high.round(4).item()
    (0.5525, 0.7364)
    """
    return wilson(cases, people, np.asarray(normal_quantile(confidence)))


def wilson(cases: ArrayLike, people: ArrayLike, z: Floats) -> tuple[Floats, Floats]:
    """Wilson's limits of each share at the normal deviate `z`, or at another that stands for it."""
    part, whole = counts(cases, people)
    part = np.where(part <= whole, part, np.nan)
    middle = 2 * part + z**2
    half = z * np.sqrt(z**2 + 4 * part * (1 - part / whole))
    scale = 2 * (whole + z**2)
    low = np.where(part == 0, 0.0, (middle - half) / scale)
    high = np.where(part == whole, 1.0, (middle + half) / scale)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def rate_interval(
    cases: ArrayLike, population: ArrayLike, *, per: float = 100_000, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval of each rate `cases` / `population`, per `per`.

    Exact Poisson limits (Garwood 1936) below ten cases, Byar's approximation from ten (Breslow & Day 1987), as
    England's public health statistics have it. Any shape; missing where the rate is missing or impossible.

    >>> low, high = rate_interval([5, 20], [100, 100])
    >>> low.round(1).tolist(), high.round(1).tolist()
    ([1623.5, 12211.4], [11668.3, 30889.9])
    """
    z = normal_quantile(confidence)
    tail = (1 - confidence) / 2
    part, whole = counts(cases, population)
    few = part < EXACT_BELOW
    large = np.maximum(part, 1.0)  # keeps the unused branch of `where` away from 1 / 0
    low = np.where(few, special.gammaincinv(np.maximum(part, 0.5), tail), byar(large, -z))
    high = np.where(few, special.gammaincinv(part + 1, 1 - tail), byar(large + 1, z))
    low = np.where(part == 0, 0.0, low)
    return low / whole * per, high / whole * per


def byar(cases: Floats, z: float) -> Floats:
    """Byar's limit of a Poisson count at the normal deviate `z`; the upper limit wants `cases` + 1."""
    return cases * (1 - 1 / (9 * cases) + z / (3 * np.sqrt(cases))) ** 3


def proportion_difference(
    cases_a: ArrayLike,
    people_a: ArrayLike,
    cases_b: ArrayLike,
    people_b: ArrayLike,
    *,
    dispersion_a: ArrayLike = 1.0,
    dispersion_b: ArrayLike = 1.0,
    df: ArrayLike = np.inf,
    confidence: float = 0.95,
) -> Difference:
    """Difference of two independent shares, a minus b, by Newcombe's hybrid score interval.

    It joins the two Wilson intervals, so it cannot leave -1 to 1 and keeps its coverage in small
    groups (Newcombe 1998, Stat Med 17:873, method 10). Shares of registers vary more from year to
    year than binomial chance, which alone then reports too much; how much more is the dispersion.

    Parameters: cases and people of both, any shape. `dispersion_a` and `dispersion_b`: variance of
    each share as a multiple of the binomial one, by which the squared part of the interval that
    belongs to it is multiplied; below 1 counts as 1. `df`: degrees of freedom on which the
    dispersion was estimated; Student's t then stands for the normal deviate. All are broadcast.
    Returns a `Difference` of fractions within -1 to 1, missing where a share, a dispersion or df
    is. Raises ValueError for a confidence outside 0-1.

    Two intervals that overlap are no test of a difference:

    >>> gap = proportion_difference([400], [1000], [445], [1000])
    >>> gap.low.round(4).item(), gap.high.round(4).item()
    (-0.0881, -0.0017)
    >>> wide = proportion_difference(400, 1000, 445, 1000, dispersion_a=2, dispersion_b=2, df=20)
    >>> wide.low.round(4).item(), wide.high.round(4).item()
    (-0.1098, 0.0202)
    """
    deviate = student_quantile(df, confidence)
    low_a, high_a = wilson(cases_a, people_a, deviate)
    low_b, high_b = wilson(cases_b, people_b, deviate)
    part_a, whole_a = counts(cases_a, people_a)
    part_b, whole_b = counts(cases_b, people_b)
    a, b = part_a / whole_a, part_b / whole_b
    wider_a = np.sqrt(np.maximum(np.asarray(dispersion_a, dtype=float), 1))
    wider_b = np.sqrt(np.maximum(np.asarray(dispersion_b, dtype=float), 1))
    estimate = a - b
    low = estimate - np.hypot(wider_a * (a - low_a), wider_b * (high_b - b))
    high = estimate + np.hypot(wider_a * (high_a - a), wider_b * (b - low_b))
    estimate = np.where(np.isnan(low), np.nan, estimate)
    return Difference(estimate, np.maximum(low, -1.0), np.minimum(high, 1.0))


def area_minus_part(
    cases: ArrayLike, people: ArrayLike, part_cases: ArrayLike, part_people: ArrayLike
) -> tuple[Floats, Floats]:
    """Cases and people of an area without one of its parts, such as Kainuu without Kajaani.

    A part must not be compared with a whole that contains it: the two are not independent and the difference
    shrinks towards nothing. Missing where the rest would be empty, negative or hold more cases than people. All four
    of one shape, any; gives cases and people of that shape.

    >>> cases, people = area_minus_part([3000], [20000], [1200], [9000])
    >>> cases.item(), people.item()
    (1800.0, 11000.0)
    """
    whole_cases, whole_people = counts(cases, people)
    inner_cases, inner_people = counts(part_cases, part_people)
    return counts(whole_cases - inner_cases, whole_people - inner_people)
