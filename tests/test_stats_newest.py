"""The newest value against a published projection and Kajaani's child low income."""

import pytest

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
