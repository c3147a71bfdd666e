"""Count models against published values and statsmodels."""

import pytest

from wellbeing_lib.stats import chi_square_trend


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
