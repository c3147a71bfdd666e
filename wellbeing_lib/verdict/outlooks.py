"""How likely each target value is by its year, from changes that were seen; measures taken are not known here."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .. import stats
from ..params import Setting
from .series import Floats, Panel, Series, series_of
from .types import ClassTarget, Figure, Outlook, SinceBaseline

REACHED_MEAN_OF = 3


def outlook_of(
    one: Series,
    setting: Setting,
    *,
    since: SinceBaseline | None,
    stale: bool,
    small: bool,
    panel: Panel,
    pooled_from: Sequence[str],
) -> Outlook | None:
    """How likely the target value is, from changes over as many years that the series itself or its peers made.

    `since` is the change from the baseline: a year of it stands beside the change a year that the target value needs.
    `small` says that too few cases or people stand behind the newest value.
    """
    goal, baseline = setting.target, setting.baseline
    if goal is None:
        return None
    target = Figure(
        one.indicator.key, one.area, goal.year, "target", goal.value, one.indicator.unit, one.indicator.decimals
    )
    reason = "not_published" if one.newest is None else "old" if stale else ""
    reason = reason or ("ages_changed" if one.indicator.ages_change else "small_numbers" if small else "")
    reason = reason or ({"survey": "survey", "score": "described"}.get(one.indicator.kind, ""))
    if reason or one.newest is None:
        return Outlook("cannot_assess", reason, target)
    desired = one.indicator.desired
    values = one.moving_cycles()
    peers = _peers(one, panel, pooled_from)
    told = stats.target_progress(
        values, one.years, peers=peers, baseline_year=baseline.year if baseline else int(one.years[one.newest]),
        target_year=goal.year, target=goal.value, desired=desired, baseline=baseline.value if baseline else None,
        cyclical=one.indicator.cyclical,
    )  # fmt: skip
    kind: ClassTarget
    if _already(values, goal.value, desired):
        kind = "reached"
    elif np.isnan(told.probability):
        return Outlook("cannot_assess", str(told.reason) or "few_points", target)
    else:
        kind = _likelihood(float(told.probability))
    rounded = _rounded(float(told.probability))
    chance = Figure(one.indicator.key, one.area, goal.year, "target_probability", rounded, "percent_chance", 0)
    return Outlook(
        kind, "", target,
        required=one.difference("target_required", one.newest, float(told.required)),
        observed=_mean_change(one, since),
        probability=chance if chance else None,
        low=replace(target, measure="target_low", value=float(told.low)),
        high=replace(target, measure="target_high", value=float(told.high)),
        source="pooled" if np.isfinite(peers).any() else "own",
    )  # fmt: skip


def _mean_change(one: Series, since: SinceBaseline | None) -> Figure | None:
    """The change since the stored baseline by the years it took; None where the two cannot be compared."""
    if since is None or not since.change or one.newest is None or since.baseline.year is None:
        return None
    years = int(one.years[one.newest]) - since.baseline.year
    return one.difference("target_observed", one.newest, since.change.value / years)


def _likelihood(probability: float) -> ClassTarget:
    """A probability as one of four words."""
    if probability > 0.8:
        return "likely"
    if probability >= 0.4:
        return "possible"
    return "rather_unlikely" if probability >= 0.2 else "unlikely"


def _rounded(probability: float) -> float:
    """A probability in per cent, rounded to ten, or to five where ten would belong to another word.

    >>> _rounded(0.47), _rounded(0.17)
    (50.0, 15.0)
    """
    tens, fives = 10 * probability, 20 * probability
    for rounded in (10 * round(tens), 5 * round(fives), 5 * math.floor(fives), 5 * math.ceil(fives)):
        if _likelihood(rounded / 100) == _likelihood(probability):
            break
    return float(rounded)


def _already(values: Floats, target: float, desired: str) -> bool:
    """Whether the newest value and the mean of the last three are both at the target value or beyond."""
    known = values[np.isfinite(values)][-REACHED_MEAN_OF:]
    sign = -1 if desired == "lower" else 1
    return known.size == REACHED_MEAN_OF and sign * known[-1] >= sign * target and sign * known.mean() >= sign * target


def _peers(one: Series, panel: Panel, areas: Sequence[str]) -> Floats:
    """The series of similar towns (towns, years), each cut to the part that can be compared."""
    rows = [series_of(one.indicator, panel, area).moving_cycles() for area in areas]
    return np.array(rows).reshape(len(rows), len(one.years))
