"""Change of level: classes of real indicators, families, colours and the table of results."""

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import pytest

from wellbeing_lib import appendix
from wellbeing_lib.observations import COLUMNS
from wellbeing_lib.verdict.levels import (
    CLEAR,
    Window,
    _without_peers,
    assess_levels,
    colour,
    window_of,
)
from wellbeing_lib.verdict.results import extreme_of, results_of
from wellbeing_lib.verdict.series import Panel, series_of

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


def window_of_step(own: list[float], *, spread: float, decimals: int = 1, **catalogue: object) -> Window:
    """Ten ordinary towns around 15, seeded, and our own series of ten years."""
    known = page().verdicts["child_low_income"].indicator
    indicator = known.model_copy(update={"decimals": decimals, "people_group": None, **catalogue})
    years = np.arange(2015, 2025)
    chance = np.random.default_rng(7)
    rows = {"205": own} | {f"{900 + n}": list(chance.normal(15, spread, 10).round(1)) for n in range(10)}
    table = pd.DataFrame(
        [
            (indicator.code, area, year, "total", value, np.nan, np.nan, "2026")
            for area, values in rows.items()
            for year, value in zip(years, values, strict=True)
        ],
        columns=pd.Index(COLUMNS),
    )
    panel = Panel.of(table).until(2024)
    one = series_of(indicator, panel, "205")
    return window_of(one, panel, [area for area in rows if area != "205"], year=2024, small=False)


def test_a_clean_step_is_found():
    """STATISTICS 0: 15 five times, then 10 five times, among ten ordinary towns."""
    (level,), (relative,) = assess_levels(
        [window_of_step([15.0] * 5 + [10.0] * 5, spread=0.5)], page=["child_low_income"]
    )
    assert (level.kind, level.change) == ("improved", pytest.approx(-5))
    assert level.high < -1
    assert relative.kind in ("fell_more", "fell_peers_rose")


@pytest.mark.parametrize("last", [15.0, 15.1])
def test_eight_equal_values_and_one_rounding_step_are_no_change_and_no_certainty(last):
    (level,), (relative,) = assess_levels([window_of_step([15.0] * 9 + [last], spread=0.5)], page=["child_low_income"])
    assert level.kind in ("unchanged", "no_clear_change")
    for told in (level, relative):
        assert told.low < told.change < told.high


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("area", ["205", "290", "091", "318"])
def test_no_interval_has_no_width_and_better_or_worse_needs_a_test(year, area):
    for v in appendix.load(year=year, municipality=area).verdicts.values():
        for told in (v.level, v.relative):
            if np.isfinite(told.low):
                assert told.low < told.high, v.key
        if v.level.kind in ("improved", "worsened"):
            assert v.level.in_family
            assert v.level.q <= 0.05
            assert abs(v.level.change) >= v.indicator.min_change.value
        if v.colour:
            assert v.level.in_family or v.relative.in_family


def test_fewer_than_six_similar_towns_give_no_relative_change():
    row = window_of_step([15.0] * 5 + [10.0] * 5, spread=0.5)
    few = dataclasses.replace(row, towns=row.towns[:5], peers=row.peers[:5])
    (level,), (relative,) = assess_levels([few], page=["child_low_income"])
    assert (relative.kind, relative.reason) == ("not_enough_data", "few_peers")
    assert np.isfinite(level.p)  # by its own variance alone, from eight points on


def test_a_crude_rate_gives_a_cyclical_indicator_no_colour():
    v = page(2023).verdicts["unemployed_share"]
    assert v.colour == "good"
    crude = v.indicator.model_copy(update={"crude": True})
    told = _without_peers(dataclasses.replace(v.level, kind="improved"), v.relative, crude)
    assert told.kind == "lower"


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ([15.0, 14, 15, 14, 15, 14, 15, 14, 15, 16.1], ("highest", 2015)),
        ([15.0, 14, 15, 14, 15, 14, 15, 14, 15, 15.0], ("", None)),  # the same as before is no record
        ([15.0, 14, 15, 14, 15, 14, 15, 14, 16.1, 16.3], ("", None)),  # last year was one already
        ([15.0, 14, 15, 14, 15, 14, 15, 14, 15, 13.9], ("lowest", 2015)),
    ],
)
def test_a_record_of_ten_years_is_strict_and_not_told_twice(own, told):
    row = window_of_step(own, spread=0.5)
    panel = Panel.of(as_table(row, own)).until(2024)
    kind, since, among = extreme_of(series_of(row.series.indicator, panel, "205"), panel, [])

    assert kind == told[0]
    assert told[1] is None or since == told[1]
    assert np.isnan(among)  # nobody to compare with


def as_table(row: Window, own: list[float]) -> pd.DataFrame:
    years = range(2015, 2025)
    rows = [
        (row.series.indicator.code, "205", year, "total", value, np.nan, np.nan, "2026")
        for year, value in zip(years, own, strict=True)
    ]
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def test_first_and_last_place_are_told_among_fifteen_towns_of_the_same_year():
    """Turnout of 2021: Kajaani's 46.5 % is the lowest of the 18 towns compared, as PAGE says."""
    shown = page()
    v = shown.verdicts["municipal_turnout"]
    panel = Panel.of(shown.snapshot.observations).until(2024)
    towns = [figure.area for figure in v.position.figures]
    kind, _, among = extreme_of(series_of(v.indicator, panel, "205"), panel, towns)

    assert (kind, among) == ("lowest", 18)
    assert extreme_of(series_of(v.indicator, panel, "205"), panel, towns[:13])[2] != 18
