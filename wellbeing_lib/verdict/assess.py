"""Joins indicators, observations, baselines and targets with the statistics into one verdict each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from .. import stats
from ..params import Indicator, Params, Setting
from .comparisons import compared, lines_of, position_of
from .directions import directions
from .series import Floats, Panel, Series, series_of
from .types import Direction, Figure, Newest, Outlook, Point, SinceBaseline, Verdict

REACHED_MEAN_OF = 3


def assess(params: Params, observations: pd.DataFrame, areas: pd.DataFrame) -> dict[str, Verdict]:
    """The verdict on every indicator of the catalogue for one municipality and year: key -> `Verdict`.

    `observations` may be newer than the year assessed; what is newer is left out here, once, for all.
    """
    panel = Panel.of(observations).until(params.year)
    catalogue = list(params.indicators.values())
    series = [series_of(one, panel, _area(one, params)) for one in catalogue]
    judged = [one.judged for one in catalogue]
    small = [_small(one, params) for one in series]
    now = directions(series, judged=judged, year=params.year, small=small)
    before = _a_year_ago(catalogue, panel, params, judged)
    pooled_from = [area for area in params.municipality.peers if area != params.area]
    verdicts = {}
    for indicator, one, few, direction, earlier in zip(catalogue, series, small, now, before, strict=True):
        setting = params.plan.indicators.get(indicator.key, Setting()) if params.plan else Setting()
        direction = replace(direction, year_ago=earlier.kind)
        verdicts[indicator.key] = _verdict(one, direction, setting, few, params, panel, areas, pooled_from)
    return verdicts


def _area(indicator: Indicator, params: Params) -> str:
    return params.municipality.region if indicator.level == "region" else params.area


def _a_year_ago(
    catalogue: Sequence[Indicator], panel: Panel, params: Params, judged: Sequence[bool]
) -> list[Direction]:
    """The same directions computed from today's data cut a year earlier: stability, not confirmation."""
    earlier = panel.until(params.year - 1)
    series = [series_of(one, earlier, _area(one, params)) for one in catalogue]
    small = [_small(one, params) for one in series]
    return directions(series, judged=judged, year=params.year - 1, small=small)


def _small(one: Series, params: Params) -> bool:
    """Whether the newest share rests on too few cases or people for a verdict."""
    if one.newest is None:
        return False
    cases, people = one.count[one.newest], one.people_low[one.newest]
    return bool(cases < params.municipality.min_cases or people < params.municipality.min_people)


def _figure(one: Series, at: int, measure: str, value: float | None = None) -> Figure:
    shown = one.value[at] if value is None else value
    return Figure(
        one.indicator.key,
        one.area,
        int(one.years[at]),
        measure,
        float(shown),
        one.indicator.unit,
        one.indicator.decimals,
    )


def _difference(one: Series, year: int | None, measure: str, value: float) -> Figure:
    unit = "percentage_points" if one.indicator.unit == "percent" else one.indicator.unit
    return Figure(one.indicator.key, one.area, year, measure, float(value), unit, one.indicator.decimals, signed=True)


def _verdict(
    one: Series, direction: Direction, setting: Setting, small: bool, params: Params, panel: Panel, areas: pd.DataFrame,
    pooled_from: Sequence[str],
) -> Verdict:  # fmt: skip
    at = one.newest
    newest = None if at is None else _figure(one, at, "newest")
    age = None if at is None else params.year - int(one.years[at])
    before = _previous(one)
    stale = age is not None and age > one.indicator.max_age
    smallest, people = _smallest_change(one, params)
    return Verdict(
        indicator=one.indicator,
        area=one.area,
        year=params.year,
        points=_points(one),
        newest=newest,
        count=None if at is None or np.isnan(one.count[at]) else _count(one, at, "newest_count"),
        age=age,
        previous=None if before is None else _figure(one, before, "previous"),
        change=None if before is None or at is None else _change(one, at, before),
        min_change=smallest,
        min_change_people=people,
        direction=direction,
        unusual=_unusual(one, stale, small),
        since=_since(one, setting, stale),
        outlook=_outlook(one, setting, stale, panel, pooled_from),
        comparisons=compared(one, params, panel, areas),
        position=position_of(one, panel, params.area),
        by_sex=_by_sex(one, panel),
        lines=lines_of(one, params, panel, areas),
        judged=one.indicator.judged and one.indicator.level == "municipality",
    )


def _points(one: Series) -> tuple[Point, ...]:
    return tuple(
        Point(
            figure=_figure(one, at, "observation"),
            count=None if np.isnan(one.count[at]) else _count(one, at, "observation_count"),
            vintage=str(one.vintage[at]),
            part=int(one.part[at]),
            in_window=bool(one.window[at]),
        )
        for at in np.flatnonzero(one.present)
    )


