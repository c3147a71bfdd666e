"""What a check has to say: one line, and whether a page would be wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noticed:
    """One thing noticed; an `error` is a fault, anything else a remark."""

    text: str
    error: bool = False
