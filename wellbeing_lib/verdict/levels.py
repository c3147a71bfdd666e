"""Change of level of many indicators: own course, and own course against similar towns.

The question is whether the mean of the last years of the window differs from the mean of the
first ones by more than the indicator usually varies from year to year. `assess_levels` answers it
for every indicator of the catalogue in one go; families, corrections and classes are decided here
and nowhere else. No words and no drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .. import stats
from ..params import Indicator
from .series import Floats, Panel, Series, series_of
from .types import Level, LevelClass, RelativeClass, RelativeLevel

ALPHA = 0.05
FEWEST_POINTS = 5
FEWEST_PEERS = 6
FEWEST_CASES = 20
CAP, CAP_CYCLICAL = 40.0, 10.0
NOT_TESTED = {"survey": "survey", "fact": "described", "score": "described"}

CLEAR = ("rose_more", "rose_less", "fell_more", "fell_less", "rose_peers_fell", "fell_peers_rose")


@dataclass(frozen=True)
class Window:
    """A series ready to be tested: its window, and the similar towns in the same years."""

    series: Series
    own: Floats
    peers: Floats
    towns: tuple[str, ...]
    left_out: tuple[str, ...]
    floor: float
    reason: str


def assess_levels(windows: Sequence[Window], *, page: Sequence[str]) -> tuple[list[Level], list[RelativeLevel]]:
    """Change of level of each series, alone and against similar towns.

    `page` are the keys of the indicators on the page: only those belong to a family whose false
    findings are held down together.
    """
    own = _tested(windows, relative=False)
    q, judged = _corrected(windows, own.p, page, cohort=False)
    levels = [_level(row, own, q, at, judged=bool(judged[at])) for at, row in enumerate(windows)]
    levels = _with_sensitive_years(windows, levels)
    relative = _relative_levels(windows, levels, page)
    return [
        _without_peers(level, other, row.series.indicator)
        for level, other, row in zip(levels, relative, windows, strict=True)
    ], relative


def exclusion_reason(one: Series, *, year: int, small: bool) -> str:
    """Why a series is not tested in the assessment of `year`, "" where it is."""
    indicator = one.indicator
    if one.newest is None:
        return "not_published"
    if year - int(one.years[one.newest]) > indicator.max_age:
        return "old"
    if indicator.ages_change:
        return "ages_changed"
    if indicator.kind in NOT_TESTED:
        return NOT_TESTED[indicator.kind]
    return "small_numbers" if small or _few_cases(one) else ""


def _few_cases(one: Series) -> bool:
    counts = one.count[one.window]
    return bool(np.isfinite(counts).any() and np.nanmean(counts) < FEWEST_CASES)


def window_of(
    one: Series,
    panel: Panel,
    peers: Sequence[str],
    *,
    year: int,
    small: bool,
    population: Floats | None = None,
    most: int | None = None,
) -> Window:
    """The years of a series that are tested in the assessment of `year`, with those of the peers.

    `peers` are codes of similar towns, the most similar first; those with a value in every year of
    the window are used, at most `most` of them. `small` says that too few cases or people stand
    behind the series. `population` is the town's population in each year of the panel, for rates
    per 1,000 residents.
    """
    own = one.whole_cycles()[0]
    used = np.isfinite(own)
    rows, towns, left_out = [], [], []
    for area in peers if used.any() else ():
        if len(towns) == most:
            break
        if area == one.area or (one.indicator.code, area, "total") not in panel.rows:
            continue
        row = _in_years_of(series_of(one.indicator, panel, area), used)
        if np.isfinite(row[used]).all():
            rows.append(row)
            towns.append(area)
        else:
            left_out.append(area)
    reason = exclusion_reason(one, year=year, small=small)
    if not reason and used.sum() < FEWEST_POINTS:
        reason = "few_points"
    table = np.array(rows).reshape(len(rows), len(own))
    floor = _floor(one, used, population)
    return Window(one, own, table, tuple(towns), tuple(left_out), floor, reason)


def _in_years_of(one: Series, window: NDArray[np.bool_]) -> Floats:
    """Values of another town in the years of the window, all NaN where one of its breaks is inside."""
    values = np.where(window, one.moving_cycles(one.present), np.nan)
    parts = one.part[window & (one.part >= 0)]
    broken = parts.size > 0 and parts.min() != parts.max()
    return np.full_like(values, np.nan) if broken else values


def _floor(one: Series, window: NDArray[np.bool_], population: Floats | None) -> float:
    """The least yearly variance that rounding and, for flows, the number of cases leave."""
    indicator = one.indicator
    rounding = 10.0 ** (-2 * indicator.decimals) / 12
    chance = 0.0
    if indicator.kind == "flow":
        values = one.value[window]
        if indicator.unit == "percent":
            share, people = values / 100, one.people[window]
            chance = 1e4 * float(np.nanmean(share * (1 - share) / people)) if np.isfinite(people).any() else 0.0
        elif indicator.unit == "per_1000" and population is not None:
            people = population[window]
            chance = 1e3 * float(np.nanmean(values / people)) if np.isfinite(people).any() else 0.0
    return (rounding + chance) / indicator.cycle


_NUMBERS = ("change", "low", "high", "p", "df", "se", "common_share")


@dataclass(frozen=True)
class _Tested:
    change: Floats
    low: Floats
    high: Floats
    p: Floats
    df: Floats
    se: Floats
    common_share: Floats
    reason: NDArray[np.object_]


def _tested(rows: Sequence[Window], *, relative: bool, logged: bool = False) -> _Tested:
    """The test of every row that may be tested, all in one call."""
    numbers = {name: np.full(len(rows), np.nan) for name in _NUMBERS}
    answer = _Tested(**numbers, reason=np.array([r.reason for r in rows], object))
    members = [
        at
        for at, row in enumerate(rows)
        if not row.reason and not (logged and (row.own[np.isfinite(row.own)] <= 0).any())
    ]
    if not members:
        return answer
    years = rows[members[0]].series.years
    own = np.array([rows[at].own for at in members])
    most = max(len(rows[at].towns) for at in members)
    peers = np.full((len(members), most, len(years)), np.nan)
    for place, at in enumerate(members):
        peers[place, : len(rows[at].towns)] = rows[at].peers
    floor = np.array([rows[at].floor for at in members])
    if logged:
        floor = floor / np.nanmean(own, axis=1) ** 2
        own, peers = np.log(own), np.log(np.where(peers > 0, peers, np.nan))
    if relative:
        told = stats.relative_level_change(own, peers, years, floor=floor)
    else:
        cyclical = np.array([rows[at].series.indicator.cyclical for at in members])
        cap = np.where(cyclical, CAP_CYCLICAL, CAP)
        told = stats.level_change(own, peers, years, floor=floor, cap=cap)
    for name in (*_NUMBERS, "reason"):
        getattr(answer, name)[members] = getattr(told, name)
    return answer


def _corrected(
    rows: Sequence[Window], p: Floats, page: Sequence[str], *, cohort: bool
) -> tuple[Floats, NDArray[np.bool_]]:
    """p corrected (Benjamini-Hochberg), and which rows are of the judged family.

    Two families: the judged indicators of the page, and the others of the page, which are followed.
    Of a group of judged indicators that overlap the first tested one of the catalogue is judged and
    the rest are followed; those of cohorts are outside unless `cohort`. NaN outside both.
    """
    seen: set[str] = set()
    judged, followed = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for at, row in enumerate(rows):
        indicator = row.series.indicator
        if not np.isfinite(p[at]) or indicator.key not in page:
            continue
        if indicator.cohort and not cohort:
            continue
        if not is_judged(indicator) or indicator.overlap in seen:
            followed[at] = True
            continue
        judged[at] = True
        seen |= {indicator.overlap} if indicator.overlap else set()
    q = stats.fdr_adjust(np.where(judged, p, np.nan))
    return np.where(judged, q, stats.fdr_adjust(np.where(followed, p, np.nan))), judged


def is_judged(indicator: Indicator) -> bool:
    """Whether an indicator can be called improved or worsened."""
    return indicator.judged and indicator.level == "municipality" and indicator.desired != "none"


def _without_peers(level: Level, relative: RelativeLevel, indicator: Indicator) -> Level:
    """A cyclical indicator moves with the economy: better or worse is said only beside others."""
    if not indicator.cyclical or level.kind not in ("improved", "worsened"):
        return level
    if not indicator.crude and relative.kind in CLEAR and np.sign(relative.change) == np.sign(level.change):
        return level
    return replace(level, kind="higher" if level.change > 0 else "lower")


def level_class(
    change: float, low: float, high: float, p: float, q: float, *, indicator: Indicator, judged: bool
) -> LevelClass:
    """The class of a tested change; `q` is NaN outside the families, where p itself decides.

    Only where `judged`, of the family of judged indicators, is a change called better or worse.
    """
    smallest = indicator.min_change.value if indicator.min_change else 0.0
    if np.isnan([change, low, high, p]).any():
        return "not_enough_data"
    decisive = p if np.isnan(q) else q
    if decisive <= ALPHA:
        if abs(change) < smallest - 1e-9:
            return "changed_little"
        if not judged or indicator.cohort:
            return "higher" if change > 0 else "lower"
        return "improved" if (change > 0) == (indicator.desired == "higher") else "worsened"
    if p <= ALPHA:
        return "signs"
    return "unchanged" if smallest and -smallest < low and high < smallest else "no_clear_change"


def _level(row: Window, tested: _Tested, q: Floats, at: int, *, judged: bool) -> Level:
    used = np.isfinite(row.own)
    values, years = row.own[used], row.series.years[used]
    n = len(values)
    first, last = (int(years[0]), int(years[-1])) if n else (None, None)
    empty = Level("not_enough_data", row.reason, first, last, n, years=tuple(int(year) for year in years))
    if row.reason:
        described = row.reason in ("described", "survey")
        return replace(empty, kind="described") if described else empty
    of_years = 3 if n >= 8 else 2
    reason = str(tested.reason[at])
    limits = _possible(row.series.indicator, values, float(tested.low[at]), float(tested.high[at]), of_years)
    return replace(
        empty,
        kind=level_class(
            tested.change[at], *limits, tested.p[at], q[at],
            indicator=row.series.indicator, judged=judged,
        ),
        reason=reason,
        of_years=of_years,
        early=float(values[:of_years].mean()),
        late=float(values[-of_years:].mean()),
        change=float(tested.change[at]),
        low=limits[0],
        high=limits[1],
        p=float(tested.p[at]),
        q=float(q[at]),
        df=float(tested.df[at]),
        year_variance=_year_variance(years, of_years, float(tested.se[at])),
        common_share=float(tested.common_share[at]),
        in_family=judged,
    )  # fmt: skip


def _year_variance(years: NDArray[np.int64], of_years: int, se: float) -> float:
    """Variance of one year's value, from the standard error of the change of level in the same years."""
    ends, one = np.zeros(len(years)), np.zeros(len(years))
    ends[-of_years:], ends[:of_years], one[-1] = 1 / of_years, -1 / of_years, 1
    return se**2 * stats.variance_factor(one, years) / stats.variance_factor(ends, years)


