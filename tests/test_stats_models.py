"""The straight line under correlated years against statsmodels and reasoning; its false alarms are in calibration."""

import numpy as np
import pytest
import scipy.linalg
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import gap_change, share_trend, value_trend
from wellbeing_lib.stats.correlation import line_under, slope_mixture
from wellbeing_lib.stats.series import Floats

FIELDS = ("n", "slope", "low", "high", "p", "dispersion", "change", "change_low", "change_high", "reason")
CHILD_LOW_INCOME = np.array([13.4, 12.6, 12.4, 12.5, 13.0, 12.3, 10.4, 12.4, 10.5, 13.6])  # Kajaani 2014-2023
YEARS = np.arange(2014.0, 2024.0)

seeds = st.integers(0, 2**32 - 1)


def series(seed) -> tuple[Floats, Floats]:
    """A wandering series of 5 to 21 values in odd years."""
    chance = np.random.default_rng(seed)
    length = int(chance.integers(5, 22))
    years = 1980 + np.sort(chance.choice(40, length, replace=False))
    return np.cumsum(chance.normal(size=length)), years.astype(np.float64)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_without_correlation_it_is_least_squares(seed):
    values, years = series(seed)
    mixture = slope_mixture(values[None], years, correlations=(0.0,), weights=(1.0,))
    oracle = sm.OLS(values, sm.add_constant(years)).fit()
    assert mixture.mean()[0] == pytest.approx(oracle.params[1])
    assert mixture.p()[0] == pytest.approx(oracle.pvalues[1], rel=1e-6, abs=1e-14)
    limits = mixture.quantile(0.025)[0], mixture.quantile(0.975)[0]
    assert limits == pytest.approx(oracle.conf_int()[1], rel=1e-7, abs=1e-10)


@settings(deadline=None, max_examples=30)
@given(seeds, st.sampled_from([0.3, 0.6, 0.95]))
def test_under_one_correlation_it_is_generalised_least_squares(seed, correlation):
    values, years = series(seed)
    oracle = sm.GLS(values, sm.add_constant(years), sigma=correlation ** np.abs(np.subtract.outer(years, years))).fit()
    slope, error, _ = line_under(values[None], years, correlation)
    assert (slope[0], error[0]) == pytest.approx((oracle.params[1], oracle.bse[1]), rel=1e-6)


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_restricted_likelihood_is_that_of_the_error_contrasts(seed):
    """The part of the values that no line can change, with its scale integrated out (Harville 1974)."""
    values, years = series(seed)
    free = scipy.linalg.null_space(np.column_stack([np.ones(years.size), years - years.mean()]).T)

    def by_contrasts(correlation):
        covariance = free.T @ correlation ** np.abs(np.subtract.outer(years, years)) @ free
        contrast = free.T @ values
        square = contrast @ np.linalg.solve(covariance, contrast)
        return -np.linalg.slogdet(covariance)[1] / 2 - (years.size - 2) / 2 * np.log(square)

    ours = [line_under(values[None], years, correlation)[2][0] for correlation in (0.2, 0.8)]
    assert ours[1] - ours[0] == pytest.approx(by_contrasts(0.8) - by_contrasts(0.2), rel=1e-6, abs=1e-8)


@settings(deadline=None, max_examples=30)
@given(seeds, st.sampled_from([0.8, 0.95]))
def test_at_its_own_limits_the_slope_is_just_not_rejected(seed, confidence):
    values, years = series(seed)
    trend = value_trend(values, years, confidence=confidence)
    for limit in (trend.low, trend.high):
        assert value_trend(values - limit * years, years).p == pytest.approx(1 - confidence, rel=1e-5)


@settings(deadline=None, max_examples=30)
@given(seeds, st.sampled_from([1e-9, 0.1, 1e7]), st.sampled_from([-1, 1]), st.floats(-100, 100))
def test_units_do_not_matter(seed, scale, sign, shift):
    values, years = series(seed)
    plain = value_trend(values, years)
    other = value_trend(sign * scale * (values + shift), years + 7)
    limits = (plain.low, plain.high) if sign > 0 else (-plain.high, -plain.low)
    assert other.p == pytest.approx(plain.p, rel=1e-5, abs=1e-9)
    np.testing.assert_allclose([other.low / scale, other.high / scale], limits, rtol=1e-5, atol=1e-8)


