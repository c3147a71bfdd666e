"""The change of level in words: what happened first, then what can be said of it.

In a full register the means of the years are facts; whether they differ by more than usual yearly
variation is what was tested. Each function returns "" where there is nothing to say.
"""

from collections.abc import Sequence

from ..verdict import Figure, Verdict
from . import clauses
from .catalogue import msg
from .reasons import reason
from .sentences import limit_of, previous, statement, unusual, years_at_end
from .words import Words, capital

FOUND = {
    "improved": msg("clearly {more_or_less}"),
    "worsened": msg("clearly {more_or_less}"),
    "higher": msg("clearly {more_or_less}"),
    "lower": msg("clearly {more_or_less}"),
    "changed_little": msg("changed only a little, by less than the agreed limit ({limit})"),
    "signs": msg("signs of change, but chance could explain it"),
    "unchanged": msg("unchanged, as any change is smaller than the agreed limit ({limit})"),
    "no_clear_change": msg("the difference is within usual yearly variation"),
}
RATED = {
    "improved": msg("The situation has improved."),
    "worsened": msg("The situation has worsened."),
}
BESIDE = {
    "rose_more": msg("{moved} more than in similar towns (difference {amount})."),
    "fell_more": msg("{moved} more than in similar towns (difference {amount})."),
    "rose_less": msg("{moved} less than in similar towns (difference {amount})."),
    "fell_less": msg("{moved} less than in similar towns (difference {amount})."),
    "rose_peers_fell": msg("{moved}, while it fell in similar towns (difference {amount})."),
    "fell_peers_rose": msg("{moved}, while it rose in similar towns (difference {amount})."),
    "nearly_as_peers": msg("The change was nearly the same in similar towns."),
    "as_peers": msg("The change was the same as in similar towns."),
    "no_clear_difference": msg("There is no clear difference from the change in similar towns."),
}
FEWEST_FOR_EXTREMES = 3
BY_SCALE = msg(
    "Whether the change differs from that in similar towns depends on whether it is measured as a"
    " difference or as a ratio, so no difference is stated."
)


def level_change(w: Words, v: Verdict) -> str:
    """What happened and what can be said of it, alone and against similar towns."""
    if v.level.kind == "described" or not v.newest:
        return ""
    if v.level.kind == "not_enough_data":
        why = reason(w, v.level.reason, v)
        unknown = w.text("There is not enough data on a change. {why}", why=why).strip()
        return " ".join(part for part in (extremes(w, v), unknown) if part)
    rated = w.text(RATED[v.level.kind]) if v.level.kind in RATED else ""
    widest = extremes(w, v) if v.level.kind in ("no_clear_change", "signs") else ""
    parts = (_averages(w, v), widest, rated, fragile(w, v), beside_peers(w, v))
    return " ".join(part for part in parts if part)


def extremes(w: Words, v: Verdict) -> str:
    """The lowest and the highest value of the window, with their years; only of years that can be compared."""
    points = [point.figure for point in v.points if point.in_window]
    if len(points) < FEWEST_FOR_EXTREMES or v.indicator.cycle > 1 or v.indicator.ages_change:
        return ""
    ends = [pick(point.value for point in points) for pick in (min, max)]
    if ends[0] == ends[1]:
        return ""
    (low, low_years), (high, high_years) = (_at(w, points, end) for end in ends)
    return w.text(
        "In {years}, {it} was {low} at its lowest ({low_years}) and {high} at its highest ({high_years}).",
        years=w.years(points[0].year, points[-1].year), it=clauses.noun(w, v.indicator),
        low=low, low_years=low_years, high=high, high_years=high_years,
    )  # fmt: skip


def _at(w: Words, points: Sequence[Figure], value: float) -> tuple[str, str]:
    """A value and all the years in which it was published."""
    there = [point for point in points if point.value == value]
    return w.shown(there[0]), w.listed([str(point.year) for point in there])


def fragile(w: Words, v: Verdict) -> str:
    """The years each of which alone would undo a coloured assessment."""
    years = v.level.sensitive_years
    if not v.colour or not years:
        return ""
    return w.plural(
        "The assessment depends on one year: without {years} it would be different.",
        "The assessment depends on single years: it would be different without any one of these: {years}.",
        len(years),
        years=w.listed([str(year) for year in years]),
    )


def _averages(w: Words, v: Verdict) -> str:
    """Means of the first and last years, and the finding."""
    level, figures = v.level, v.level_figures
    change = figures["level_change"]
    more_or_less = w.text("higher") if change.value > 0 else w.text("lower")
    found = w.text(FOUND[level.kind], more_or_less=more_or_less, limit=limit_of(w, v))
    return capital(
        w.text(
            "in {late}, {it} averaged {late_mean}, in {early} {early_mean}: {found}.",
            late=years_at_end(w, v, late=True),
            early=years_at_end(w, v, late=False),
            it=clauses.noun(w, v.indicator),
            late_mean=w.shown(figures["level_late_mean"]),
            early_mean=w.shown(figures["level_early_mean"]),
            found=found,
        )
    )


def beside_peers(w: Words, v: Verdict) -> str:
    """The change against that of the similar towns."""
    relative = v.relative
    if relative.reason == "scales_differ":
        return w.text(BY_SCALE)
    told = BESIDE.get(relative.kind)
    if told is None:
        return ""
    figures = v.level_figures
    moved = capital(clauses.moved(w, v.indicator, figures["level_change"], "past"))
    return w.text(told, moved=moved, amount=w.long(figures["relative_change"]))


def paragraph(w: Words, v: Verdict) -> str:
    """What stands under the chart: latest value, the one before, whether it is unusual, the change of level."""
    parts = (statement(w, v), previous(w, v), unusual(w, v), level_change(w, v))
    return " ".join(part for part in parts if part)