def _possible(indicator: Indicator, values: Floats, low: float, high: float, of_years: int) -> tuple[float, float]:
    """Limits of a change clipped to what the unit allows: no share below 0 or above 100 %."""
    early = float(values[:of_years].mean())
    if (values < 0).any():
        return low, high
    most = 100 - early if indicator.unit == "percent" else np.inf
    return max(low, -early) if np.isfinite(low) else low, min(high, most) if np.isfinite(high) else high


def _with_sensitive_years(rows: Sequence[Window], levels: Sequence[Level]) -> list[Level]:
    """Name each year without which the class would be another, by the same rules."""
    shorter, owners = [], []
    for at, (row, level) in enumerate(zip(rows, levels, strict=True)):
        if np.isnan(level.p) or row.series.indicator.cycle > 1 or level.n <= FEWEST_POINTS:
            continue
        for year in np.flatnonzero(np.isfinite(row.own)):
            own = row.own.copy()
            own[year] = np.nan
            peers = row.peers.copy()
            peers[:, year] = np.nan
            shorter.append(replace(row, own=own, peers=peers))
            owners.append((at, int(row.series.years[year])))
    if not shorter:
        return list(levels)
    tested = _tested(shorter, relative=False)
    found: dict[int, list[int]] = {}
    for place, (at, year) in enumerate(owners):
        level = levels[at]
        stretch = level.q / level.p if np.isfinite(level.q) and level.p > 0 else 1.0
        p = float(tested.p[place])
        kind = level_class(
            tested.change[place], tested.low[place], tested.high[place], p,
            min(1.0, p * stretch), indicator=rows[at].series.indicator, judged=level.in_family,
        )  # fmt: skip
        if kind != level.kind:
            found.setdefault(at, []).append(year)
    return [replace(one, sensitive_years=tuple(found.get(at, ()))) for at, one in enumerate(levels)]


