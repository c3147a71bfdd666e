"""One language: its texts, numbers, places, dates and years; no verdicts and no sentences about them."""

import datetime
import gettext
from collections.abc import Mapping
from dataclasses import dataclass

from ..params import Place
from ..verdict import Figure
from . import numbers
from .catalogue import msg, translations

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LICENCES = (msg("CC BY 4.0"), msg("the producer's own terms"))
GROUPS_OF_PLACES = {"peers": msg("similar towns")}


@dataclass(frozen=True)
class Words:
    """What every sentence is made of, in `language`; `places` are the names that the municipality's file knows."""

    language: str
    places: Mapping[str, Place]

    @property
    def _translations(self) -> gettext.NullTranslations:
        return translations(self.language)

    def text(self, msgid: str, **values: object) -> str:
        """The text in this language, `{named}` places filled as `str.format` fills them."""
        return self._translations.gettext(msgid).format(**values)

    def plural(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The text in the number that `n` asks for; `{n}` is filled in."""
        return self._translations.ngettext(singular, plural, n).format(n=n, **values)

    def licence(self, name: str) -> str:
        """A licence by its name; one that we do not know is no text of ours, whose braces could be filled."""
        return self.text(name) if name in LICENCES else name

    def shown(self, figure: Figure | None) -> str:
        """The short form for table cells and open data: 13,6 % · +3,1 %-yks. · −13,1 · 36 433; "–" where missing."""
        if not figure:
            return numbers.NOTHING
        if figure.unit == "probability":
            return numbers.probability(figure.value, self.language)
        if figure.unit == "percent_chance":
            return self._chance(figure.value)
        return self.with_unit(numbers.digits_of(figure, self.language), figure.unit)

    def _chance(self, value: float) -> str:
        """A chance rounded to ten; its ends are never 0 or 100, for neither is known."""
        if value <= 0:
            return self.text("under {chance}", chance=numbers.percent("10", self.language))
        if value >= 100:
            return self.text("over {chance}", chance=numbers.percent("90", self.language))
        return numbers.percent(numbers.number(value, 0, self.language), self.language)

    def with_unit(self, digits: str, unit: str) -> str:
        """A written number or range with the short form of its unit."""
        if unit == "percent":
            return numbers.percent(digits, self.language)
        if unit == "percentage_points":
            return self.text("{n} pp", n=digits).replace(" ", numbers.NO_BREAK)
        if unit == "euros" and self.language == "en" and digits.startswith((numbers.MINUS, "+")):
            return digits.replace(numbers.MINUS, f"{numbers.MINUS}€").replace("+", "+€")
        if unit == "euros":
            return self.text("€{n}", n=digits).replace(" ", numbers.NO_BREAK)
        return digits

    def interval(self, low: Figure | None, high: Figure | None) -> str:
        """Two ends of an interval with one unit; "" unless both are known."""
        if not low or not high:
            return ""
        ends = (numbers.digits_of(end, self.language) for end in (low, high))
        return self.with_unit(numbers.between(*ends), low.unit)

    def long(self, figure: Figure | None) -> str:
        """As in running text, without a sign where the words tell which way: 3,1 prosenttiyksikköä, 1 374 henkilöä."""
        if not figure:
            return numbers.NOTHING
        size, one = numbers.size_of(figure, self.language), 1 if abs(figure.value) == 1 and not figure.decimals else 2
        match figure.unit:
            case "percentage_points":
                return self.plural("{size} percentage point", "{size} percentage points", one, size=size)
            case "people" | "persons":
                return self.plural("{size} person", "{size} people", one, size=size)
            case "per_1000":
                plain = size if figure.signed else numbers.digits_of(figure, self.language)
                return self.text("{size} per thousand residents", size=plain)
            case "index" if figure.signed or figure.measure == "min_change":
                return self.plural("{size} point", "{size} points", one, size=size)
            case "points":
                return self.plural("{size} point", "{size} points", one, size=size)
            case "years":
                return self.plural("{size} year", "{size} years", one, size=size)
            case "euros" if figure.signed:
                return self.with_unit(size, figure.unit)
            case _:
                return self.shown(figure)

    def place(self, area: str) -> str:
        """The name of a place; one that the table does not know is written "kunta: X"."""
        if area in GROUPS_OF_PLACES:
            return self.text(GROUPS_OF_PLACES[area])
        place = self.places.get(area)
        return self._unknown(area) if place is None else getattr(place, self.language)

    def place_in(self, area: str) -> str:
        """The place as a sentence needs it ("Kajaanissa", "in Kajaani"), never inflected by guess."""
        place = self.places.get(area)
        return self._unknown(area) if place is None else getattr(place, f"{self.language}_in")

    def _unknown(self, area: str) -> str:
        return self.text("municipality: {area}", area=area)

    def date(self, date: datetime.date) -> str:
        """30.5.2023 or 30 May 2023."""
        if self.language == "fi":
            return f"{date.day}.{date.month}.{date.year}"
        return f"{date.day} {MONTHS[date.month - 1]} {date.year}"

    def years(self, first: int | None, last: int | None) -> str:
        """One year, or first and last with an en dash."""
        known = [year for year in (first, last) if year is not None]
        return numbers.DASH.join(str(year) for year in dict.fromkeys(known))

    def listed(self, parts: list[str]) -> str:
        """Parts joined with commas and a last "and"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.text("{parts} and {last}", parts=", ".join(parts[:-1]), last=parts[-1])


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]
