"""Changes of level against known values, a plain loop, and what must not change the answer."""

import json
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from wellbeing_lib.stats import (
    change_since,
    level_change,
    moderate,
    relative_level_change,
    variance_factor,
    yearly_variation,
)

KNOWN = json.loads((Path(__file__).parent / "fixtures" / "levels.json").read_text("utf-8"))
TENTH = 0.1**2 / 12
NUMBERS = ("change", "low", "high", "p", "df", "se", "common_share")


def table(name):
    return np.array(KNOWN["tables"][name]["rows"]), KNOWN["tables"][name]["years"]


@pytest.mark.parametrize("known", KNOWN["level"], ids=[known["id"] for known in KNOWN["level"]])
def test_changes_as_computed_independently(known):
    rows, years = table(known["table"])
    options = {name: known[name] for name in ("cap", "baseline", "baseline_year") if name in known}
    test = {"level": level_change, "relative": relative_level_change, "since": change_since}
    found = test[known["test"]](rows[0], rows[1:], years, floor=TENTH, **options)
    assert found.reason == ""
    for name, value in known["expected"].items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-5), name
    if "moderated" in known:
        factor = variance_factor([-1 / 3] * 3 + [0] * 4 + [1 / 3] * 3, years)
        assert found.se**2 / factor == pytest.approx(known["moderated"], rel=1e-5)


def plain_loop(own, peers, years, *, floor=0.0, cap=40.0, memory=0.3, relative=False):
    """One series, written down step by step: change, p and degrees of freedom."""
    seen = ~np.isnan(own)
    own, t = own[seen], np.asarray(years, dtype=float)[seen]
    rows = [own] + [town[seen] for town in peers if not np.isnan(town[seen]).any()]
    n, m = len(own), len(rows)
    if n < 5 or (m < 7 and (relative or n < 8)):
        return np.nan, np.nan, np.nan
    if relative:
        rows = [row - np.mean(rows[:i] + rows[i + 1 :], axis=0) for i, row in enumerate(rows)]
        floor = floor * (1 + 1 / (m - 1))
    d = np.zeros((n - 2, n))
    for j in range(1, n - 1):
        a = (t[j + 1] - t[j]) / (t[j + 1] - t[j - 1])
        d[j - 1, j - 1 : j + 2] = np.array([a, -1, 1 - a]) / np.sqrt(a**2 + (1 - a) ** 2 + 1)
    q = d.T @ d
    nu = np.trace(q) ** 2 / np.trace(q @ q)
    variances = [max(float(np.mean((d @ row) ** 2)), floor) for row in rows]
    variance, df = variances[0], nu
    if m >= 7:
        z = np.log(variances) - special.digamma(nu / 2) + np.log(nu / 2)
        excess = z.var(ddof=1) - special.polygamma(1, nu / 2)
        d0, s0 = np.inf, np.exp(z.mean())
        if excess > 0:
            low, high = 1e-8, 1e8
            for _ in range(200):
                middle = np.sqrt(low * high)
                if special.polygamma(1, middle) > excess:
                    low = middle
                else:
                    high = middle
            d0 = 2 * low
            s0 = np.exp(z.mean() + special.digamma(d0 / 2) - np.log(d0 / 2))
        d0 = min(d0, cap)
        variance, df = (d0 * s0 + nu * variance) / (d0 + nu), d0 + nu
    k = 3 if n >= 8 else 2
    c = np.zeros(n)
    c[:k], c[-k:] = -1 / k, 1 / k
    r = memory ** np.abs(np.subtract.outer(t, t))
    factor = c @ r @ c / (np.trace(d @ r @ d.T) / (n - 2))
    change = c @ rows[0]
    return change, 2 * scipy.stats.t(df).sf(abs(change) / np.sqrt(variance * factor)), df


