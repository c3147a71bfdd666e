"""Monotone trends by ranks: Mann-Kendall's test and Theil-Sen's slope; no model of the values, no counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .intervals import normal_quantile
from .series import (
    FEWEST_POINTS,
    Floats,
    as_given,
    ascending,
    groups_of_equal_length,
    missing,
    no_reason,
    rows,
)

CHUNK = 4_000_000  # pairs of years held at once: 32 MB an array


@dataclass(frozen=True, eq=False)
class MonotoneTrend:
    """Mann-Kendall's `s` and `p` and Theil-Sen's `slope` a year with its interval; one entry a series."""

    n: NDArray[np.int_]
    s: Floats
    p: Floats
    slope: Floats
    low: Floats
    high: Floats
    reason: NDArray[np.str_]


def monotone_trend(
    values: ArrayLike, years: ArrayLike, *, confidence: float = 0.95, exact_limit: int = 10
) -> MonotoneTrend:
    """Mann-Kendall test of each series with Theil-Sen's slope per year and its interval.

    Up to `exact_limit` points p comes from all orders of the values, ties kept (Kendall 1975); above that from the
    normal distribution with ties and continuity. The slope is the median over pairs of real years, so a gap or a
    series of every second year is not read as yearly (Sen 1968). The interval holds the slopes that the same test
    would not reject, which is Sen's interval with the test's own critical value; so p and interval agree unless ties
    come between, and then `reason` is "ties", as where so many values are tied that no order of them could be told
    from chance. The interval is missing below five points ("few_points") and where nothing ever moved ("constant").

    `values` (years,) or (series, years), NaN missing; `years` (years,), ascending.

    >>> trend = monotone_trend([1, 2, 3, 4, 5], [2019, 2020, 2021, 2022, 2023])
    >>> trend.s.item(), round(trend.p.item(), 4), trend.slope.item()
    (10.0, 0.0167, 1.0)
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    count = len(table)
    n = (~np.isnan(table)).sum(axis=1)
    s, p, slope, low, high = (missing(count) for _ in range(5))
    reason = no_reason(count)
    reason[n < FEWEST_POINTS] = "few_points"
    for members, points, when in in_chunks(table, calendar):
        s[members], p[members], critical = kendall(points, confidence, exact_limit)
        slope[members], low[members], high[members] = sen_slope(points, when, critical)
        constant = (points == points[:, :1]).all(axis=1) & (points.shape[1] >= FEWEST_POINTS)
        reason[members[constant]] = "constant"
    low[n < FEWEST_POINTS] = high[n < FEWEST_POINTS] = np.nan
    apart = (p <= 1 - confidence) != ((low > 0) | (high < 0))
    reason[(apart | np.isnan(low)) & (reason == "")] = "ties"
    return as_given(MonotoneTrend(n, s, p, slope, low, high, reason), single)


