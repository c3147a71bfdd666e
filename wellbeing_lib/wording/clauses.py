"""Which noun and verb fit a figure: a share grows, a figure rises, a number of people grows; and by how much."""

from typing import Literal

from ..params import Indicator
from ..verdict import Figure
from . import numbers
from .catalogue import msg
from .words import Words

Tense = Literal["past", "perfect", "clearly", "clearly_in"]  # "in" a period: past in English, perfect in Finnish

SUBJECT = {"percent": "share", "persons": "number", "number": "number", "points": "score"}
NOUNS = {
    "share": msg("the share"),
    "figure": msg("the figure"),
    "number": msg("the number"),
    "score": msg("the score"),
}
CLAUSES = {
    ("share", "past"): (msg("the share fell"), msg("the share rose")),
    ("share", "perfect"): (msg("the share has fallen"), msg("the share has risen")),
    ("share", "clearly"): (msg("the share has clearly fallen"), msg("the share has clearly risen")),
    ("share", "clearly_in"): (msg("the share clearly fell"), msg("the share clearly rose")),
    ("figure", "past"): (msg("the figure fell"), msg("the figure rose")),
    ("figure", "perfect"): (msg("the figure has fallen"), msg("the figure has risen")),
    ("figure", "clearly"): (msg("the figure has clearly fallen"), msg("the figure has clearly risen")),
    ("figure", "clearly_in"): (msg("the figure clearly fell"), msg("the figure clearly rose")),
    ("number", "past"): (msg("the number fell"), msg("the number grew")),
    ("number", "perfect"): (msg("the number has fallen"), msg("the number has grown")),
    ("number", "clearly"): (msg("the number has clearly fallen"), msg("the number has clearly grown")),
    ("number", "clearly_in"): (msg("the number clearly fell"), msg("the number clearly grew")),
    ("score", "past"): (msg("the score fell"), msg("the score rose")),
    ("score", "perfect"): (msg("the score has fallen"), msg("the score has risen")),
    ("score", "clearly"): (msg("the score has clearly fallen"), msg("the score has clearly risen")),
    ("score", "clearly_in"): (msg("the score clearly fell"), msg("the score clearly rose")),
}
POINTS = ("index", "points")
IN_SO_MANY = (
    msg("in one"), msg("in two"), msg("in three"), msg("in four"), msg("in five"), msg("in six"),
    msg("in seven"), msg("in eight"), msg("in nine"), msg("in ten"),
)  # fmt: skip


def noun(w: Words, indicator: Indicator) -> str:
    """What the value is called in a sentence: "osuus", "luku", "määrä" or "pistemäärä"."""
    return w.text(NOUNS[SUBJECT.get(indicator.unit, "figure")])


def moved(w: Words, indicator: Indicator, change: Figure, tense: Tense) -> str:
    """Subject and verb by the sign of the change."""
    return w.text(CLAUSES[SUBJECT.get(indicator.unit, "figure"), tense][change.value > 0])


def by_how_much(w: Words, change: Figure) -> str:
    """The size of a change as it follows a verb: "3,1 prosenttiyksikköä", "by 3.1 percentage points"."""
    size = numbers.size_of(change, w.language)
    one = 1 if size == "1" else 2
    if change.unit == "percentage_points":
        return w.plural("by {size} percentage point", "by {size} percentage points", one, size=size)
    if change.unit == "persons":
        return w.plural("by {size} person", "by {size} people", one, size=size)
    if change.unit == "euros":
        return w.text("by €{size}", size=size)
    if change.unit in POINTS:
        return w.plural("by {size} point", "by {size} points", one, size=size)
    return w.text("by {amount}", amount=numbers.by_amount(size, w.language))


def smallest_change(w: Words, min_change: Figure | None, people: Figure | None, noun_of_people: str) -> str:
    """The agreed limit, and how many people it is: "1,0 prosenttiyksikköä, noin 65 lasta"."""
    if not min_change:
        return ""
    limit = w.long(min_change)
    if not people:
        return limit
    return w.text("{limit}, about {n} {people}", limit=limit, n=w.shown(people), people=noun_of_people)


def in_so_many(w: Words, n: int) -> str:
    """In how many municipalities, in words up to ten."""
    return w.text(IN_SO_MANY[n - 1]) if n <= len(IN_SO_MANY) else w.text("in {n}", n=n)
