"""The SDG ratio as published and the outlook of targets."""

import numpy as np
import pytest
import scipy.stats

from wellbeing_lib.stats import changes_over, target_progress


@pytest.mark.parametrize(
    ("first", "latest", "target", "desired", "ratio"),
    [(100, 90, 70, "lower", 0.8873848), (20, 24, 40, "higher", 0.7852411)],
)
def test_sdg_ratio_as_published(first, latest, target, desired, ratio):
    progress = target_progress(
        [first, latest], [2015, 2020], baseline_year=2015, target_year=2030, target=target, desired=desired
    )
    assert progress.ratio == pytest.approx(ratio, abs=5e-7)
    assert progress.required == pytest.approx((target - latest) / 10)
    assert progress.observed == pytest.approx((latest - first) / 5)
    assert progress.reason == "few_points"


WANDERING = [10, 11, 9, 10, 12, 11, 10, 9, 11, 10, 12, 11]
PLAN = {"baseline_year": 2011, "target_year": 2013}


def outlook(values, target, desired="lower", **options):
    years = range(2012 - len(values), 2012)
    return target_progress(values, years, target=target, desired=desired, **(PLAN | options))


def test_a_target_at_the_newest_value_is_even_odds():
    assert outlook(WANDERING, 11).probability == pytest.approx(0.5)


@pytest.mark.parametrize("target", [8, 10.5, 12])
def test_wanting_the_opposite_is_the_opposite_chance(target):
    lower, higher = (outlook(WANDERING, target, desired).probability for desired in ("lower", "higher"))
    assert lower + higher == pytest.approx(1)


def test_the_interval_holds_eighty_per_cent():
    progress = outlook(WANDERING, 11)
    assert outlook(WANDERING, progress.low).probability == pytest.approx(0.1)
    assert outlook(WANDERING, progress.high).probability == pytest.approx(0.9)


def test_two_year_changes_of_one_are_a_spread_of_one():
    """Ten two-year changes of size 1 have the root mean square 1; Student's t with ten degrees stands for its error."""
    values = [0, 5, 1, 4, 0, 5, 1, 4, 0, 5, 1, 4]
    expected = scipy.stats.t(10).ppf(0.9)
    assert (outlook(values, 4).high - 4) == pytest.approx(expected)


def test_a_short_series_leans_on_similar_towns():
    alone = outlook(WANDERING[-6:], 8)
    assert alone.reason == "few_points"
    assert np.isnan([alone.probability, alone.low, alone.high]).all()
    pooled = changes_over([WANDERING, WANDERING[::-1]], range(12), span=2)
    together = outlook(WANDERING[-6:], 8, pooled=pooled)
    assert together.reason == ""
    assert 0 < together.probability < 0.5


def test_own_changes_come_before_pooled_ones():
    assert outlook(WANDERING, 8, pooled=[100.0] * 50).probability == outlook(WANDERING, 8).probability


def test_a_series_that_never_moved_has_no_outlook():
    progress = outlook([7] * 12, 5)
    assert progress.reason == "constant"
    assert np.isnan(progress.probability)


@pytest.mark.parametrize(("target", "probability"), [(11, 1), (10, 0)])
def test_when_the_year_has_come_the_target_is_met_or_not(target, probability):
    progress = outlook(WANDERING, target, target_year=2011)
    assert progress.probability == probability
    assert progress.low == progress.high == 11
    assert np.isnan(progress.required)


def test_the_stored_baseline_is_the_one_that_counts():
    """Ten per cent in five years of the stored 100, though the series now says 95 for that year."""
    plan = {"baseline_year": 2015, "target_year": 2030, "target": 70, "desired": "lower"}
    assert target_progress([95, 90], [2015, 2020], baseline=100, **plan).ratio == pytest.approx(0.8873848, abs=5e-7)


def test_child_low_income_target_is_unlikely():
    """A random walk of the series gives about 12 per cent for 11.0 in 2025."""
    values = [
        4.5, 6.1, 7.6, 9.8, 13.1, 14.4, 15.2, 15.8, 15.0, 16.1, 16.5, 17.2, 17.6, 17.9, 18.1,
        15.2, 13.8, 13.8, 13.2, 13.4, 12.6, 12.4, 12.5, 13.0, 12.3, 10.4, 12.4, 10.5, 13.6,
    ]  # fmt: skip
    plan = {"baseline_year": 2021, "target_year": 2025, "target": 11.0, "desired": "lower"}
    assert target_progress(values, range(1995, 2024), **plan).probability == pytest.approx(0.12, abs=0.02)


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(24)
    table = np.cumsum(chance.normal(size=(25, 14)), axis=1) + 20
    table[chance.random(table.shape) < 0.15] = np.nan
    plan = {"baseline_year": 2009, "target_year": 2016, "desired": "higher"}
    target = np.linspace(15, 25, 25)
    together = target_progress(table, range(2000, 2014), target=target, **plan)
    for number, row in enumerate(table):
        alone = target_progress(row, range(2000, 2014), target=target[number], **plan)
        assert together.reason[number] == alone.reason
        for field in ("required", "observed", "ratio", "probability", "low", "high"):
            np.testing.assert_allclose(getattr(together, field)[number], getattr(alone, field), rtol=1e-12)


def test_an_unknown_direction_is_refused():
    with pytest.raises(ValueError, match='"lower" or "higher"'):
        outlook(WANDERING, 10, "down")
