"""Changes of level, judged against the variation from year to year; drift is in `models`.

`level_change` compares the last years of a series with its first, `relative_level_change` does so
for its distance from similar series, `change_since` for one year and the newest. How large the
variation is comes from `variation`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .series import (
    FEWEST_POINTS,
    LARGEST,
    Floats,
    ascending,
    groups_of_equal_years,
    leading_rows,
    missing,
    no_reason,
    shaped,
)
from .variation import expected_variation, full_variation, moderate, variance_factor

FEWEST_PEERS = 6
FEWEST_ALONE = 8  # points, where there are too few similar series to moderate the variance
YEARS_AT_END, YEARS_AT_END_SHORT = 3, 2  # from eight points on, and below
WIDEST_GAP, LONGEST_WINDOW = 3, 14  # calendar years between neighbours, and from first to last


@dataclass(frozen=True, eq=False)
class LevelChange:
    """A change of level with its test, one entry a series.

    `change`, `low`, `high` and `se` are in the units of the values, `p` is two-sided on `df`
    degrees of freedom and belongs to the same t as the interval. `common_share` (0-1) is the part
    of the series' deviations from their own straight lines that they share, NaN where it was not
    computed. `reason`: "few_points", "gap", "constant", "few_peers" or "".
    """

    change: Floats
    low: Floats
    high: Floats
    p: Floats
    df: Floats
    se: Floats
    common_share: Floats
    reason: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Inputs:
    """The arguments of the three tests, laid out with one series a row."""

    own: Floats  # (series, years)
    peers: Floats  # (series, towns, years)
    years: Floats
    floor: Floats  # (series, 1 + towns)
    cap: Floats  # (series,)
    covariate: Floats | None  # (series, 1 + towns)
    memory: float
    confidence: float
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Group:
    """Series observed in the same `years`: their values `rows` (series, 1 + towns, years), own first."""

    members: NDArray[np.intp]
    rows: Floats
    floor: Floats
    years: Floats

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Which rows (series, 1 + towns) have a value in every year."""
        return np.logical_not(np.isnan(self.rows).any(axis=-1))


def level_change(
    own: ArrayLike,
    peers: ArrayLike | None,
    years: ArrayLike,
    *,
    floor: ArrayLike = 0.0,
    cap: ArrayLike = 40.0,
    covariate: ArrayLike | None = None,
    memory: float = 0.3,
    confidence: float = 0.95,
) -> LevelChange:
    """Mean of the last years minus mean of the first years of each series, with its test.

    Three years at each end from eight points on, two for five to seven. The change is measured
    against the yearly variation of the series (`yearly_variation`), moderated by that of the
    similar series (`moderate`), with the given `memory` from year to year (`variance_factor`).
    Give the window only: all years with a value of their own are used. A step counts as much as a
    steady change; whether it goes on is another question.

    Parameters: `own` (..., years) and `peers` (..., towns, years), of the same unit, NaN missing;
    a town that lacks a year in which the own series has a value takes no part; None for no peers.
    `years` (years,), ascending. `floor`: the smallest variance, in squared units, for what
    rounding and small counts add (rounding step squared / 12); one number, one a series (...) or
    one a row (..., 1 + towns), own first. `cap`: largest weight of the similar series' variance,
    one number or (...); 10 for series that follow the business cycle together. `covariate`
    (..., 1 + towns): logarithm of each population, own first; used from 15 rows on. `memory`: 0
    to below 1. `confidence`: of the interval, 0-1.

    Returns `LevelChange` with one entry a series. Reasons: "few_points" below five points (all
    missing); "gap" where neighbours lie more than three years apart or the window is longer than
    14 years, and "constant" where neither the series nor the floor gives any variation (change
    only); "few_peers" below six complete towns with variation: the own variance alone then stands
    behind the test from eight points on; below that there is the change only.
    Raises ValueError for years that do not ascend, shapes that do not fit, a floor below 0,
    memory or confidence out of range.

    Here values that stand at 15 and then at 10 among similar series that only vary:

    >>> chance = np.random.default_rng(1)
    >>> found = level_change([15] * 5 + [10] * 5, chance.normal(15, 0.3, (10, 10)), range(10))
    >>> found.change.item(), found.p.item() < 0.001
    (-5.0, True)
    """
    given = laid_out(own, peers, years, floor, cap, covariate, memory, confidence)
    return contrast_tests(given, ends_apart)


