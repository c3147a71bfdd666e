"""Intervals, trends, comparisons, targets and many-test control: arrays in, arrays out; no files and no words."""

from .counts import ChiSquareTrend, chi_square_trend, proportion_trend, rate_trend
from .intervals import Difference, area_minus_part, proportion_difference, proportion_interval, rate_interval
from .layout import InferredPeople, Step, counts_from_share, cycle_means, undeclared_step
from .levels import LevelChange, change_since, level_change, relative_level_change
from .many import discoveries
from .models import ModelTrend, gap_change, share_trend, value_trend
from .newest import Newest, newest_value
from .ranks import funnel_limits, rank_interval
from .targets import Progress, changes_over, target_progress
from .trends import MonotoneTrend, monotone_trend
from .variation import Moderated, moderate, variance_factor, yearly_variation

__all__ = [
    "ChiSquareTrend",
    "Difference",
    "InferredPeople",
    "LevelChange",
    "ModelTrend",
    "Moderated",
    "MonotoneTrend",
    "Newest",
    "Progress",
    "Step",
    "area_minus_part",
    "change_since",
    "changes_over",
    "chi_square_trend",
    "counts_from_share",
    "cycle_means",
    "discoveries",
    "funnel_limits",
    "gap_change",
    "level_change",
    "moderate",
    "monotone_trend",
    "newest_value",
    "proportion_difference",
    "proportion_interval",
    "proportion_trend",
    "rank_interval",
    "rate_interval",
    "rate_trend",
    "relative_level_change",
    "share_trend",
    "target_progress",
    "undeclared_step",
    "value_trend",
    "variance_factor",
    "yearly_variation",
]
