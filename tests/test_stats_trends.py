"""Mann-Kendall and Theil-Sen against published values, all orders of small sets, scipy and pymannkendall."""

import itertools
from typing import Any

import numpy as np
import pymannkendall
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import monotone_trend

TWELVE = (
    0.35257984, 0.38692909, 0.39669828, 0.36296244, 0.42035612, 0.39374964,
    0.41100085, 0.43182076, 0.40815853, 0.45394297, 0.41584767, 0.47399517,
)  # fmt: skip
KAJAANI_1077 = (1.1, 1.0, 1.1, 1.1, 1.2, 1.4, 1.4, 1.4, 1.4, 1.3)


def test_five_rising_points():
    trend = monotone_trend([1, 2, 3, 4, 5], range(5))
    assert trend.s == 10
    assert trend.p == pytest.approx(0.016666666666666666, rel=1e-12)


def test_twelve_points_as_published():
    trend = monotone_trend(TWELVE, range(12))
    assert trend.s == 44
    assert trend.p == pytest.approx(0.003191966353548681, rel=1e-12)
    assert trend.slope == pytest.approx(0.008305347500000004, rel=1e-12)
    assert monotone_trend(TWELVE, range(12), exact_limit=12).p == pytest.approx(0.0018032758, abs=5e-11)


def test_ties_as_published():
    normal = monotone_trend(KAJAANI_1077, range(2014, 2024), exact_limit=0)
    exact = monotone_trend(KAJAANI_1077, range(2014, 2024))
    assert exact.s == 26
    assert normal.p == pytest.approx(0.018508823031333655, rel=1e-12)
    assert exact.p == pytest.approx(0.014365079365079365, rel=1e-12)
    assert exact.slope == pytest.approx(0.05, rel=1e-12)


def test_four_points_never_reach_the_level():
    trend = monotone_trend([1, 2, 3, 4], range(4))
    assert trend.p > 0.05
    assert np.isnan(trend.low)
    assert trend.reason == "few_points"


def test_a_biennial_series_has_half_the_slope():
    yearly = monotone_trend(TWELVE, range(2001, 2013))
    biennial = monotone_trend(TWELVE, range(2001, 2025, 2))
    assert biennial.slope == pytest.approx(yearly.slope / 2)
    assert biennial.p == yearly.p


def every_order(values):
    """Two-sided p of S by going through all orders of the values, however slow."""
    pairs = list(itertools.combinations(range(len(values)), 2))
    scores = [abs(sum(np.sign(order[j] - order[i]) for i, j in pairs)) for order in itertools.permutations(values)]
    return np.mean(np.array(scores) >= scores[0])


few_values = st.lists(st.integers(0, 4), min_size=2, max_size=6)
long_series = st.lists(st.integers(-8, 8) | st.floats(-1e6, 1e6, width=32), min_size=11, max_size=30)


@settings(deadline=None, max_examples=40)
@given(few_values)
def test_exact_p_counts_all_orders_with_ties(values):
    assert monotone_trend(values, range(len(values))).p == pytest.approx(every_order(values))


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(9)), st.integers(5, 9))
def test_exact_p_is_scipys_without_ties(order, length):
    expected: Any = scipy.stats.kendalltau(range(length), order[:length], method="exact")
    assert monotone_trend(order[:length], range(length)).p == pytest.approx(expected.pvalue)


@settings(deadline=None, max_examples=60)
@given(long_series)
def test_normal_p_is_pymannkendalls(values):
    expected = pymannkendall.original_test(values)
    trend = monotone_trend(values, range(len(values)))
    assert trend.s == expected.s
    assert trend.p == pytest.approx(expected.p, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(long_series, st.randoms(use_true_random=False))
def test_slope_and_interval_are_scipys_with_real_years(values, chance):
    years = sorted(chance.sample(range(1980, 2030), len(values)))
    expected: Any = scipy.stats.theilslopes(values, years)
    trend = monotone_trend(values, years)
    found = (trend.slope, trend.low, trend.high)
    assert found == pytest.approx((expected.slope, expected.low_slope, expected.high_slope), rel=1e-9, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-100, 100, width=32), min_size=5, max_size=14, unique=True))
def test_p_and_interval_agree_without_ties(values):
    trend = monotone_trend(values, range(len(values)))
    assert trend.reason == ""
    assert (trend.p <= 0.05) == (trend.low > 0 or trend.high < 0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 5) | st.just(np.nan), min_size=5, max_size=14))
def test_a_gap_is_a_year_left_out(values):
    years = np.arange(2000, 2000 + len(values))
    kept = ~np.isnan(values)
    with_gaps, without = monotone_trend(values, years), monotone_trend(np.array(values)[kept], years[kept])
    for field in ("n", "s", "p", "slope", "low", "high", "reason"):
        np.testing.assert_array_equal(getattr(with_gaps, field), getattr(without, field))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=5, max_size=14))
def test_mirrored_values_mirror_the_trend(values):
    up, down = (monotone_trend(np.multiply(values, sign), range(len(values))) for sign in (1, -1))
    assert up.p == down.p
    np.testing.assert_array_equal([up.slope, up.low, up.high], [-down.slope, -down.high, -down.low])


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(20)
    table = chance.integers(0, 6, (60, 14)).astype(float)
    table[chance.random(table.shape) < 0.3] = np.nan
    table[0], table[1], table[2, 1:] = np.nan, 3.0, np.nan
    together = monotone_trend(table, range(14))
    for number, series in enumerate(table):
        alone = monotone_trend(series, range(14))
        for field in ("n", "s", "p", "slope", "low", "high", "reason"):
            np.testing.assert_array_equal(getattr(together, field)[number], getattr(alone, field))


def test_a_constant_series_has_no_trend():
    trend = monotone_trend([2.0] * 8, range(8))
    assert (trend.s, trend.p, trend.slope, trend.reason) == (0, 1, 0, "constant")


def test_ties_can_part_p_and_interval():
    """Three ones at the end of seven zeros are 2 of 120 orders, yet most pairs of years do not move at all."""
    trend = monotone_trend([0] * 7 + [1] * 3, range(10))
    assert trend.p == pytest.approx(2 / 120)
    assert trend.low == 0
    assert trend.reason == "ties"


def test_ties_can_leave_nothing_to_test():
    """Two ones among eight have 28 orders, so that no p falls below 1/14."""
    trend = monotone_trend([0] * 6 + [1] * 2, range(8))
    assert trend.p == pytest.approx(2 / 28)
    assert np.isnan(trend.low)
    assert trend.reason == "ties"


@pytest.mark.parametrize("years", [[2000, 2000, 2001], [2001, 2000, 2002], [2000, np.nan, 2002]])
def test_years_that_do_not_rise_are_refused(years):
    with pytest.raises(ValueError, match="ascending"):
        monotone_trend([1, 2, 3], years)


def test_values_that_do_not_fit_the_years_are_refused():
    with pytest.raises(ValueError, match="3 columns, years have 4"):
        monotone_trend([1, 2, 3], range(4))