def relative_level_change(
    own: ArrayLike,
    peers: ArrayLike,
    years: ArrayLike,
    *,
    floor: ArrayLike = 0.0,
    cap: ArrayLike = 40.0,
    memory: float = 0.3,
    confidence: float = 0.95,
) -> LevelChange:
    """Change of level of each series minus the mean of the similar ones: did it part from them?

    As `level_change`, of the own series less the mean of the towns that are complete. Each town's
    variation is likewise that of its distance from the mean of all others, the own series among
    them. The floor of such a distance is the row's own plus that of the mean of the others.

    Parameters, returns and errors as in `level_change`. Nothing is computed below six complete
    towns ("few_peers"), and `common_share` is always NaN.

    >>> years, chance = np.arange(10), np.random.default_rng(1)
    >>> towns = 10 - years / 2 + chance.normal(0, 0.2, (10, 10))
    >>> found = relative_level_change(10 - years + chance.normal(0, 0.2, 10), towns, years)
    >>> found.change.round(1).item(), found.p.item() < 0.001
    (-3.5, True)
    """
    given = laid_out(own, peers, years, floor, cap, None, memory, confidence)
    return contrast_tests(given, ends_apart, relative=True)


def change_since(
    own: ArrayLike,
    peers: ArrayLike | None,
    years: ArrayLike,
    *,
    baseline_year: ArrayLike,
    baseline: ArrayLike | None = None,
    floor: ArrayLike = 0.0,
    cap: ArrayLike = 40.0,
    covariate: ArrayLike | None = None,
    memory: float = 0.3,
    confidence: float = 0.95,
) -> LevelChange:
    """Newest value minus the value of the baseline year, against the same yearly variation.

    For figures without counts; two single years differ more by chance than two levels do.
    `baseline_year` and `baseline`, one for all or (...): the year, and the value stored for it;
    without one that of the series. The newest value is the last one of `own`.

    Other parameters, returns and errors as in `level_change`. "few_points" also where the
    baseline year lies outside the years of the series, is the newest year, or has no value.

    >>> own = [13.4, 12.6, 12.4, 12.5, 13.0, 12.3, 10.4, 12.4, 10.5, 13.6]
    >>> found = change_since(own, None, range(2014, 2024), baseline_year=2021, floor=0.1**2 / 12)
    >>> found.change.round(1).item(), found.p.round(2).item(), found.reason.item()
    (1.2, 0.56, 'few_peers')
    """
    given = laid_out(own, peers, years, floor, cap, covariate, memory, confidence)
    start_year = np.broadcast_to(np.asarray(baseline_year, dtype=float), given.shape).reshape(-1)
    stored = None
    if baseline is not None:
        stored = np.broadcast_to(np.asarray(baseline, dtype=float), given.shape).reshape(-1)

    def newest_less_baseline(group: Group, memory: float) -> tuple[Floats, Floats]:
        values, when, start = group.rows[:, 0], group.years, start_year[group.members]
        if stored is None:
            at = np.minimum(np.searchsorted(when, start), when.size - 1)
            value = np.where(when[at] == start, values[np.arange(len(values)), at], np.nan)
        else:
            value = stored[group.members]
        inside = (start >= when[0]) & (start < when[-1])
        change = np.where(inside, values[:, -1] - value, np.nan)
        apart = np.where(inside, when[-1] - start, 1)
        return change, 2 * (1 - memory**apart) / expected_variation(when, memory)

    return contrast_tests(given, newest_less_baseline)


