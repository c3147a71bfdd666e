"""Is there a steady trend? The drift of many series at once; the page folds it away under the change of level."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .. import stats
from .series import Floats, Series, stacked
from .types import ClassA, Direction, Figure

ALPHA = 0.05
FEWEST_POINTS = 5
WANDERING = 2.0  # dispersion above which counts alone give false alarms where years hang together (docs/methods.md)
OPPOSITE = {"higher": -1, "lower": 1, "none": 0}


@dataclass(frozen=True)
class _Tested:
    """One method's answer for many series: change over the window with its interval, p, and dispersion."""

    method: NDArray[np.str_]
    change: Floats
    low: Floats
    high: Floats
    p: Floats
    reason: NDArray[np.str_]
    dispersion: Floats


def directions(
    series: Sequence[Series], *, judged: Sequence[bool], year: int, small: Sequence[bool]
) -> list[Direction]:
    """The direction of each series in the assessment of `year`.

    `judged` tells which are of the family whose false discoveries are held down; `small` which have too few cases or
    people for a verdict of a rate.
    """
    if not series:
        return []
    barred = [_barred(one, year, few) for one, few in zip(series, small, strict=True)]
    family = _family(series, judged, barred)
    primary, others = _tested(series, [one.window for one in series])
    q = stats.fdr_adjust(np.where(family, primary.p, np.nan))
    answers = []
    for at, one in enumerate(series):
        answer = _answer(one, at, primary, q, barred[at], bool(family[at]))
        answer = _if_counts_wander(answer, primary, others[-1], at)
        answers.append(_with_sensitivity(answer, one, at, others))
    return _turning_years(series, answers, q)


def _barred(one: Series, year: int, small: bool) -> str:
    """Why nothing can be said of a direction, "" where something can."""
    indicator = one.indicator
    if one.newest is None:
        return "not_published"
    if year - int(one.years[one.newest]) > indicator.max_age:
        return "old"
    if indicator.ages_change:
        return "ages_changed"
    if indicator.kind == "survey":
        return "survey"
    if indicator.kind in ("fact", "score"):
        return "described"
    return "small_numbers" if small else ""


def _family(series: Sequence[Series], judged: Sequence[bool], barred: Sequence[str]) -> NDArray[np.bool_]:
    """Judged series that can be tested; of indicators that overlap only the first counts.

    One that changes as generations change is in no family: its own course is clear in every town and is not coloured.
    """
    seen: set[str] = set()
    members = np.zeros(len(series), dtype=bool)
    for at, (one, counts) in enumerate(zip(series, judged, strict=True)):
        enough = np.count_nonzero(~np.isnan(one.whole_cycles()[0])) >= FEWEST_POINTS
        overlap = one.indicator.overlap
        members[at] = counts and not barred[at] and enough and overlap not in seen
        members[at] &= not one.indicator.cohort
        if members[at] and overlap:
            seen.add(overlap)
    return members


def _tested(series: Sequence[Series], windows: Sequence[NDArray[np.bool_]]) -> tuple[_Tested, list[_Tested]]:
    """The primary method's answer for each series, and those of two other methods."""
    laid_out = [replace(one, window=window).whole_cycles() for one, window in zip(series, windows, strict=True)]
    values, cases, low, high = (stacked(part) for part in zip(*laid_out, strict=True))
    years = series[0].years
    line = _by_line(series, values, years)
    ranks = _by_ranks(values, years)
    if not np.isfinite(low).any():
        return line, [ranks]
    by_counts = _by_counts(cases, (low + high) / 2, years)
    use = np.array([one.indicator.kind == "flow" and one.indicator.counts for one in series])
    lacking = (np.isnan(low) & ~np.isnan(values)).sum(axis=1)
    use &= lacking <= 1  # one suppressed count leaves the other years; with more it would be another window
    ends = [_by_counts(cases, people, years) for people in (low, high)]
    differ = (ends[0].p <= ALPHA) != (ends[1].p <= ALPHA)
    by_counts.reason[differ] = "rounding"
    return _chosen(use, by_counts, line), [ranks, _chosen(use, line, by_counts)]


