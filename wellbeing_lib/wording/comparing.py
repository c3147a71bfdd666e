"""What is said of other areas: described, and only the one declared comparison tested; ranks stay in the evidence."""

from collections.abc import Sequence

from ..verdict import Comparison, Position, Verdict
from . import clauses
from .catalogue import msg
from .sentences import said_of, years_at_end, years_before
from .words import Words, capital

BESIDE = ("country", "region", "rest")


def compare(w: Words, v: Verdict) -> str:
    """The newest value beside the country, the region or its rest, and similar towns."""
    if not v.newest:
        return ""
    told = [one for one in v.beside if one.whole in BESIDE]
    parts = [_beside(w, v, one) for one in told if one.same_year]
    parts += [_earlier(w, v, told), _peers(w, v), _position(w, v)]
    if v.indicator.crude and v.comparisons:
        parts.append(
            w.text("The areas' different age structures affect the comparison; the figures are not age-adjusted.")
        )
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
    }
    told = {
        "higher": msg("{it} was clearly higher than {where} ({value})."),
        "lower": msg("{it} was clearly lower than {where} ({value})."),
        "within_chance": msg("{where}, {it} was {value}; the difference is not clear."),
        "not_tested": msg("{where}, {it} was {value}."),
    }[one.kind]
    return capital(w.text(told, **values))


def _earlier(w: Words, v: Verdict, told: Sequence[Comparison]) -> str:
    """Areas without a value of the newest year, each beside ours of the latest year that both have."""
    said = []
    for year, own in dict.fromkeys((one.figure.year, one.own) for one in told if one.own):
        parts = [(w.place_in(v.area), own)]
        parts += [(_where(w, one), one.figure) for one in told if one.own and one.figure.year == year]
        listed = w.listed([w.text("{value} {where}", value=w.shown(value), where=where) for where, value in parts])
        said.append(w.text("In {year}, {it} was {values}.", year=year, it=clauses.noun(w, v.indicator), values=listed))
    return " ".join(said)


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
        told = msg("{it} was near the median of similar towns ({value}).")
    elif one.difference.value > 0:
        told = msg("{it} was above the median of similar towns ({value}).")
    else:
        told = msg("{it} was below the median of similar towns ({value}).")
    return capital(w.text(told, **values))


def _position(w: Words, v: Verdict) -> str:
    """In how many of the other municipalities at hand the value is higher, lower and the same."""
    told = v.position
    if told is None or v.indicator.unit in ("persons", "number") or told.lower == told.higher:
        return ""
    it = clauses.noun(w, v.indicator)
    if told.among - 1 in (told.lower, told.higher):
        alone = msg("{it} was the lowest of the {n} municipalities compared.")
        if told.lower:
            alone = msg("{it} was the highest of the {n} municipalities compared.")
        return w.text(alone, it=capital(it), n=told.among)
    counts = others(w, told)
    return w.text("Among the {n} other municipalities, {it} was {counts}.", it=it, n=told.among - 1, counts=counts)


def others(w: Words, told: Position) -> str:
    """In how many of the other municipalities the value is higher, lower and the same; none is left out."""
    counted = (
        (told.higher, msg("higher {in_so_many}")),
        (told.lower, msg("lower {in_so_many}")),
        (told.same, msg("the same {in_so_many}")),
    )
    return w.listed([w.text(one, in_so_many=clauses.in_so_many(w, n)) for n, one in counted if n])


def beside_in_brackets(w: Words, v: Verdict) -> str:
    """The one most telling comparison of the same year for a short sentence: country, rest, region, similar towns."""
    for whole in ("country", "rest", "region", "peers"):
        one = v.comparison(whole)
        if one and one.same_year:
            where = w.text("median of similar towns") if whole == "peers" else _where(w, one)
            return w.text("{where}: {value}", where=where, value=w.shown(one.figure))
    return ""


def finding(w: Words, v: Verdict) -> str:
    """One sentence for joys and worries: number, year, what stands out, one comparison."""
    if not v.newest:
        return ""
    said = said_of(w, v) + _stands_out(w, v)
    beside = beside_in_brackets(w, v)
    return f"{said} ({beside})." if beside else f"{said}."


def _stands_out(w: Words, v: Verdict) -> str:
    """What makes the value worth a sentence: a stated direction, an unusual newest value."""
    said = ""
    if v.level.kind in ("improved", "worsened", "higher", "lower"):
        early, late = (years_at_end(w, v, late=side) for side in (False, True))
        more = msg("; the mean of {late} is clearly higher than that of {early}")
        less = msg("; the mean of {late} is clearly lower than that of {early}")
        said = w.text(more if v.level.change > 0 else less, late=late, early=early)
    years = w.years(*years_before(v))
    if v.unusual.kind == "unusually_high":
        said += w.text("; the newest value is unusually high compared with {years}", years=years)
    if v.unusual.kind == "unusually_low":
        said += w.text("; the newest value is unusually low compared with {years}", years=years)
    return said
