"""What is said of other areas: described, and only the one declared comparison tested; ranks stay in the evidence."""

from ..verdict import Comparison, Verdict
from . import clauses, numbers
from .catalogue import msg
from .sentences import _years_before, said_of
from .words import Words, capital

BESIDE = ("country", "region", "rest")


def compare(w: Words, v: Verdict) -> str:
    """The newest value beside the country, the region or its rest, and similar towns."""
    if not v.newest:
        return ""
    parts = [_beside(w, v, one) for one in v.comparisons if one.whole in BESIDE]
    parts += [_peers(w, v), _position(w, v)]
    if v.indicator.crude and v.comparisons:
        parts.append(w.text("The areas' different age structures affect the comparison."))
    return " ".join(part for part in parts if part)


def _where(w: Words, one: Comparison) -> str:
    place = w.place_in(one.figure.area)
    return w.text("elsewhere {in_region}", in_region=place) if one.whole == "rest" else place


def _beside(w: Words, v: Verdict, one: Comparison) -> str:
    """One area: its value, and whether the difference can be told from chance where that was tested."""
    values = {
        "it": clauses.noun(w, v.indicator),
        "where": _where(w, one),
        "value": w.shown(one.figure),
        "year": one.figure.year,
    }
    told = {
        "higher": msg("{it} is higher than {where} ({value})."),
        "lower": msg("{it} is lower than {where} ({value})."),
        "within_chance": msg("{where}, {it} was {value}; the difference cannot be told from chance."),
        "not_tested": msg("{where}, {it} was {value}."),
    }[one.kind]
    if not one.same_year:
        told = msg("{where}, {it} was {value} in {year}.")
    return capital(w.text(told, **values))


def _peers(w: Words, v: Verdict) -> str:
    """Similar towns' median: near it within the agreed limit, else above or below."""
    one = v.comparison("peers")
    if one is None:
        return ""
    values = {"it": clauses.noun(w, v.indicator), "value": w.shown(one.figure)}
    smallest = v.indicator.min_change
    if smallest is None or v.indicator.crude or not one.difference:
        return w.text("The median of similar towns was {value}.", **values)
    if abs(one.difference.value) <= smallest.value + 1e-9:
        told = msg("{it} is near the median of similar towns ({value}).")
    elif one.difference.value > 0:
        told = msg("{it} is above the median of similar towns ({value}).")
    else:
        told = msg("{it} is below the median of similar towns ({value}).")
    return capital(w.text(told, **values))


def _position(w: Words, v: Verdict) -> str:
    """In how many of the other areas at hand the value is higher or lower, whichever is more."""
    told = v.position
    if told is None or v.indicator.unit == "persons" or told.lower == told.higher:
        return ""
    lower = told.higher > told.lower
    n = max(told.lower, told.higher)
    others = numbers.out_of(told.among - 1, w.language)
    it = capital(clauses.noun(w, v.indicator))
    if lower:
        return w.plural(
            "{it} is lower than in {n} area of {others}.",
            "{it} is lower than in {n} areas of {others}.",
            n,
            it=it,
            others=others,
        )
    return w.plural(
        "{it} is higher than in {n} area of {others}.",
        "{it} is higher than in {n} areas of {others}.",
        n,
        it=it,
        others=others,
    )


def beside_in_brackets(w: Words, v: Verdict) -> str:
    """The one most telling comparison of the same year for a short sentence: country, rest, region, similar towns."""
    for whole in ("country", "rest", "region", "peers"):
        one = v.comparison(whole)
        if one and one.same_year:
            where = w.text("median of similar towns") if whole == "peers" else _where(w, one)
            return f"{where} {w.shown(one.figure)}"
    return ""


def finding(w: Words, v: Verdict) -> str:
    """One sentence for joys and worries: number, year, what stands out, one comparison."""
    if not v.newest:
        return ""
    said = ", ".join([said_of(w, v), *_stands_out(w, v)])
    beside = beside_in_brackets(w, v)
    return f"{said} ({beside})." if beside else f"{said}."


def _stands_out(w: Words, v: Verdict) -> list[str]:
    """What makes the value worth a sentence: a stated direction, an unusual newest value."""
    said, it = [], clauses.noun(w, v.indicator)
    told = v.direction
    if told.kind in ("improved", "got_worse", "risen", "fallen") and told.change:
        moved = clauses.moved(w, v.indicator, told.change, "clearly")
        said.append(w.text("and {moved} in {years}", moved=moved, years=w.years(told.first, told.last)))
    if v.unusual.kind in ("unusually_high", "unusually_low"):
        high = v.unusual.kind == "unusually_high"
        years = w.years(*_years_before(v))
        high_or_low = (
            msg("and {it} is unusually high after the course of {years}")
            if high
            else msg("and {it} is unusually low after the course of {years}")
        )
        said.append(w.text(high_or_low, it=it, years=years))
    return said
