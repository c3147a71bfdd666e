"""Funnel limits against published values, and what must hold of ranks."""

import numpy as np
import pytest

from wellbeing_lib.stats import funnel_limits, proportion_interval, rank_interval


@pytest.mark.parametrize(("people", "low"), [(3, 0.35933491), (4, 0.41923356)])
def test_funnel_as_published(people, low):
    # the published average has eight digits, hence so does the limit
    assert funnel_limits(0.80642448, people)[0] == pytest.approx(low, abs=2e-8)


def test_certain_figures_have_certain_ranks_and_ties_share_theirs():
    values = np.array([4.0, 2.0, np.nan, 2.0, 9.0])
    rank, low, high = rank_interval(values, values, values, best="lower", seed=1)
    np.testing.assert_array_equal(rank, [3, 1.5, np.nan, 1.5, 4])
    assert (low[[0, 4]] == rank[[0, 4]]).all()
    assert (high[[0, 4]] == rank[[0, 4]]).all()
    assert np.isnan([low[2], high[2]]).all()


def test_the_other_end_is_best_when_higher_is():
    values = np.array([4.0, 2.0, 9.0])
    rank, _, _ = rank_interval(values, values - 1, values + 1, best="higher", seed=1)
    assert rank.tolist() == [2, 3, 1]


def test_areas_that_cannot_be_told_apart_may_stand_anywhere():
    """Twenty equal figures: the middle 95 per cent of a fair draw of 1-20 leaves out at most the ends."""
    values = np.full(20, 10.0)
    rank, low, high = rank_interval(values, values - 3, values + 3, best="lower", seed=1)
    assert (rank == 10.5).all()
    assert low.max() <= 2
    assert high.min() >= 19


def test_the_same_seed_gives_the_same_ranks():
    values = np.arange(10.0)
    once, again = (rank_interval(values, values - 2, values + 2, best="lower", seed=7) for _ in range(2))
    np.testing.assert_array_equal(once, again)


def test_no_known_area_has_no_rank():
    assert np.isnan(rank_interval([np.nan], [1], [2], best="lower", seed=1)).all()


def test_dispersion_widens_the_funnel_by_its_root():
    for kind in ("proportion", "rate"):
        plain, wide = (funnel_limits(0.4, 500, kind=kind, dispersion=spread) for spread in (1, 4))
        assert wide[1] - 0.4 == pytest.approx(2 * (plain[1] - 0.4))


def test_funnel_limits_stay_inside_what_is_possible():
    low, high = funnel_limits([0.02, 0.98, 0.5], [5, 5, 0])
    np.testing.assert_array_equal([low[0], high[1]], [0, 1])
    assert np.isnan([low[2], high[2]]).all()


def test_half_the_funnel_of_a_share_is_the_wilson_limit_solved_for_it():
    """An area at its funnel limit has the average as its own Wilson limit."""
    low, _ = funnel_limits(0.3, 400)
    assert proportion_interval(low * 400, 400)[1] == pytest.approx(0.3)


@pytest.mark.parametrize("call", [{"kind": "shares"}, {"confidence": 1.5}])
def test_unknown_choices_are_refused(call):
    with pytest.raises(ValueError, match="must"):
        funnel_limits(0.5, 10, **call)