def some_series(seed=0, count=60, towns=10, n=10):
    chance = np.random.default_rng(seed)
    own = chance.normal(10, 0.5, (count, n)).round(1)
    peers = chance.normal(10, 0.5, (count, towns, n)).round(1)
    peers *= np.exp(chance.normal(0, 0.4, (count, towns, 1)))
    own[chance.random(own.shape) < 0.06] = np.nan
    peers[chance.random(peers.shape) < 0.03] = np.nan
    return own, peers


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize(("towns", "n"), [(10, 10), (10, 7), (3, 10), (18, 12)])
def test_many_series_at_once_are_the_series_step_by_step(relative, towns, n):
    own, peers = some_series(towns=towns, n=n)
    test = relative_level_change if relative else level_change
    together = test(own, peers, range(n), floor=TENTH)
    assert set(together.reason) <= {"", "few_points", "few_peers"}
    for number, one in enumerate(own):
        change, p, df = plain_loop(one, peers[number], range(n), floor=TENTH, relative=relative)
        np.testing.assert_allclose(together.p[number], p, rtol=1e-7)
        np.testing.assert_allclose(together.df[number], df, rtol=1e-7)
        if not np.isnan(p):
            assert together.change[number] == pytest.approx(change)


@pytest.mark.parametrize("test", [level_change, relative_level_change, change_since])
def test_a_batch_is_the_series_one_by_one(test):
    own, peers = some_series(1)
    own[3], own[7, 1:] = 4.0, np.nan
    options = {"baseline_year": 4} if test is change_since else {}
    together = test(own, peers, range(10), **options)
    for number, one in enumerate(own):
        alone = test(one, peers[number], range(10), **options)
        assert alone.reason.shape == ()
        assert alone.reason == together.reason[number]
        for name in NUMBERS:
            found, expected = getattr(together, name)[number], getattr(alone, name)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_leading_axes_come_back():
    own, peers = some_series(2, count=12)
    flat = level_change(own, peers, range(10), cap=np.arange(1, 13), floor=np.linspace(0, 0.1, 12))
    shaped = level_change(
        own.reshape(3, 4, 10),
        peers.reshape(3, 4, 10, 10),
        range(10),
        cap=np.arange(1, 13).reshape(3, 4),
        floor=np.linspace(0, 0.1, 12).reshape(3, 4),
    )
    assert shaped.p.shape == (3, 4)
    np.testing.assert_array_equal(shaped.p.ravel(), flat.p)


def test_one_table_of_peers_serves_every_series():
    own, peers = some_series(3, count=5)
    shared = level_change(own, peers[0], range(10))
    each = level_change(own, np.repeat(peers[:1], 5, axis=0), range(10))
    np.testing.assert_array_equal(shared.p, each.p)


def test_a_clean_step_is_found_and_the_years_beside_it_are_not_taken_for_unrest():
    """15 five times, then 10 five times: no trend test of ten points tells it from a wandering level."""
    rows, years = table("step")
    found = level_change(rows[0], rows[1:], years, floor=TENTH)
    assert found.change == -5
    assert found.p < 1e-6
    assert found.high < -3


def test_ordinary_towns_are_needed_for_it():
    """Alone, the step itself is most of what is known of the variation."""
    alone = level_change([15.0] * 5 + [10.0] * 5, None, range(10), floor=TENTH)
    assert alone.reason == "few_peers"
    assert 1e-4 < alone.p < 0.05


@pytest.mark.parametrize("towns", [0, 5, 6])
@pytest.mark.parametrize("n", [4, 5, 7, 8, 10])
def test_what_is_tested_with_how_many_points_and_towns(towns, n):
    chance = np.random.default_rng(8)
    own, peers = chance.normal(size=n), chance.normal(size=(towns, n))
    for test in (level_change, relative_level_change):
        found = test(own, peers, range(n))
        relative = test is relative_level_change
        reason = "few_points" if n < 5 else "few_peers" if towns < 6 else ""
        assert found.reason == reason
        tested = reason == "" or (reason == "few_peers" and n >= 8 and not relative)
        assert np.isfinite(found.p) == tested
        assert np.isfinite(found.low) == tested
        assert np.isfinite(found.change) == (n >= 5 and (tested or not relative))
    if towns < 6 and n >= 8:
        _, df = yearly_variation(own, range(n))
        assert level_change(own, peers, range(n)).df == pytest.approx(df)


def test_a_town_without_one_of_our_years_takes_no_part():
    rows, years = table("gini")
    gone = rows.copy()
    gone[3, 4] = np.nan
    with_gap = level_change(gone[0], gone[1:], years, floor=TENTH)
    without = level_change(rows[0], np.delete(rows, 3, axis=0)[1:], years, floor=TENTH)
    for name in NUMBERS:
        np.testing.assert_allclose(getattr(with_gap, name), getattr(without, name))


