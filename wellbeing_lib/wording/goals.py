"""What is said of the plan's baseline and target value; the measures taken are beside the point and said to be."""

from ..verdict import Figure, Outlook, SinceBaseline, Verdict
from . import clauses, numbers
from .catalogue import msg
from .reasons import reason
from .sentences import limit_of
from .words import Words, capital

SINCE = {
    "above": msg(": clearly more than the variation from year to year."),
    "below": msg(": clearly more than the variation from year to year."),
    "at_baseline": msg(": the level is that of the baseline (the agreed limit is {limit})."),
    "no_clear_difference": msg("; the difference is not clear."),
    "described": msg(". The change is described, not tested."),
}
LIKELIHOOD = {
    "reached": msg("{It} is already at the target value."),
    "likely": msg("Reaching it is likely."),
    "possible": msg("Reaching it is possible."),
    "rather_unlikely": msg("Reaching it is rather unlikely."),
    "unlikely": msg("Reaching it is unlikely."),
}


def since(w: Words, v: Verdict) -> str:
    """The stored baseline against the newest value: what happened, then what can be said of it."""
    told = v.since
    if told is None:
        return ""
    values = {"baseline": _baseline(w, v, told.baseline)}
    if told.kind == "cannot_assess" or not told.change:
        why = reason(w, told.reason, v)
        return w.text(
            "There is not enough data on the change since the baseline ({baseline}). {why}", why=why, **values
        ).strip()
    if numbers.is_nought(told.change):
        it = clauses.noun(w, v.indicator)
        return capital(w.text("{it} is the same as the baseline ({baseline}).", it=it, **values)) + _now(w, v, told)
    values["by"] = clauses.by_how_much(w, told.change)
    values["moved"] = clauses.moved(w, v.indicator, told.change, "perfect")
    said = w.text("Since the baseline ({baseline}) {moved} {by}", **values)
    return said + w.text(SINCE[told.kind], limit=limit_of(w, v)) + _now(w, v, told)


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
            "The target value is {goal}. There is not enough data to say whether it will be reached. {why}",
            goal=goal,
            why=why,
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
