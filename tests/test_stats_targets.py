"""The SDG ratio as published and the outlook of targets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellbeing_lib.stats import changes_over, target_progress


@pytest.mark.parametrize(
    ("first", "latest", "target", "desired", "ratio"),
    [(100, 90, 70, "lower", 0.8873848), (20, 24, 40, "higher", 0.7852411)],
)
def test_sdg_ratio_as_published(first, latest, target, desired, ratio):
    progress = target_progress(
        [first, latest],
        [2015, 2020],
        baseline_year=2015,
        target_year=2030,
        target=target,
        desired=desired,
    )
    assert progress.ratio == pytest.approx(ratio, abs=5e-7)
    assert progress.required == pytest.approx((target - latest) / 10)
    assert progress.observed == pytest.approx((latest - first) / 5)
    assert progress.reason == "few_points"


WANDERING = [10, 11, 9, 10, 12, 11, 10, 9, 11, 10, 12, 11]
PLAN = {"baseline_year": 2011, "target_year": 2013}


def outlook(values, target, desired="lower", **options):
    years = range(2012 - len(values), 2012)
    return target_progress(values, years, target=target, desired=desired, **(PLAN | options))


def by_hand(own, peers, span, need, cyclical=False):
    """Probability of a change of `need` or further down, series by series."""
    shares, spans = [], []
    for series in (own, *peers):
        known = [year for year, value in enumerate(series) if not np.isnan(value)]
        changes = [series[year + span] - series[year] for year in known if year + span in known]
        if changes:
            shares.append(np.mean([change <= need + 1e-9 for change in changes]))
            spans.append((known[-1] - known[0]) / span)
    n = spans[0] if cyclical else sum(spans)
    return (n * np.mean(shares) + 0.5) / (n + 1) if n >= 4 else np.nan


def test_the_probability_is_the_share_of_changes_that_were_enough():
    """Two-year changes of WANDERING: -1 -1 3 1 -2 -2 1 1 1 1; eleven years count as 5.5 of them."""
    for need, share in ((0, 4), (-1, 4), (-1.5, 2), (-2, 2), (-3, 0), (3, 10)):
        expected = (5.5 * share / 10 + 0.5) / 6.5
        assert outlook(WANDERING, 11 + need).probability == pytest.approx(expected)


@pytest.mark.parametrize("cyclical", [False, True])
def test_towns_count_alike_whatever_their_number_of_years(cyclical):
    chance = np.random.default_rng(5)
    peers = np.cumsum(chance.normal(size=(6, 12)), axis=1) + 10
    peers[0, :7] = peers[1, 3] = peers[2, 10:] = np.nan
    peers[5] = np.nan
    found = outlook(WANDERING, 9.5, peers=peers, cyclical=cyclical)
    expected = by_hand(np.array(WANDERING, dtype=float), peers, 2, -1.5, cyclical)
    assert found.probability == pytest.approx(expected)
    assert found.reason == ""


def test_towns_that_move_together_are_not_more_evidence():
    peers = [np.array(WANDERING) + level for level in range(10)]
    many, as_one = (outlook(WANDERING, 5, peers=peers, cyclical=flag) for flag in (False, True))
    assert as_one.probability == outlook(WANDERING, 5).probability == pytest.approx(0.5 / 6.5)
    assert many.probability == pytest.approx(0.5 / 61.5)
    short = [row[-6:] for row in peers]
    assert outlook(WANDERING[-6:], 5, peers=short).reason == ""
    assert outlook(WANDERING[-6:], 5, peers=short, cyclical=True).reason == "few_points"


def test_a_fall_exactly_on_schedule_is_likely_and_one_further_is_not():
    values = [0.1 * number for number in range(112, 100, -1)]
    found = outlook(values, values[-1] - 0.2)
    assert found.probability == pytest.approx(6 / 6.5)
    assert (found.low, found.high) == pytest.approx((values[-1] - 0.2, values[-1] - 0.2))
    assert outlook(values, values[-1] - 0.21).probability == pytest.approx(0.5 / 6.5)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.sampled_from(["lower", "higher"]))
def test_never_possible_where_no_change_seen_was_large_enough(seed, towns, desired):
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(1 + towns, 12)).round(1)
    changes = changes_over(table, range(12), span=2)
    need = changes.min() - 0.1 if desired == "lower" else changes.max() + 0.1
    found = outlook(table[0], table[0, -1] + need, desired, peers=table[1:])
    assert 0 < found.probability <= 0.1


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(-1e3, 1e3), st.sampled_from([0.1, 50.0]))
def test_level_unit_and_sign_do_not_change_the_outlook(seed, level, unit):
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(5, 12)).round(1)
    goal = table[0, -1] + chance.choice([-1, -0.3, 0.4])
    found = outlook(table[0], goal, peers=table[1:])
    moved, order = unit * (table + level), chance.permutation(4) + 1
    same = outlook(moved[0], unit * (goal + level), peers=moved[order])
    mirror = outlook(-table[0], -goal, "higher", peers=-table[1:])
    np.testing.assert_allclose([same.probability, mirror.probability], found.probability)
    band = (same.low / unit - level, same.high / unit - level)
    np.testing.assert_allclose(band, (found.low, found.high), atol=1e-9)
    np.testing.assert_allclose((-mirror.high, -mirror.low), (found.low, found.high))


def test_the_band_holds_eighty_per_cent_of_the_weight():
    """One town with ten changes of 5 and ten towns without weighs a tenth, not a half."""
    own = np.linspace(0, 1, 12)
    wild = np.where(np.arange(12) % 4 < 2, 0.0, 5.0)
    calm = [own] * 10
    found = outlook(own, 0.5, peers=[wild, *calm])
    assert (found.low, found.high) == pytest.approx((1 + 2 / 11, 1 + 2 / 11))
    assert outlook(own, 0.5, peers=[wild]).high == pytest.approx(1 + 5)


@pytest.mark.parametrize("n", [4, 8, 9, 12, 14, 15, 19, 20, 33])
def test_the_band_ends_at_the_ranks_whose_expected_coverage_is_nearest_to_eighty(n):
    """A new one of n + 1 changes of equal standing lies between the k-th from each end with (n + 1 - 2 k) / (n + 1)."""
    ranks = np.arange(1, (n + 1) // 2 + 1)
    k = ranks[np.abs((n + 1 - 2 * ranks) / (n + 1) - 0.8).argmin()]
    changes = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    values = np.concatenate([[0], changes.cumsum()])
    found = outlook(values, 0, target_year=2012)
    assert (found.low, found.high) == pytest.approx((values[-1] + k, values[-1] + n + 1 - k))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.sampled_from(["lower", "higher"]))
def test_band_and_probability_are_one_rule(seed, towns, desired):
    """A target at the limit has a chance of a tenth or more, one just beyond it less."""
    table = np.random.default_rng(seed).normal(size=(1 + towns, 12)).round(1)
    ask = lambda goal: outlook(table[0], goal, desired, peers=table[1:])  # noqa: E731
    found, outward = ask(0), -1e-3 if desired == "lower" else 1e-3
    limit = found.low if desired == "lower" else found.high
    assert ask(limit).probability >= 0.1 - 1e-9
    assert ask(limit + outward).probability < 0.1


@pytest.mark.parametrize(
    ("values", "target_year", "reason"),
    [
        (WANDERING[-9:], 2013, ""),  # eight years are four times two
        (WANDERING[-8:], 2013, "few_points"),
        ([np.nan] * 9, 2013, "few_points"),
        ([7.0] * 12, 2013, "constant"),
        (WANDERING, 2024, "few_points"),
    ],
)
def test_how_few_changes_have_no_outlook(values, target_year, reason):
    found = outlook(values, 8, target_year=target_year)
    assert found.reason == reason
    assert np.isnan([found.probability, found.low, found.high]).all() == (reason != "")


def test_changes_over_one_span_of_years_are_one_change_of_all_towns():
    """Turnout of two elections: eighteen towns, but one and the same four years."""
    years, plan = [2017, 2021], {"baseline_year": 2021, "target_year": 2025}
    peers = np.random.default_rng(1).normal(60, 3, (17, 2))
    found = target_progress([55, 50], years, peers=peers, target=55, desired="higher", **plan)
    assert found.reason == "few_points"
    years, peers = [2013, *years], np.hstack([peers, peers[:, :1]])
    found = target_progress([56, 55, 50], years, peers=peers, target=55, desired="higher", **plan)
    assert found.reason == ""


def test_a_missing_target_has_no_probability():
    assert np.isnan(outlook(WANDERING, np.nan).probability)


def test_peers_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="peers"):
        outlook(WANDERING, 8, peers=np.zeros((3, 4)))


@pytest.mark.parametrize(("target", "probability"), [(11, 1), (10, 0)])
def test_when_the_year_has_come_the_target_is_met_or_not(target, probability):
    progress = outlook(WANDERING, target, target_year=2011)
    assert progress.probability == probability
    assert progress.low == progress.high == 11
    assert np.isnan(progress.required)


def test_the_stored_baseline_is_the_one_that_counts():
    """Ten per cent in five years of the stored 100, though the series now says 95 for that year."""
    plan = {"baseline_year": 2015, "target_year": 2030, "target": 70, "desired": "lower"}
    assert target_progress([95, 90], [2015, 2020], baseline=100, **plan).ratio == pytest.approx(0.8873848, abs=5e-7)


def test_child_low_income_target_is_unlikely():
    """It fell by 2.6 or more over two years in 3 of 27 pairs, which 28 years count as 14 of."""
    values = [
        4.5, 6.1, 7.6, 9.8, 13.1, 14.4, 15.2, 15.8, 15.0, 16.1, 16.5, 17.2, 17.6, 17.9, 18.1,
        15.2, 13.8, 13.8, 13.2, 13.4, 12.6, 12.4, 12.5, 13.0, 12.3, 10.4, 12.4, 10.5, 13.6,
    ]  # fmt: skip
    plan = {"baseline_year": 2021, "target_year": 2025, "target": 11.0, "desired": "lower"}
    found = target_progress(values, range(1995, 2024), **plan)
    assert found.probability == pytest.approx((14 * 3 / 27 + 0.5) / 15)


def test_many_series_at_once_are_the_series_one_by_one():
    chance = np.random.default_rng(24)
    table = np.cumsum(chance.normal(size=(25, 14)), axis=1) + 20
    table[chance.random(table.shape) < 0.15] = np.nan
    plan = {"baseline_year": 2009, "target_year": 2016, "desired": "higher"}
    target = np.linspace(15, 25, 25)
    peers = np.cumsum(chance.normal(size=(25, 4, 14)), axis=2)
    peers[chance.random(peers.shape) < 0.15] = np.nan
    table[3, :10] = peers[3] = np.nan
    together = target_progress(table, range(2000, 2014), peers=peers, target=target, **plan)
    assert 0 < (together.reason == "").sum() < 25
    for number, row in enumerate(table):
        plan["peers"] = peers[number]
        alone = target_progress(row, range(2000, 2014), target=target[number], **plan)
        assert together.reason[number] == alone.reason
        for field in ("required", "observed", "ratio", "probability", "low", "high"):
            found, expected = getattr(together, field)[number], getattr(alone, field)
            np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_an_unknown_direction_is_refused():
    with pytest.raises(ValueError, match='"lower" or "higher"'):
        outlook(WANDERING, 10, "down")
