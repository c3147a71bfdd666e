"""Steps, cycles and rounding: real series of Kajaani and reasoning."""

import numpy as np
import pytest

from wellbeing_lib.stats import counts_from_share, cycle_means, undeclared_step

CERVICAL_SCREENING = [61.2, 61.2, 59.2, 69.8, 70.0, 69.4, 67.6, 67.5, 72.9, 73.7, 74.5, 76.2, 74.3, 76.7, 77.7]  # 3620
JOBSEEKERS_OF_2018 = [147102, 143481, 140146, 144331, 142841, 133830, 4702, 126951, 101767]  # 1872, 2012-2020


def test_the_step_of_cervical_screening():
    step = undeclared_step(CERVICAL_SCREENING, range(2010, 2025))
    assert (step.year, step.kind) == (2013, "step")
    assert step.size == pytest.approx(10.6)


def test_the_glitch_of_2018():
    glitch = undeclared_step(JOBSEEKERS_OF_2018, range(2012, 2021))
    assert (glitch.year, glitch.kind) == (2018, "glitch")
    assert glitch.size == 4702 - 133830


@pytest.mark.parametrize("values", [[5.0] * 12, [1, 2, 9, 9], np.arange(12), [np.nan] * 12])
def test_calm_and_short_series_have_no_step(values):
    step = undeclared_step(values, range(len(values)))
    assert step.kind == ""
    assert np.isnan(step.year)


def test_steps_of_many_series_are_those_of_each():
    table = np.random.default_rng(3).standard_t(1, (30, 12)).round(1)
    together = undeclared_step(table, range(12))
    for number, row in enumerate(table):
        alone = undeclared_step(row, range(12))
        assert together.kind[number] == alone.kind
        np.testing.assert_array_equal(together.year[number], alone.year)


def test_cycles_are_counted_back_from_the_newest_year():
    means, years = cycle_means([[9, 1, 2, 3, 5], [9, np.nan, 2, 3, 5]], range(2020, 2025))
    np.testing.assert_array_equal(years, [2022, 2024])
    np.testing.assert_array_equal(means, [[1.5, 4], [np.nan, 4]])


def test_alternating_cohorts_vanish_from_their_means():
    means, _ = cycle_means(np.tile([80.0, 90.0], 5), range(10))
    assert means.tolist() == [85.0] * 5


def test_a_missing_year_leaves_its_cycle_missing():
    means, years = cycle_means([1.0, 2.0, 4.0], [2020, 2022, 2023])
    np.testing.assert_array_equal(years, [2021, 2023])
    np.testing.assert_array_equal(means, [np.nan, 3.0])


def test_the_true_population_lies_between_the_ends():
    people = np.arange(4000, 9000, 37)
    cases = people // 9
    inferred = counts_from_share((100 * cases / people).round(1), cases)
    assert ((inferred.low <= people) & (people <= inferred.high)).all()
    assert (inferred.reason == "").all()


@pytest.mark.parametrize(
    ("value", "cases", "reason"),
    [
        (12.1, 2386, ""),
        (1.3, 85, "rounding"),
        (0.0, 0, "rounding"),
        (np.nan, 5, "no_counts"),
        (4.2, np.nan, "no_counts"),
    ],
)
def test_rounding_decides_whether_people_can_be_inferred(value, cases, reason):
    """A share of 1.3 stands for 1.25-1.35, which moves the population by 8 per cent; one of 12.1 by less than 1."""
    assert counts_from_share(value, cases).reason == reason
