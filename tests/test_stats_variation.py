"""Yearly variation and moderated variances against published and independently computed values."""

import json
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from wellbeing_lib.stats import moderate, variance_factor, yearly_variation
from wellbeing_lib.stats.variation import inverse_trigamma

KNOWN = json.loads((Path(__file__).parent / "fixtures" / "levels.json").read_text("utf-8"))
SIX_DIGITS = 1e-5


def named(kind):
    return pytest.mark.parametrize("known", KNOWN[kind], ids=[known["id"] for known in KNOWN[kind]])


@named("yearly_variation")
def test_yearly_variation_as_computed_independently(known):
    variance, df = yearly_variation(known["values"], known["years"])
    assert variance == pytest.approx(known["variance"], rel=SIX_DIGITS)
    assert df == pytest.approx(known["df"], rel=SIX_DIGITS)


@named("variance_factor")
def test_variance_factors_as_computed_independently(known):
    factor = variance_factor(known["contrast"], known["years"], memory=known["memory"])
    assert factor == pytest.approx(known["factor"], rel=SIX_DIGITS)


@pytest.mark.parametrize(
    ("contrast", "years", "factor"),
    [
        ([-0.5, -0.5, 0, 0.5, 0.5], range(2016, 2025, 2), 1.2294),  # two-year means
        ([0] * 9 + [1], range(10), 1.5873),  # one year alone
    ],
)
def test_factors_of_cycles_and_of_single_years(contrast, years, factor):
    assert variance_factor(contrast, years) == pytest.approx(factor, abs=5e-5)


@named("moderate")
def test_moderated_variances_as_computed_independently(known):
    """The last one is what limma's squeezeVar gives."""
    found = moderate(known["variance"], known["df"], cap=known.get("cap", np.inf))
    assert found.prior_df == pytest.approx(known["prior_df"], rel=SIX_DIGITS)
    assert found.prior == pytest.approx(known["prior"], rel=SIX_DIGITS)
    assert found.variance[0] == pytest.approx(known["first"], rel=SIX_DIGITS)


def test_the_common_variance_is_that_of_the_weight_before_the_cap():
    variances = [0.5, 1, 2, 4, 1.5, 0.8]
    free, capped = moderate(variances, 8, cap=np.inf), moderate(variances, 8, cap=3)
    assert capped.prior_df == 3
    np.testing.assert_array_equal(capped.prior, free.prior)
    np.testing.assert_allclose(capped.variance, (3 * free.prior + 8 * np.array(variances)) / 11)


def test_without_a_cap_rows_that_are_alike_share_one_variance():
    found = moderate([1.0, 1.01, 0.99, 1.0], 5, cap=np.inf)
    assert np.isinf(found.prior_df)
    assert found.variance == pytest.approx(np.full(4, found.prior[0]))


def test_a_missing_row_changes_nothing_for_the_others():
    all_rows = moderate([0.5, 1, 2, 4, 1.5, 0.8], 8)
    with_gap = moderate([0.5, 1, np.nan, 2, 4, 1.5, 0.8], 8)
    assert np.isnan(with_gap.variance[2])
    np.testing.assert_allclose(np.delete(with_gap.variance, 2), all_rows.variance)


def test_a_row_without_variation_tells_nothing_of_the_others():
    """The logarithm of 0 would make the variances look infinitely unlike."""
    found = moderate([0.5, 1, 0, 2, 4, 1.5, 0.8], 8)
    assert found.prior_df == pytest.approx(moderate([0.5, 1, 2, 4, 1.5, 0.8], 8).prior_df)
    assert 0 < found.variance[2] < found.prior[2]


@pytest.mark.parametrize("variance", [[], [1.0], [0.0, 0.0, 1.0], [np.nan, np.nan]])
def test_below_two_rows_nothing_is_moderated(variance):
    found = moderate(variance, 8)
    assert np.isnan(found.prior_df)
    assert np.isnan(found.variance).all()


