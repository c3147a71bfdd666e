"""What is said of the plan's baseline and target value; the measures taken are beside the point and said to be."""

from ..verdict import Figure, Outlook, SinceBaseline, Verdict
from . import clauses, numbers
from .catalogue import msg
from .reasons import reason
from .sentences import limit_of
from .words import Words, capital

LIKELIHOOD = {
    "reached": msg("{It} is already at the target value."),
    "likely": msg("Reaching it is likely."),
    "possible": msg("Reaching it is possible."),
    "unlikely": msg("Reaching it is unlikely."),
}


def since(w: Words, v: Verdict) -> str:
    """Question C in words: the stored baseline against the newest value."""
    told = v.since
    if told is None:
        return ""
    values = {"baseline": _baseline(w, v, told.baseline)}
    if told.kind == "cannot_assess" or not told.change:
        why = reason(w, told.reason, v)
        return w.text("The change since the baseline ({baseline}) cannot be assessed. {why}", why=why, **values).strip()
    if told.kind == "same_value" or numbers.is_nought(told.change):
        return capital(
            w.text("{it} is the same as the baseline ({baseline}).", it=clauses.noun(w, v.indicator), **values)
        )
    if told.kind == "within_chance":
        return w.text("The change since the baseline ({baseline}) cannot be told from chance.", **values) + _now(
            w, v, told
        )
    values |= {"by": clauses.by_how_much(w, told.change), "limit": limit_of(w, v)}
    if told.method == "counts":
        values["moved"] = clauses.moved(w, v.indicator, told.change, "clearly")
        return w.text("Since the baseline ({baseline}) {moved}, {by}.", **values) + _now(w, v, told)
    values["moved"] = clauses.moved(w, v.indicator, told.change, "perfect")
    said = w.text("Since the baseline ({baseline}) {moved} {by}", **values)
    return said + _measured(w, told, str(values["limit"])) + _now(w, v, told)


def _measured(w: Words, told: SinceBaseline, limit: str) -> str:
    """What the change was held against where no test could be made, which the page says."""
    if told.kind == "within_band":
        return w.text(", less than the agreed limit ({limit}). No test was made.", limit=limit)
    if told.kind == "described" or not limit:
        return w.text(". No test was made.")
    return w.text(", at least the agreed limit ({limit}). No test was made.", limit=limit)


def _baseline(w: Words, v: Verdict, baseline: Figure) -> str:
    """The baseline with its year; with alternating cohorts it is the mean of a whole cycle."""
    return _of_cycle(w, v, baseline)


def _of_cycle(w: Words, v: Verdict, figure: Figure) -> str:
    cycle = v.indicator.cycle
    if cycle == 1 or figure.year is None:
        return w.text("{value} in {year}", value=w.shown(figure), year=figure.year)
    years = w.years(figure.year - cycle + 1, figure.year)
    return w.text("{value}, mean of {years}", value=w.shown(figure), years=years)


def _now(w: Words, v: Verdict, told: SinceBaseline) -> str:
    """With alternating cohorts the newest side is a mean too, which the statement above does not show."""
    if v.indicator.cycle == 1 or not told.now:
        return ""
    return " " + w.text("Now it is {now}.", now=_of_cycle(w, v, told.now))


def target(w: Words, v: Verdict) -> str:
    """The target value and how likely it is, in words only."""
    told = v.outlook
    if told is None:
        return ""
    goal = goal_of(w, v, told)
    if told.kind == "cannot_assess":
        why = reason(w, told.reason, v)
        return w.text(
            "The target value is {goal}. Whether it will be reached cannot be assessed. {why}", goal=goal, why=why
        ).strip()
    it = capital(clauses.noun(w, v.indicator))
    said = w.text(LIKELIHOOD[told.kind], It=it)
    return w.text(
        "The target value is {goal}. {said} The estimate does not take into account the measures carried out.",
        goal=goal,
        said=said,
    )


def goal_of(w: Words, v: Verdict, told: Outlook) -> str:
    """The target value with its year: at most where a lower value is desired, at least where a higher one is."""
    value, year = w.shown(told.target), told.target.year
    if v.indicator.desired == "lower":
        return w.text("at most {value} in {year}", value=value, year=year)
    return w.text("at least {value} in {year}", value=value, year=year)
