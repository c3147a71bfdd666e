"""The newest value beside the country, the rest of the region, similar towns and all areas at hand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from .. import stats
from ..params import Params
from .series import Floats, Panel, Series, series_of
from .types import Comparison, Figure, Level, Position, Whole


def compared(
    one: Series,
    level: Level,
    params: Params,
    panel: Panel,
    areas: pd.DataFrame,
    similar: Sequence[str],
    *,
    small: bool,
) -> tuple[Comparison, ...]:
    """Every whole that has a value: of the newest year or, failing that, of the latest that both have a value of.

    `level` tells how much one year's value usually varies, which a test needs; `similar` are the similar
    towns. Where `small`, too few people are counted here for a test.
    """
    if one.newest is None:
        return ()
    wholes = [
        _area_compared("country", one, level, panel, params.municipality.country),
        _region(one, level, params, panel, areas),
        _rest_compared(one, level, params, panel, areas),
        _county(one, level, params, panel, areas),
        _peers(one, params, panel, similar),
    ]
    known = [whole for whole in wholes if whole is not None]
    return tuple(replace(whole, kind="not_tested", low=None, high=None) if small else whole for whole in known)


def _newest_shared(one: Series, values: Floats) -> int | None:
    """The position of the latest year that both have a value of: only like years are compared."""
    at = np.flatnonzero(np.isfinite(values) & one.present)
    return int(at[-1]) if at.size else None


def _area_compared(whole: Whole, one: Series, level: Level, panel: Panel, area: str) -> Comparison | None:
    other = series_of(one.indicator, panel, area)
    at = _newest_shared(one, other.value)
    if at is None or area == one.area or one.newest is None:
        return None
    if at != one.newest:
        figure = one.figure(whole, at, other.value[at], area=area)
        difference = one.difference(f"difference_{whole}", at, one.value[at] - other.value[at])
        own = one.figure("own_compared", at)
        return Comparison(whole, figure, same_year=False, areas=1, own=own, difference=difference)
    plain = _beside(whole, one, other.value[at], measure=whole, area=area, areas=1)
    testable = one.indicator.counts and one.indicator.kind == "flow" and not one.indicator.crude
    if not testable:
        return plain
    return _tested(plain, one, level, other.count[at], other.people_low[at], other.people_high[at])


def _tested(plain: Comparison, one: Series, level: Level, cases: float, fewest: float, most: float) -> Comparison:
    """Add Newcombe's interval, our part of it widened to the yearly variation, and the side of chance it is on.

    The other area is taken as it is counted: it is large, and its own variation is not known here.
    Numbers of people are known between two ends where values are rounded; where these give different answers there is
    none.
    """
    at = one.newest
    if at is None or not np.isfinite([one.count[at], one.people_low[at], cases, fewest]).all():
        return plain
    ours = (one.people_low[at], one.people_high[at])
    share = one.count[at] / (sum(ours) / 2)
    binomial = 1e4 * share * (1 - share) / (sum(ours) / 2)
    if not (binomial > 0 and level.df > 0):
        return plain
    dispersion = one.indicator.cycle * level.year_variance / binomial
    told, *ends = (
        stats.proportion_difference([one.count[at]], [here], [cases], [there], dispersion_a=dispersion, df=level.df)
        for here, there in ((sum(ours) / 2, (fewest + most) / 2), (ours[0], most), (ours[1], fewest))
    )
    sides = {"higher" if end.low[0] > 0 else "lower" if end.high[0] < 0 else "within_chance" for end in ends}
    if len(sides) > 1:
        return plain
    (kind,) = sides
    low, high = 100 * float(told.low[0]), 100 * float(told.high[0])
    return replace(
        plain,
        kind=kind,
        low=one.difference(f"difference_{plain.whole}_low", at, low),
        high=one.difference(f"difference_{plain.whole}_high", at, high),
    )


def _region(one: Series, level: Level, params: Params, panel: Panel, areas: pd.DataFrame) -> Comparison | None:
    """The region as it is published, this municipality among it."""
    region = region_of(params.area, areas)
    return _area_compared("region", one, level, panel, region) if region else None


def _rest_compared(one: Series, level: Level, params: Params, panel: Panel, areas: pd.DataFrame) -> Comparison | None:
    """The rest of the region, where counts exist: a city may be half of its region."""
    region = region_of(params.area, areas)
    rest = None if region is None or one.area == region else _rest(one, panel, region, areas)
    if region is None or rest is None:
        return None
    cases, fewest, most, members = rest
    value = 200 * cases / (fewest + most)
    plain = _beside("rest", one, value, measure="rest", area=region, areas=members)
    testable = not one.indicator.crude and one.indicator.kind == "flow"
    return _tested(plain, one, level, cases, fewest, most) if testable else plain


def _county(one: Series, level: Level, params: Params, panel: Panel, areas: pd.DataFrame) -> Comparison | None:
    """The wellbeing county, unless its figure is that of the region: most of them are the same towns."""
    homes = areas.loc[areas["area"] == params.area, "county"] if "county" in areas else ()
    county = next(iter(homes), "")
    told = _area_compared("county", one, level, panel, county) if county else None
    if told is None:
        return None
    region = region_of(params.area, areas) or ""
    ours = _area_compared("region", one, level, panel, region)
    same = ours is not None and (ours.figure.year, ours.figure.value) == (told.figure.year, told.figure.value)
    return None if same or one.area == region else told


def _beside(whole: Whole, one: Series, value: float, *, measure: str, area: str, areas: int) -> Comparison:
    """Our newest value beside a value of the same year, with their difference."""
    at = one.newest or 0
    difference = one.difference(f"difference_{whole}", at, one.value[at] - value)
    return Comparison(whole, one.figure(measure, at, value, area=area), True, areas, difference=difference)


def region_of(area: str, areas: pd.DataFrame) -> str | None:
    """The region that a municipality belongs to, None where the snapshot does not tell."""
    found = areas.loc[areas["area"] == area, "member_of"]
    return str(found.iloc[0]) if len(found) and str(found.iloc[0]).startswith("MK") else None


def _rest(one: Series, panel: Panel, region: str, areas: pd.DataFrame) -> tuple[float, float, float, int] | None:
    """Cases, fewest and most people, and municipalities of the region without this one; None unless all is known."""
    at = one.newest
    if at is None or not np.isfinite([one.count[at], one.people[at]]).all():
        return None
    members = areas.loc[(areas["member_of"] == region) & (areas["category"] == "municipality"), "area"]
    others = [str(area) for area in members if area != one.area]
    whole = series_of(one.indicator, panel, region)
    if np.isfinite([whole.count[at], whole.people[at]]).all():
        ends = ((whole.people_low[at], one.people_high[at]), (whole.people_high[at], one.people_low[at]))
        rest = [stats.area_minus_part([whole.count[at]], [all_], [one.count[at]], [ours]) for all_, ours in ends]
        return float(rest[0][0][0]), float(rest[0][1][0]), float(rest[1][1][0]), len(others)
    parts = [series_of(one.indicator, panel, area) for area in others]
    counts = np.array([[part.count[at], part.people_low[at], part.people_high[at]] for part in parts]).reshape(-1, 3)
    if not len(counts) or not np.isfinite(counts).all():
        return None
    cases, fewest, most = (float(total) for total in counts.sum(axis=0))
    return cases, fewest, most, len(others)


def _peers(one: Series, params: Params, panel: Panel, similar: Sequence[str]) -> Comparison | None:
    """The median of the similar towns that have a value of the newest year."""
    if one.newest is None or one.area != params.area:
        return None
    values = np.array([panel.values(one.indicator.code, area)[one.newest] for area in similar])
    known = values[np.isfinite(values)]
    if known.size < 3:
        return None
    median = float(np.median(known))
    return _beside("peers", one, median, measure="peers_median", area="peers", areas=int(known.size))


def position_of(
    one: Series, params: Params, panel: Panel, areas: pd.DataFrame, similar: Sequence[str]
) -> Position | None:
    """Our value among the municipalities compared that have one of the same year, the missing ones named."""
    if one.newest is None or one.area != params.area:
        return None
    municipalities = towns_compared(params, areas, similar)
    values = {area: panel.values(one.indicator.code, area)[one.newest] for area in municipalities}
    known = {area: float(value) for area, value in values.items() if np.isfinite(value)}
    own = params.area
    if own not in known or len(known) < 3:
        return None
    return Position(
        figures=tuple(one.figure("area_value", one.newest, value, area=area) for area, value in known.items()),
        lower=sum(value < known[own] for value in known.values()),
        higher=sum(value > known[own] for value in known.values()),
        missing=tuple(area for area in municipalities if area not in known),
    )


def towns_compared(params: Params, areas: pd.DataFrame, similar: Sequence[str]) -> list[str]:
    """This municipality, the others of its region and its similar towns."""
    region = region_of(params.area, areas)
    same = (areas["category"] == "municipality") & (areas["member_of"] == region)
    return sorted({params.area, *similar, *map(str, areas.loc[same, "area"])})


def lines_of(
    one: Series, params: Params, panel: Panel, areas: pd.DataFrame, similar: Sequence[str]
) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
    """The lines that a trend chart shows beside ours, year by year: country, region, the similar towns' median."""
    lines: list[tuple[str, tuple[Figure, ...]]] = []
    region = region_of(params.area, areas)
    for whole, area in (("country", params.municipality.country), ("region", region)):
        if area and area != one.area:
            lines.append((whole, _line(one, area, whole, panel.values(one.indicator.code, area))))
    if similar and one.area == params.area:
        table = np.vstack([panel.values(one.indicator.code, area) for area in similar])
        enough = np.isfinite(table).sum(axis=0) >= 3
        median = np.full(len(one.years), np.nan)
        median[enough] = np.nanmedian(table[:, enough], axis=0)
        lines.append(("peers", _line(one, "peers", "peers_median", median)))
    return tuple((whole, figures) for whole, figures in lines if figures)


def _line(one: Series, area: str, measure: str, values: Floats) -> tuple[Figure, ...]:
    if not one.present.any():
        return ()
    shown = np.isfinite(values) & (one.years >= one.years[one.present][0])
    return tuple(one.figure(measure, int(at), values[at], area=area) for at in np.flatnonzero(shown))
