"""A word or two for every class, status and code, as tables show them; no sentences.

Each table is keyed by the codes of params and verdict; a code without a label stops the page.
"""

from ..params import Indicator
from .catalogue import msg
from .words import Words

LEVEL = {
    "improved": msg("improved"),
    "worsened": msg("worsened"),
    "higher": msg("clearly higher"),
    "lower": msg("clearly lower"),
    "changed_little": msg("changed only a little"),
    "signs": msg("signs of change, but chance could explain it"),
    "unchanged": msg("unchanged"),
    "no_clear_change": msg("no clear change"),
    "not_enough_data": msg("not enough data"),
    "described": msg("described, not tested"),
}
RELATIVE = {
    "rose_more": msg("rose more than in similar towns"),
    "rose_less": msg("rose less than in similar towns"),
    "fell_more": msg("fell more than in similar towns"),
    "fell_less": msg("fell less than in similar towns"),
    "rose_peers_fell": msg("rose, fell in similar towns"),
    "fell_peers_rose": msg("fell, rose in similar towns"),
    "nearly_as_peers": msg("nearly as in similar towns"),
    "as_peers": msg("as in similar towns"),
    "no_clear_difference": msg("no clear difference from similar towns"),
    "not_enough_data": msg("not enough data"),
    "described": msg("described, not tested"),
}
TREND = {
    "improved": msg("a steady trend in the desired direction"),
    "got_worse": msg("a steady trend against the desired direction"),
    "changed_little": msg("a steady but small trend"),
    "unchanged": msg("no trend"),
    "risen": msg("a steady rise"),
    "fallen": msg("a steady fall"),
    "cannot_tell": msg("no clear trend"),
    "too_short": msg("not enough data"),
    "cannot_assess": msg("not enough data"),
}
NEWEST = {
    "unusually_high": msg("unusually high"),
    "unusually_low": msg("unusually low"),
    "ordinary": msg("within the usual range"),
    "cannot_assess": msg("not enough data"),
}
SINCE = {
    "above": msg("clearly above the baseline"),
    "below": msg("clearly below the baseline"),
    "at_baseline": msg("at the baseline"),
    "no_clear_difference": msg("no clear difference from the baseline"),
    "described": msg("described, not tested"),
    "cannot_assess": msg("not enough data"),
}
TARGET = {
    "reached": msg("target value already met"),
    "likely": msg("likely"),
    "possible": msg("possible"),
    "rather_unlikely": msg("rather unlikely"),
    "unlikely": msg("unlikely"),
    "cannot_assess": msg("not enough data"),
}
COMPARISON = {
    "higher": msg("clearly higher"),
    "lower": msg("clearly lower"),
    "within_chance": msg("no clear difference"),
    "not_tested": msg("not tested"),
}
STATUS = {
    "not_started": msg("not started"),
    "in_progress": msg("in progress"),
    "done": msg("carried out"),
    "partly_done": msg("partly carried out"),
    "continuous_as_planned": msg("continuous, carried out as planned"),
    "not_done": msg("not carried out"),
    "postponed": msg("postponed"),
    "cannot_assess": msg("cannot be assessed"),
    "unanswered": msg("no answer by the deadline"),
}
JUDGEMENT = {
    "towards": msg("towards the objective"),
    "partly": msg("partly towards the objective"),
    "away": msg("away from the objective"),
    "cannot_assess": msg("cannot be assessed"),
}
DECISION = {
    "draft": msg("draft"),
    "reviewed": msg("reviewed"),
    "approved": msg("approved"),
    "noted": msg("noted for information"),
    "keep": msg("continues"),
    "change": msg("is changed"),
    "drop": msg("is dropped"),
    "new": msg("new measure"),
    "accept": msg("accepted"),
    "reword": msg("accepted, reworded"),
    "reject": msg("rejected"),
}
SIDE = {"joy": msg("cause for joy"), "worry": msg("cause for worry")}
MEASURE_TYPE = {"one_off": msg("one-off"), "continuous": msg("continuous")}
GROUP = {
    "children": msg("Children and families"),
    "young": msg("Young people"),
    "working_age": msg("Working age"),
    "older": msg("Ageing and older people (aged 50 and over)"),
    "all": msg("All residents"),
}
THEME = {
    "families": msg("Children, young people and families"),
    "work": msg("Work, skills and livelihood"),
    "health": msg("Health and functional capacity"),
    "participation": msg("Participation and a safe everyday life"),
    "background": msg("Background"),
}
KIND = {
    "flow": msg("events or people of the year"),
    "stock": msg("situation at one time, mostly the same people every year"),
    "index": msg("index"),
    "survey": msg("survey"),
    "fact": msg("fact, described without a test"),
    "score": msg("score"),
}
INFLUENCE = {
    "own": msg("the city's own doing"),
    "shared": msg("shared with others"),
    "follow": msg("followed"),
}
DESIRED = {
    "higher": msg("a higher value is desired"),
    "lower": msg("a lower value is desired"),
    "none": msg("no desired direction"),
}
METHOD = {
    "line": msg("straight line, allowing for serial correlation"),
    "ranks": msg("ranks (Mann-Kendall, Theil-Sen)"),
    "counts": msg("model of counts, allowing for extra variation"),
    "variation": msg("difference against the variation from year to year"),
    "described": msg("described, not tested"),
}
SEX = {"female": msg("women"), "male": msg("men"), "total": msg("all")}
UNIT = {
    "percent": msg("%"),
    "percentage_points": msg("percentage points"),
    "per_1000": msg("per thousand residents"),
    "per_100": msg("per hundred"),
    "index": msg("index value"),
    "persons": msg("people"),
    "people": msg("people"),
    "number": msg("number of them"),
    "euros": msg("euros"),
    "points": msg("points"),
    "years": msg("years"),
    "probability": msg("probability (0–1)"),
    "percent_chance": msg("chance in per cent, rounded to ten"),
    "areas": msg("areas"),
}
WHOLE = {
    "country": msg("whole country"),
    "peers": msg("similar towns (median)"),
}


