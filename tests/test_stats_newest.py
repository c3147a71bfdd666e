"""The newest value against a published projection and Kajaani's child low income."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import newest_value

PROJECTED = (12.1, 12.3, 11.9, 12.0, 11.5, 11.2, 11.0, 10.8, 11.1, 10.7)
CHILD_LOW_INCOME = (13.2, 13.4, 12.6, 12.4, 12.5, 13.0, 12.3, 10.4, 12.4, 10.5, 13.6)  # Kajaani 2013-2023


def test_projection_as_published():
    newest = newest_value([*PROJECTED, 9.0], [*range(2015, 2025), 2030], confidence=0.8)
    assert newest.expected == pytest.approx(9.5636364, abs=5e-8)
    assert (newest.low, newest.high) == pytest.approx((9.118834, 10.008439), abs=5e-7)


def test_child_low_income_of_2023_is_unusually_high():
    newest = newest_value(CHILD_LOW_INCOME, range(2013, 2024))
    assert (newest.low, newest.high) == pytest.approx((8.9, 12.9), abs=0.05)
    assert newest.unusual == 1


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.8, 0.95]))
def test_interval_is_statsmodels_prediction_of_one_observation(seed, confidence):
    chance = np.random.default_rng(seed)
    length = int(chance.integers(7, 20))
    years = np.sort(chance.choice(30, length, replace=False)) + 1990.0
    values = chance.normal(size=length).round(1) + years / 10
    before, when = values[-11:-1], years[-11:-1] - years[-1]
    prediction = sm.OLS(before, sm.add_constant(when)).fit().get_prediction([[1.0, 0.0]])
    low, high = prediction.conf_int(obs=True, alpha=1 - confidence)[0]
    newest = newest_value(values, years, confidence=confidence)
    assert newest.expected == pytest.approx(prediction.predicted_mean[0], rel=1e-6, abs=1e-8)
    assert (newest.low.item(), newest.high.item()) == pytest.approx((low, high), rel=1e-6, abs=1e-8)
    assert newest.unusual == (values[-1] > high) - float(values[-1] < low)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1, 2, 1, 2, 1, 2], "few_points"),
        ([np.nan] * 12, "few_points"),
        ([5] * 9 + [6], "constant"),
        ([1, 2, 1, 2, 1, 2, 9], ""),
    ],
)
def test_what_cannot_be_assessed(values, reason):
    newest = newest_value(values, range(len(values)))
    assert newest.reason == reason
    assert np.isnan(newest.unusual) == (reason != "")


def test_a_low_value_is_unusually_low():
    assert newest_value([5, 6, 5, 6, 5, 6, 5, -9], range(8)).unusual == -1


def test_a_rounded_value_must_lie_outside_with_all_it_stands_for():
    """Kajaani's 1077: the 1.3 of 2023 stands for up to 1.35, and the interval begins at 1.3."""
    values, years = [1.0, 1.1, 1.0, 1.1, 1.1, 1.2, 1.4, 1.4, 1.4, 1.4, 1.3], range(2013, 2024)
    assert newest_value(values, years).unusual == -1
    assert newest_value(values, years, rounding=0.1).unusual == 0


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(23)
    table = chance.normal(size=(30, 13)).round(1)
    table[chance.random(table.shape) < 0.3] = np.nan
    together = newest_value(table, range(13))
    for number, row in enumerate(table):
        alone = newest_value(row, range(13))
        for field in ("expected", "low", "high", "unusual", "reason"):
            np.testing.assert_array_equal(getattr(together, field)[number], getattr(alone, field))
