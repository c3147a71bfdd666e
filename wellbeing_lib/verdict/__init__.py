"""Joins an indicator, its observations, its target and the statistics into one frozen object."""

from .assess import assess, levels_of, relative_by_distance
from .comparisons import region_of, towns_compared
from .directions import classified
from .findings import Proposed, Reckoning, proposals, reckoning, tally
from .results import result_figures, results_of
from .series import Panel
from .similar import SimilarTowns, similar_towns
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
    "SimilarTowns",
    "SinceBaseline",
    "Verdict",
    "assess",
    "classified",
    "levels_of",
    "proposals",
    "reckoning",
    "region_of",
    "relative_by_distance",
    "result_figures",
    "results_of",
    "similar_towns",
    "tally",
    "towns_compared",
]
