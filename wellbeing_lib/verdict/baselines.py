"""Question C: the plan's stored baseline against the newest value, tested with counts and banded without."""

from collections.abc import Mapping, Sequence

import numpy as np

from .. import stats
from ..params import Setting
from .series import Series
from .types import ClassC, Figure, SinceBaseline


def since_baseline(one: Series, setting: Setting, *, stale: bool, small: bool) -> SinceBaseline | None:
    """Question C: the stored baseline against the newest value (of whole cycles where cohorts alternate)."""
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
    counted = one.indicator.kind == "flow" and one.indicator.counts and start is not None and not revised
    if counted and np.isfinite([*ended, *began]).all():
        return _tested_since(one, baseline, parts, ended[1:], began[1:])
    kind, reason, method = _banded(one, change, revised=bool(revised))
    return SinceBaseline(kind, reason, method, baseline, **parts)


def _rounding(one: Series) -> float:
    """By how much a stored value may miss the published one: the mean of rounded values is rounded once more."""
    return (1.0 if one.indicator.cycle > 1 else 0.5) * 10.0**-one.indicator.decimals + 1e-9


def _tested_since(
    one: Series, baseline: Figure, parts: Mapping, ended: Sequence[float], began: Sequence[float]
) -> SinceBaseline:
    """The difference of two shares with Newcombe's interval, at both ends of what rounding leaves open.

    `ended` and `began` are cases and the fewest and most people of the newest and the baseline's cycle.
    """
    (cases, low, high), (cases_then, low_then, high_then) = ended, began
    told, *ends = (
        stats.proportion_difference([cases], [people], [cases_then], [people_then])
        for people, people_then in (((low + high) / 2, (low_then + high_then) / 2), (low, high_then), (high, low_then))
    )
    at = one.newest or 0
    limits = {
        "low": one.difference("change_baseline_low", at, 100 * float(told.low[0])),
        "high": one.difference("change_baseline_high", at, 100 * float(told.high[0])),
    }
    apart = [bool(end.low[0] > 0 or end.high[0] < 0) for end in ends]
    if apart[0] != apart[1]:
        return SinceBaseline("cannot_assess", "rounding", "counts", baseline, **parts, **limits)
    kind: ClassC = _moved(one, float(told.estimate[0])) if apart[0] else "within_chance"
    return SinceBaseline(kind, "", "counts", baseline, **parts, **limits)


def _banded(one: Series, change: float, *, revised: bool) -> tuple[ClassC, str, str]:
    """Without counts, or with counts that do not fit: the change is held against the smallest that matters."""
    smallest = one.indicator.min_change
    if abs(change) < 0.5 * 10.0**-one.indicator.decimals:
        return "same_value", "", "band"
    if one.indicator.kind in ("fact", "score", "survey") or smallest is None:
        return "described", "survey" if one.indicator.kind == "survey" else "described", "described"
    reason = "revised" if revised and one.indicator.counts else "no_counts"
    reason = one.indicator.kind if one.indicator.kind in ("stock", "index") else reason
    return (_moved(one, change) if abs(change) >= smallest.value - 1e-9 else "within_band"), reason, "band"


def _moved(one: Series, change: float) -> ClassC:
    if one.indicator.desired == "none":
        return "risen" if change > 0 else "fallen"
    return "improved" if (change > 0) == (one.indicator.desired == "higher") else "got_worse"


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