def _relative_levels(rows: Sequence[Window], levels: Sequence[Level], page: Sequence[str]) -> list[RelativeLevel]:
    points = _tested(rows, relative=True)
    ratio = _tested(rows, relative=True, logged=True)
    by_ratio = np.array([row.series.indicator.relative_scale == "ratio" for row in rows])
    p = np.where(by_ratio, ratio.p, points.p)
    q, judged = _corrected(rows, p, page, cohort=True)
    q_other, _ = _corrected(rows, np.where(by_ratio, points.p, ratio.p), page, cohort=True)
    answers = []
    for at, (row, level) in enumerate(zip(rows, levels, strict=True)):
        answer = RelativeLevel("not_enough_data", row.reason, towns=row.towns, left_out=row.left_out)
        if row.reason:
            described = row.reason in ("described", "survey")
            answers.append(replace(answer, kind="described") if described else answer)
            continue
        if len(row.towns) < FEWEST_PEERS or np.isnan(points.p[at]):
            answers.append(replace(answer, reason="few_peers"))
            continue
        if np.isnan(p[at]):  # a ratio of values of which some are not above nought
            answers.append(replace(answer, reason="no_ratio"))
            continue
        other_p = float(points.p[at] if by_ratio[at] else ratio.p[at])
        decisive = p[at] if np.isnan(q[at]) else q[at]
        kind = _relative_class(row, level, points, at, decisive)
        other = other_p if np.isnan(q_other[at]) else q_other[at]
        reason = ""
        turned = np.sign(points.change[at]) != np.sign(ratio.change[at])
        if np.isfinite(other) and ((other <= ALPHA) != (decisive <= ALPHA) or (other <= ALPHA and turned)):
            kind, reason = "no_clear_difference", "scales_differ"
        answers.append(
            replace(
                answer,
                kind=kind,
                reason=reason,
                change=float(points.change[at]),
                low=float(points.low[at]),
                high=float(points.high[at]),
                p=float(p[at]),
                q=float(q[at]),
                other_p=other_p,
                in_family=bool(judged[at]),
            )
        )
    return answers


