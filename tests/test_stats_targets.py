"""The SDG ratio as published and the outlook of targets."""

import pytest

from wellbeing_lib.stats import target_progress


@pytest.mark.parametrize(
    ("first", "latest", "target", "desired", "ratio"),
    [(100, 90, 70, "lower", 0.8873848), (20, 24, 40, "higher", 0.7852411)],
)
def test_sdg_ratio_as_published(first, latest, target, desired, ratio):
    progress = target_progress(
        [first, latest], [2015, 2020], baseline_year=2015, target_year=2030, target=target, desired=desired
    )
    assert progress.ratio == pytest.approx(ratio, abs=5e-7)
    assert progress.required == pytest.approx((target - latest) / 10)
    assert progress.observed == pytest.approx((latest - first) / 5)
    assert progress.reason == "few_points"
