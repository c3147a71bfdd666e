"""What people typed, made inert: one line without marks that would turn or hide the text around it; no HTML here."""

import re
import unicodedata

_BREAKS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029 ]+")  # not the no-break space, which people mean
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Letters and marks that show nothing: fillers of Hangul and Braille, joiners, variation selectors.
_EMPTY = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: it is empty, or holds only spaces and invisible characters.

    >>> is_blank(" \\u200b\\u00ad\\u3164\\u00a0"), is_blank("–")
    (True, False)
    """
    return all(unicodedata.category(one)[0] in "ZC" or _EMPTY.match(one) for one in text)


def inert(text: str) -> str:
    """The text on one line, without marks of direction; raises `ValueError` where it holds a control character.

    A right-to-left override would turn the rest of a table row round, and nobody can see it to take it away. Emoji
    and every script stay.

    >>> inert("  Toimii\\n \u202ehyvin 😀 ")
    'Toimii hyvin 😀'
    """
    plain = _TURNING.sub("", _BREAKS.sub(" ", text)).strip(" ")
    if _CONTROL.search(plain):
        raise ValueError("holds a control character; type it again")
    return plain
