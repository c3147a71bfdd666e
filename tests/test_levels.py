"""Change of level: classes of real indicators, families, colours and the table of results."""

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import pytest

from wellbeing_lib import appendix
from wellbeing_lib.verdict.levels import CLEAR, colour
from wellbeing_lib.verdict.results import results_of
from wellbeing_lib.verdict.series import Panel

YEARS = (2022, 2023, 2024)


@cache
def page(year: int = 2024) -> appendix.Appendix:
    return appendix.load(year=year)


@pytest.mark.parametrize(
    ("key", "kind", "change", "low", "high", "shown"),
    [
        ("cervical_screening", "improved", 8.1, 3.2, 13.0, "good"),
        ("unemployed_share", "lower", -4.8, -7.6, -1.9, ""),
    ],
)
def test_clear_changes_of_kajaani(key, kind, change, low, high, shown):
    v = page().verdicts[key]
    assert (v.level.kind, v.colour) == (kind, shown)
    assert [v.level.change, v.level.low, v.level.high] == pytest.approx([change, low, high], abs=0.051)


def test_unclear_and_followed_changes_of_kajaani():
    verdicts = page().verdicts
    assert verdicts["child_low_income"].level.kind == "no_clear_change"
    assert verdicts["children_in_care"].level.kind == "higher"
    assert verdicts["children_in_care"].colour == ""
    assert verdicts["unemployed_share"].relative.reason == "scales_differ"


def test_judged_indicators_that_are_tested_are_counted_honestly():
    tested = [v.key for v in page().verdicts.values() if v.judged and np.isfinite(v.level.p)]
    assert tested == ["child_low_income", "unemployed_share", "cervical_screening", "breast_screening"]


@pytest.mark.parametrize("year", YEARS)
def test_a_cyclical_indicator_is_rated_only_beside_similar_towns(year):
    for v in page(year).verdicts.values():
        if v.indicator.cyclical and v.level.kind in ("improved", "worsened"):
            assert v.relative.kind in CLEAR
            assert np.sign(v.relative.change) == np.sign(v.level.change)


def test_a_cohort_is_coloured_by_the_relative_change_alone():
    v = page().verdicts["cervical_screening"]
    cohort = v.indicator.model_copy(update={"cohort": True})
    clear = dataclasses.replace(v.relative, kind="rose_more", change=2.0)
    assert colour(v.level, v.relative, cohort) == ""
    assert colour(v.level, clear, cohort) == "good"
    assert colour(v.level, dataclasses.replace(clear, kind="rose_less", change=-2.0), cohort) == "bad"


@pytest.mark.parametrize("year", YEARS)
def test_results_have_a_row_for_each_indicator_equal_to_its_verdict(year):
    shown = page(year)
    panel = Panel.of(shown.snapshot.observations).until(year)
    table = results_of(shown.verdicts, panel, shown.params.municipality.peers)
    assert table["key"].tolist() == list(shown.params.indicators)
    for row in table.to_dict("records"):
        v = shown.verdicts[row["key"]]
        assert (row["level_class"], row["relative_class"]) == (v.level.kind, v.relative.kind)
        assert row["colour"] == v.colour
        assert (v.newest is None) == pd.isna(row["latest"])
        assert v.newest is None or row["latest"] == v.newest.value
        np.testing.assert_equal([row["level_p"], row["level_q"]], [v.level.p, v.level.q])
