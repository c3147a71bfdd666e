"""Joins an indicator, its observations, its target and the statistics into one frozen object."""

from .assess import assess, directions_of
from .comparisons import region_of
from .directions import classified
from .findings import Proposed, Reckoning, proposals, reckoning, tally
from .series import Panel
from .types import Comparison, Direction, Figure, Newest, Outlook, Point, Position, SinceBaseline, Verdict

__all__ = [
    "Comparison",
    "Direction",
    "Figure",
    "Newest",
    "Outlook",
    "Panel",
    "Point",
    "Position",
    "Proposed",
    "Reckoning",
    "SinceBaseline",
    "Verdict",
    "assess",
    "classified",
    "directions_of",
    "proposals",
    "reckoning",
    "region_of",
    "tally",
]