def in_chunks(table: Floats, years: Floats) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Groups of equally long series of two points or more, cut so that the pairs of years fit in memory."""
    for members, points, when in groups_of_equal_length(table, years):
        length = points.shape[1]
        if length < 2:
            continue
        step = max(1, CHUNK // (length * (length - 1) // 2))
        for start in range(0, len(members), step):
            part = slice(start, start + step)
            yield members[part], points[part], when[part]


def kendall(points: Floats, confidence: float, exact_limit: int) -> tuple[Floats, Floats, Floats]:
    """S, its two-sided p and the smallest S that would be told at `confidence`, for full rows of one length."""
    length = points.shape[1]
    s = np.zeros(len(points))
    for lag in range(1, length):
        s += np.sign(points[:, lag:] - points[:, :-lag]).sum(axis=1)
    pattern = tie_sizes(points)
    if length > exact_limit:
        return s, *normal_tail(s, pattern, length, confidence)
    p, critical = np.ones(len(points)), missing(len(points))
    kinds, kind_of = np.unique(pattern, axis=0, return_inverse=True)
    for number, sizes in enumerate(kinds):
        members = kind_of.reshape(-1) == number
        support, tail = exact_tail(tuple(int(size) for size in sizes if size))
        p[members] = tail[np.searchsorted(support, np.abs(s[members]))]
        told = support[tail <= 1 - confidence]
        critical[members] = told[0] if told.size else np.inf
    return s, p, critical


def tie_sizes(points: Floats) -> NDArray[np.int64]:
    """How many values are equal in each run of equal values, largest first and zeros after, for each row."""
    count, length = points.shape
    ordered = np.sort(points, axis=1)
    run = np.zeros((count, length), dtype=np.int64)
    np.cumsum(ordered[:, 1:] != ordered[:, :-1], axis=1, out=run[:, 1:])
    run += np.arange(count)[:, None] * length
    sizes = np.bincount(run.ravel(), minlength=count * length).reshape(count, length)
    return -np.sort(-sizes, axis=1)


def normal_tail(s: Floats, pattern: NDArray[np.int64], length: int, confidence: float) -> tuple[Floats, Floats]:
    """Two-sided p of S from the normal distribution with ties and continuity, and the critical S."""
    ties = (pattern * (pattern - 1) * (2 * pattern + 5)).sum(axis=1)
    deviation = np.sqrt(np.maximum(length * (length - 1) * (2 * length + 5) - ties, 0) / 18)
    z = np.maximum(np.abs(s) - 1, 0) / np.where(deviation > 0, deviation, 1)
    critical = normal_quantile(confidence) * deviation + 1
    return 2 * special.ndtr(-z), critical


@lru_cache(maxsize=4096)
def exact_tail(sizes: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The values that |S| can take when the tied values come in runs of `sizes`, and the chance of at least each.

    The orders of a set with ties are counted by their number of inversions, whose generating function is the
    q-multinomial coefficient (MacMahon 1916); S is the largest S possible less twice the inversions.
    """
    orders, placed = np.ones(1), 0
    for size in sizes:
        placed += size
        orders = np.convolve(orders, gaussian_binomial(placed, size))
    largest = len(orders) - 1
    s = np.abs(largest - 2 * np.arange(largest + 1))
    support = np.unique(s)
    weight = np.bincount(np.searchsorted(support, s), weights=orders / orders.sum())
    return support.astype(float), np.minimum(np.cumsum(weight[::-1])[::-1], 1.0)


@lru_cache(maxsize=4096)
def gaussian_binomial(n: int, k: int) -> Floats:
    """Coefficients of the Gaussian binomial of `n` over `k`: ways to place k among n by number of inversions."""
    if k in (0, n):
        return np.ones(1)
    coefficients = np.zeros(k * (n - k) + 1)
    fewer, same = gaussian_binomial(n - 1, k - 1), gaussian_binomial(n - 1, k)
    coefficients[: len(fewer)] += fewer
    coefficients[k : k + len(same)] += same
    return coefficients


def sen_slope(points: Floats, when: Floats, critical: Floats) -> tuple[Floats, Floats, Floats]:
    """Median of the slopes between all pairs of years, and the limits at the test's `critical` S (Sen 1968)."""
    early, late = np.triu_indices(points.shape[1], 1)
    slopes = points[:, late] - points[:, early]
    slopes /= when[:, late] - when[:, early]
    slopes.sort(axis=1)
    pairs = slopes.shape[1]
    slope = (slopes[:, (pairs - 1) // 2] + slopes[:, pairs // 2]) / 2
    reachable = critical <= pairs
    rank = np.where(reachable, (pairs - np.minimum(critical, pairs)) / 2, 0).astype(int)
    low = np.take_along_axis(slopes, rank[:, None], axis=1)[:, 0]
    high = np.take_along_axis(slopes, pairs - 1 - rank[:, None], axis=1)[:, 0]
    return slope, np.where(reachable, low, np.nan), np.where(reachable, high, np.nan)