def level_label(w: Words, kind: str) -> str:
    """The change of level in a word or two."""
    return w.text(LEVEL[kind])


def relative_label(w: Words, kind: str) -> str:
    """The change of level against similar towns in a few words."""
    return w.text(RELATIVE[kind])


def trend_label(w: Words, kind: str) -> str:
    """Whether there is a steady trend, in a word or two."""
    return w.text(TREND[kind])


def newest_label(w: Words, kind: str) -> str:
    """Question B in a word or two."""
    return w.text(NEWEST[kind])


def since_label(w: Words, kind: str) -> str:
    """Question C in a word or two."""
    return w.text(SINCE[kind])


def target_label(w: Words, kind: str) -> str:
    """How likely the target value is, in a word."""
    return w.text(TARGET[kind])


def comparison_label(w: Words, kind: str) -> str:
    """How the newest value stands to the compared one."""
    return w.text(COMPARISON[kind])


def whole_label(w: Words, whole: str, place: str = "") -> str:
    """What a value is compared with; `place` is the region's written name ("Kainuu")."""
    if whole in ("region", "county"):
        return place
    if whole == "rest":
        return w.text("rest of {place}", place=place)
    return w.text(WHOLE[whole])


def status_label(w: Words, status: str) -> str:
    """How a measure has gone."""
    return w.text(STATUS[status])


def judgement_label(w: Words, judgement: str) -> str:
    """The group's own judgement of an objective."""
    return w.text(JUDGEMENT[judgement])


def decision_label(w: Words, decision: str) -> str:
    """A body's decision on the paper, the group's on a measure, or a person's on a finding."""
    return w.text(DECISION[decision])


def side_label(w: Words, side: str) -> str:
    """Joy or worry."""
    return w.text(SIDE[side])


def measure_type_label(w: Words, kind: str) -> str:
    """One-off or continuous."""
    return w.text(MEASURE_TYPE[kind])


def group_label(w: Words, group: str) -> str:
    """A population group."""
    return w.text(GROUP[group])


def theme_label(w: Words, theme: str) -> str:
    """A theme of the catalogue."""
    return w.text(THEME[theme])


def kind_label(w: Words, kind: str) -> str:
    """What sort of figure an indicator is."""
    return w.text(KIND[kind])


def influence_label(w: Words, influence: str) -> str:
    """How far the city can influence an indicator."""
    return w.text(INFLUENCE[influence])


def desired_label(w: Words, desired: str) -> str:
    """Which way the city wants a figure to go."""
    return w.text(DESIRED[desired])


def method_label(w: Words, method: str) -> str:
    """The method of a verdict."""
    return w.text(METHOD[method])


def sex_label(w: Words, sex: str) -> str:
    """Women, men, all."""
    return w.text(SEX[sex])


def unit(w: Words, of: Indicator | str) -> str:
    """The unit of an indicator or of a figure, in words."""
    return w.text(UNIT[of.unit if isinstance(of, Indicator) else of])
