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


def _row(v: Verdict, one: Series, panel: Panel, towns: Sequence[str]) -> dict[str, object]:
    level, relative = v.level, v.relative
    since, outlook = v.since, v.outlook
    peers, country = v.comparison("peers"), v.comparison("country")
    extreme, extreme_since, among = extreme_of(one, panel, towns)
    return {
        "key": v.key,
        "judged": v.judged,
        "kind": v.indicator.kind,
        "desired": v.indicator.desired,
        "unit": v.indicator.unit,
        "latest": _value(v.newest),
        "latest_year": _year(v.newest),
        "age": NAN if v.age is None else v.age,
        "previous": _value(v.previous),
        "previous_year": _year(v.previous),
        "change": _value(v.change),
        "first_year": NAN if level.first is None else level.first,
        "last_year": NAN if level.last is None else level.last,
        "level_change": level.change,
        "level_low": level.low,
        "level_high": level.high,
        "level_p": level.p,
        "level_q": level.q,
        "level_class": level.kind,
        "early_mean": level.early,
        "late_mean": level.late,
        "common_share": level.common_share,
        "relative_change": relative.change,
        "relative_low": relative.low,
        "relative_high": relative.high,
        "relative_p": relative.p,
        "relative_q": relative.q,
        "relative_class": relative.kind,
        "relative_reason": relative.reason,
        "relative_towns": ", ".join(relative.towns),
        "colour": v.colour,
        "outlier": v.unusual.kind,
        "expected_low": _value(v.unusual.low),
        "expected_high": _value(v.unusual.high),
        "baseline": _value(since.baseline if since else None),
        "baseline_year": _year(since.baseline if since else None),
        "since_change": _value(since.change if since else None),
        "since_low": _value(since.low if since else None),
        "since_high": _value(since.high if since else None),
        "since_class": since.kind if since else "",
        "target": _value(outlook.target if outlook else None),
        "target_year": _year(outlook.target if outlook else None),
        "outlook": outlook.kind if outlook else "",
        "outlook_low": _value(outlook.low if outlook else None),
        "outlook_high": _value(outlook.high if outlook else None),
        "peers_median": _value(peers.figure if peers else None),
        "peers_n": peers.areas if peers else NAN,
        "peers_year": _year(peers.figure if peers else None),
        "country": _value(country.figure if country else None),
        "country_year": _year(country.figure if country else None),
        "extreme": extreme,
        "extreme_since": extreme_since,
        "extreme_among": among,
        "trend_p": _value(v.trend.p),
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
