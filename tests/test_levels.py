"""The change of level of Kajaani's indicators, alone and against the declared similar towns."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import Indicator, load_params
from wellbeing_lib.verdict.levels import Level, RelativeLevel, assess_levels, colour, window_of
from wellbeing_lib.verdict.series import Panel, series_of

ROOT = Path(__file__).parent.parent
CYCLICAL = {"unemployed_share", "employment_rate"}


@cache
def assessed(year: int = 2024) -> dict[str, tuple[Indicator, Level, RelativeLevel]]:
    params = load_params(year, folder=ROOT / "params")
    panel = Panel.of(load_snapshot(ROOT / "data" / "snapshots" / params.snapshot).observations).until(year)
    catalogue = [one.model_copy(update={"cyclical": one.key in CYCLICAL}) for one in params.indicators.values()]
    windows = [
        window_of(series_of(one, panel, "205"), panel, params.municipality.peers, year=year, small=False)
        for one in catalogue
    ]
    assert params.plan
    page = [key for priority in params.plan.priorities for key in priority.indicators]
    levels, relative = assess_levels(windows, page=page)
    return {one.key: (one, level, other) for one, level, other in zip(catalogue, levels, relative, strict=True)}


@pytest.mark.parametrize(
    ("key", "kind", "change", "low", "high", "shown"),
    [
        ("cervical_screening", "improved", 8.1, 3.2, 13.0, "good"),
        ("unemployed_share", "lower", -4.8, -7.6, -1.9, ""),
    ],
)
def test_clear_changes_of_kajaani(key: str, kind: str, change: float, low: float, high: float, shown: str) -> None:
    indicator, level, relative = assessed()[key]

    assert level.kind == kind
    assert [level.change, level.low, level.high] == pytest.approx([change, low, high], abs=0.05)
    assert colour(level, relative, indicator) == shown


def test_what_is_not_clear_and_what_is_only_followed() -> None:
    assert assessed()["child_low_income"][1].kind == "no_clear_change"
    indicator, level, relative = assessed()["children_in_care"]
    assert (level.kind, colour(level, relative, indicator)) == ("higher", "")
    assert assessed()["unemployed_share"][2].reason == "scales_differ"


def test_the_judged_indicators_that_are_tested() -> None:
    tested = [key for key, (one, level, _) in assessed().items() if one.judged and np.isfinite(level.p)]

    assert tested == ["child_low_income", "unemployed_share", "cervical_screening", "breast_screening"]


def test_a_cyclical_change_is_rated_where_similar_towns_show_it_too() -> None:
    indicator, level, relative = assessed(2023)["unemployed_share"]

    assert (level.kind, relative.kind) == ("improved", "fell_more")
    assert colour(level, relative, indicator) == "good"
