"""The false discovery rate against the published example and scipy."""

import numpy as np
import pytest

from wellbeing_lib.stats import discoveries

PUBLISHED = (
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1],
    [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486, 0.581182, 0.714875, 0.753231,
     0.813214, 1],
)  # fmt: skip


def test_benjamini_and_hochberg_1995():
    p, adjusted = PUBLISHED
    q = discoveries(p)
    assert q == pytest.approx(adjusted, abs=5e-7)
    assert (q <= 0.05).sum() == 4


def test_missing_p_are_not_counted():
    p, adjusted = PUBLISHED
    q = discoveries([np.nan, *p, np.nan])
    assert q[1:-1] == pytest.approx(adjusted, abs=5e-7)
    assert np.isnan(q[[0, -1]]).all()
