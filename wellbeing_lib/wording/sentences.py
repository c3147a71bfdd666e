"""What stands under a chart: the newest value, the one before it, whether it is unusual, and where it has gone.

Each function says one thing of one `Verdict` and returns "" where there is nothing to say.
"""

from ..verdict import Verdict
from . import clauses, numbers
from .catalogue import msg
from .reasons import reason
from .words import Words, capital

LONGEST = 10  # years before the newest that question B looks at


def statement(w: Words, v: Verdict) -> str:
    """The newest value in the catalogue's own sentence, with the people behind it where the source gives them."""
    if not v.newest:
        return capital(reason(w, "not_published", v))
    said = said_of(w, v)
    return w.text("{said} ({people}).", said=said, people=w.long(v.count)) if v.count else f"{said}."


def said_of(w: Words, v: Verdict) -> str:
    """The catalogue's sentence with the newest value, without a full stop."""
    template = v.indicator.says[w.language]
    values = {"place": w.place_in(v.area), "value": w.shown(v.newest), "year": v.newest.year if v.newest else ""}
    return capital(template.format(**values))


def previous(w: Words, v: Verdict) -> str:
    """How the newest value differs from the one that can be compared with it, the year named if not the year before."""
    if not v.newest or not v.previous or not v.change:
        return ""
    before = w.shown(v.previous)
    last_year = v.previous.year == (v.newest.year or 0) - 1
    values = {"before": before, "year": v.previous.year}
    if before == w.shown(v.newest):
        same = msg("It was the same as the year before.") if last_year else msg("It was the same as in {year}.")
        return w.text(same, **values)
    if numbers.is_nought(v.change):
        return w.text("It was nearly the same in {year} ({before}).", **values)
    values |= {
        "moved": capital(clauses.moved(w, v.indicator, v.change, "past")),
        "by": clauses.by_how_much(w, v.change),
    }
    if last_year:
        return w.text("{moved} {by} from the year before ({before} in {year}).", **values)
    return w.text("Compared with {year} ({before}), {it} {by}.", it=_lower(values.pop("moved")), **values)


def _lower(text: object) -> str:
    return str(text)[:1].lower() + str(text)[1:]


def unusual(w: Words, v: Verdict) -> str:
    """Whether the newest value is unusual for the series, and what would have been ordinary."""
    values = {"years": w.years(*years_before(v)), "ordinary": w.interval(v.unusual.low, v.unusual.high)}
    match v.unusual.kind:
        case "unusually_high":
            told = msg("The newest value is unusually high: judging by {years}, {ordinary} would have been usual.")
        case "unusually_low":
            told = msg("The newest value is unusually low: judging by {years}, {ordinary} would have been usual.")
        case "ordinary":
            told = msg("The newest value is within its usual range.")
        case _:
            return ""
    return " ".join(part for part in (w.text(told, **values), unusual_too(w, v)) if part)


def unusual_too(w: Words, v: Verdict) -> str:
    """In how many of the similar towns the newest value was unusual in the same way."""
    if v.unusual.kind == "ordinary" or not v.unusual.towns:
        return ""
    if not v.unusual.same:
        return w.text("The same was true in none of the {n} similar towns.", n=v.unusual.towns)
    return w.text(
        "The same was true {in_so_many} of the {n} similar towns.",
        n=v.unusual.towns,
        in_so_many=clauses.in_so_many(w, v.unusual.same),
    )


def years_before(v: Verdict) -> tuple[int | None, int | None]:
    """The first and last year that the newest value was held against: same part, same cohort, up to ten."""
    *before, newest = [point for point in v.points if point.part == v.points[-1].part] or [None]
    if newest is None or newest.figure.year is None:
        return None, None
    cycle = v.indicator.cycle
    years = [p.figure.year for p in before if p and p.figure.year and (newest.figure.year - p.figure.year) % cycle == 0]
    return (years[-LONGEST:][0], years[-1]) if years else (None, None)


def limit_of(w: Words, v: Verdict) -> str:
    """The smallest change that matters, with people where they are known."""
    people = v.indicator.min_change.people if v.indicator.min_change else None
    return clauses.smallest_change(w, v.min_change, v.min_change_people, people[w.language] if people else "")


def years_at_end(w: Words, v: Verdict, *, late: bool) -> str:
    """The years at one end of the window: with alternating cohorts each value covers a cycle."""
    years, cycle = v.level.years, v.indicator.cycle
    end = years[-v.level.of_years :] if late else years[: v.level.of_years]
    return w.years(end[0] - cycle + 1, end[-1])
