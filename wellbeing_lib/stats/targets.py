"""How far a target is and how likely it is to be met by its year; measures taken are not known here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .ranks import direction
from .series import LARGEST, Floats, as_given, ascending, missing, no_reason, rows

FEWEST_CHANGES = 4  # effective ones: years that a series spans over years ahead
COVERAGE = 0.8
EXACT = 1e-9  # of the values: a change that misses the need by less is binary rounding


@dataclass(frozen=True, eq=False)
class Progress:
    """Pace `required` and `observed` (units a year), their growth `ratio`, and the outlook.

    `probability` is that of having met the target in its year, `low` and `high` hold 80 % there.
    """

    required: Floats
    observed: Floats
    ratio: Floats
    probability: Floats
    low: Floats
    high: Floats
    reason: NDArray[np.str_]


def target_progress(
    values: ArrayLike,
    years: ArrayLike,
    *,
    peers: ArrayLike | None = None,
    cyclical: ArrayLike = False,
    baseline_year: float,
    target_year: float,
    target: ArrayLike,
    desired: str,
    baseline: ArrayLike | None = None,
) -> Progress:
    """Pace towards each target and the chance of meeting it, from changes that were really seen.

    `required` is the pace from the newest value, `observed` the least-squares pace from the
    baseline year on. `ratio` divides the yearly growth seen since the baseline by the growth that
    leads from baseline to target (Eurostat's ratio for the Sustainable Development Goals); above 1
    is fast enough. The outlook adds to the newest value the changes that the series and similar
    ones have made over as many years as are left, direction included; on real series that beats a
    prolonged line. Each series counts as one. Changes over h years overlap, so a series that
    spans s years counts as s / h of them: with n such changes and the share w of them at or beyond
    what is needed, the probability is (n w + .5) / (n + 1), so never 0 or 1.

    Parameters: `values` (years,) or (series, years) in any unit, NaN missing; `years` (years,),
    ascending. `peers` (..., towns, years), similar series of the same years; None for none.
    `cyclical`, one for all or one a series: all towns move together, so n counts the own series
    only, though the changes of all are used. `baseline_year`, `target_year`; `target` and
    `baseline`, one for all or one a series: `baseline` is the value stored in the plan, without it
    that of the series in `baseline_year`. `desired`: "lower" or "higher".

    Returns `Progress`. `low` and `high` lie where that same probability of a change at or beyond
    them is 10 %: of n changes of equal standing that is the order statistic nearest to the rank
    .1 (n + 1), the plotting position k / (n + 1) of Weibull (1939; Hyndman & Fan 1996, American
    Statistician 50:361-365, definition 6). A new change falls below the k-th of n with just that
    chance, whereas the plain 10 % quantile lies too far in. Below nine changes the rank is less
    than 1 and the band ends at the extremes seen. Once the target year has come the probability
    is 1 or 0. `reason`: "few_points" (fewer than four changes by
    the count above, or all of them over the same years), "constant" (nothing ever moved).
    Raises ValueError for another `desired`, years that do not ascend, shapes that do not fit.

    >>> plan = {"baseline_year": 2015, "target_year": 2030, "target": 70, "desired": "lower"}
    >>> seen = target_progress([100, 90], [2015, 2020], **plan)
    >>> seen.ratio.round(4).item(), seen.required.item(), seen.reason.item()
    (0.8874, -2.0, 'few_points')

    A straight fall that is on schedule, its eight years worth four changes over two:

    >>> plan = {"baseline_year": 2016, "target_year": 2026, "target": 10, "desired": "lower"}
    >>> target_progress(range(20, 11, -1), range(2016, 2025), **plan).probability.round(3).item()
    0.9
    """
    wanted = direction(desired)
    calendar = ascending(years)
    table, single = rows(values, calendar)
    towns = town_rows(peers, len(table), calendar)
    if not calendar.size:
        table, calendar = np.full((len(table), 1), np.nan), np.array([baseline_year], dtype=float)
        towns = np.full((len(table), 0, 1), np.nan)
    count = len(table)
    goal = np.broadcast_to(np.asarray(target, dtype=float), (count,))
    present = ~np.isnan(table)
    latest_at = np.where(present, np.arange(calendar.size), 0).max(axis=1)
    latest, latest_year = table[np.arange(count), latest_at], calendar[latest_at]
    start = stored_baseline(table, calendar, baseline_year, baseline)
    left = target_year - latest_year
    required = np.where(left > 0, (goal - latest) / np.where(left > 0, left, 1), np.nan)
    observed = pace_since(table, calendar, baseline_year)
    planned = target_year - baseline_year
    ratio = growth_ratio(start, latest, goal, latest_year - baseline_year, planned)
    together = np.broadcast_to(np.asarray(cyclical, dtype=bool), (count,))
    series = np.concatenate([table[:, None], towns], axis=1)
    chance, least, most, reason = outlook(series, calendar, left, goal - latest, wanted, together)
    met = np.where(np.isnan(latest) | np.isnan(goal), np.nan, wanted * (goal - latest) >= 0)
    probability = np.where(left > 0, chance, met)
    low, high = (latest + np.where(left > 0, end, 0) for end in (least, most))
    return as_given(Progress(required, observed, ratio, probability, low, high, reason), single)


def town_rows(peers: ArrayLike | None, count: int, years: Floats) -> Floats:
    """The similar series as (series, towns, years); raises ValueError where they do not fit."""
    if peers is None:
        return np.empty((count, 0, years.size))
    towns = np.array(peers, dtype=float)
    if towns.ndim < 2 or towns.shape[-1] != years.size:
        wanted = f"(..., towns, {years.size} years)"
        raise ValueError(f"peers must have the shape {wanted}, not {towns.shape}")
    towns[~(np.abs(towns) < LARGEST)] = np.nan
    return np.broadcast_to(towns, (count, *towns.shape[-2:]))


def stored_baseline(
    table: Floats,
    years: Floats,
    baseline_year: float,
    baseline: ArrayLike | None,
) -> Floats:
    """The baseline of each series: the one given, else the value of the baseline year."""
    if baseline is not None:
        return np.broadcast_to(np.asarray(baseline, dtype=float), (len(table),))
    at = np.flatnonzero(years == baseline_year)
    return table[:, at[0]] if at.size else missing(len(table))


def pace_since(table: Floats, years: Floats, baseline_year: float) -> Floats:
    """Least-squares slope of each series from the baseline year on; missing below two points."""
    since = years >= baseline_year
    part, when = table[:, since], years[since]
    present = ~np.isnan(part)
    n = np.maximum(present.sum(axis=1), 1)
    away = np.where(present, when - (np.where(present, when, 0).sum(axis=1) / n)[:, None], 0)
    squares = (away**2).sum(axis=1)
    tilt = (np.nan_to_num(part) * away).sum(axis=1)
    return np.where(squares > 0, tilt / np.where(squares > 0, squares, 1), np.nan)


def growth_ratio(
    start: Floats,
    latest: Floats,
    goal: Floats,
    seen: Floats,
    planned: float,
) -> Floats:
    """Yearly growth seen over yearly growth planned; missing unless all values are above 0."""
    usable = (start > 0) & (latest > 0) & (goal > 0) & (goal != start) & (seen > 0) & (planned > 0)
    base = np.where(usable, start, 1)
    growth = (np.where(usable, latest, 1) / base) ** (1 / np.where(usable, seen, 1)) - 1
    needed = (np.where(usable, goal, 2) / base) ** (1 / (planned if planned > 0 else 1)) - 1
    return np.where(usable, growth / needed, np.nan)


def outlook(
    series: Floats,
    years: Floats,
    left: Floats,
    need: Floats,
    wanted: float,
    cyclical: NDArray[np.bool_],
) -> tuple[Floats, Floats, Floats, NDArray[np.str_]]:
    """Chance of a change of at least `need`, the limits of the change, and why there are none.

    `series` (series, 1 + towns, years), own first; the others one entry a series.
    """
    count = len(series)
    chance, low, high, reason = missing(count), missing(count), missing(count), no_reason(count)
    for ahead in np.unique(left[left > 0]):
        members = np.flatnonzero(left == ahead)
        changes = changes_between(series[members], years, float(ahead))
        seen = ~np.isnan(changes)
        of_town = seen.sum(axis=2, keepdims=True)
        weight = np.where(seen, 1 / np.maximum(of_town, 1), 0).reshape(len(members), -1)
        spans = np.where(of_town[:, :, 0] > 0, calendar_span(series[members], years), 0) / ahead
        effective = np.where(cyclical[members], spans[:, 0], spans.sum(axis=1))
        spans_seen = seen.any(axis=1).sum(axis=1)
        few = (effective < FEWEST_CHANGES) | (spans_seen < 2)
        constant = np.nan_to_num(np.abs(changes)).max(axis=(1, 2), initial=0) == 0
        reason[members] = np.where(few, "few_points", np.where(constant, "constant", ""))
        told = ~few & ~constant & ~np.isnan(need[members])
        flat = changes.reshape(len(members), -1)
        size = np.nan_to_num(np.abs(series[members, 0])).max(axis=1, initial=0)
        beyond = wanted * (flat - need[members, None]) <= EXACT * size[:, None]
        share = np.where(beyond, weight, 0).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)
        chance[members] = np.where(told, (effective * share + 0.5) / (effective + 1), np.nan)
        tail = tail_share(effective)
        low[members] = np.where(told, weighted_quantile(flat, weight, tail), np.nan)
        high[members] = np.where(told, -weighted_quantile(-flat, weight, tail), np.nan)
    reason[np.isnan(series[:, 0]).all(axis=1)] = "few_points"
    return chance, low, high, reason


def calendar_span(series: Floats, years: Floats) -> Floats:
    """Years from the first to the last value of each series (..., years), 0 where there is none."""
    seen = ~np.isnan(series)
    first = np.where(seen, years, np.inf).min(axis=-1, initial=np.inf)
    last = np.where(seen, years, -np.inf).max(axis=-1, initial=-np.inf)
    return np.where(np.isfinite(first), last, 0) - np.where(np.isfinite(first), first, 0)


def tail_share(effective: Floats) -> Floats:
    """Share w of the changes at or beyond a limit of the band: (n w + .5) / (n + 1) is a tenth.

    With fewer than four changes w would be negative; the extreme change then is the limit.
    """
    tail = (1 - COVERAGE) / 2
    return np.maximum(tail * (effective + 1) - 0.5, 0) / np.maximum(effective, 1)


def weighted_quantile(values: Floats, weights: Floats, chance: Floats) -> Floats:
    """The least value of each row below or at which the `chance` (rows,) of its weight lies.

    NaN has no weight. Rows without any weight give NaN.
    """
    if not values.shape[1]:
        return missing(len(values))
    order = np.argsort(values, axis=1)  # NaN sorts last
    ranked = np.take_along_axis(values, order, axis=1)
    reached = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    enough = chance[:, None] * reached[:, -1:] * (1 - EXACT)
    at = ((reached >= enough) & (reached > 0)).argmax(axis=1)
    return ranked[np.arange(len(values)), at]


def changes_over(values: ArrayLike, years: ArrayLike, *, span: float) -> Floats:
    """All changes of each series over `span` years, the pairs of years overlapping.

    `values` (years,) or (series, years); gives (pairs,) or (series, pairs) in their units, NaN
    where either value is missing. Raises ValueError where years do not ascend.

    >>> changes_over([1.0, 2.0, 4.0, 7.0], [2020, 2021, 2022, 2023], span=2).tolist()
    [3.0, 5.0]
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    changes = changes_between(table, calendar, span)
    return changes[0] if single else changes


def changes_between(series: Floats, years: Floats, span: float) -> Floats:
    """The changes (..., pairs) of `series` (..., years) over each pair of years `span` apart."""
    early, late = np.nonzero(years[None, :] - years[:, None] == span)
    return series[..., late] - series[..., early]
