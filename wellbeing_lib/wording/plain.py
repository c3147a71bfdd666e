"""One short sentence for "Selkeästi ja lyhyesti": at most twelve words, one rounded number, no percentage points."""

from ..verdict import Verdict
from . import numbers
from .catalogue import msg
from .words import Words, capital

# Of whom a share is a share, keyed by the catalogue's word for these people; others are told in per cent.
OF_WHOM = {
    "children": (
        msg("about one child in {n}"),
        msg("about {n} per hundred children"),
        msg("about {n} per thousand children"),
    ),
    "people invited": (
        msg("about one invited in {n}"),
        msg("about {n} per hundred invited"),
        msg("about {n} per thousand invited"),
    ),
    "people entitled to vote": (
        msg("about one in {n} entitled"),
        msg("about {n} per hundred entitled"),
        msg("about {n} per thousand entitled"),
    ),
}
ORDINALS = (
    msg("two"), msg("three"), msg("four"), msg("five"), msg("six"), msg("seven"), msg("eight"), msg("nine"), msg("ten"),
)  # fmt: skip
NEAR_ENOUGH = 0.07
SMALL = 4
MOST_WORDS = 12


def plain(w: Words, v: Verdict) -> str:
    """The newest value as one would say it aloud: "Lasten pienituloisuus: noin joka seitsemäs lapsi Kajaanissa ..."."""
    if not v.newest:
        return ""
    values = {"name": v.indicator.name[w.language], "amount": _amount(w, v), "year": v.newest.year}
    full = w.text("{name}: {amount} {in_place} in {year}.", in_place=w.place_in(v.area), **values)
    if len(full.split()) <= MOST_WORDS:
        return capital(full)
    return capital(w.text("{name}: {amount} in {year}.", **values))


def _amount(w: Words, v: Verdict) -> str:
    assert v.newest is not None  # noqa: S101 - `plain` has looked; this tells the type checker
    value = v.newest.value
    people = v.indicator.min_change.people if v.indicator.min_change else None
    of_whom = OF_WHOM.get(people.en) if people and v.indicator.unit == "percent" else None
    if of_whom is None:
        return _about(w, v)
    one_in, in_hundred, in_thousand = of_whom
    nth = round(100 / value) if value > 1 else 0
    if 2 <= nth <= 10 and abs(100 / nth - value) <= NEAR_ENOUGH * value:
        return w.text(one_in, n=w.text(ORDINALS[nth - 2]))
    if value >= SMALL:
        return w.text(in_hundred, n=numbers.number(value, 0, w.language))
    return w.text(in_thousand, n=numbers.number(10 * value, 0, w.language))


def _about(w: Words, v: Verdict) -> str:
    assert v.newest is not None  # noqa: S101 - `plain` has looked; this tells the type checker
    digits = numbers.number(numbers.about(v.newest.value), 0, w.language)
    if v.indicator.unit == "percent" and abs(v.newest.value) < SMALL:
        return w.text("about {n} in a thousand", n=numbers.number(10 * v.newest.value, 0, w.language))
    if v.indicator.unit == "percent":
        return w.text("about {n} per cent", n=digits)
    if v.indicator.unit == "per_1000":
        return w.text("about {n} per thousand residents", n=digits)
    if v.indicator.unit == "persons":
        return w.text("about {n} people", n=digits)
    return w.text("about {n}", n=digits)
