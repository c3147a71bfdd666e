"""Alternative texts and captions of charts: an alternative text states the finding with its number."""

from ..verdict import Figure, Verdict
from . import clauses
from .comparing import compare
from .goals import since, target
from .labels import whole_label
from .levels import level_change
from .sentences import said_of, unusual
from .words import Words


def alt_trend(w: Words, v: Verdict) -> str:
    """The line chart: years covered, newest value, what is said of it, and the newest value of each line beside it."""
    if not v.newest:
        return ""
    first, last = v.points[0].figure.year, v.points[-1].figure.year
    opening = w.text(
        "Line chart, {years}: {name}, {place}.",
        years=w.years(first, last), name=v.indicator.name[w.language], place=w.place(v.area),
    )  # fmt: skip
    parts = [opening, f"{said_of(w, v)}.", unusual(w, v), level_change(w, v), _lines(w, v)]
    return " ".join(part for part in parts if part)


def _lines(w: Words, v: Verdict) -> str:
    """The newest value of every comparison line, with ours of the same year where our line goes on."""
    ends = [_end(w, v, whole, figures[-1]) for whole, figures in v.lines]
    return w.text("Beside it: {lines}.", lines=", ".join(ends)) if ends else ""


def _end(w: Words, v: Verdict, whole: str, last: Figure) -> str:
    values = {"whole": whole_label(w, whole, w.place(last.area)), "value": w.shown(last), "year": last.year}
    told = v.comparison(whole)
    if told and told.own and told.figure.year == last.year:
        return w.text("{whole} {value} ({year}; {place} {own})", place=w.place(v.area), own=w.shown(told.own), **values)
    return w.text("{whole} {value} ({year})", **values)


def alt_dots(w: Words, v: Verdict) -> str:
    """The dot plot: how many areas, ours, the smallest and the largest, and the comparison in words."""
    told = v.position
    if not v.newest or told is None:
        return ""
    by_value = sorted(told.figures, key=lambda figure: figure.value)
    least, most = by_value[0], by_value[-1]
    opening = w.text(
        "Dot plot of {n} areas in {year}: {name}.",
        n=told.among, year=v.newest.year, name=v.indicator.name[w.language],
    )  # fmt: skip
    ends = w.text(
        "{own} {own_value}; smallest {least} {least_value}, largest {most} {most_value}.",
        own=w.place(v.area), own_value=w.shown(v.newest), least=w.place(least.area), least_value=w.shown(least),
        most=w.place(most.area), most_value=w.shown(most),
    )  # fmt: skip
    return " ".join(part for part in (opening, ends, compare(w, v)) if part)


def alt_target(w: Words, v: Verdict) -> str:
    """The target chart: where it started, where it is, where it should be and how likely that is."""
    if v.outlook is None or not v.newest:
        return ""
    opening = w.text("Target chart: {name}, {place}.", name=v.indicator.name[w.language], place=w.place(v.area))
    parts = (opening, f"{said_of(w, v)}.", since(w, v), target(w, v))
    return " ".join(part for part in parts if part)


def caption_trend(w: Words, v: Verdict) -> str:
    """Source, years, and whether the indicator is judged."""
    if not v.newest:
        return ""
    return _caption(w, v, w.years(v.points[0].figure.year, v.points[-1].figure.year))


def caption_dots(w: Words, v: Verdict) -> str:
    """Source and year of the dot plot, and the areas that have no value."""
    if not v.newest or v.position is None:
        return ""
    said = _caption(w, v, str(v.newest.year))
    return f"{said} {missing_areas(w, v)}".strip()


def missing_areas(w: Words, v: Verdict) -> str:
    """The areas without a published value, named."""
    missing = v.position.missing if v.position else ()
    if not missing:
        return ""
    return w.text("No published value: {places}.", places=w.listed([w.place(area) for area in missing]))


def caption_target(w: Words, v: Verdict) -> str:
    """Source and years, and what the band is."""
    if v.outlook is None or not v.newest:
        return ""
    said = _caption(w, v, w.years(v.points[0].figure.year, v.points[-1].figure.year))
    if not v.outlook.low:
        return said
    band = w.text("The band shows where {it} would be expected in the target year.", it=clauses.noun(w, v.indicator))
    return f"{said} {band}"


def _caption(w: Words, v: Verdict, years: str) -> str:
    parts = [
        w.text("Source: {producer}. Data: {years}.", producer=v.indicator.producer[w.language], years=years),
        "" if v.judged else w.text("Not judged good or bad."),
        v.indicator.own_calculation[w.language] if v.indicator.own_calculation else "",
    ]
    return " ".join(part for part in parts if part)