def test_a_year_that_we_lack_does_not_cost_a_town():
    rows, years = table("gini")
    rows[0, 4] = rows[3, 4] = np.nan
    keep = np.arange(10) != 4
    found = level_change(rows[0], rows[1:], years, floor=TENTH)
    cut = level_change(rows[0, keep], rows[1:, keep], np.array(years)[keep], floor=TENTH)
    for name in NUMBERS:
        np.testing.assert_allclose(getattr(found, name), getattr(cut, name))


@pytest.mark.parametrize(
    ("years", "reason"),
    [
        ([2010, 2011, 2012, 2016, 2017, 2018], "gap"),
        ([2010, 2011, 2012, 2015, 2016, 2017], ""),
        ([2010, 2013, 2016, 2019, 2022, 2025], "gap"),
        ([2010, 2013, 2016, 2019, 2022, 2024], ""),
    ],
)
def test_windows_with_wide_gaps_are_not_tested(years, reason):
    chance = np.random.default_rng(6)
    found = level_change(chance.normal(size=6), chance.normal(size=(8, 6)), years)
    assert found.reason == reason
    assert np.isnan(found.p) == (reason != "")
    assert np.isfinite(found.change)


@pytest.mark.parametrize("own", [[3.0] * 10, [0.1 * year for year in range(10)]])
@pytest.mark.parametrize("test", [level_change, change_since])
def test_without_any_variation_there_is_no_p_value(own, test):
    peers = np.random.default_rng(7).normal(size=(10, 10))
    options = {"baseline_year": 0} if test is change_since else {}
    found = test(own, peers, range(10), **options)
    assert found.reason == "constant"
    assert np.isnan([found.p, found.low, found.se]).all()
    assert np.isfinite(found.change)
    assert np.isfinite(test(own, peers, range(10), floor=TENTH, **options).p)


def test_a_constant_distance_from_the_others_has_no_p_value():
    peers = np.random.default_rng(7).normal(size=(10, 10))
    found = relative_level_change(peers.mean(axis=0) + 2, peers, range(10))
    assert found.reason == "constant"
    assert np.isnan(found.p)


def test_towns_that_never_change_do_not_count_without_a_floor():
    peers = np.vstack([np.random.default_rng(7).normal(size=(5, 10)), np.ones((3, 10))])
    own = np.random.default_rng(8).normal(size=10)
    assert level_change(own, peers, range(10)).reason == "few_peers"
    assert level_change(own, peers, range(10), floor=TENTH).reason == ""


def test_the_floor_is_for_every_row_and_grows_with_the_distance():
    flat = np.full((11, 10), 5.0)
    level = level_change(flat[0], flat[1:], range(10), floor=TENTH)
    relative = relative_level_change(flat[0], flat[1:], range(10), floor=TENTH)
    factor = variance_factor([-1 / 3] * 3 + [0] * 4 + [1 / 3] * 3, range(10))
    common = moderate(np.full(11, TENTH), yearly_variation(flat[0], range(10))[1]).variance[0]
    assert level.se**2 == pytest.approx(common * factor)
    assert relative.se**2 == pytest.approx(common * factor * 1.1)
    assert level.p == relative.p == 1


def test_a_floor_for_each_row():
    rows, years = table("gini")
    floors = np.linspace(0.01, 0.5, 11)
    found = level_change(rows[0], rows[1:], years, floor=floors)
    variance, df = yearly_variation(rows, years)
    expected = moderate(np.maximum(variance, floors), df[0])
    factor = variance_factor([-1 / 3] * 3 + [0] * 4 + [1 / 3] * 3, years)
    assert found.se**2 == pytest.approx(expected.variance[0] * factor)


def test_the_population_counts_from_fifteen_rows_on():
    own, peers = (part[0] for part in some_series(5, count=1, towns=14))
    size = np.log(np.geomspace(2_000, 90_000, 15))
    own, peers = np.nan_to_num(own, nan=10.0), np.nan_to_num(peers, nan=10.0)
    sized, plain = (level_change(own, peers, range(10), covariate=one) for one in (size, None))
    assert sized.se != plain.se
    fewer = [level_change(own, peers[:-1], range(10), covariate=one) for one in (size[:-1], None)]
    assert fewer[0].se == fewer[1].se


def test_the_baseline_is_the_stored_one_else_that_of_the_series():
    rows, years = table("child_low_income")
    stored = change_since(rows[0], rows[1:], years, baseline_year=2021, baseline=12.0)
    own = change_since(rows[0], rows[1:], years, baseline_year=2021)
    assert stored.change == pytest.approx(1.6)
    assert own.change == pytest.approx(1.2)
    assert stored.se == own.se


