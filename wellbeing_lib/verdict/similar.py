"""Towns similar to one: as people declared them, or the nearest by background figures.

The figures and their weights stand in `params/municipality.yaml`, fixed before any result is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..params import Params, Similarity
from .series import Floats, Panel

FEWEST_TOWNS = 20  # below this many towns a spread over towns means little
MOST = 10  # towns that are used where none are declared


@dataclass(frozen=True)
class SimilarTowns:
    """The towns that a municipality is held against, and how near every other town is to it.

    `areas` are those that people declared or, where they declared none, the ten nearest. `ranked`
    has a row for every other town with all background figures, nearest first: `area`, `distance`,
    `rank` (1 is nearest) and a column for each figure by its code, as published; empty where the
    municipality itself lacks a figure. `own` are its own figures, `years` the year of each.
    """

    areas: tuple[str, ...]
    declared: bool
    ranked: pd.DataFrame
    own: Mapping[str, float]
    years: Mapping[str, int]

    @property
    def nearest(self) -> tuple[str, ...]:
        """The ten nearest towns, whether they are used or not."""
        return tuple(self.ranked["area"].head(MOST))

    @property
    def by_distance(self) -> tuple[str, ...]:
        """The towns to draw a test's from: those declared, or all others, nearest first."""
        return self.areas if self.declared else tuple(self.ranked["area"])


def similar_towns(params: Params, panel: Panel, *, year: int) -> SimilarTowns:
    """The towns similar to the municipality of `params` by figures of `year` or earlier.

    The declared ones are the default municipality's; any other gets the nearest of all towns.
    """
    towns = sorted({area for _, area, _ in panel.rows if area.isdigit()} - {params.area})
    ranked, own, years = rank_towns(panel, params.area, towns, params.municipality.similarity, year=year)
    declared = params.area == params.municipality.code and bool(params.municipality.peers)
    chosen = params.municipality.peers if declared else ranked["area"].head(MOST)
    return SimilarTowns(tuple(chosen), declared, ranked, own, years)


def rank_towns(
    panel: Panel, area: str, towns: Sequence[str], features: Sequence[Similarity], *, year: int
) -> tuple[pd.DataFrame, dict[str, float], dict[str, int]]:
    """Every town of `towns` that has all background figures, by its distance from `area`.

    Of each figure one year is used for all: the latest until `year` that at least nine in ten of
    the towns have. Each is taken as it is or as its logarithm, divided by its standard deviation
    over the towns and weighted; the distance is Euclidean. Returns the towns, the figures of
    `area` and the year of each figure (see `SimilarTowns`). No town is ranked where `area` lacks
    a figure or fewer than twenty towns have all.
    """
    known = [area, *towns]
    columns, years = [], {}
    for feature in features:
        values, of_year = _latest(panel, feature, known, year)
        columns.append(values)
        if of_year is not None:
            years[feature.indicator] = of_year
    table = np.array(columns).reshape(len(features), len(known)).T
    logged = [one.log for one in features]
    scaled = np.where(logged, np.log(np.where(logged, table, 1)), table)
    complete: NDArray[np.bool_] = np.asarray(np.isfinite(scaled).all(axis=1))
    names = [one.indicator for one in features]
    own = dict(zip(names, table[0].tolist(), strict=True))
    if not features or not complete[0] or complete.sum() < FEWEST_TOWNS:
        return pd.DataFrame(columns=pd.Index(["area", "distance", "rank", *names])), own, years
    spread = scaled[complete].std(axis=0)
    weights = np.array([one.weight for one in features])
    away = (scaled - scaled[0]) / np.where(spread > 0, spread, np.inf)
    frame = pd.DataFrame(table, columns=pd.Index(names))
    frame.insert(0, "area", known)
    frame.insert(1, "distance", np.sqrt((weights * away**2).sum(axis=1) / weights.sum()))
    frame = frame.loc[complete].iloc[1:].sort_values(by=["distance", "area"])
    frame.insert(2, "rank", np.arange(1, len(frame) + 1))
    return frame.reset_index(drop=True), own, years


def _latest(panel: Panel, feature: Similarity, towns: Sequence[str], year: int) -> tuple[Floats, int | None]:
    """The values of a background figure in the latest year that most towns have, and the year."""
    values = np.array([panel.values(feature.indicator, town) for town in towns])
    values = np.where(panel.years <= year, values, np.nan)
    if feature.log:
        values = np.where(values > 0, values, np.nan)
    enough = np.flatnonzero(np.isfinite(values).mean(axis=0) >= 0.9)
    if not enough.size:
        return np.full(len(towns), np.nan), None
    return values[:, enough[-1]], int(panel.years[enough[-1]])
