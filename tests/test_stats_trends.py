"""Mann-Kendall and Theil-Sen against published values, all orders of small sets, scipy and pymannkendall."""

import numpy as np
import pytest

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
