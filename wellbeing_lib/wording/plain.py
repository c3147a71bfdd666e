"""One short sentence for "Selkeästi ja lyhyesti": at most twelve words, one rounded number, no percentage points."""

from ..verdict import Verdict
from . import numbers
from .catalogue import msg
from .words import Words, capital

# Names that say how many of whom; only where the share is a share of just these people.
OF_WHOM = {
    "children": (
        msg("about one child in {n}"),
        msg("about {n} children in a hundred"),
        msg("about {n} children in a thousand"),
    ),
    "people invited": (
        msg("about one invited person in {n}"),
        msg("about {n} people invited in a hundred"),
        msg("about {n} people invited in a thousand"),
    ),
    "people entitled to vote": (
        msg("about one voter in {n}"),
        msg("about {n} voters in a hundred"),
        msg("about {n} voters in a thousand"),
    ),
}
ORDINALS = (
    msg("two"), msg("three"), msg("four"), msg("five"), msg("six"), msg("seven"), msg("eight"), msg("nine"), msg("ten"),
)  # fmt: skip
NEAR_ENOUGH = 0.07
SMALL = 4


def plain(w: Words, v: Verdict) -> str:
    """The newest value as one would say it aloud: "Lasten pienituloisuus: noin joka seitsemäs lapsi Kajaanissa ..."."""
    if not v.newest:
        return ""
    values = {
        "name": v.indicator.name[w.language],
        "amount": _amount(w, v),
        "in_place": w.place_in(v.area),
        "year": v.newest.year,
    }
    return capital(w.text("{name}: {amount} {in_place} in {year}.", **values))


def _amount(w: Words, v: Verdict) -> str:
    assert v.newest is not None  # noqa: S101 - `plain` has looked; this tells the type checker
    value = v.newest.value
    people = v.indicator.min_change.people if v.indicator.min_change else None
    of_whom = OF_WHOM.get(people.en) if people and v.indicator.unit == "percent" else None
    if of_whom is None:
        return _about(w, v)
    one_in, in_hundred, in_thousand = of_whom
    nth = round(100 / value) if value > 0 else 0
    if 2 <= nth <= 10 and abs(100 / nth - value) <= NEAR_ENOUGH * value:
        return w.text(one_in, n=w.text(ORDINALS[nth - 2]))
    if value >= SMALL:
        return w.text(in_hundred, n=numbers.number(value, 0, w.language))
    return w.text(in_thousand, n=numbers.number(10 * value, 0, w.language))


def _about(w: Words, v: Verdict) -> str:
    assert v.newest is not None  # noqa: S101 - `plain` has looked; this tells the type checker
    digits = numbers.number(numbers.about(v.newest.value), 0, w.language)
    if v.indicator.unit == "percent":
        return w.text("about {n} per cent", n=digits)
    if v.indicator.unit == "per_1000":
        return w.text("about {n} per thousand residents", n=digits)
    if v.indicator.unit == "persons":
        return w.text("about {n} people", n=digits)
    return w.text("about {n}", n=digits)
