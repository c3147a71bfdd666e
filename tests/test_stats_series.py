"""Every function of values and years against odd shapes and figures: nothing warns, nothing breaks."""

import numpy as np
import pytest

from wellbeing_lib.stats import (
    change_since,
    chi_square_trend,
    gap_change,
    level_change,
    monotone_trend,
    newest_value,
    proportion_trend,
    rate_trend,
    relative_level_change,
    target_progress,
    undeclared_step,
    value_trend,
)

PEOPLE = 1000.0


def towns_of(years):
    """Eight series to compare with."""
    return np.random.default_rng(1).normal(size=(8, np.size(years)))


CALLS = {
    "ranks": monotone_trend,
    "line": value_trend,
    "newest": newest_value,
    "step": undeclared_step,
    "gap": lambda values, years: gap_change(values, values, years),
    "rate": lambda values, years: rate_trend(values, np.full(np.shape(years), PEOPLE), years),
    "share": lambda values, years: proportion_trend(values, np.full(np.shape(years), PEOPLE), years),
    "chi-square": lambda values, years: chi_square_trend(values, np.full(np.shape(years), PEOPLE), years),
    "level": lambda values, years: level_change(values, towns_of(years), years),
    "level, no peers": lambda values, years: level_change(values, None, years),
    "relative": lambda values, years: relative_level_change(values, towns_of(years), years),
    "since": lambda values, years: change_since(values, towns_of(years), years, baseline_year=2),
    "target": lambda values, years: target_progress(
        values, years, baseline_year=2, target_year=9, target=3, desired="lower"
    ),
}
ODD = {
    "no series": (np.empty((0, 5)), range(5)),
    "no years": (np.empty((3, 0)), []),
    "nothing": ([], []),
    "one year": ([3.0], [2000]),
    "all missing": (np.full((2, 6), np.nan), range(6)),
    "whole numbers": ([1, 2, 3, 4, 5, 6, 7], range(7)),
    "infinite": ([1, np.inf, 3, 4, 5, -np.inf, 7, 8], range(8)),
    "too large": ([1e300, 2e300, 1e300, 3e300, 2e300, 1e300, 1.0], range(7)),
    "large": ([1e15, 2e15, 1e15, 3e15, 2e15, 1e15, 4e15], range(7)),
    "tiny": ([1e-300, 2e-300, 1e-300, 3e-300, 2e-300, 1e-300, 2e-300], range(7)),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_series_give_one_entry_each(call, odd):
    values, years = ODD[odd]
    found = CALLS[call](values, years)
    for entry in vars(found).values():
        assert np.shape(entry) == np.shape(values)[:-1]


@pytest.mark.parametrize("call", CALLS)
def test_the_given_arrays_are_left_as_they_were(call):
    values, years = np.array([[1.0, np.inf, 3, 4, 2, 6, 7, 3]]), np.arange(8.0)
    before = values.copy()
    CALLS[call](values, years)
    np.testing.assert_array_equal(values, before)


def test_three_dimensions_are_refused():
    with pytest.raises(ValueError, match="shape"):
        value_trend(np.zeros((2, 2, 5)), range(5))
