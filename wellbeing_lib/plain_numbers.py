"""Numbers as figures are written: digits 0 to 9, a sign, a decimal point or comma; anything else is no number.

Python alone takes more: `1_0` is ten to it, digits of other scripts are digits, and int(94.9) is 94.
"""

import math
import re
from typing import Any

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


def whole_number(written: Any) -> int:
    """A whole number, given as one, as a float without a fraction or as a text; raises `ValueError` or `TypeError`.

    >>> whole_number("94"), whole_number(94.0)
    (94, 94)
    """
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise TypeError(f"{written!r} is no number")
    text = str(written).strip(" ")
    if isinstance(written, float) and written.is_integer():
        return int(written)
    if isinstance(written, float) or not _WHOLE.fullmatch(text):
        raise ValueError(f"{text[:40]} is no whole number")
    return int(text)


def decimal_number(written: Any) -> float:
    """A finite number, given as one or as a text with a decimal comma or point; raises `ValueError` or `TypeError`.

    >>> decimal_number("7,4"), decimal_number(" -3 "), decimal_number(12)
    (7.4, -3.0, 12.0)
    """
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise TypeError(f"{written!r} is no number")
    if isinstance(written, str):
        text = written.strip(" ").replace("\u2212", "-").replace(",", ".")
        if not DECIMAL.fullmatch(text):
            raise ValueError(f"{written[:40]} is no number")
        written = text
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no finite number")
    return number
