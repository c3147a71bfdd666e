"""Funnel limits against published values, and what must hold of ranks."""

import pytest

from wellbeing_lib.stats import funnel_limits


@pytest.mark.parametrize(("people", "low"), [(3, 0.35933491), (4, 0.41923356)])
def test_funnel_as_published(people, low):
    # the published average has eight digits, hence so does the limit
    assert funnel_limits(0.80642448, people)[0] == pytest.approx(low, abs=2e-8)