def _count(one: Series, at: int, measure: str) -> Figure:
    return Figure(one.indicator.key, one.area, int(one.years[at]), measure, float(one.count[at]), "people", 0)


def _previous(one: Series) -> int | None:
    """The newest earlier year that can be compared with the newest: same part, and whole cycles before."""
    earlier = np.flatnonzero(one.one_cohort())[:-1]
    return int(earlier[-1]) if earlier.size and not one.indicator.ages_change else None


def _change(one: Series, at: int, before: int) -> Figure:
    return _difference(one, int(one.years[at]), "change_previous", one.value[at] - one.value[before])


def _smallest_change(one: Series, params: Params) -> tuple[Figure | None, Figure | None]:
    """The smallest change that matters, in the unit and, where the size of the group is known, in people."""
    smallest = one.indicator.min_change
    if smallest is None or one.newest is None:
        return None, None
    year = int(one.years[one.newest])
    figure = replace(_difference(one, year, "min_change", smallest.value), signed=False)
    group = params.municipality.people_groups.get(one.indicator.people_group or "")
    people = one.people[one.newest]
    if np.isnan(people) and group and one.area == params.municipality.code:
        people = group.people
    if np.isnan(people) or one.indicator.unit != "percent":
        return figure, None
    size = _round_to_two_digits(people * smallest.value / 100)
    return figure, Figure(one.indicator.key, one.area, year, "min_change_people", size, "people", 0)


def _round_to_two_digits(value: float) -> float:
    """About how many: two leading digits, ending in 0 or 5 from twenty on.

    >>> _round_to_two_digits(66.7), _round_to_two_digits(17.2), _round_to_two_digits(197.0)
    (65.0, 17.0, 200.0)
    """
    if value < 20:
        return float(round(value))
    step = 5 * 10 ** (int(np.log10(value)) - 1)
    return float(step * round(value / step))


def _unusual(one: Series, stale: bool, small: bool) -> Newest:
    """Question B on the newest value and up to ten of the same cohort before it."""
    reason = _barred_value(one, stale) or ("small_numbers" if small else "")
    if reason or one.newest is None:
        return Newest("cannot_assess", reason or "not_published")
    told = stats.newest_value(one.within(one.one_cohort()), one.years)
    if np.isnan(told.unusual):
        return Newest("cannot_assess", str(told.reason))
    kind = {1: "unusually_high", -1: "unusually_low", 0: "ordinary"}[int(told.unusual)]
    wanted = {"higher": 1, "lower": -1, "none": 0}[one.indicator.desired]
    expected, low, high = (
        _figure(one, one.newest, name, float(value))
        for name, value in (("expected", told.expected), ("expected_low", told.low), ("expected_high", told.high))
    )
    good = None if kind == "ordinary" or not wanted else bool(told.unusual == wanted)
    return Newest(kind, "", expected, low, high, good)


def _barred_value(one: Series, stale: bool) -> str:
    if stale:
        return "old"
    if one.indicator.ages_change:
        return "ages_changed"
    return {"survey": "survey", "fact": "described", "score": "described"}.get(one.indicator.kind, "")


def _since(one: Series, setting: Setting, stale: bool) -> SinceBaseline | None:
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
        "now": _figure(one, now, "now_baseline_basis", newest),
        "revised": _figure(one, start, "baseline_revised", published) if revised and start is not None else None,
        "three_before": _three_before(one, stored.year),
    }
    reason = "old" if stale else "ages_changed" if one.indicator.ages_change else ""
    if not reason and start is not None and one.part[start] != one.part[now]:
        reason = "vintage" if one.vintage[start] != one.vintage[now] else "break"
    if reason:
        return SinceBaseline("cannot_assess", reason, "", baseline, **parts)
    change = newest - stored.value
    parts["change"] = _difference(one, int(one.years[now]), "change_baseline", change)
    counted = one.indicator.kind == "flow" and one.indicator.counts and start is not None and not revised
    if counted and np.isfinite([*ended, *began]).all():
        return _tested_since(one, baseline, parts, ended[1:], began[1:])
    return SinceBaseline(*_banded(one, change), baseline, **parts)


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
    year = int(one.years[-1 if one.newest is None else one.newest])
    limits = {
        "low": _difference(one, year, "change_baseline_low", 100 * float(told.low[0])),
        "high": _difference(one, year, "change_baseline_high", 100 * float(told.high[0])),
    }
    apart = [bool(end.low[0] > 0 or end.high[0] < 0) for end in ends]
    if apart[0] != apart[1]:
        return SinceBaseline("cannot_assess", "rounding", "counts", baseline, **parts, **limits)
    kind = _moved(one, float(told.estimate[0])) if apart[0] else "within_chance"
    return SinceBaseline(kind, "", "counts", baseline, **parts, **limits)


