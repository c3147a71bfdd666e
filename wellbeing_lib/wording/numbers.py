"""Numbers as each language writes them: the only place that decides on separators, minus signs and rounding."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from ..verdict import Figure

NO_BREAK, MINUS, DASH = "\u00a0", "\u2212", "\u2013"
NOTHING = DASH
SEPARATORS = {"fi": (",", NO_BREAK), "en": (".", ",")}
SMALLEST_P = 0.001


def rounded(value: float, decimals: int) -> Decimal:
    """Half away from zero, as statistics offices round; noise of binary fractions is wiped off first.

    >>> rounded(13.15, 1), rounded(-0.04, 1)
    (Decimal('13.2'), Decimal('0.0'))
    """
    exact = Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(exact) if exact == 0 else exact


def number(value: float, decimals: int, language: str, *, signed: bool = False) -> str:
    """A plain number.

    >>> number(36433, 0, "fi"), number(-13.14, 1, "fi"), number(3.1, 1, "en", signed=True), number(-0.01, 1, "fi")
    ('36\\xa0433', '−13,1', '+3.1', '0,0')
    """
    point, thousands = SEPARATORS[language]
    exact = rounded(value, decimals)
    digits = f"{abs(exact):,}".replace(",", "t").replace(".", point).replace("t", thousands)
    sign = MINUS if exact < 0 else "+" if signed and exact > 0 else ""
    return sign + digits


def percent(digits: str, language: str) -> str:
    """A written number with its per cent sign."""
    return f"{digits}{NO_BREAK}%" if language == "fi" else f"{digits}%"


def probability(value: float, language: str) -> str:
    """A p-value with three decimals, never written as nought.

    >>> probability(0.0004, "fi"), probability(0.3612, "en")
    ('<\\xa00,001', '0.361')
    """
    if value < SMALLEST_P:
        return f"<{NO_BREAK}{number(SMALLEST_P, 3, language)}"
    return number(value, 3, language)


def digits_of(figure: Figure, language: str) -> str:
    """The number of a figure without its unit."""
    return number(figure.value, figure.decimals, language, signed=figure.signed)


def size_of(figure: Figure, language: str) -> str:
    """The number of a figure without its sign: the verb tells which way."""
    return number(abs(figure.value), figure.decimals, language)


def is_nought(figure: Figure) -> bool:
    """Whether the figure is written as 0."""
    return rounded(figure.value, figure.decimals) == 0


def between(low: str, high: str) -> str:
    """A range: with spaces where its ends have signs.

    >>> between("8,9", "12,9"), between("−3,7", "+1,8")
    ('8,9–12,9', '−3,7\\xa0–\\xa0+1,8')
    """
    if low == high:
        return low
    spaced = any(end[:1] in (MINUS, "+") for end in (low, high))
    return f"{low}{NO_BREAK}{DASH}{NO_BREAK}{high}" if spaced else f"{low}{DASH}{high}"


def ends_in_front(digits: str) -> bool:
    """Whether a written number, said aloud in Finnish, ends in a word with front vowels: yksi, neljä, viisi, kymmenen.

    >>> [digits for digits in ("1", "2,4", "2,0", "6", "10", "17", "100") if ends_in_front(digits)]
    ['1', '2,4', '10', '17']
    """
    last_word = re.split(r"\D", digits)[-1]
    tens = last_word == digits and last_word[-1:] == "0" and last_word[-2:] != "00" and len(last_word) > 1
    return tens or last_word[-1:] in tuple("14579")


def by_amount(digits: str, language: str) -> str:
    """An amount without a unit after a verb: 2,4:llä, 2,0:lla in Finnish.

    >>> by_amount("2,4", "fi"), by_amount("2,0", "fi")
    ('2,4:llä', '2,0:lla')
    """
    return _with_ending(digits, ("llä", "lla"), language)


def _with_ending(digits: str, endings: tuple[str, str], language: str) -> str:
    if language != "fi":
        return digits
    front, back = endings
    return f"{digits}:{front if ends_in_front(digits) else back}"


def about(value: float) -> float:
    """To whole numbers, and large ones to three figures, as one says them aloud.

    >>> about(13.6), about(36433), about(-13.1)
    (14.0, 36400.0, -13.0)
    """
    step = 10.0 ** max(0, math.floor(math.log10(max(abs(value), 1))) - 2)
    return float(rounded(value / step, 0)) * step