def _relative_class(row: Window, level: Level, tested: _Tested, at: int, decisive: float) -> RelativeClass:
    change, low, high = tested.change[at], tested.low[at], tested.high[at]
    indicator = row.series.indicator
    smallest = indicator.min_change.value if indicator.min_change else 0.0
    if np.isnan([change, decisive]).any():
        return "not_enough_data"
    if decisive <= ALPHA and abs(change) >= smallest - 1e-9:
        theirs = level.change - change
        if level.change > 0:
            if change < 0:
                return "rose_less"
            return "rose_peers_fell" if theirs < 0 else "rose_more"
        if change > 0:
            return "fell_less"
        return "fell_peers_rose" if theirs > 0 else "fell_more"
    if decisive <= ALPHA:
        return "nearly_as_peers"
    return "as_peers" if smallest and -smallest < low and high < smallest else "no_clear_difference"


def colour(level: Level, relative: RelativeLevel, indicator: Indicator) -> Literal["good", "bad", ""]:
    """Whether a judged indicator's change is coloured, and how.

    An ordinary indicator is coloured by its own clear change; a cyclical one only where the change
    against similar towns is clear in the same direction; a cohort one by that change alone.
    """
    if not is_judged(indicator):
        return ""
    if indicator.cohort:
        if relative.kind not in CLEAR or indicator.crude or not relative.in_family:
            return ""
        return "good" if (relative.change > 0) == (indicator.desired == "higher") else "bad"
    if level.kind not in ("improved", "worsened"):
        return ""
    return "good" if level.kind == "improved" else "bad"
