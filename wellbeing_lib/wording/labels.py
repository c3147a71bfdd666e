"""A word or two for every class, status and code, as tables show them; no sentences.

Each table is keyed by the codes of params and verdict; a code without a label stops the page.
"""

from ..params import Indicator
from .catalogue import msg
from .words import Words

DIRECTION = {
    "improved": msg("improved"),
    "got_worse": msg("got worse"),
    "changed_little": msg("changed a little"),
    "unchanged": msg("unchanged"),
    "risen": msg("risen"),
    "fallen": msg("fallen"),
    "cannot_tell": msg("direction cannot be told"),
    "too_short": msg("too short a series"),
    "cannot_assess": msg("cannot be assessed"),
}
NEWEST = {
    "unusually_high": msg("unusually high"),
    "unusually_low": msg("unusually low"),
    "ordinary": msg("ordinary variation"),
    "cannot_assess": msg("cannot be assessed"),
}
SINCE = {
    "improved": msg("improved"),
    "got_worse": msg("got worse"),
    "risen": msg("risen"),
    "fallen": msg("fallen"),
    "within_chance": msg("cannot be told from chance"),
    "within_band": msg("changed less than the agreed limit"),
    "same_value": msg("same as the baseline"),
    "described": msg("described, not tested"),
    "cannot_assess": msg("cannot be assessed"),
}
TARGET = {
    "reached": msg("already at the target value"),
    "likely": msg("likely"),
    "possible": msg("possible"),
    "unlikely": msg("unlikely"),
    "cannot_assess": msg("cannot be assessed"),
}
COMPARISON = {
    "higher": msg("higher"),
    "lower": msg("lower"),
    "within_chance": msg("cannot be told from chance"),
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
    "band": msg("declared limit, no test"),
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


def direction_label(w: Words, kind: str) -> str:
    """Question A in a word or two."""
    return w.text(DIRECTION[kind])


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
