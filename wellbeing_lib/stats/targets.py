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
    `pooled` are changes of similar areas over the same number of years, used below eight own changes. `low` and
    `high` hold 80 %.
    """
    wanted = direction(desired)
    calendar = ascending(years)
    table, single = rows(values, calendar)
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
    middle, spread, df = outlook(table, calendar, latest, left, pooled)
    deviate = wanted * (goal - middle) / np.where(spread > 0, spread, np.nan)
    probability = special.stdtr(df, deviate)
    half = special.stdtrit(df, 0.5 + COVERAGE / 2) * spread
    reason = no_reason(count)
    reason[np.isnan(probability)] = "few_points"
    return as_given(Progress(required, observed, ratio, probability, middle - half, middle + half, reason), single)


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
    table: Floats, years: Floats, latest: Floats, left: Floats, pooled: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Middle, spread and degrees of freedom of each series' value `left` years after its newest."""
    spread, df = missing(len(table)), missing(len(table))
    for span in np.unique(left[left > 0]):
        members = left == span
        changes = changes_over(table[members], years, span)
        enough = (~np.isnan(changes)).sum(axis=1)
        mean_square = np.nansum(changes**2, axis=1) / np.maximum(enough, 1)
        freedom = np.maximum(enough / span, 1)
        if pooled is not None:
            others = np.asarray(pooled, dtype=float)
            others = others[np.isfinite(others)]
            short = enough < FEWEST_CHANGES
            mean_square = np.where(short, (others**2).mean() if others.size else np.nan, mean_square)
            freedom = np.where(short, max(others.size / span, 1), freedom)
            enough = np.where(short, others.size, enough)
        told = enough >= FEWEST_CHANGES
        spread[members] = np.where(told, np.sqrt(mean_square), np.nan)
        df[members] = np.where(told, freedom, np.nan)
    return latest, spread, df


def changes_over(table: Floats, years: Floats, span: float) -> Floats:
    """All changes of each series over `span` years, the pairs of years overlapping."""
    early, late = np.nonzero(years[None, :] - years[:, None] == span)
    return table[:, late] - table[:, early]
