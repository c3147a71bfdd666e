"""Joins an indicator, its observations, its target and the statistics into one frozen object."""

from .assess import assess, directions_of
from .directions import classified
from .findings import Proposed, Reckoning, proposals, reckoning, tally
from .types import Comparison, Direction, Figure, Newest, Outlook, Point, Position, SinceBaseline, Verdict

__all__ = [
    "Comparison",
    "Direction",
    "Figure",
    "Newest",
    "Outlook",
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
    "tally",
]
