"""Where an area stands among others: the interval of its rank and funnel limits; no test of a change."""

import numpy as np
from numpy.typing import ArrayLike

from .intervals import normal_quantile
from .series import Floats

DRAWS = 4_000  # the limits of a rank among 300 areas then vary by about one place between seeds


def rank_interval(
    values: ArrayLike, low: ArrayLike, high: ArrayLike, *, best: str, confidence: float = 0.95, seed: int
) -> tuple[Floats, Floats, Floats]:
    """Rank of each area (1 is the best; ties share the mean rank) with the interval of the rank.

    An area's rank is far less certain than its figure (Goldstein & Spiegelhalter 1996). The figures are drawn anew
    from their own intervals, each side with its own width, and ranked each time; the interval holds the middle
    `confidence` of those ranks. `best` is "lower" or "higher"; arrays (areas,); NaN is left out and stays NaN.

    >>> rank, low, high = rank_interval([3.0, 9.0, 6.0], [2, 8, 5], [4, 10, 7], best="lower", seed=1)
    >>> rank.tolist(), low.tolist(), high.tolist()
    ([1.0, 3.0, 2.0], [1.0, 3.0, 2.0], [1.0, 3.0, 2.0])
    """
    sign = direction(best)
    figures, lower, upper = (np.asarray(part, dtype=float) for part in (values, low, high))
    known = np.isfinite(figures) & np.isfinite(lower) & np.isfinite(upper)
    rank, rank_low, rank_high = (np.full(figures.shape, np.nan) for _ in range(3))
    if not known.any():
        return rank, rank_low, rank_high
    centre, z = figures[known], normal_quantile(confidence)
    rank[known] = ranks(sign * centre)
    deviates = np.random.default_rng(seed).standard_normal((DRAWS, centre.size))
    width = np.where(deviates < 0, centre - lower[known], upper[known] - centre) / z
    drawn = np.sort(np.argsort(np.argsort(sign * (centre + deviates * width), axis=1), axis=1), axis=0) + 1.0
    outside = int((1 - confidence) / 2 * DRAWS)
    # a tie of the published figures can put the shared mean rank outside what the draws gave
    rank_low[known] = np.minimum(drawn[outside], np.floor(rank[known]))
    rank_high[known] = np.maximum(drawn[-1 - outside], np.ceil(rank[known]))
    return rank, rank_low, rank_high


def direction(desired: str) -> float:
    """1 where lower is wanted, -1 where higher is; raises ValueError for any other word."""
    if desired not in ("lower", "higher"):
        raise ValueError(f'must be "lower" or "higher", not {desired!r}')
    return 1.0 if desired == "lower" else -1.0


def ranks(values: Floats) -> Floats:
    """Ranks from 1, the smallest first; equal values share the mean of their ranks."""
    _, kind, size = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(size) - (size - 1) / 2)[kind]


def funnel_limits(
    average: ArrayLike,
    people: ArrayLike,
    *,
    kind: str = "proportion",
    dispersion: float = 1.0,
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Limits within which areas of so many `people` vary by chance around the `average`.

    The normal limits of Spiegelhalter (2005, Stat Med 24:1185), which for shares are Wilson's interval solved for the
    observed share. `average` is a fraction ("proportion") or cases a person ("rate"); `dispersion` widens the variance
    for what chance alone does not explain. Clipped to 0-1, rates to 0 and up. Any shape.

    >>> low, high = funnel_limits(0.80642448, [3, 4])
    >>> low.round(6).tolist()
    [0.359335, 0.419234]
    """
    if kind not in ("proportion", "rate"):
        raise ValueError(f'kind must be "proportion" or "rate", not {kind!r}')
    centre, size = np.asarray(average, dtype=float), np.asarray(people, dtype=float)
    highest = 1.0 if kind == "proportion" else np.inf
    usable = (size > 0) & (centre >= 0) & (centre <= highest)
    variance = centre * (1 - centre) if kind == "proportion" else centre
    half = normal_quantile(confidence) * np.sqrt(np.where(usable, variance, 0) * dispersion / np.where(usable, size, 1))
    half = np.where(usable, half, np.nan)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, highest)
