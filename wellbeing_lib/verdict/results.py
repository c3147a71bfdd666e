"""The assessment of a page as one table: `results`, one row for each indicator.

Everything in it is computed once, here and in `levels`: classes and corrected p values included,
so that no chapter corrects p values again.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .series import Panel, Series, series_of
from .types import Figure, Verdict

FEWEST_FOR_EXTREME = 10
FEWEST_TOWNS = 15
NAN = float("nan")


def results_of(verdicts: Mapping[str, Verdict], panel: Panel, towns: Sequence[str]) -> pd.DataFrame:
    """One row for each indicator, in the order of the catalogue.

    Values are in the indicator's own unit (differences of shares in percentage points), p and q
    fractions, missing numbers NaN, years floats with NaN where there is none, missing texts "".
    `panel` must end at the year assessed. `towns` are the municipalities among which the latest
    value may be the lowest or highest.
    """
    return pd.DataFrame(
        [_row(one, series_of(one.indicator, panel, one.area), panel, towns) for one in verdicts.values()]
    )


def result_figures(v: Verdict) -> dict[str, Figure | None]:
    """The numbers of an indicator's row that the open data hold too: column -> figure, None where there is none."""
    since, outlook, level = v.since, v.outlook, v.level_figures
    peers, country = v.comparison("peers"), v.comparison("country")
    return {
        "latest": v.newest,
        "previous": v.previous,
        "change": v.change,
        "level_change": level.get("level_change"),
        "level_low": level.get("level_low"),
        "level_high": level.get("level_high"),
        "level_p": level.get("level_p"),
        "level_q": level.get("level_q"),
        "early_mean": level.get("level_early_mean"),
        "late_mean": level.get("level_late_mean"),
        "common_share": level.get("level_common_share"),
        "relative_change": level.get("relative_change"),
        "relative_low": level.get("relative_low"),
        "relative_high": level.get("relative_high"),
        "relative_p": level.get("relative_p"),
        "relative_q": level.get("relative_q"),
        "expected_low": v.unusual.low,
        "expected_high": v.unusual.high,
        "baseline": since.baseline if since else None,
        "since_change": since.change if since else None,
        "since_low": since.low if since else None,
        "since_high": since.high if since else None,
        "target": outlook.target if outlook else None,
        "outlook_low": outlook.low if outlook else None,
        "outlook_high": outlook.high if outlook else None,
        "peers_median": peers.figure if peers else None,
        "country": country.figure if country else None,
        "trend_p": v.trend.p,
    }


def _row(v: Verdict, one: Series, panel: Panel, towns: Sequence[str]) -> dict[str, object]:
    level, figures = v.level, result_figures(v)
    value = {name: _value(figure) for name, figure in figures.items()}
    peers = v.comparison("peers")
    extreme, extreme_since, among = extreme_of(one, panel, towns)
    return {
        "key": v.key,
        "judged": v.judged,
        "kind": v.indicator.kind,
        "desired": v.indicator.desired,
        "unit": v.indicator.unit,
        "latest": value["latest"],
        "latest_year": _year(v.newest),
        "age": NAN if v.age is None else v.age,
        "previous": value["previous"],
        "previous_year": _year(v.previous),
        "change": value["change"],
        "first_year": NAN if level.first is None else level.first,
        "last_year": NAN if level.last is None else level.last,
        "level_change": value["level_change"],
        "level_low": value["level_low"],
        "level_high": value["level_high"],
        "level_p": value["level_p"],
        "level_q": value["level_q"],
        "level_class": level.kind,
        "early_mean": value["early_mean"],
        "late_mean": value["late_mean"],
        "common_share": value["common_share"],
        "relative_change": value["relative_change"],
        "relative_low": value["relative_low"],
        "relative_high": value["relative_high"],
        "relative_p": value["relative_p"],
        "relative_q": value["relative_q"],
        "relative_class": v.relative.kind,
        "relative_reason": v.relative.reason,
        "relative_towns": ", ".join(v.relative.towns),
        "colour": v.colour,
        "outlier": v.unusual.kind,
        "expected_low": value["expected_low"],
        "expected_high": value["expected_high"],
        "baseline": value["baseline"],
        "baseline_year": _year(figures["baseline"]),
        "since_change": value["since_change"],
        "since_low": value["since_low"],
        "since_high": value["since_high"],
        "since_class": v.since.kind if v.since else "",
        "target": value["target"],
        "target_year": _year(figures["target"]),
        "outlook": v.outlook.kind if v.outlook else "",
        "outlook_low": value["outlook_low"],
        "outlook_high": value["outlook_high"],
        "peers_median": value["peers_median"],
        "peers_n": peers.areas if peers else NAN,
        "peers_year": _year(figures["peers_median"]),
        "country": value["country"],
        "country_year": _year(figures["country"]),
        "extreme": extreme,
        "extreme_since": extreme_since,
        "extreme_among": among,
        "trend_p": value["trend_p"],
        "trend_class": v.trend.kind,
        "sensitive_years": ", ".join(map(str, level.sensitive_years)),
        "reason": level.reason,
    }


def _value(figure: Figure | None) -> float:
    return NAN if figure is None else figure.value


def _year(figure: Figure | None) -> float:
    return NAN if figure is None or figure.year is None else figure.year


def extreme_of(one: Series, panel: Panel, towns: Sequence[str]) -> tuple[str, float, float]:
    """Whether the latest value is the lowest or highest of its comparable series or of the towns.

    Returns "lowest", "highest" or ""; the first year of the comparable series if it is the extreme
    of that (NaN else); and the number of towns compared in the same year, ours included, if it is
    the extreme of those (NaN else). Strict by one rounding step. The series needs ten values, and a
    record that was set again a year later is none; the comparison needs fifteen towns.
    """
    if one.newest is None or one.indicator.kind == "survey" or one.indicator.ages_change:
        return "", NAN, NAN
    latest, step = one.value[one.newest], 10.0**-one.indicator.decimals * 0.999
    sides: dict[str, list[float]] = {"lowest": [NAN, NAN], "highest": [NAN, NAN]}
    own = one.value[one.current]
    if own.size >= FEWEST_FOR_EXTREME:
        earlier, before_last = own[:-1], own[:-2]
        since = float(one.years[one.current][0])
        if latest <= earlier.min() - step and not own[-2] <= before_last.min() - step:
            sides["lowest"][0] = since
        if latest >= earlier.max() + step and not own[-2] >= before_last.max() + step:
            sides["highest"][0] = since
    others = np.array([
        series_of(one.indicator, panel, town).value[one.newest]
        for town in towns if town != one.area
    ])  # fmt: skip
    others = others[np.isfinite(others)]
    if others.size + 1 >= FEWEST_TOWNS and one.area.isdigit():
        if latest <= others.min() - step:
            sides["lowest"][1] = others.size + 1
        if latest >= others.max() + step:
            sides["highest"][1] = others.size + 1
    for name, (since, among) in sides.items():
        if np.isfinite(since) or np.isfinite(among):
            return name, since, among
    return "", NAN, NAN
