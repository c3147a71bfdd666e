"""How likely each target value is by its year, from changes that were seen; measures taken are not known here."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .. import stats
from ..params import Setting
from .series import Floats, Panel, Series, series_of
from .types import ClassTarget, Figure, Outlook

REACHED_MEAN_OF = 3


def outlook_of(
    one: Series, setting: Setting, *, stale: bool, panel: Panel, pooled_from: Sequence[str]
) -> Outlook | None:
    """How likely the target value is, from changes over as many years that the series itself or its peers made."""
    goal, baseline = setting.target, setting.baseline
    if goal is None:
        return None
    target = Figure(
        one.indicator.key, one.area, goal.year, "target", goal.value, one.indicator.unit, one.indicator.decimals
    )
    reason = "not_published" if one.newest is None else "old" if stale else ""
    reason = reason or ("ages_changed" if one.indicator.ages_change else "")
    reason = reason or ({"survey": "survey", "score": "described"}.get(one.indicator.kind, ""))
    if reason or one.newest is None:
        return Outlook("cannot_assess", reason, target)
    desired = one.indicator.desired
    values = one.moving_cycles()
    left = goal.year - int(one.years[one.newest])
    pooled = _pooled_changes(one, panel, pooled_from, left)
    told = stats.target_progress(
        values, one.years, baseline_year=baseline.year if baseline else int(one.years[one.newest]),
        target_year=goal.year, target=goal.value, desired=desired, baseline=baseline.value if baseline else None,
        pooled=pooled,
    )  # fmt: skip
    kind: ClassTarget
    if _already(values, goal.value, desired):
        kind = "reached"
    elif np.isnan(told.probability):
        return Outlook("cannot_assess", str(told.reason) or "few_points", target)
    else:
        kind = _likelihood(float(told.probability))
    own = np.count_nonzero(np.isfinite(stats.changes_over(values, one.years, span=max(left, 1)))) >= 8
    tens = float(np.round(told.probability * 10) * 10)
    chance = Figure(one.indicator.key, one.area, goal.year, "target_probability", tens, "percent_chance", 0)
    return Outlook(
        kind, "", target,
        required=one.difference("target_required", one.newest, float(told.required)),
        observed=one.difference("target_observed", one.newest, float(told.observed)),
        probability=chance if chance else None,
        low=replace(target, measure="target_low", value=float(told.low)),
        high=replace(target, measure="target_high", value=float(told.high)),
        source="own" if own else "pooled",
    )  # fmt: skip


def _likelihood(probability: float) -> ClassTarget:
    """A probability as one of four words."""
    if probability > 0.8:
        return "likely"
    if probability >= 0.4:
        return "possible"
    return "rather_unlikely" if probability >= 0.2 else "unlikely"


def _already(values: Floats, target: float, desired: str) -> bool:
    """Whether the newest value and the mean of the last three are both at the target value or beyond."""
    known = values[np.isfinite(values)][-REACHED_MEAN_OF:]
    sign = -1 if desired == "lower" else 1
    return known.size == REACHED_MEAN_OF and sign * known[-1] >= sign * target and sign * known.mean() >= sign * target


def _pooled_changes(one: Series, panel: Panel, areas: Sequence[str], span: int) -> Floats | None:
    """Changes of similar towns over `span` years, within parts of their series that can be compared."""
    if span <= 0 or not areas:
        return None
    table = np.vstack([series_of(one.indicator, panel, area).moving_cycles() for area in areas])
    return stats.changes_over(table, one.years, span=span).ravel()
