"""The folded rows under an indicator: methods, intervals, p-values, baselines and caveats, each a label and a text."""

from collections.abc import Iterator

from ..verdict import Comparison, Verdict
from . import labels
from .charts import missing_areas
from .comparing import others
from .reasons import reason, sentence
from .sentences import limit_of
from .words import Words

Row = tuple[str, str]


def evidence(w: Words, v: Verdict) -> tuple[Row, ...]:
    """Everything that a reader needs to check a verdict, in the order of the three questions."""
    parts = (
        _level(w, v),
        _relative(w, v),
        _trend(w, v),
        _newest(w, v),
        _since(w, v),
        _target(w, v),
        _compared(w, v),
        _caveats(w, v),
    )
    return tuple((label, text) for rows in parts for label, text in rows if text)


def _level(w: Words, v: Verdict) -> Iterator[Row]:
    level, figures = v.level, v.level_figures
    yield w.text("Change of level"), labels.level_label(w, level.kind)
    yield w.text("Reason"), reason(w, level.reason, v)
    if "level_change" in figures:
        yield (
            w.text("Window"),
            w.plural("{years}, {n} value", "{years}, {n} values", level.n, years=w.years(level.first, level.last)),
        )
        yield w.text("Difference of the means of the last and first years"), w.shown(figures["level_change"])
        yield (
            w.text("Interval of the difference of the means (95%)"),
            w.interval(figures.get("level_low"), figures.get("level_high")),
        )
    if "level_p" in figures:
        yield w.text("p-value"), w.shown(figures["level_p"])
    if "level_q" in figures:
        yield w.text("p-value corrected for many indicators"), w.shown(figures["level_q"])
    if "level_common_share" in figures:
        yield w.text("Part of the variation shared with similar towns"), w.shown(figures["level_common_share"])
    if "level_p" in figures and v.indicator.cycle == 1:
        yield w.text("One year left out"), _sensitive(w, level.sensitive_years)
    if level.year_ago and v.newest and level.kind != "described":
        yield w.text("Assessment a year ago, recalculated on current data"), labels.level_label(w, level.year_ago)
    yield w.text("Smallest change that matters"), limit_of(w, v)
    if v.indicator.min_change:
        yield w.text("Why that much"), v.indicator.min_change.reason[w.language]


def _relative(w: Words, v: Verdict) -> Iterator[Row]:
    """The change against similar towns, and which towns they are."""
    relative, figures = v.relative, v.level_figures
    if relative.kind == "described" or not v.newest:
        return
    yield w.text("Change against similar towns"), labels.relative_label(w, relative.kind)
    if relative.reason in ("few_peers", "scales_differ", "no_ratio"):
        yield w.text("Reason (similar towns)"), reason(w, relative.reason, v)
    if "relative_change" in figures:
        yield w.text("Difference from their mean change"), w.shown(figures["relative_change"])
        yield (
            w.text("Interval of that difference (95%)"),
            w.interval(figures.get("relative_low"), figures.get("relative_high")),
        )
        yield w.text("p-value (similar towns)"), w.shown(figures["relative_p"])
        if "relative_q" in figures:
            corrected = w.text("p-value corrected for many indicators (similar towns)")
            yield corrected, w.shown(figures["relative_q"])
    if "relative_p_other_scale" in figures:
        scale = w.text("as a ratio") if v.indicator.relative_scale == "points" else w.text("as a difference")
        yield w.text("p-value {scale}", scale=scale), w.shown(figures["relative_p_other_scale"])
    if relative.towns:
        yield w.text("Similar towns compared"), w.listed([w.place(town) for town in relative.towns])
    if relative.towns and relative.left_out:
        yield w.text("Similar towns left out, as a year is missing"), w.listed([w.place(t) for t in relative.left_out])


def _trend(w: Words, v: Verdict) -> Iterator[Row]:
    """Whether there is a steady trend: another question than whether the level has changed."""
    trend = v.trend
    if not trend.change:
        return
    yield w.text("Is there a steady trend?"), labels.trend_label(w, trend.kind)
    yield w.text("Method"), labels.method_label(w, trend.method)
    yield w.text("Fitted change over the window"), w.shown(trend.change)
    yield w.text("Interval of the trend (95%)"), w.interval(trend.low, trend.high)
    if trend.p:
        yield w.text("p-value of the trend"), w.shown(trend.p)
    yield w.text("Other methods"), _others(w, v)


def _others(w: Words, v: Verdict) -> str:
    """What two other methods say of the trend; they agree only where class and test both do."""
    if not v.trend.others:
        return ""
    return "; ".join(
        w.text("{method}: {kind}", method=labels.method_label(w, method), kind=labels.trend_label(w, kind))
        for method, kind in v.trend.others
    )


