"""The false discovery rate against the published example and scipy."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import fdr_adjust

PUBLISHED = (
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1],
    [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486, 0.581182, 0.714875, 0.753231,
     0.813214, 1],
)  # fmt: skip


def test_benjamini_and_hochberg_1995():
    p, adjusted = PUBLISHED
    q = fdr_adjust(p)
    assert q == pytest.approx(adjusted, abs=5e-7)
    assert (q <= 0.05).sum() == 4


def test_missing_p_are_not_counted():
    p, adjusted = PUBLISHED
    q = fdr_adjust([np.nan, *p, np.nan])
    assert q[1:-1] == pytest.approx(adjusted, abs=5e-7)
    assert np.isnan(q[[0, -1]]).all()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_is_scipys(p):
    assert fdr_adjust(p) == pytest.approx(scipy.stats.false_discovery_control(p), abs=1e-12)


def test_each_town_is_its_own_family():
    table = np.random.default_rng(1).random((5, 8))
    table[2, 3], table[4] = np.nan, np.nan
    by_row = fdr_adjust(table)
    for row, q in zip(table, by_row, strict=True):
        np.testing.assert_array_equal(q, fdr_adjust(row))
    np.testing.assert_array_equal(fdr_adjust(table.T, axis=0), by_row.T)


def test_the_order_of_the_tests_does_not_matter():
    chance = np.random.default_rng(2)
    p, order = chance.random(30), chance.permutation(30)
    np.testing.assert_array_equal(fdr_adjust(p[order]), fdr_adjust(p)[order])
