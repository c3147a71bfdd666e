"""Towns similar to one: ranked by a distance over background figures, or as people declared them.

The figures and their weights stand in `params/municipality.yaml`, fixed before any result is seen.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..params import Similarity
from .series import Floats, Panel

FEWEST_TOWNS = 20  # below this many towns a spread over towns means little


def similar_towns(
    panel: Panel, area: str, towns: Sequence[str], features: Sequence[Similarity], *, year: int
) -> pd.DataFrame:
    """Every other town by its distance from `area`, nearest first.

    Of each background figure the latest value of `year` or earlier is used, of one year for all:
    the latest that at least nine in ten of the towns have. Each is taken as it is or as its
    logarithm, divided by its standard deviation over the towns and weighted; the distance is
    Euclidean. Columns: `area`, `distance`, `rank` (1 is nearest) and one for each figure, its
    values as published. Towns that lack a figure have no distance and stand last. Empty where
    `area` itself lacks one or fewer than twenty towns are known.
    """
    known = list(dict.fromkeys((area, *towns)))
    table = np.array([_latest(panel, one, known, year) for one in features]).T
    scaled = np.array([np.log(column) if one.log else column for one, column in zip(features, table.T, strict=True)]).T
    complete = np.atleast_1d(np.isfinite(scaled).all(axis=1))
    names = [one.indicator for one in features]
    if not complete[0] or complete.sum() < FEWEST_TOWNS:
        return pd.DataFrame(columns=["area", "distance", "rank", *names])
    spread = scaled[complete].std(axis=0)
    weights = np.array([one.weight for one in features])
    away = (scaled - scaled[0]) / np.where(spread > 0, spread, np.inf)
    frame = pd.DataFrame(table, columns=pd.Index(names))
    frame.insert(0, "area", known)
    frame.insert(1, "distance", np.sqrt((weights * away**2).sum(axis=1) / weights.sum()))
    frame.loc[~complete, "distance"] = np.nan
    frame = frame.iloc[1:].sort_values(["distance", "area"], na_position="last")
    frame.insert(2, "rank", np.arange(1, len(frame) + 1))
    return frame.reset_index(drop=True)


def _latest(panel: Panel, feature: Similarity, towns: Sequence[str], year: int) -> Floats:
    """The values of a background figure in the latest year that most towns have."""
    values = np.array([panel.values(feature.indicator, town) for town in towns])
    values = np.where(panel.years <= year, values, np.nan)
    if feature.log:
        values = np.where(values > 0, values, np.nan)
    enough = np.flatnonzero(np.isfinite(values).mean(axis=0) >= 0.9)
    return values[:, enough[-1]] if enough.size else np.full(len(towns), np.nan)