def _chosen(use: NDArray[np.bool_], one: _Tested, other: _Tested) -> _Tested:
    names = [field.name for field in fields(_Tested)]
    return _Tested(**{name: np.where(use, getattr(one, name), getattr(other, name)) for name in names})


def _by_line(series: Sequence[Series], values: Floats, years: NDArray) -> _Tested:
    """A straight line allowing for serial correlation; on the logit scale for shares that lie near 0 or 100 %."""
    middle = np.array([row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.nan for row in values])
    bent = np.array([one.indicator.unit == "percent" for one in series]) & ((middle < 10) | (middle > 90))
    straight = stats.value_trend(np.where(bent[:, None], np.nan, values), years)
    curved = stats.share_trend(np.where(bent[:, None], values / 100, np.nan), years)
    return _chosen(bent, _as_tested("line", curved, per=100), _as_tested("line", straight))


def _as_tested(method: str, trend: stats.ModelTrend, *, per: float = 1) -> _Tested:
    named = np.full(len(trend.p), method, dtype="<U8")
    return _Tested(
        named,
        per * trend.change,
        per * trend.change_low,
        per * trend.change_high,
        trend.p,
        trend.reason.copy(),
        trend.dispersion,
    )


def _by_ranks(values: Floats, years: NDArray) -> _Tested:
    trend, span = stats.monotone_trend(values, years), _span(values, years)
    named = np.full(len(values), "ranks", dtype="<U8")
    return _Tested(named, trend.slope * span, trend.low * span, trend.high * span, trend.p, trend.reason.copy(), span)


def _by_counts(cases: Floats, people: Floats, years: NDArray) -> _Tested:
    return _as_tested("counts", stats.proportion_trend(cases, people, years), per=100)


def _span(values: Floats, years: NDArray) -> Floats:
    """Years from the first to the last value of each row."""
    seen = np.isfinite(values)
    first = np.where(seen, years, np.inf).min(axis=1, initial=np.inf)
    last = np.where(seen, years, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(first), last - first, np.nan)


def classified(change: float, low: float, high: float, p: float, *, smallest: float | None, desired: str) -> ClassA:
    """The class of one change, `p` already corrected where it belongs to a family (STATISTICS, classes of A).

    >>> classified(3.0, 1.0, 5.0, 0.01, smallest=1.0, desired="lower")
    'got_worse'
    >>> classified(0.2, -0.5, 0.9, 0.6, smallest=1.0, desired="lower")
    'unchanged'
    >>> classified(0.2, -2.5, 2.9, 0.6, smallest=1.0, desired="lower")
    'cannot_tell'
    """
    if np.isnan([change, low, high, p]).any():
        return "cannot_assess"
    if p <= ALPHA and low <= 0 <= high:  # with ties test and interval may part; then neither is believed
        return "cannot_tell"
    if p <= ALPHA:
        if smallest is not None and abs(change) < smallest:
            return "changed_little"
        if desired == "none":
            return "risen" if change > 0 else "fallen"
        return "got_worse" if np.sign(change) == OPPOSITE[desired] else "improved"
    if smallest is not None and -smallest < low and high < smallest:
        return "unchanged"
    return "cannot_tell"


def _class(one: Series, tested: _Tested, at: int, p: float) -> ClassA:
    smallest = one.indicator.min_change.value if one.indicator.min_change else None
    change, low, high = tested.change[at], tested.low[at], tested.high[at]
    desired = "none" if one.indicator.cohort else one.indicator.desired
    return classified(change, low, high, p, smallest=smallest, desired=desired)