@pytest.mark.parametrize("baseline_year", [2013, 2023, 2024, 2018.5])
def test_a_baseline_year_outside_the_window_is_too_few_points(baseline_year):
    rows, years = table("child_low_income")
    found = change_since(rows[0], rows[1:], years, baseline_year=baseline_year)
    assert found.reason == "few_points"
    assert np.isnan([found.change, found.p]).all()


def test_each_series_has_its_own_baseline_year():
    rows, years = table("child_low_income")
    both = change_since(rows[[0, 0]], rows[1:], years, baseline_year=[2020, 2015])
    np.testing.assert_allclose(both.change, [13.6 - 10.4, 13.6 - 12.6])
    assert both.se[1] > both.se[0]


def test_two_single_years_differ_more_by_chance_than_two_levels():
    rows, years = table("child_low_income")
    level = level_change(rows[0], rows[1:], years)
    since = change_since(rows[0], rows[1:], years, baseline_year=2020)
    assert since.se**2 / level.se**2 == pytest.approx(3.08889 / 1.54332, rel=1e-5)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.floats(-100, 100), st.sampled_from([0.01, 3.0, 1e4]))
def test_neither_level_nor_unit_nor_the_order_of_towns_changes_the_answer(seed, level, unit):
    chance = np.random.default_rng(seed)
    own, peers = (part[0] for part in some_series(seed, count=1, towns=9))
    order = chance.permutation(9)
    for test in (level_change, relative_level_change):
        before = test(own, peers, range(10), floor=TENTH)
        ours, theirs = unit * (own + level), unit * (peers[order] + level)
        moved = test(ours, theirs, range(10), floor=unit**2 * TENTH)
        assert moved.reason == before.reason
        for name in ("p", "df", "common_share"):
            found, expected = getattr(moved, name), getattr(before, name)
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(moved.change, unit * before.change, rtol=1e-6, atol=1e-9 * unit)
        np.testing.assert_allclose(moved.se, unit * before.se, rtol=1e-6)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_interval_and_p_are_of_one_t(seed, confidence):
    own, peers = some_series(seed, count=8)
    for found in (
        level_change(own, peers, range(10), confidence=confidence),
        relative_level_change(own, peers, range(10), confidence=confidence),
        change_since(own, peers, range(10), baseline_year=3, confidence=confidence),
    ):
        tested = np.isfinite(found.p)
        outside = (found.low > 0) | (found.high < 0)
        np.testing.assert_array_equal((found.p < 1 - confidence)[tested], outside[tested])
        middle = (found.low + found.high) / 2
        np.testing.assert_allclose(middle[tested], found.change[tested], atol=1e-12)
        assert (np.isfinite(found.se) == tested).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(-2, 2))
def test_what_moves_all_towns_alike_is_no_difference_between_them(seed, slope):
    own, peers = some_series(seed, count=4)
    common = slope * np.arange(10) + np.random.default_rng(seed).normal(size=10)
    before = relative_level_change(own, peers, range(10))
    after = relative_level_change(own + common, peers + common, range(10))
    np.testing.assert_allclose(after.change, before.change, atol=1e-9)
    np.testing.assert_allclose(after.p, before.p, rtol=1e-6, atol=1e-9)


def test_the_common_share_tells_towns_that_move_together_from_those_that_do_not():
    chance = np.random.default_rng(11)
    alone = chance.normal(size=(200, 11, 10))
    together = alone * 0.2 + chance.normal(size=(200, 1, 10))
    for rows, low, high in ((alone, 0.0, 0.3), (together, 0.9, 1.0)):
        share = level_change(rows[:, 0], rows[:, 1:], range(10)).common_share
        assert low < np.median(share) < high


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"floor": -1}, "floor"),
        ({"memory": 1.0}, "memory"),
        ({"confidence": 95}, "confidence"),
        ({"peers": np.zeros((3, 4))}, "peers"),
        ({"peers": np.zeros(5)}, "peers"),
        ({"own": np.zeros(4)}, "columns"),
        ({"years": [1, 2, 3, 3, 4]}, "ascending"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    given = {"own": np.zeros(5), "peers": np.zeros((6, 5)), "years": range(5)} | options
    with pytest.raises(ValueError, match=message):
        level_change(given.pop("own"), given.pop("peers"), given.pop("years"), **given)
