"""Joins indicators, observations, baselines and targets with the statistics into one verdict each."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from .. import stats
from ..params import Indicator, Params, Setting
from .baselines import since_baseline
from .comparisons import compared, lines_of, position_of
from .directions import directions
from .levels import Window, assess_levels, colour, window_of
from .outlooks import outlook_of
from .series import Floats, Panel, Series, series_of
from .similar import MOST, SimilarTowns, similar_towns
from .types import ClassB, Direction, Figure, Level, Newest, Point, RelativeLevel, Verdict

POPULATION = "sotkanet:127"  # the people behind rates per 1,000 residents


def assess(params: Params, observations: pd.DataFrame | Panel, areas: pd.DataFrame) -> dict[str, Verdict]:
    """The verdict on every indicator of the catalogue for one municipality and year: key -> `Verdict`.

    `observations` may be newer than the year assessed; what is newer is left out here, once, for all. Laid out as a
    `Panel` already, they serve many municipalities.
    """
    panel = observations if isinstance(observations, Panel) else Panel.of(observations)
    panel = panel.until(params.year)
    catalogue = list(params.indicators.values())
    series = [series_of(one, panel, _area(one, params)) for one in catalogue]
    small = [_small(one, params) for one in series]
    trends = directions(series, judged=[one.judged for one in catalogue], year=params.year, small=small)
    similar = similar_towns(params, panel, year=params.year)
    windows = _windows(params, panel, series, small, similar, params.year)
    levels, relative = assess_levels(windows, page=_on_page(params))
    before = levels_of(params, panel, year=params.year - 1)  # from today's data: stability, not confirmation
    verdicts = {}
    for at, (indicator, few) in enumerate(zip(catalogue, small, strict=True)):
        setting = params.plan.indicators.get(indicator.key, Setting()) if params.plan else Setting()
        level = replace(levels[at], year_ago=before[indicator.key].kind)
        verdicts[indicator.key] = _verdict(
            windows[at], (level, relative[at], trends[at]), setting, few, params, panel, areas, similar.areas
        )
    return verdicts


def _windows(
    params: Params,
    panel: Panel,
    series: Sequence[Series],
    small: Sequence[bool],
    similar: SimilarTowns,
    year: int,
) -> list[Window]:
    population, most = panel.values(POPULATION, params.area), None if similar.declared else MOST
    return [
        window_of(one, panel, similar.by_distance, year=year, small=few, population=population, most=most)
        for one, few in zip(series, small, strict=True)
    ]


def _on_page(params: Params) -> Sequence[str]:
    """The indicators of the plan, which alone belong to a family; all without a plan."""
    if params.plan is None:
        return tuple(params.indicators)
    return tuple(key for priority in params.plan.priorities for key in priority.indicators)


def _area(indicator: Indicator, params: Params) -> str:
    return params.municipality.region if indicator.level == "region" else params.area


def levels_of(params: Params, observations: pd.DataFrame | Panel, *, year: int) -> dict[str, Level]:
    """Only the change of level of every indicator, as the assessment of `year` would tell it."""
    panel = observations if isinstance(observations, Panel) else Panel.of(observations)
    cut = panel.until(year)
    series = [series_of(one, cut, _area(one, params)) for one in params.indicators.values()]
    small = [_small(one, params) for one in series]
    windows = _windows(params, cut, series, small, similar_towns(params, cut, year=year), year)
    levels, _ = assess_levels(windows, page=_on_page(params))
    return dict(zip(params.indicators, levels, strict=True))


def relative_by_distance(params: Params, observations: Panel, similar: SimilarTowns) -> dict[str, RelativeLevel]:
    """The change against the nearest towns where others are declared; only of indicators that have figures of them."""
    panel = observations.until(params.year)
    series = [series_of(one, panel, _area(one, params)) for one in params.indicators.values()]
    small = [_small(one, params) for one in series]
    nearest = replace(similar, declared=False)
    _, relative = assess_levels(_windows(params, panel, series, small, nearest, params.year), page=_on_page(params))
    found = dict(zip(params.indicators, relative, strict=True))
    return {key: one for key, one in found.items() if np.isfinite(one.p)}


def _small(one: Series, params: Params) -> bool:
    """Whether the newest share rests on too few cases or people for a verdict."""
    if one.newest is None:
        return False
    cases, people = one.count[one.newest], one.people_low[one.newest]
    return bool(cases < params.municipality.min_cases or people < params.municipality.min_people)


def _verdict(
    window: Window, course: tuple[Level, RelativeLevel, Direction], setting: Setting, small: bool, params: Params,
    panel: Panel, areas: pd.DataFrame, similar: Sequence[str],
) -> Verdict:  # fmt: skip
    one = window.series
    at = one.newest
    newest = None if at is None else one.figure("newest", at)
    age = None if at is None else params.year - int(one.years[at])
    before = _previous(one)
    stale = age is not None and age > one.indicator.max_age
    smallest, people = _smallest_change(one, params)
    since = since_baseline(window, setting, stale=stale, small=small)
    return Verdict(
        indicator=one.indicator,
        area=one.area,
        year=params.year,
        points=_points(one),
        newest=newest,
        count=None if at is None else one.cases("newest_count", at),
        age=age,
        previous=None if before is None else one.figure("previous", before),
        change=None
        if before is None or at is None
        else one.difference("change_previous", at, one.value[at] - one.value[before]),
        min_change=smallest,
        min_change_people=people,
        level=course[0],
        relative=course[1],
        trend=course[2],
        unusual=_unusual(window, panel, stale, small),
        since=since,
        outlook=outlook_of(one, setting, since=since, stale=stale, small=small, panel=panel, pooled_from=similar),
        comparisons=compared(one, course[0], params, panel, areas, similar, small=small),
        position=position_of(one, params, panel, areas, similar),
        by_sex=_by_sex(one, panel),
        lines=lines_of(one, params, panel, areas, similar),
        judged=one.indicator.judged and one.indicator.level == "municipality",
        colour=colour(course[0], course[1], one.indicator),
    )


def _points(one: Series) -> tuple[Point, ...]:
    return tuple(
        Point(
            figure=one.figure("observation", at),
            count=one.cases("observation_count", at),
            vintage=str(one.vintage[at]),
            part=int(one.part[at]),
            in_window=bool(one.window[at]),
        )
        for at in np.flatnonzero(one.present).tolist()
    )


def _previous(one: Series) -> int | None:
    """The newest earlier year that can be compared with the newest: same part, and whole cycles before."""
    earlier = np.flatnonzero(one.one_cohort())[:-1]
    return int(earlier[-1]) if earlier.size and not one.indicator.ages_change else None


def _smallest_change(one: Series, params: Params) -> tuple[Figure | None, Figure | None]:
    """The smallest change that matters, in the unit and, where the size of the group is known, in people."""
    smallest = one.indicator.min_change
    if smallest is None or one.newest is None:
        return None, None
    figure = replace(one.difference("min_change", one.newest, smallest.value), signed=False)
    group = params.municipality.people_groups.get(one.indicator.people_group or "")
    people = one.people[one.newest]
    if np.isnan(people) and group and one.area == params.municipality.code:
        people = group.people
    if np.isnan(people) or one.indicator.unit != "percent":
        return figure, None
    size = _round_to_two_digits(people * smallest.value / 100)
    return figure, replace(figure, measure="min_change_people", value=size, unit="people", decimals=0)


def _round_to_two_digits(value: float) -> float:
    """About how many: two leading digits, ending in 0 or 5 from twenty on.

    >>> _round_to_two_digits(66.7), _round_to_two_digits(17.2), _round_to_two_digits(197.0)
    (65.0, 17.0, 200.0)
    """
    if value < 20:
        return float(round(value))
    step = 5 * 10 ** (int(np.log10(value)) - 1)
    return float(step * round(value / step))


def _unusual(window: Window, panel: Panel, stale: bool, small: bool) -> Newest:
    """Question B on the newest value and up to ten of the same cohort before it."""
    one = window.series
    reason = _barred_value(one, stale) or ("small_numbers" if small else "")
    if reason or one.newest is None:
        return Newest("cannot_assess", reason or "not_published")
    told = _predicted(one.within(one.one_cohort()), one)
    if np.isnan(told.unusual):
        return Newest("cannot_assess", str(told.reason))
    kind: ClassB = "ordinary" if told.unusual == 0 else "unusually_high" if told.unusual > 0 else "unusually_low"
    wanted = {"higher": 1, "lower": -1, "none": 0}[one.indicator.desired]
    expected, low, high = (
        one.figure(name, one.newest, float(value))
        for name, value in (("expected", told.expected), ("expected_low", told.low), ("expected_high", told.high))
    )
    good = None if kind == "ordinary" or not wanted else bool(told.unusual == wanted)
    same, towns = (0, 0) if kind == "ordinary" else _unusual_in(window, panel, float(told.unusual))
    return Newest(kind, "", expected, low, high, good, same, towns)


def _predicted(values: Floats, one: Series) -> stats.Newest:
    return stats.prediction_interval(
        values,
        one.years,
        rounding=10.0**-one.indicator.decimals,
        limits=(0, 100) if one.indicator.unit == "percent" else None,
    )


def _unusual_in(window: Window, panel: Panel, unusual: float) -> tuple[int, int]:
    """In how many similar towns the value of the same year is unusual in the same way, and of how many."""
    one, rows = window.series, []
    for town in window.towns:
        other = series_of(one.indicator, panel, town)
        if other.newest == one.newest:
            rows.append(other.within(other.one_cohort()))
    if not rows:
        return 0, 0
    told = _predicted(np.array(rows), one).unusual
    return int((told == unusual).sum()), int(np.isfinite(told).sum())


def _barred_value(one: Series, stale: bool) -> str:
    if stale:
        return "old"
    if one.indicator.ages_change:
        return "ages_changed"
    return {"survey": "survey", "fact": "described", "score": "described"}.get(one.indicator.kind, "")


def _by_sex(one: Series, panel: Panel) -> tuple[tuple[str, Figure], ...]:
    """The newest value of women and of men, where both are known for the newest year."""
    if one.newest is None:
        return ()
    found = [(sex, panel.values(one.indicator.code, one.area, sex)[one.newest]) for sex in ("female", "male")]
    if np.isnan([value for _, value in found]).any():
        return ()
    return tuple((sex, one.figure(f"newest_{sex}", one.newest, float(value))) for sex, value in found)
