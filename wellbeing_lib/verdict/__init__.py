"""Joins an indicator, its observations, its target and the statistics into one frozen object."""

from .assess import assess, levels_of
from .comparisons import region_of
from .directions import classified
from .findings import Proposed, Reckoning, proposals, reckoning, tally
from .series import Panel
from .types import (
    Comparison,
    Direction,
    Figure,
    Level,
    Newest,
    Outlook,
    Point,
    Position,
    RelativeLevel,
    SinceBaseline,
    Verdict,
)

__all__ = [
    "Comparison",
    "Direction",
    "Figure",
    "Level",
    "Newest",
    "Outlook",
    "Panel",
    "Point",
    "Position",
    "Proposed",
    "Reckoning",
    "RelativeLevel",
    "SinceBaseline",
    "Verdict",
    "assess",
    "classified",
    "levels_of",
    "proposals",
    "reckoning",
    "region_of",
    "tally",
]
