"""Published intervals of shares, rates and differences, and agreement with scipy and statsmodels."""

import math

import numpy as np
import pytest

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
