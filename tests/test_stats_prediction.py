"""The newest value against a published projection and Kajaani's child low income."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import prediction_interval

PROJECTED = (12.1, 12.3, 11.9, 12.0, 11.5, 11.2, 11.0, 10.8, 11.1, 10.7)
CHILD_LOW_INCOME = (13.2, 13.4, 12.6, 12.4, 12.5, 13.0, 12.3, 10.4, 12.4, 10.5, 13.6)  # Kajaani 2013-2023


def test_projection_as_published():
    newest = prediction_interval([*PROJECTED, 9.0], [*range(2015, 2025), 2030], confidence=0.8)
    assert newest.expected == pytest.approx(9.5636364, abs=5e-8)
    assert (newest.low, newest.high) == pytest.approx((9.118834, 10.008439), abs=5e-7)


def test_child_low_income_of_2023_is_unusually_high():
    newest = prediction_interval(CHILD_LOW_INCOME, range(2013, 2024))
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
    newest = prediction_interval(values, years, confidence=confidence)
    assert newest.expected == pytest.approx(prediction.predicted_mean[0], rel=1e-6, abs=1e-8)
    assert (newest.low.item(), newest.high.item()) == pytest.approx((low, high), rel=1e-6, abs=1e-8)
    assert newest.unusual == (values[-1] > high) - float(values[-1] < low)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1, 2, 1, 2, 1, 2], "few_points"),
        ([np.nan] * 12, "few_points"),
        ([5] * 9 + [6], "constant"),
        ([0.1 * year for year in range(9)] + [6], "constant"),
        ([1, 2, 1, 2, 1, 2, 9], ""),
    ],
)
def test_what_cannot_be_assessed(values, reason):
    newest = prediction_interval(values, range(len(values)))
    assert newest.reason == reason
    assert np.isnan(newest.unusual) == (reason != "")


def test_a_low_value_is_unusually_low():
    assert prediction_interval([5, 6, 5, 6, 5, 6, 5, -9], range(8)).unusual == -1


def test_a_rounded_value_must_lie_outside_with_all_it_stands_for():
    """Kajaani's 1077: the 1.3 of 2023 stands for up to 1.35, and the interval begins at 1.3."""
    values, years = [1.0, 1.1, 1.0, 1.1, 1.1, 1.2, 1.4, 1.4, 1.4, 1.4, 1.3], range(2013, 2024)
    assert prediction_interval(values, years).unusual == -1
    assert prediction_interval(values, years, rounding=0.1).unusual == 0


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(23)
    table = chance.normal(size=(30, 13)).round(1)
    table[chance.random(table.shape) < 0.3] = np.nan
    together = prediction_interval(table, range(13))
    for number, row in enumerate(table):
        alone = prediction_interval(row, range(13))
        for field in ("expected", "low", "high", "unusual", "reason"):
            np.testing.assert_array_equal(getattr(together, field)[number], getattr(alone, field))


@pytest.mark.parametrize("before", [6, 8, 10])
@pytest.mark.parametrize("level", [0.0, 0.3, 50.0, 99.9])
def test_one_rounding_step_after_equal_values_is_not_unusual(before, level):
    values = [level] * before
    years = range(before + 1)
    for limits in (None, (0, 100)):
        for step, unusual in ((0.1, 0), (-0.1, 0), (3.0, 1)):
            if 0 <= level + step <= 100:
                series = [*values, level + step]
                newest = prediction_interval(series, years, rounding=0.1, limits=limits)
                assert newest.reason == ""
                assert newest.low < newest.high
                assert newest.unusual == unusual


def test_rounding_widens_the_interval_by_its_variance():
    chance = np.random.default_rng(2)
    values, years = chance.normal(50, 1, 11), np.arange(11)
    plain, rounded = (prediction_interval(values, years, rounding=step) for step in (0.0, 2.0))
    fit = sm.OLS(values[:-1], sm.add_constant(years[:-1])).fit()
    ratio = (rounded.high - rounded.low) / (plain.high - plain.low)
    assert ratio**2 == pytest.approx((fit.mse_resid + 2.0**2 / 12) / fit.mse_resid)


def test_near_a_limit_the_line_runs_on_the_logit_scale():
    """Halving every other year from 4 per cent: a straight line would fall below nothing."""
    values = [8, 6.1, 3.8, 3.2, 2.1, 1.4, 1.1, 0.7, 0.6, 0.4]
    straight = prediction_interval([*values, 0.3], range(11))
    bent = prediction_interval([*values, 0.3], range(11), limits=(0, 100))
    assert straight.low < straight.expected < 0
    assert 0 < bent.low < bent.expected < bent.high < 1
    share = np.array(values) / 100
    design = sm.add_constant(np.arange(10.0))
    fit = sm.OLS(np.log(share / (1 - share)), design).fit()
    ends = fit.get_prediction([[1.0, 10.0]]).conf_int(obs=True, alpha=0.05)[0]
    assert (bent.low, bent.high) == pytest.approx(tuple(100 / (1 + np.exp(-ends))), rel=1e-9)


def test_far_from_the_limits_they_change_nothing():
    values = np.random.default_rng(3).normal(50, 2, 11)
    free, limited = (prediction_interval(values, range(11), limits=end) for end in (None, (0, 100)))
    assert (free.low, free.high) == (limited.low, limited.high)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 1000), min_size=7, max_size=14),
    st.sampled_from([0.1, 1.0]),
)
def test_an_interval_of_rounded_shares_has_a_width_and_stays_possible(tenths, step):
    values = np.round(np.array(tenths) / 10 / step) * step
    newest = prediction_interval(values, range(len(values)), rounding=step, limits=(0, 100))
    assert newest.reason == ""
    assert 0 <= newest.low < newest.high <= 100
    mirror = prediction_interval(100 - values, range(len(values)), rounding=step, limits=(0, 100))
    assert mirror.unusual == -newest.unusual
    np.testing.assert_allclose(100 - mirror.high, newest.low, atol=1e-6)
    np.testing.assert_allclose(100 - mirror.low, newest.high, atol=1e-6)


def test_on_a_limit_without_rounding_there_is_no_logit():
    newest = prediction_interval([0, 1, 0, 2, 1, 0, 1, 9], range(8), limits=(0, 100))
    assert newest.reason == "ceiling"
    assert np.isnan(newest.low)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"rounding": -0.1}, "rounding"), ({"limits": (100, 0)}, "limits")],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        prediction_interval(range(9), range(9), **options)
