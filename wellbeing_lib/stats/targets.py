"""How far a target is and how likely it is to be met by its year; measures taken are not known here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .ranks import direction
from .series import Floats, as_given, ascending, missing, no_reason, rows

FEWEST_CHANGES = 8
COVERAGE = 0.8


@dataclass(frozen=True, eq=False)
class Progress:
    """Pace `required` and `observed` (units a year), their growth `ratio`, and the outlook at the target year."""

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
    baseline_year: float,
    target_year: float,
    target: ArrayLike,
    desired: str,
    baseline: ArrayLike | None = None,
    pooled: ArrayLike | None = None,
) -> Progress:
    """Pace towards each target and the chance of meeting it.

    `required` is the pace from the newest value, `observed` the least-squares pace from the baseline year on. `ratio`
    divides the yearly growth seen since the baseline by the growth that leads from baseline to target (Eurostat's
    ratio for the Sustainable Development Goals); above 1 is fast enough. The outlook takes the newest value and adds
    the changes that the series has made over as many years before: on real series that beats a prolonged line.

    `values` (years,) or (series, years), NaN missing. `target`, `baseline` one entry a series or one for all;
    `baseline` is the value stored in the plan, without it that of `baseline_year`. `desired` is "lower" or "higher".
    `pooled` are changes of similar areas over the same number of years (`changes_over`), used below eight own changes.
    `low` and `high` hold 80 %: on real series 75-85 % at one to three years. Once the target year has come the
    probability is 1 or 0. `reason`: "few_points" (fewer than eight changes, own or pooled), "constant" (never moved).

    >>> plan = {"baseline_year": 2015, "target_year": 2030, "target": 70, "desired": "lower"}
    >>> seen = target_progress([100, 90], [2015, 2020], **plan)
    >>> seen.ratio.round(4).item(), seen.required.item(), seen.reason.item()
    (0.8874, -2.0, 'few_points')
    """
    wanted = direction(desired)
    calendar = ascending(years)
    table, single = rows(values, calendar)
    if not calendar.size:
        table, calendar = np.full((len(table), 1), np.nan), np.array([baseline_year], dtype=float)
    count = len(table)
    goal = np.broadcast_to(np.asarray(target, dtype=float), (count,))
    present = ~np.isnan(table)
    latest_at = np.where(present.any(axis=1), present.shape[1] - 1 - present[:, ::-1].argmax(axis=1), 0)
    latest, latest_year = table[np.arange(count), latest_at], calendar[latest_at]
    start = stored_baseline(table, calendar, baseline_year, baseline)
    left = target_year - latest_year
    required = np.where(left > 0, (goal - latest) / np.where(left > 0, left, 1), np.nan)
    observed = pace_since(table, calendar, baseline_year)
    ratio = growth_ratio(start, latest, goal, latest_year - baseline_year, target_year - baseline_year)
    spread, df, reason = outlook(table, calendar, left, pooled)
    deviate = wanted * (goal - latest) / np.where(spread > 0, spread, np.nan)
    met = np.where(np.isnan(latest) | np.isnan(goal), np.nan, (wanted * (goal - latest) >= 0).astype(float))
    probability = np.where(left > 0, special.stdtr(df, deviate), met)
    half = np.where(left > 0, special.stdtrit(df, 0.5 + COVERAGE / 2) * spread, 0)
    return as_given(Progress(required, observed, ratio, probability, latest - half, latest + half, reason), single)


def stored_baseline(table: Floats, years: Floats, baseline_year: float, baseline: ArrayLike | None) -> Floats:
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


def growth_ratio(start: Floats, latest: Floats, goal: Floats, seen: Floats, planned: float) -> Floats:
    """Yearly growth seen over yearly growth planned; missing unless all three values are above 0."""
    usable = (start > 0) & (latest > 0) & (goal > 0) & (goal != start) & (seen > 0) & (planned > 0)
    base = np.where(usable, start, 1)
    growth = (np.where(usable, latest, 1) / base) ** (1 / np.where(usable, seen, 1)) - 1
    needed = (np.where(usable, goal, 2) / base) ** (1 / (planned if planned > 0 else 1)) - 1
    return np.where(usable, growth / needed, np.nan)


def outlook(
    table: Floats, years: Floats, left: Floats, pooled: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """Spread and degrees of freedom of the change over `left` years, and why there is none.

    The spread is the root mean square, not the deviation from the mean change: a drift seen so far then widens the
    interval but does not shift it, which covered better than carrying half or all of the drift on.
    """
    spread, df, reason = missing(len(table)), missing(len(table)), no_reason(len(table))
    others = np.empty(0) if pooled is None else np.ravel(np.asarray(pooled, dtype=float))
    others = others[np.isfinite(others)]
    for span in np.unique(left[left > 0]):
        members = np.flatnonzero(left == span)
        changes = changes_over(table[members], years, span=float(span))
        count = (~np.isnan(changes)).sum(axis=1)
        square = np.nansum(changes**2, axis=1)
        short = (count < FEWEST_CHANGES) & (others.size >= FEWEST_CHANGES)
        count = np.where(short, others.size, count)
        square = np.where(short, others.size * pooled_spread(others) ** 2, square)
        few, constant = count < FEWEST_CHANGES, square == 0
        reason[members] = np.where(few, "few_points", np.where(constant, "constant", ""))
        told = ~few & ~constant
        spread[members[told]] = np.sqrt(square[told] / count[told])
        df[members[told]] = count[told]
    reason[(~np.isnan(table)).sum(axis=1) == 0] = "few_points"
    return spread, df, reason


def pooled_spread(changes: Floats) -> float:
    """The spread with which an 80 % interval holds four in five of the `changes` of other areas.

    Their root mean square would not do: a few very small areas with very large changes set it.
    """
    if not changes.size:
        return np.nan
    widest = np.quantile(np.abs(changes), COVERAGE, method="weibull")
    return float(widest / special.stdtrit(changes.size, 0.5 + COVERAGE / 2))


def changes_over(values: ArrayLike, years: ArrayLike, *, span: float) -> Floats:
    """All changes of each series over `span` years, the pairs of years overlapping; NaN where either is missing.

    Give those of similar towns to `target_progress` as `pooled` where a town's own series is short. `values` (years,)
    or (series, years); gives (pairs,) or (series, pairs) in their units. `ValueError` where years do not ascend.

    >>> changes_over([1.0, 2.0, 4.0, 7.0], [2020, 2021, 2022, 2023], span=2).tolist()
    [3.0, 5.0]
    """
    calendar = ascending(years)
    table, single = rows(values, calendar)
    early, late = np.nonzero(calendar[None, :] - calendar[:, None] == span)
    changes = table[:, late] - table[:, early]
    return changes[0] if single else changes
