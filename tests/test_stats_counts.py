"""Count models against published values and statsmodels."""

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import chi_square_trend, proportion_trend, rate_trend


def test_chi_square_trend_of_r():
    trend = chi_square_trend([83, 90, 129, 70], [86, 93, 136, 82])
    assert trend.x2 == pytest.approx(8.224922285197676, rel=1e-10)
    assert trend.p == pytest.approx(0.004131897477641565, rel=1e-10)


@pytest.mark.parametrize(
    ("cases", "people", "x2", "sign"),
    [
        (
            [3455176, 3491868, 3625401, 3774801, 3938080],
            [48783947, 49122259, 49956777, 50649129, 51441896],
            16494.7559,
            1,
        ),
        ([57274, 55865, 53681, 51767, 53185], [61834, 60511, 59074, 57508, 59028], 405.0479, -1),
    ],
)
def test_chi_square_trend_of_fingertips(cases, people, x2, sign):
    trend = chi_square_trend(cases, people)
    assert trend.x2 == pytest.approx(x2, abs=5e-5)
    assert trend.slope * sign > 0


def test_the_slope_has_the_sign_of_the_test():
    """Fingertips' unweighted slope calls this significant decrease an increase; ours is weighted as the test is."""
    trend = chi_square_trend([593, 51, 2452, 42, 32], [1511, 150, 7525, 92, 67])
    assert trend.slope < 0


def glm(cases, people, years, family):
    """Estimate, error and dispersion of statsmodels' GLM with the years in the middle."""
    design = sm.add_constant(np.asarray(years, dtype=float) - np.mean(years))
    if family == "rate":
        model = sm.GLM(cases, design, family=sm.families.Poisson(), offset=np.log(people))
    else:
        model = sm.GLM(np.column_stack([cases, people - cases]), design, family=sm.families.Binomial())
    plain = model.fit(scale=1.0, tol=1e-12, maxiter=200)
    return plain, plain.pearson_chi2 / (len(cases) - 2)


