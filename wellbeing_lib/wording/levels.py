"""The change of level in words: what happened first, then what can be said of it.

In a full register the means of the years are facts; whether they differ by more than usual yearly
variation is what was tested. Each function returns "" where there is nothing to say.
"""

from ..verdict import Verdict
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
        return w.text("There is not enough data on a change. {why}", why=why).strip()
    parts = [_averages(w, v), w.text(RATED[v.level.kind]) if v.level.kind in RATED else "", beside_peers(w, v)]
    return " ".join(part for part in parts if part)


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