def test_a_covariate_counts_from_fifteen_rows_on_where_it_is_known():
    chance = np.random.default_rng(4)
    size = np.linspace(8, 12, 15)
    variance = np.exp(10 - size + chance.uniform(-0.5, 0.5, 15))
    plain, sized = moderate(variance, 5), moderate(variance, 5, covariate=size)
    logs = np.log(variance) - special.digamma(2.5) + np.log(2.5)
    fit = np.polyval(np.polyfit(size, logs, 1), size)
    spread = ((logs - fit) ** 2).sum() / 13
    assert spread - special.polygamma(1, 2.5) < 0  # so the weight is infinite before the cap
    np.testing.assert_allclose(sized.prior, np.exp(fit))
    assert sized.prior[0] > plain.prior[0] > sized.prior[-1]
    for covariate in (np.append(size[:-1], np.nan), np.full(15, 10.0)):
        np.testing.assert_allclose(moderate(variance, 5, covariate=covariate).prior, plain.prior)
    fewer = moderate(variance[:14], 5, covariate=size[:14])
    np.testing.assert_array_equal(fewer.prior, moderate(variance[:14], 5).prior)


@pytest.mark.parametrize("df", [1.862, 4.397, 60.0])
def test_prior_degrees_are_recovered_from_many_rows(df):
    """Variances drawn as the model says: a common variance of 2 with ten degrees of freedom."""
    chance = np.random.default_rng(9)
    true = 2 * 10 / scipy.stats.chi2(10).rvs(40_000, random_state=chance)
    seen = true * scipy.stats.chi2(df).rvs(40_000, random_state=chance) / df
    found = moderate(seen, df)
    assert found.prior_df == pytest.approx(10, rel=0.15)
    assert found.prior[0] == pytest.approx(2, rel=0.03)


@settings(deadline=None, max_examples=100)
@given(st.floats(1e-9, 1e9))
def test_trigamma_is_inverted(value):
    assert special.polygamma(1, inverse_trigamma(np.array(value))) == pytest.approx(value, rel=1e-6)


series = st.lists(st.integers(-500, 500), min_size=3, max_size=12)


@settings(deadline=None, max_examples=60)
@given(series, st.integers(-1000, 1000), st.integers(-50, 50), st.sampled_from([-3.0, 0.1, 10.0]))
def test_a_line_adds_nothing_and_the_unit_scales(values, level, slope, unit):
    points, years = np.array(values) / 10, 2000.0 + np.cumsum(1 + np.arange(len(values)) % 3)
    variance, df = yearly_variation(points, years)
    moved, same = yearly_variation(unit * (points + level + slope / 10 * years), years)
    assert moved == pytest.approx(unit**2 * variance, rel=1e-6, abs=1e-9)
    assert df == same


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_variation_is_the_mean_of_its_definition_year_by_year(seed):
    chance = np.random.default_rng(seed)
    n = int(chance.integers(3, 12))
    t, y = np.sort(chance.choice(30, n, replace=False)).astype(float), chance.normal(size=n)
    squares, rows = [], []
    for j in range(1, n - 1):
        a = (t[j + 1] - t[j]) / (t[j + 1] - t[j - 1])
        row = np.zeros(n)
        row[j - 1], row[j], row[j + 1] = a, -1, 1 - a
        row /= np.sqrt(a**2 + (1 - a) ** 2 + 1)
        rows.append(row)
        squares.append((row @ y) ** 2)
    q = np.array(rows).T @ np.array(rows)
    variance, df = yearly_variation(y, t)
    assert variance == pytest.approx(np.mean(squares), rel=1e-9)
    assert df == pytest.approx(np.trace(q) ** 2 / np.trace(q @ q), rel=1e-9)


def test_gaps_are_skipped_series_by_series():
    table = np.random.default_rng(5).normal(size=(4, 3, 9))
    table[1, 2, 4] = table[3, 0, 0] = np.nan
    table[2, 1, 2:] = np.nan
    variance, df = yearly_variation(table, range(9))
    assert variance.shape == df.shape == (4, 3)
    assert np.isnan([variance[2, 1], df[2, 1]]).all()
    years = np.arange(9)
    for place in np.ndindex(4, 3):
        seen = ~np.isnan(table[place])
        alone = yearly_variation(table[place][seen], years[seen])
        np.testing.assert_allclose((variance[place], df[place]), alone)


@pytest.mark.parametrize(
    ("contrast", "years", "memory", "message"),
    [
        ([1, 2], range(3), 0.3, "one weight"),
        ([1, -1], range(2), 0.3, "three years"),
        ([1, 0, -1], range(3), 1.0, "memory"),
    ],
)
def test_what_does_not_fit_is_refused(contrast, years, memory, message):
    with pytest.raises(ValueError, match=message):
        variance_factor(contrast, years, memory=memory)