def test_every_second_year_halves_the_slope_of_independent_years():
    chance = np.random.default_rng(3)
    values = chance.normal(size=12)
    yearly, biennial = (line_under(values[None], np.arange(12.0) * step, 0.0)[0] for step in (1, 2))
    assert biennial == pytest.approx(yearly / 2)


def test_change_runs_over_the_years_observed():
    values = np.array([np.nan, *CHILD_LOW_INCOME, np.nan])
    trend = value_trend(values, np.arange(2013.0, 2025.0))
    assert trend.change == pytest.approx(trend.slope * 9)
    assert (trend.change_low, trend.change_high) == pytest.approx((trend.low * 9, trend.high * 9))


def test_the_direction_of_child_low_income_cannot_be_told():
    trend = value_trend(CHILD_LOW_INCOME, YEARS)
    assert trend.p > 0.2
    assert trend.low < 0 < trend.high


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(21)
    table = chance.normal(size=(40, 12)).round(1)
    table[chance.random(table.shape) < 0.3] = np.nan
    table[0], table[1], table[2] = np.nan, 5.0, np.arange(12) * 0.1
    together = value_trend(table, range(12))
    for number, row in enumerate(table):
        alone = value_trend(row, range(12))
        for field in FIELDS:
            expected = getattr(alone, field)
            if field == "reason":
                assert together.reason[number] == expected
            else:
                np.testing.assert_allclose(getattr(together, field)[number], expected, rtol=1e-7, atol=1e-10)


def test_constant_short_and_perfect_series():
    table = [[4.0] * 6, [1, 2, 3, 4, np.nan, np.nan], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [np.nan] * 6]
    trend = value_trend(table, range(6))
    assert trend.reason.tolist() == ["constant", "few_points", "", "few_points"]
    np.testing.assert_allclose(trend.slope, [0, np.nan, 0.1, np.nan])
    np.testing.assert_allclose(trend.p, [np.nan, np.nan, 0, np.nan], atol=1e-12)


def test_a_gap_that_widens_steadily_is_told():
    girls = 20 + np.arange(10) * 0.8 + np.array([0.1, -0.2, 0.1, 0, 0.2, -0.1, 0, 0.1, -0.2, 0.1])
    boys = np.full(10, 18.0)
    change = gap_change(girls, boys, range(10))
    assert change.p < 0.01
    assert change.low < 0.8 < change.high
    assert gap_change(boys, girls, range(10)).slope == pytest.approx(-change.slope)


def test_two_sexes_that_move_alike_have_no_change_of_gap():
    """Each rises clearly; the gap does not, which comparing their p would miss."""
    noise = np.random.default_rng(5).normal(size=(2, 10)) * 0.5
    girls, boys = 10 + np.arange(10) + noise[0], 8 + np.arange(10) + noise[1]
    assert value_trend([girls, boys], range(10)).p.max() < 0.05
    assert gap_change(girls, boys, range(10)).p > 0.05


@settings(deadline=None, max_examples=30)
@given(seeds, st.sampled_from([0.01, 0.05, 0.97]))
def test_small_shares_are_lines_of_logits(seed, level):
    values, years = series(seed)
    logits = np.log(level / (1 - level)) + values / 5
    shares = 1 / (1 + np.exp(-logits))
    plain, trend = value_trend(logits, years), share_trend(shares, years)
    np.testing.assert_allclose([trend.slope, trend.p], [plain.slope, plain.p], rtol=1e-6, atol=1e-9)
    assert (trend.p <= 0.05) == (trend.change_low > 0 or trend.change_high < 0)
    assert trend.change_low <= trend.change <= trend.change_high


def test_a_steady_line_of_logits_changes_from_its_first_to_its_last_share():
    shares = 1 / (1 + np.exp(4 - 0.1 * np.arange(8)))
    trend = share_trend(shares, range(2010, 2018))
    assert trend.change == pytest.approx(shares[-1] - shares[0])


def test_shares_at_the_edge_have_no_logit_and_percentages_are_refused():
    trend = share_trend([[0.01, 0, 0.02, 0.01, 0.02, 0.03], [np.nan] * 6, [0.02] * 6], range(6))
    assert trend.reason.tolist() == ["ceiling", "few_points", "constant"]
    assert np.isnan(trend.p).all()
    with pytest.raises(ValueError, match="fractions"):
        share_trend([1.1, 1.2, 1.1, 1.3, 1.2], range(5))
