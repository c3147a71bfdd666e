"""Published intervals of shares, rates and differences, and agreement with scipy and statsmodels."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from wellbeing_lib.stats import area_minus_part, proportion_difference, proportion_interval, rate_interval


@pytest.mark.parametrize(
    ("cases", "people", "confidence", "low", "high"),
    [
        (65, 100, 0.95, 0.5525444329688797, 0.7363575175690247),
        (65, 100, 0.998, 0.4954946574070431, 0.7783540614089697),
        (1, 100, 0.95, 0.0017674320641406511, 0.054486196178705294),
    ],
)
def test_wilson_as_published(cases, people, confidence, low, high):
    assert proportion_interval(cases, people, confidence=confidence) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(("cases", "people", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611)])
def test_wilson_of_newcombe_1998(cases, people, low, high):
    assert proportion_interval(cases, people) == pytest.approx((low, high), abs=5e-5)


def test_byar_as_published():
    assert rate_interval(65, 1, per=1) == pytest.approx((50.163187710459454, 82.84913854593984), rel=1e-12)


@pytest.mark.parametrize(
    ("cases", "low", "high"),
    [(5, 1623.4863901184199, 11668.332079322669), (20, 12211.428834875936, 30889.880369197064)],
)
def test_rates_as_published(cases, low, high):
    assert rate_interval(cases, 100) == pytest.approx((low, high), rel=1e-12)


def test_newcombe_difference_as_published():
    gap = proportion_difference(56, 70, 48, 80)
    assert (gap.estimate, gap.low, gap.high) == pytest.approx((0.20, 0.0524, 0.3339), abs=5e-5)


def test_overlapping_intervals_are_no_test_of_a_difference():
    _, high_of_lower = proportion_interval(400, 1000)
    low_of_higher, _ = proportion_interval(445, 1000)
    gap = proportion_difference(400, 1000, 445, 1000)
    assert high_of_lower > low_of_higher
    assert (gap.low, gap.high) == pytest.approx((-0.0881, -0.0017), abs=5e-5)


@pytest.mark.parametrize("interval", [proportion_interval, rate_interval])
@pytest.mark.parametrize(("cases", "people"), [(math.nan, 10), (3, math.nan), (3, 0), (-1, 10)])
def test_missing_and_impossible_counts_have_no_interval(interval, cases, people):
    low, high = interval(cases, people)
    assert np.isnan(low)
    assert np.isnan(high)


def test_the_rest_of_an_area():
    cases, people = area_minus_part([10, 5, np.nan], [100, 50, 10], [4, 6, 1], [30, 20, 5])
    np.testing.assert_array_equal(cases, [6, np.nan, np.nan])
    np.testing.assert_array_equal(people, [70, np.nan, np.nan])


counts = st.integers(1, 10_000).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))


@settings(deadline=None, max_examples=60)
@given(counts, st.sampled_from([0.8, 0.95, 0.998]))
def test_wilson_is_scipys(pair, confidence):
    expected = scipy.stats.binomtest(*pair).proportion_ci(confidence, method="wilson")
    low, high = proportion_interval(*pair, confidence=confidence)
    assert (low.item(), high.item()) == pytest.approx((expected.low, expected.high), abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(counts, counts)
def test_difference_is_statsmodels_newcombe(a, b):
    expected = confint_proportions_2indep(*a, *b, compare="diff", method="newcomb")
    gap = proportion_difference(*a, *b)
    assert (gap.low.item(), gap.high.item()) == pytest.approx(expected, abs=1e-10)


def test_each_part_of_the_difference_has_its_own_dispersion():
    """Newcombe's interval by hand: the squared part of each share times its dispersion, t for z."""
    t = scipy.stats.t(12).ppf(0.975)

    def limits(cases, people):
        level = 2 * scipy.stats.norm.cdf(t) - 1  # the confidence at which z is that t
        return scipy.stats.binomtest(cases, people).proportion_ci(level, method="wilson")

    a, b = limits(56, 70), limits(48, 80)
    low = 0.2 - np.sqrt(3 * (0.8 - a.low) ** 2 + 1.5 * (b.high - 0.6) ** 2)
    high = 0.2 + np.sqrt(3 * (a.high - 0.8) ** 2 + 1.5 * (0.6 - b.low) ** 2)
    gap = proportion_difference(56, 70, 48, 80, dispersion_a=3, dispersion_b=1.5, df=12)
    assert (gap.low, gap.high) == pytest.approx((low, high), rel=1e-9)


def test_a_dispersion_below_one_never_makes_the_interval_narrower():
    plain = proportion_difference(56, 70, 48, 80)
    for phi in (0.2, 1.0):
        gap = proportion_difference(56, 70, 48, 80, dispersion_a=phi, dispersion_b=phi)
        assert (gap.low, gap.high) == (plain.low, plain.high)


def test_the_difference_of_dispersed_shares_stays_possible_and_known():
    unsure = {"dispersion_a": [50, np.nan, 2], "df": [3, 3, np.nan]}
    gap = proportion_difference([9, 9, 9], 10, 1, 10, **unsure)
    assert gap.high[0] == 1
    assert np.isnan(gap.low).tolist() == [False, True, True]
    assert np.isnan(gap.estimate).tolist() == [False, True, True]


@pytest.mark.parametrize("cases", range(10))
def test_small_rates_are_exact(cases):
    """Garwood's limits are quantiles of chi-square with 2 and 2 more degrees for each case."""
    low, high = rate_interval(cases, 1, per=1)
    assert low == pytest.approx(scipy.stats.chi2.ppf(0.025, 2 * cases) / 2 if cases else 0)
    assert high == pytest.approx(scipy.stats.chi2.ppf(0.975, 2 * cases + 2) / 2)


@pytest.mark.parametrize("cases", [10, 20, 100, 10_000])
def test_byar_is_close_to_exact(cases):
    low, high = rate_interval(cases, 1, per=1)
    assert low == pytest.approx(scipy.stats.chi2.ppf(0.025, 2 * cases) / 2, rel=2e-3)
    assert high == pytest.approx(scipy.stats.chi2.ppf(0.975, 2 * cases + 2) / 2, rel=2e-3)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_fraction(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        proportion_interval(1, 2, confidence=confidence)
