"""The plan's stored baseline against the newest value, tested against the yearly variation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from .. import stats
from ..params import Setting
from .levels import CAP, CAP_CYCLICAL, Window
from .series import Series
from .types import ClassC, Figure, SinceBaseline


def since_baseline(window: Window, setting: Setting, *, stale: bool, small: bool) -> SinceBaseline | None:
    """The stored baseline against the newest value (of whole cycles where cohorts alternate)."""
    one = window.series
    stored = setting.baseline
    if stored is None:
        return None
    key, area, unit, decimals = one.indicator.key, one.area, one.indicator.unit, one.indicator.decimals
    baseline = Figure(key, area, stored.year, "baseline", stored.value, unit, decimals)
    start, now = _at_year(one, stored.year), one.newest
    if now is None or one.years[now] <= stored.year:
        return SinceBaseline("cannot_assess", "not_published", "", baseline)
    ended, began = one.cycle_ending(now), (np.nan,) * 4 if start is None else one.cycle_ending(start)
    newest = ended[0] if np.isfinite(ended[0]) else one.value[now]
    published = began[0]
    revised = start is not None and np.isfinite(published) and abs(published - stored.value) > _rounding(one)
    parts = {
        "now": one.figure("now_baseline_basis", now, newest),
        "revised": one.figure("baseline_revised", start, published) if revised and start is not None else None,
        "three_before": _three_before(one, stored.year),
    }
    reason = "old" if stale else "ages_changed" if one.indicator.ages_change else "small_numbers" if small else ""
    if not reason and start is not None and one.part[start] != one.part[now]:
        reason = "vintage" if one.vintage[start] != one.vintage[now] else "break"
    if reason:
        return SinceBaseline("cannot_assess", reason, "", baseline, **parts)
    change = newest - stored.value
    parts["change"] = one.difference("change_baseline", now, change)
    if one.indicator.kind in ("fact", "score", "survey"):
        reason = "survey" if one.indicator.kind == "survey" else "described"
        return SinceBaseline("described", reason, "described", baseline, **parts)
    varied = stats.change_since(
        window.own,
        window.peers,
        one.years,
        baseline_year=stored.year,
        baseline=stored.value,
        floor=window.floor,
        cap=CAP_CYCLICAL if one.indicator.cyclical else CAP,
    )
    if np.isnan(varied.p):
        return SinceBaseline("cannot_assess", str(varied.reason), "", baseline, **parts)
    counted = one.indicator.kind == "flow" and one.indicator.counts and start is not None and not revised
    if counted and np.isfinite([*ended, *began]).all():
        return _tested_by_counts(one, baseline, parts, ended[1:], began[1:], varied)
    limits = (float(varied.low), float(varied.high))
    return _classified(one, baseline, parts, change, limits, "variation")


def _rounding(one: Series) -> float:
    """By how much a stored value may miss the published one: the mean of rounded values is rounded once more."""
    return (1.0 if one.indicator.cycle > 1 else 0.5) * 10.0**-one.indicator.decimals + 1e-9


def _tested_by_counts(
    one: Series,
    baseline: Figure,
    parts: Mapping,
    ended: Sequence[float],
    began: Sequence[float],
    varied: stats.LevelChange,
) -> SinceBaseline:
    """The difference of two shares with Newcombe's interval, widened to the yearly variation.

    `ended` and `began` are cases and the fewest and most people of the newest and the baseline's
    cycle. Where the class differs between the two ends of what rounding leaves open, none is given.
    """
    (cases, low, high), (cases_then, low_then, high_then) = ended, began
    shares = [
        (cases / ((low + high) / 2), (low + high) / 2),
        (cases_then / ((low_then + high_then) / 2), (low_then + high_then) / 2),
    ]
    binomial = float(np.mean([1e4 * share * (1 - share) / people for share, people in shares]))
    dispersion = max(1.0, float(varied.se) ** 2 / (2 * binomial)) if binomial > 0 else 1.0
    told, *ends = (
        stats.proportion_difference(
            [cases],
            [people],
            [cases_then],
            [people_then],
            dispersion_a=dispersion,
            dispersion_b=dispersion,
            df=float(varied.df),
        )
        for people, people_then in (((low + high) / 2, (low_then + high_then) / 2), (low, high_then), (high, low_then))
    )
    classes = {
        _classified(
            one,
            baseline,
            parts,
            100 * float(end.estimate[0]),
            (100 * float(end.low[0]), 100 * float(end.high[0])),
            "counts",
        ).kind
        for end in ends
    }
    limits = (100 * float(told.low[0]), 100 * float(told.high[0]))
    answer = _classified(one, baseline, parts, 100 * float(told.estimate[0]), limits, "counts")
    return replace(answer, kind="cannot_assess", reason="rounding") if len(classes) > 1 else answer


def _classified(
    one: Series, baseline: Figure, parts: Mapping, change: float, limits: tuple[float, float], method: str
) -> SinceBaseline:
    """The class of a tested change since the baseline: clear, within the agreed limit, or neither."""
    low, high = limits
    smallest = one.indicator.min_change.value if one.indicator.min_change else 0.0
    kind: ClassC = "no_clear_difference"
    if low > 0 or high < 0:
        kind = "above" if change > 0 else "below"
        if abs(change) < smallest - 1e-9:
            kind = "no_clear_difference"
    elif smallest and -smallest < low and high < smallest:
        kind = "at_baseline"
    at = one.newest or 0
    return SinceBaseline(
        kind, "", method, baseline, **parts,
        low=one.difference("change_baseline_low", at, low),
        high=one.difference("change_baseline_high", at, high),
    )  # fmt: skip


def _at_year(one: Series, year: int) -> int | None:
    at = np.flatnonzero((one.years == year) & one.present)
    return int(at[0]) if at.size else None


def _three_before(one: Series, year: int) -> Figure | None:
    """The mean of the three years before the baseline, so that a chance baseline can be seen as one."""
    before = one.value[(one.years < year) & (one.years >= year - 3)]
    start = _at_year(one, year)
    if start is None or before.size < 3 or np.isnan(before).any() or one.part[start] != one.part[start - 3]:
        return None
    return one.figure("three_before_baseline", start, float(before.mean()))