def laid_out(
    own: ArrayLike,
    peers: ArrayLike | None,
    years: ArrayLike,
    floor: ArrayLike,
    cap: ArrayLike,
    covariate: ArrayLike | None,
    memory: float,
    confidence: float,
) -> Inputs:
    """The arguments as tables with one series a row; raises ValueError where they do not fit."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    if not 0 <= memory < 1:
        raise ValueError(f"memory must be at least 0 and below 1, not {memory}")
    calendar = ascending(years)
    table, shape = leading_rows(own, calendar)
    towns = np.empty((0, calendar.size)) if peers is None else np.array(peers, dtype=float)
    if towns.ndim < 2 or towns.shape[-1] != calendar.size:
        wanted = f"(..., towns, {calendar.size} years)"
        raise ValueError(f"peers must have the shape {wanted}, not {towns.shape}")
    towns[~(np.abs(towns) < LARGEST)] = np.nan
    rows = 1 + towns.shape[-2]
    towns = np.broadcast_to(towns, (*shape, *towns.shape[-2:]))
    least = np.asarray(floor, dtype=float)
    if not (least >= 0).all():
        raise ValueError("floor is a variance and must be 0 or more")
    least = least if least.ndim > len(shape) else least[..., None]
    size = None
    if covariate is not None:
        size = by_row(covariate, shape, rows)
    return Inputs(
        table,
        towns.reshape(len(table), rows - 1, calendar.size),
        calendar,
        by_row(least, shape, rows),
        np.broadcast_to(np.asarray(cap, dtype=float), shape).reshape(-1),
        size,
        memory,
        confidence,
        shape,
    )


def by_row(entries: ArrayLike, shape: tuple[int, ...], rows: int) -> Floats:
    """One entry a series and row, as a table (series, rows)."""
    entry = np.broadcast_to(np.asarray(entries, dtype=float), (*shape, rows))
    return entry.reshape(int(np.prod(shape)), rows)


def contrast_tests(
    given: Inputs,
    contrast: Callable[[Group, float], tuple[Floats, Floats]],
    *,
    relative: bool = False,
) -> LevelChange:
    """The test of one contrast of years; `contrast` gives changes (series,) and variance factors."""
    count = len(given.own)
    change, low, high, p, df, se, share = (missing(count) for _ in range(7))
    reason = no_reason(count)
    reason[(~np.isnan(given.own)).sum(axis=1) < FEWEST_POINTS] = "few_points"
    for members, points, when in groups_of_equal_years(given.own, given.years):
        if when.size < FEWEST_POINTS:
            continue
        columns = np.searchsorted(given.years, when)
        rows = np.concatenate([points[:, None], given.peers[members][:, :, columns]], axis=1)
        group = Group(members, rows, given.floor[members], when)
        if not relative:
            share[members] = shared_part(group)
        group = apart_from_others(group) if relative else group
        variance, free, moderated = own_variance(group, given)
        moved, factor = contrast(group, given.memory)
        can = why_not(group, moved, variance, moderated, relative=relative)
        fit = (can == "") | ((can == "few_peers") & (when.size >= FEWEST_ALONE) & (not relative))
        error = np.where(fit, np.sqrt(np.where(fit, variance, 1) * factor), np.nan)
        free = np.where(fit, free, np.nan)
        half = error * special.stdtrit(free, 0.5 + given.confidence / 2)
        change[members] = np.where((can == "few_peers") & relative, np.nan, moved)
        low[members], high[members] = moved - half, moved + half
        p[members] = 2 * special.stdtr(free, -np.abs(moved) / error)
        df[members], se[members], reason[members] = free, error, can
    return shaped(LevelChange(change, low, high, p, df, se, share, reason), given.shape)


def ends_apart(group: Group, memory: float) -> tuple[Floats, Floats]:
    """Mean of the last years minus mean of the first, and its factor."""
    n = group.years.size
    ends = YEARS_AT_END if n >= FEWEST_ALONE else YEARS_AT_END_SHORT
    weight = np.zeros(n)
    weight[:ends], weight[-ends:] = -1 / ends, 1 / ends
    values = group.rows[:, 0]
    change = values[:, -ends:].mean(axis=1) - values[:, :ends].mean(axis=1)
    return change, np.full(len(values), variance_factor(weight, group.years, memory=memory))


def own_variance(group: Group, given: Inputs) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Variance and degrees of freedom of each own series, and whether the towns moderate it."""
    variance, free = full_variation(group.rows, group.years)
    variance = np.maximum(variance, group.floor)
    enough = (variance[:, 1:] > 0).sum(axis=1) >= FEWEST_PEERS
    size = None if given.covariate is None else given.covariate[group.members]
    shared = moderate(variance, free, covariate=size, cap=given.cap[group.members])
    own = variance[:, 0]
    use = enough & (own > 0)
    return (
        np.where(use, shared.variance[:, 0], own),
        np.where(use, shared.prior_df + free, free),
        enough,
    )


def why_not(
    group: Group, moved: Floats, variance: Floats, moderated: NDArray[np.bool_], *, relative: bool
) -> NDArray[np.str_]:
    """The reason of each series of the group, "" where it is tested against a moderated variance."""
    reason = no_reason(len(moved))
    reason[~moderated] = "few_peers"
    reason[variance == 0] = "constant"
    if relative:
        reason[group.complete[:, 1:].sum(axis=1) < FEWEST_PEERS] = "few_peers"
    years = group.years
    if np.diff(years).max() > WIDEST_GAP or years[-1] - years[0] > LONGEST_WINDOW:
        reason[:] = "gap"
    reason[np.isnan(moved)] = "few_points"
    return reason


def apart_from_others(group: Group) -> Group:
    """Each complete row less the mean of all other complete rows; the floor is that of the distance."""
    complete = group.complete
    others = np.maximum(complete.sum(axis=1, keepdims=True) - 1, 1)
    values = np.where(complete[..., None], group.rows, 0)
    rest = (values.sum(axis=1, keepdims=True) - values) / others[..., None]
    least = np.where(complete, group.floor, 0)
    floor = group.floor + (least.sum(axis=1, keepdims=True) - least) / others**2
    apart = np.where(complete[..., None], values - rest, np.nan)
    return Group(group.members, apart, floor, group.years)


def shared_part(group: Group) -> Floats:
    """The part of the deviations from their own straight lines that complete rows have in common."""
    complete = group.complete
    away = group.years - group.years.mean()
    rows = np.where(complete[..., None], group.rows, 0)
    rows = rows - rows.mean(axis=-1, keepdims=True)
    rows = rows - (rows @ away / (away @ away))[..., None] * away
    count = complete.sum(axis=1)
    common = rows.sum(axis=1) / count[:, None]
    whole = (rows**2).sum(axis=(1, 2))
    known = (count > FEWEST_PEERS) & (whole > 0)
    alone = np.where(complete[..., None], (rows - common[:, None]) ** 2, 0).sum(axis=(1, 2))
    return np.where(known, 1 - alone / np.where(known, whole, 1), np.nan)
