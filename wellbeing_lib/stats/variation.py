"""How much a series varies from year to year around its own course, and what similar series add.

`yearly_variation` measures one series, `moderate` lets similar series share what they know of
their variances. Changes of level that are judged against this variation are in `levels`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .series import Floats, ascending, groups_of_equal_years, leading_rows

FEWEST_NEIGHBOURS = 3  # a year needs one on each side
FEWEST_FOR_COVARIATE = 15  # rows; with fewer a slope on the covariate is mostly noise
EXACT = 1e-12  # deviations below this share of the values are binary rounding, not variation
NEWTON_STEPS = 50


@dataclass(frozen=True, eq=False)
class Moderated:
    """Variances moderated by one another.

    `prior_df` (...) is the weight of the common variance in degrees of freedom, `prior` (..., rows)
    the common variance of each row, `variance` (..., rows) the moderated one.
    """

    prior_df: Floats
    prior: Floats
    variance: Floats


def yearly_variation(values: ArrayLike, years: ArrayLike) -> tuple[Floats, Floats]:
    """Variance of single years around the course of each series, and its degrees of freedom.

    Each inner year is compared with the straight line between its two neighbours. A steady change
    of any size therefore adds nothing, and a step only in the two years beside it (Gasser, Sroka
    & Jennen-Steinmetz 1986, Residual variance and residual pattern in nonlinear regression,
    Biometrika 73:625-633). The degrees of freedom are Satterthwaite's for independent years.

    Parameters: `values` (..., years) in any unit, NaN missing: a missing year is skipped and its
    neighbours meet; `years` (years,), ascending.
    Returns variance (...) in squared units and degrees of freedom (...); NaN below three values.
    A series that runs exactly along a line has the variance 0.
    Raises ValueError where years do not ascend or do not fit the values.

    >>> variance, df = yearly_variation([87.0, 86.0, 85.5, 84.0, 85.0], range(2016, 2025, 2))
    >>> variance.round(4).item(), df.round(3).item()
    (0.4167, 1.862)
    """
    calendar = ascending(years)
    table, shape = leading_rows(values, calendar)
    variance, df = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for members, points, when in groups_of_equal_years(table, calendar):
        if when.size >= FEWEST_NEIGHBOURS:
            variance[members], df[members] = full_variation(points, when)
    return variance.reshape(shape), df.reshape(shape)


def full_variation(points: Floats, years: Floats) -> tuple[Floats, float]:
    """Variance (...) and degrees of freedom of `points` (..., years) without gaps.

    A row with a missing value has the variance NaN.
    """
    weights = neighbour_weights(years)
    centred = points - points.mean(axis=-1, keepdims=True)
    away = centred @ weights.T
    noise = EXACT * np.abs(points).max(axis=-1, keepdims=True)
    away = np.where(np.abs(away) <= noise, 0.0, away)
    products = weights @ weights.T  # the traces of Q = D'D and of Q Q are those of D D'
    return (away**2).mean(axis=-1), float(np.trace(products) ** 2 / (products**2).sum())


def neighbour_weights(years: Floats) -> Floats:
    """Weights (inner years, years) whose products with values are the scaled deviations.

    Each row has the length 1, so that independent years give deviations of their own variance.
    """
    before = (years[2:] - years[1:-1]) / (years[2:] - years[:-2])
    after = 1 - before
    inner = np.arange(years.size - 2)
    weights = np.zeros((inner.size, years.size))
    weights[inner, inner], weights[inner, inner + 1], weights[inner, inner + 2] = before, -1, after
    return weights / np.sqrt(before**2 + after**2 + 1)[:, None]


def variance_factor(contrast: ArrayLike, years: ArrayLike, *, memory: float = 0.3) -> float:
    """What the yearly variation is multiplied by to give the variance of a contrast of years.

    Neighbouring years resemble each other: the correlation of two years is taken to be
    `memory` to the power of the years between them. The same correlation makes the yearly
    variation look smaller than it is, which the factor undoes.

    Parameters: `contrast` (years,), the weight of each year, such as 1/3 for the last three and
    -1/3 for the first three; `years` (years,), ascending, at least three; `memory` 0 to below 1.
    Raises ValueError for other shapes, fewer years or another memory.

    >>> thirds = [-1 / 3] * 3 + [0] * 4 + [1 / 3] * 3
    >>> round(variance_factor(thirds, range(2015, 2025)), 4)
    1.5433
    """
    calendar = ascending(years)
    weight = np.asarray(contrast, dtype=float)
    if weight.shape != calendar.shape or calendar.size < FEWEST_NEIGHBOURS:
        raise ValueError(
            "a contrast needs one weight for each of at least three years, "
            f"not the shape {weight.shape} for {calendar.size} years"
        )
    together = year_correlation(calendar, memory)
    return float(weight @ together @ weight / expected_variation(calendar, memory))


def year_correlation(years: Floats, memory: float) -> Floats:
    """Correlation (years, years) of the years when a deviation fades as `memory` a year."""
    if not 0 <= memory < 1:
        raise ValueError(f"memory must be at least 0 and below 1, not {memory}")
    return memory ** np.abs(years[:, None] - years)


def expected_variation(years: Floats, memory: float) -> float:
    """Mean of the yearly variation of years with variance 1 and this memory; 1 without memory."""
    weights = neighbour_weights(years)
    return float(np.trace(weights @ year_correlation(years, memory) @ weights.T) / len(weights))


def moderate(
    variance: ArrayLike,
    df: ArrayLike,
    *,
    covariate: ArrayLike | None = None,
    cap: ArrayLike = 40.0,
) -> Moderated:
    """Variances of similar rows, each drawn towards what the rows have in common.

    One variance from few years is a poor measure; eleven of them tell how large such variances
    are and how alike. The common variance and its weight are estimated from the logarithms of
    the variances by the method of moments; the more alike the rows, the more weight (Smyth 2004,
    Linear models and empirical Bayes methods for assessing differential expression in microarray
    experiments, Statistical Applications in Genetics and Molecular Biology 3:3). The numbers are
    those of `limma::squeezeVar`, with a cap on the weight.

    Parameters: `variance` (..., rows), squared units; NaN and 0 take no part in the common
    variance (a row with the variance 0 is still moderated, a missing one stays missing); `df`,
    above 0, one number or of a shape that fits `variance`; `covariate` (..., rows), such as the
    logarithm of the population, on which the logarithm of the variance then depends linearly,
    used from 15 rows on and only where it is known for all of them; `cap`, the largest weight,
    one number or (...). The common variance is that of the weight before the cap.
    Returns `Moderated`; all NaN where fewer than two rows have a variance above 0.

    >>> seen = moderate([0.5, 1, 2, 4, 1.5, 0.8], 8)
    >>> seen.prior_df.round(4).item(), seen.prior.round(4)[0].item(), seen.variance.round(4)[0].item()
    (8.8465, 1.3157, 0.9283)
    """
    seen = np.asarray(variance, dtype=float)
    free = np.broadcast_to(np.asarray(df, dtype=float), seen.shape)
    used = (seen > 0) & np.isfinite(seen) & (free > 0)
    count = used.sum(axis=-1)
    half = np.where(used, free, 2.0) / 2
    logs = np.log(np.where(used, seen, 1.0)) - special.digamma(half) + np.log(half)
    fit, parameters = fitted_logs(logs, used, covariate)
    rest = count - parameters
    enough = rest >= 1
    squares = np.where(used, (logs - fit) ** 2, 0).sum(axis=-1)
    by_chance = np.where(used, special.polygamma(1, half), 0).sum(axis=-1) / np.maximum(count, 1)
    excess = np.where(enough, squares / np.maximum(rest, 1) - by_chance, np.nan)
    uncapped = prior_degrees(excess)
    prior = np.exp(fit + log_bias(uncapped)[..., None])
    weight = np.minimum(uncapped, np.asarray(cap, dtype=float))
    own_share = free / (weight[..., None] + free)
    prior = np.where(enough[..., None], prior, np.nan)
    return Moderated(np.asarray(weight), prior, prior + (seen - prior) * own_share)


def fitted_logs(
    logs: Floats,
    used: NDArray[np.bool_],
    covariate: ArrayLike | None,
) -> tuple[Floats, NDArray[np.int_]]:
    """Least-squares fit of the logarithms (..., rows) and the number of its parameters (...)."""
    count = np.maximum(used.sum(axis=-1, keepdims=True), 1)
    level = np.where(used, logs, 0).sum(axis=-1, keepdims=True) / count
    fit, parameters = np.broadcast_to(level, logs.shape), np.ones(logs.shape[:-1], dtype=int)
    if covariate is None:
        return fit, parameters
    size = np.broadcast_to(np.asarray(covariate, dtype=float), logs.shape)
    usable = (np.isfinite(size) | ~used).all(axis=-1, keepdims=True)
    inside = used & usable & (count >= FEWEST_FOR_COVARIATE)
    middle = np.where(inside, size, 0).sum(axis=-1, keepdims=True) / count
    away = np.where(inside, size - middle, 0)
    spread = (away**2).sum(axis=-1, keepdims=True)
    tilted = spread > (EXACT * np.maximum(np.abs(middle), 1)) ** 2 * count
    together = (away * logs).sum(axis=-1, keepdims=True)
    slope = np.where(tilted, together, 0) / np.where(tilted, spread, 1)
    fit = fit + slope * np.where(np.isfinite(size), size - middle, 0)
    return fit, parameters + tilted[..., 0]


def prior_degrees(excess: Floats) -> Floats:
    """Degrees of freedom of the common variance; infinite where variances differ by chance only."""
    above = excess > 0
    found = 2 * inverse_trigamma(np.where(above, excess, 1.0))
    return np.where(np.isnan(excess), np.nan, np.where(above, found, np.inf))


def log_bias(df: Floats) -> Floats:
    """Digamma(df / 2) - ln(df / 2), which is 0 where `df` is infinite."""
    half = np.where(np.isfinite(df), df, 2.0) / 2
    bias = special.digamma(half) - np.log(half)
    return np.where(np.isposinf(df), 0.0, np.where(np.isnan(df), np.nan, bias))


def inverse_trigamma(value: Floats) -> Floats:
    """The number whose trigamma is `value` > 0, by Newton's method (Smyth 2004, appendix).

    >>> inverse_trigamma(np.array(special.polygamma(1, 4.2))).round(10).item()
    4.2
    """
    moderate_size = np.clip(value, 1e-6, 1e7)
    found = 0.5 + 1 / moderate_size
    for _ in range(NEWTON_STEPS):
        now = special.polygamma(1, found)
        step = now * (1 - now / moderate_size) / special.polygamma(2, found)
        found = found + step
        if (np.abs(step) <= 1e-10 * found).all():
            break
    found = np.where(value > 1e7, 1 / np.sqrt(value), found)
    return np.where(value < 1e-6, 1 / value, found)
