"""Numbers, labels and sentences in Finnish and English; no HTML, no statistics, and no number that no figure holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..params import Place
from . import charts, comparing, evidence, goals, labels, levels, measures, plain, reasons, sentences
from .words import Words


@dataclass(frozen=True)
class Wording(Words):
    """All that a page can say in one language; each method is a function of the module that it comes from."""

    level_label = labels.level_label
    relative_label = labels.relative_label
    trend_label = labels.trend_label
    newest_label = labels.newest_label
    since_label = labels.since_label
    target_label = labels.target_label
    comparison_label = labels.comparison_label
    whole_label = labels.whole_label
    status_label = labels.status_label
    judgement_label = labels.judgement_label
    decision_label = labels.decision_label
    side_label = labels.side_label
    measure_type_label = labels.measure_type_label
    group_label = labels.group_label
    theme_label = labels.theme_label
    kind_label = labels.kind_label
    influence_label = labels.influence_label
    desired_label = labels.desired_label
    method_label = labels.method_label
    sex_label = labels.sex_label
    unit = labels.unit
    measure_label = measures.measure_label
    reason = reasons.reason

    statement = sentences.statement
    previous = sentences.previous
    unusual = sentences.unusual
    level_change = levels.level_change
    paragraph = levels.paragraph
    since = goals.since
    target = goals.target
    compare = comparing.compare
    finding = comparing.finding
    plain = plain.plain
    evidence = evidence.evidence

    alt_trend = charts.alt_trend
    alt_dots = charts.alt_dots
    alt_target = charts.alt_target
    caption_trend = charts.caption_trend
    caption_dots = charts.caption_dots
    caption_target = charts.caption_target


def wording(language: str, places: Mapping[str, Place]) -> Wording:
    """The words of one language; `places` is the municipality's table of names."""
    return Wording(language, places)


__all__ = ["Wording", "wording"]
