"""Intervals, trends, comparisons, targets and many-test control: arrays in, arrays out; no files and no words."""

from .counts import ChiSquareTrend, chi_square_trend, proportion_trend, rate_trend
from .intervals import Difference, area_minus_part, proportion_difference, proportion_interval, rate_interval
from .layout import InferredPeople, Step, counts_from_share, cycle_means, undeclared_step
from .many import discoveries
from .models import ModelTrend, gap_change, share_trend, value_trend
from .newest import Newest, newest_value
from .ranks import funnel_limits, rank_interval
from .targets import Progress, changes_over, target_progress
from .trends import MonotoneTrend, monotone_trend

__all__ = [
    "ChiSquareTrend",
    "Difference",
    "InferredPeople",
    "ModelTrend",
    "MonotoneTrend",
    "Newest",
    "Progress",
    "Step",
    "area_minus_part",
    "changes_over",
    "chi_square_trend",
    "counts_from_share",
    "cycle_means",
    "discoveries",
    "funnel_limits",
    "gap_change",
    "monotone_trend",
    "newest_value",
    "proportion_difference",
    "proportion_interval",
    "proportion_trend",
    "rank_interval",
    "rate_interval",
    "rate_trend",
    "share_trend",
    "target_progress",
    "undeclared_step",
    "value_trend",
]