def _banded(one: Series, change: float) -> tuple:
    """Without counts no test can be made: the change is held against the declared smallest change."""
    smallest = one.indicator.min_change
    if abs(change) < 0.5 * 10.0**-one.indicator.decimals:
        return "same_value", "", "band"
    if one.indicator.kind in ("fact", "score", "survey") or smallest is None:
        return "described", "survey" if one.indicator.kind == "survey" else "described", "described"
    return (_moved(one, change) if abs(change) >= smallest.value - 1e-9 else "within_band"), "no_counts", "band"


def _moved(one: Series, change: float) -> str:
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
    return _figure(one, start, "three_before_baseline", float(before.mean()))


def _outlook(one: Series, setting: Setting, stale: bool, panel: Panel, pooled_from: Sequence[str]) -> Outlook | None:
    """How likely the target value is, from changes over as many years that the series itself or its peers made."""
    goal, baseline = setting.target, setting.baseline
    if goal is None:
        return None
    target = Figure(
        one.indicator.key, one.area, goal.year, "target", goal.value, one.indicator.unit, one.indicator.decimals
    )
    reason = "not_published" if one.newest is None else "old" if stale else ""
    reason = reason or ("ages_changed" if one.indicator.ages_change else "")
    reason = reason or ({"survey": "survey", "score": "described"}.get(one.indicator.kind, ""))
    if reason or one.newest is None:
        return Outlook("cannot_assess", reason, target)
    desired = one.indicator.desired
    values = replace(one, window=one.current).whole_cycles()[0] if one.indicator.cycle > 1 else one.within(one.current)
    left = goal.year - int(one.years[one.newest])
    pooled = _pooled_changes(one, panel, pooled_from, left)
    told = stats.target_progress(
        values, one.years, baseline_year=baseline.year if baseline else int(one.years[one.newest]),
        target_year=goal.year, target=goal.value, desired=desired, baseline=baseline.value if baseline else None,
        pooled=pooled,
    )  # fmt: skip
    if _already(values, goal.value, desired):
        kind = "reached"
    elif np.isnan(told.probability):
        return Outlook("cannot_assess", str(told.reason) or "few_points", target)
    else:
        kind = "likely" if told.probability > 0.8 else "unlikely" if told.probability < 0.2 else "possible"
    own = np.count_nonzero(np.isfinite(stats.changes_over(values, one.years, span=max(left, 1)))) >= 8
    year = int(one.years[one.newest])
    tens = float(np.round(told.probability * 10) * 10)
    chance = Figure(one.indicator.key, one.area, goal.year, "target_probability", tens, "percent_chance", 0)
    return Outlook(
        kind, "", target,
        required=_difference(one, year, "target_required", float(told.required)),
        observed=_difference(one, year, "target_observed", float(told.observed)),
        probability=chance if chance else None,
        low=replace(target, measure="target_low", value=float(told.low)),
        high=replace(target, measure="target_high", value=float(told.high)),
        source="own" if own else "pooled",
    )  # fmt: skip


def _already(values: Floats, target: float, desired: str) -> bool:
    """Whether the newest value and the mean of the last three are both at the target value or beyond."""
    known = values[np.isfinite(values)][-REACHED_MEAN_OF:]
    sign = -1 if desired == "lower" else 1
    return known.size == REACHED_MEAN_OF and sign * known[-1] >= sign * target and sign * known.mean() >= sign * target


def _pooled_changes(one: Series, panel: Panel, areas: Sequence[str], span: int) -> Floats | None:
    """Changes of similar towns over `span` years, within parts of their series that can be compared."""
    if span <= 0 or not areas:
        return None
    others = [series_of(one.indicator, panel, area) for area in areas]
    table = np.vstack([other.within(other.current) for other in others])
    return stats.changes_over(table, one.years, span=span).ravel()


def _by_sex(one: Series, panel: Panel) -> tuple[tuple[str, Figure], ...]:
    """The newest value of women and of men, where both are known for the newest year."""
    if one.newest is None:
        return ()
    found = [(sex, panel.values(one.indicator.code, one.area, sex)[one.newest]) for sex in ("female", "male")]
    if np.isnan([value for _, value in found]).any():
        return ()
    return tuple((sex, _figure(one, one.newest, f"newest_{sex}", float(value))) for sex, value in found)