@st.composite
def counted(draw):
    """A series of counts with its people: small and large, flat and steep, calm and wild."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    length = draw(st.integers(5, 20))
    years = np.sort(chance.choice(40, length, replace=False)) + 1980.0
    people = np.round(10 ** draw(st.floats(2.5, 7)) * chance.uniform(0.8, 1.2, length))
    share = 10 ** draw(st.floats(-2.5, -0.3)) * np.exp(draw(st.floats(-0.05, 0.05)) * (years - years.mean()))
    wild = np.exp(chance.normal(0, draw(st.sampled_from([0.01, 0.1, 0.4])), length))
    cases = chance.binomial(people.astype(int), np.clip(share * wild, 0, 0.99)).astype(float)
    assume(((cases > 0).sum() > 3) and (cases < people).all())
    return cases, people, years


@pytest.mark.parametrize(("name", "trend"), [("rate", rate_trend), ("share", proportion_trend)])
@settings(deadline=None, max_examples=40)
@given(series=counted())
def test_estimates_and_tests_are_those_of_statsmodels(name, trend, series):
    cases, people, years = series
    oracle, dispersion = glm(cases, people, years, name)
    found = trend(cases, people, years)
    assert found.slope == pytest.approx(oracle.params[1], rel=1e-6, abs=1e-9)
    assert found.dispersion == pytest.approx(dispersion, rel=1e-6)
    error = oracle.bse[1] * np.sqrt(max(dispersion, 1))
    # the floor at 1 means that the variance is known, and then the normal is the right reference
    reference = scipy.stats.t(len(years) - 2) if dispersion > 1 else scipy.stats.norm()
    assert found.p == pytest.approx(2 * reference.sf(abs(oracle.params[1]) / error), rel=1e-4, abs=1e-12)
    limits = oracle.params[1] + error * np.array([-1, 1]) * reference.ppf(0.975)
    assert (found.low, found.high) == pytest.approx(limits, rel=1e-5, abs=1e-8)
    scale = 100_000 if name == "rate" else 1
    ends = np.exp(oracle.params[0] + oracle.params[1] * (years[[0, -1]] - years.mean()))
    ends = ends if name == "rate" else ends / (1 + ends)
    assert found.change == pytest.approx(scale * (ends[1] - ends[0]), rel=1e-5, abs=1e-9 * scale)


@pytest.mark.parametrize("trend", [rate_trend, proportion_trend])
@settings(deadline=None, max_examples=40)
@given(series=counted())
def test_p_slope_and_change_agree(trend, series):
    found = trend(*series)
    told = bool(found.p <= 0.05)
    assert told == bool(found.low > 0 or found.high < 0)
    assert told == bool(found.change_low > 0 or found.change_high < 0)
    assert found.change_low <= found.change <= found.change_high


@pytest.mark.parametrize(
    ("cases", "people", "rate_reason", "share_reason"),
    [
        ([0] * 10, [100] * 10, "constant", "constant"),
        ([100] * 10, [100] * 10, "ceiling", "ceiling"),
        ([0] * 9 + [1], [100] * 10, "small_numbers", "small_numbers"),
        ([7] + [0] * 9, [100] * 10, "small_numbers", "small_numbers"),
        ([0] * 5 + [100] * 5, [100] * 10, "", "small_numbers"),
        ([0] * 4 + [50] + [100] * 5, [100] * 10, "", "small_numbers"),
        ([0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [100] * 10, "", ""),
        ([0, 0, 0, 0, 0, 0, 0, 0, 5, 100_000], [200_000] * 10, "", ""),
        ([1e9 + i * 1e5 for i in range(10)], [3e9] * 10, "", ""),
        ([1e-6 * i for i in range(1, 11)], [1] * 10, "", ""),
        ([np.nan] * 10, [100] * 10, "no_counts", "no_counts"),
        ([5, 6, 7, 8, 9, 4, 3, 2, 1, 0], [0] * 10, "no_counts", "no_counts"),
        ([5, 6, 7, 8] + [np.nan] * 6, [100] * 10, "few_points", "few_points"),
    ],
)
def test_hard_series_give_a_reason_or_finite_numbers(cases, people, rate_reason, share_reason):
    for trend, reason in ((rate_trend, rate_reason), (proportion_trend, share_reason)):
        found = trend(cases, people, range(2010, 2020))
        assert found.reason == reason
        for field in ("slope", "low", "high", "p", "change", "change_low", "change_high"):
            assert np.isfinite(getattr(found, field)) == (reason == "")


def test_more_cases_than_people_are_no_share():
    cases, people = [10, 12, 11, 13, 12, 120], [100] * 6
    assert proportion_trend(cases, people, range(6)).n == 5
    assert rate_trend(cases, people, range(6)).n == 6


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(22)
    cases = chance.poisson(chance.choice([0.2, 3, 300], (60, 1)), (60, 12)).astype(float)
    cases[chance.random(cases.shape) < 0.2] = np.nan
    people = np.full(12, 2000.0)
    for trend in (rate_trend, proportion_trend):
        together = trend(cases, people, range(12))
        for number, row in enumerate(cases):
            alone = trend(row, people, range(12))
            assert together.reason[number] == alone.reason
            for field in ("n", "slope", "low", "high", "p", "dispersion", "change", "change_low", "change_high"):
                np.testing.assert_allclose(
                    getattr(together, field)[number], getattr(alone, field), rtol=1e-6, atol=1e-9
                )


def test_rates_per_thousand_are_a_hundredth_of_those_per_hundred_thousand():
    cases = [20, 25, 22, 30, 28, 33, 35]
    large, small = (rate_trend(cases, [900] * 7, range(7), per=per) for per in (100_000, 1000))
    assert small.change == pytest.approx(large.change / 100)
    assert small.slope == large.slope


def test_a_rate_that_doubles_doubles():
    trend = rate_trend([100, 200, 400, 800, 1600], [10**6] * 5, range(2000, 2005), per=1000)
    assert trend.slope == pytest.approx(np.log(2))
    assert trend.change == pytest.approx(1.5)