def _answer(one: Series, at: int, tested: _Tested, q: Floats, barred: str, in_family: bool) -> Direction:
    used = np.isfinite(one.whole_cycles()[0])
    n = int(np.count_nonzero(used))
    years = one.years[used]
    first, last = (int(years[0]), int(years[-1])) if n else (None, None)
    method = str(tested.method[at])
    empty = Direction("cannot_assess", barred, method, first, last, n)
    newest = one.newest
    if barred or newest is None:
        return empty
    if n < FEWEST_POINTS:
        return replace(empty, kind="too_short", reason="few_points")
    reason, p = str(tested.reason[at]), tested.p[at]
    if reason == "constant":
        kind: ClassA = "unchanged" if one.indicator.min_change else "cannot_tell"
        return replace(empty, kind=kind, reason="constant", change=one.difference("trend_change", newest, 0.0))
    if reason == "rounding" or np.isnan(p):
        return replace(empty, reason=reason or "no_counts")
    decisive = q[at] if in_family else p
    kind, low, high = _class(one, tested, at, decisive), tested.low[at], tested.high[at]
    return Direction(
        kind, reason, method, first, last, n,
        change=one.difference("trend_change", newest, tested.change[at]),
        low=one.difference("trend_low", newest, low),
        high=one.difference("trend_high", newest, high),
        p=_probability(one, "trend_p", newest, p),
        q=_probability(one, "trend_q", newest, q[at]) if in_family else None,
        in_family=in_family,
        signs_only=bool(p <= ALPHA < decisive),
    )  # fmt: skip


def _probability(one: Series, measure: str, at: int, value: float) -> Figure:
    return replace(one.figure(measure, at, value), unit="probability", decimals=3)


def _with_sensitivity(answer: Direction, one: Series, at: int, others: Sequence[_Tested]) -> Direction:
    """What two other methods would say, on their own p: the family's correction belongs to the primary method."""
    if answer.p is None:
        return answer
    said = []
    for tested in others:
        kind = _class(one, tested, at, float(tested.p[at]))
        if kind != "cannot_assess":
            said.append((str(tested.method[at]), kind))
    return replace(answer, others=tuple(said))


def _if_counts_wander(answer: Direction, tested: _Tested, line: _Tested, at: int) -> Direction:
    """Counts that vary far more than chance are believed only where the straight line tells the same."""
    if _stands_alone(answer.kind, tested, line, at):
        return replace(answer, kind="cannot_tell", reason="wandering")
    return answer


def _stands_alone(kind: ClassA, tested: _Tested, line: _Tested, at: int) -> bool:
    """Whether a finding of counts that vary far more than chance is not shared by the straight line."""
    told = kind in ("improved", "got_worse", "risen", "fallen", "changed_little")
    wander = tested.method[at] == "counts" and tested.dispersion[at] > WANDERING
    return told and wander and bool(line.p[at] > ALPHA or np.sign(line.change[at]) != np.sign(tested.change[at]))


def _turning_years(series: Sequence[Series], answers: Sequence[Direction], q: Floats) -> list[Direction]:
    """Leave out one year at a time, by all rules of the answer itself, and name each year that it hangs on."""
    left_out, owners = [], []
    for at, (one, answer) in enumerate(zip(series, answers, strict=True)):
        if answer.p is None or one.indicator.cycle > 1 or answer.n <= FEWEST_POINTS:
            continue
        for year in np.flatnonzero(one.window):
            window = one.window.copy()
            window[year] = False
            left_out.append(replace(one, window=window))
            owners.append((at, int(one.years[year])))
    if not left_out:
        return list(answers)
    tested, others = _tested(left_out, [one.window for one in left_out])
    turns: dict[int, list[int]] = {at: [] for at, _ in owners}
    for row, (at, year) in enumerate(owners):
        p = min(1.0, float(tested.p[row]) * _stretch(answers[at], float(q[at])))
        kind = _class(left_out[row], tested, row, p)
        if _stands_alone(kind, tested, others[-1], row):
            kind = "cannot_tell"
        if kind != answers[at].kind:
            turns[at].append(year)
    return [replace(answer, turns_on=tuple(turns[at])) if at in turns else answer for at, answer in enumerate(answers)]


def _stretch(answer: Direction, q: float) -> float:
    """By how much the family's correction raised p: a year left out meets the same correction."""
    return q / answer.p.value if answer.in_family and answer.p and answer.p.value > 0 else 1.0