def _newest(w: Words, v: Verdict) -> Iterator[Row]:
    told = v.unusual
    yield w.text("Newest value compared with earlier years"), labels.newest_label(w, told.kind) if v.newest else ""
    if told.reason != v.level.reason:
        yield w.text("Reason (newest value)"), reason(w, told.reason, v)
    if told.expected:
        yield w.text("Expected from earlier years"), w.shown(told.expected)
        yield w.text("Expected interval (95%)"), w.interval(told.low, told.high)


def _since(w: Words, v: Verdict) -> Iterator[Row]:
    told = v.since
    if told is None:
        return
    yield (
        w.text("Baseline as stored in the plan"),
        w.text("{value} ({year})", value=w.shown(told.baseline), year=told.baseline.year),
    )
    if told.revised:
        yield (
            w.text("Baseline as published now"),
            w.text("{value} ({year})", value=w.shown(told.revised), year=told.revised.year),
        )
    if told.three_before:
        yield w.text("Mean of the three years before the baseline"), w.shown(told.three_before)
    if told.change:
        yield w.text("Change since the baseline"), w.shown(told.change)
        yield w.text("Interval of that change (95%)"), w.interval(told.low, told.high)
    if told.method:
        yield w.text("How the change was assessed"), labels.method_label(w, told.method)
    yield w.text("Since the baseline"), labels.since_label(w, told.kind)
    yield w.text("Reason (baseline)"), reason(w, told.reason, v)


def _target(w: Words, v: Verdict) -> Iterator[Row]:
    told = v.outlook
    if told is None:
        return
    yield w.text("Target value"), w.text("{value} ({year})", value=w.shown(told.target), year=told.target.year)
    yield w.text("Reaching the target value"), labels.target_label(w, told.kind)
    yield w.text("Reason (target value)"), reason(w, told.reason, v)
    if told.required:
        yield w.text("Change a year that it needs"), w.shown(told.required)
    if told.observed:
        yield w.text("Mean change a year since the baseline"), w.shown(told.observed)
    if told.probability:
        yield w.text("Chance, rounded to ten"), w.shown(told.probability)
    yield w.text("Expected in the target year (80%)"), w.interval(told.low, told.high)
    if told.source and told.probability:
        own = told.source == "own"
        yield (
            w.text("The chance is reckoned from"),
            w.text("the changes of the series itself")
            if own
            else w.text("the changes of the series and of similar towns"),
        )


def _compared(w: Words, v: Verdict) -> Iterator[Row]:
    for one in v.comparisons:
        yield labels.whole_label(w, one.whole, w.place(one.figure.area)), _comparison(w, v, one)
    if v.position:
        yield (
            w.text("Among the municipalities of the data"),
            w.text("{n} others: {counts}", n=v.position.among - 1, counts=others(w, v.position)),
        )
        yield w.text("Missing"), missing_areas(w, v)
    for sex, figure in v.by_sex:
        yield labels.sex_label(w, sex), w.shown(figure)


def _comparison(w: Words, v: Verdict, one: Comparison) -> str:
    values = {"value": w.shown(one.figure), "year": one.figure.year}
    said = [w.text("{value} ({year})", **values)]
    if one.own:
        said = [w.text("{value} ({year}; {place} {own})", place=w.place(v.area), own=w.shown(one.own), **values)]
    if one.difference:
        said.append(w.text("difference {difference}", difference=w.shown(one.difference)))
    interval = w.interval(one.low, one.high)
    if interval:
        said.append(w.text("interval {interval}", interval=interval))
    said.append(labels.comparison_label(w, one.kind))
    return "; ".join(said)


def _caveats(w: Words, v: Verdict) -> Iterator[Row]:
    told = v.indicator
    for label, text in (
        (w.text("Definition"), told.note),
        (w.text("Own calculation"), told.own_calculation),
        (w.text("Ages covered"), told.ages_change),
        (w.text("Publications joined"), told.joined_vintages),
    ):
        if text:
            yield label, sentence(text[w.language])
    for one in v.breaks:
        yield w.text("Break of {year}", year=one.year), sentence(one.reason[w.language])
    if told.cycle > 1:
        yield w.text("Cycle"), reason(w, "cycle", v)


def _sensitive(w: Words, years: tuple[int, ...]) -> str:
    """The years without which the class would be another."""
    if not years:
        return w.text("The class does not depend on any one year.")
    if len(years) == 1:
        return w.text("Without the year {year} the class would be another.", year=years[0])
    return w.text(
        "The class would be another without any one of these years: {years}.", years=", ".join(map(str, years))
    )
