"""Every municipality of the country has a page from the figures that ship: names, comparisons, what stands in."""

from functools import cache

import pandas as pd
import pytest

from tests.conftest import ROOT
from wellbeing_lib.appendix import Appendix, load
from wellbeing_lib.observations import COLUMNS, KEY, Snapshot, load_snapshot
from wellbeing_lib.sources import joining
from wellbeing_lib.verdict import Panel
from wellbeing_lib.verdict.directions import directions
from wellbeing_lib.verdict.series import series_of


@cache
def page(code: str, year: int = 2024) -> Appendix:
    return load(year=year, municipality=code, root=ROOT)


@cache
def shipped() -> Snapshot:
    return load_snapshot(ROOT / "data" / "snapshots" / page("205").params.snapshot)


@pytest.mark.parametrize("year", [2022, 2024])
@pytest.mark.parametrize(
    ("code", "name", "region", "towns"),
    [
        ("091", "Helsinki", "MK01", 26),
        ("290", "Kuhmo", "MK18", 8),
        ("766", "Sottunga", "MK21", 16),
        ("318", "Kökar", "MK21", 16),
    ],
)
def test_a_town_is_told_by_its_own_name_beside_its_own_region(
    code: str, name: str, region: str, towns: int, year: int
) -> None:
    told = page(code, year)

    assert (told.place, told.params.municipality.region, told.has_plan) == (name, region, False)
    assert told.verdicts["low_income"].newest
    position = told.verdicts["employment_rate"].position
    assert position is not None
    members = shipped().areas.query("member_of == @region and category == 'municipality'")["area"]
    assert len(members) == towns
    assert position.among + len(position.missing) == len({code, *members, *told.similar.areas})


def test_a_name_that_nobody_has_inflected_stands_as_it_is() -> None:
    assert page("766").words.place_in("766") == "kunta: Sottunga"
    assert page("290").words.place_in("290") == "Kuhmossa"
    assert page("091").words.place("MK01") == "Uusimaa"


def test_municipalities_from_all_over_can_be_assessed() -> None:
    codes = sorted(area for area in shipped().areas["area"] if area.isdigit())

    for code in codes[::45]:
        told = page(code)
        assert sum(bool(verdict.newest) for verdict in told.shown) >= 25, code
        assert told.background.markup.count("<tr") > 10, code
        page.cache_clear()


def test_what_stands_in_is_shown_only_where_the_other_has_no_figure() -> None:
    ours, elsewhere = ({verdict.key for verdict in page(code).shown} for code in ("205", "091"))

    assert {"population", "net_migration"} <= ours
    assert not {"population_key_figures", "net_migration_persons", "child_low_income_income_statistics"} & ours
    assert {"population_key_figures", "net_migration_persons", "child_low_income_income_statistics"} <= elsewhere


def test_the_default_municipality_is_compared_with_its_region_and_similar_towns() -> None:
    position = page("205").verdicts["low_income"].position
    assert position is not None

    ours = page("205").params.municipality
    others = {figure.area for figure in position.figures} - {"205"}
    assert set(ours.peers) < others
    assert len(others) == 17


def test_new_indicators_are_judged_in_no_page_of_the_plan() -> None:
    new = ("low_income", "persistent_low_income", "earned_income_mean", "jobs", "property_offences", "violent_offences")

    for year in (2022, 2024):
        assert not any(page("205", year).verdicts[key].judged for key in new)
        judged = {key for key, verdict in page("205", year).verdicts.items() if verdict.judged}
        assert len(judged) == 9


def test_what_changes_with_generations_has_no_colour_and_is_in_no_family() -> None:
    """The same rising course is an improvement, and not one as soon as it is that of the generations."""
    one = page("205").params.indicators["tertiary_educated"]
    assert one.cohort
    panel = Panel.of(shipped().observations).until(2020)
    kinds = []
    for cohort in (True, False):
        series = [series_of(one.model_copy(update={"cohort": cohort}), panel, "205")]
        (told,) = directions(series, judged=[True], year=2020, small=[False])
        kinds.append((told.kind, told.in_family))

    assert kinds == [("risen", False), ("improved", True)]


# ------------------------------------------------------------------------------------------------ the next fetch


def test_a_fetch_of_the_default_areas_keeps_the_figures_of_the_others() -> None:
    """What was fetched anew may be revised: the older row of the national file gives way to it."""
    before = shipped()
    table = before.default.copy()
    at = (table["indicator"] == "statfin:employment") & (table["area"] == "205") & (table["year"] == 2020)
    table.loc[at, "value"] = 70.1

    kept = joining.national(before, table, {"statfin:employment", "statfin:jobs"})

    assert kept is not None
    assert set(kept["indicator"]) == {"statfin:employment", "statfin:jobs"}
    assert {"091", "766"} <= set(kept["area"])
    assert kept.merge(table[KEY], on=KEY).empty
    assert list(kept.columns) == COLUMNS


def test_what_is_carried_over_is_not_written_twice() -> None:
    before = shipped()

    table = joining.table(before, {}, {"statfin:employment"})

    pd.testing.assert_frame_equal(
        table, before.default.query("indicator == 'statfin:employment'").reset_index(drop=True)
    )
    areas = joining.areas(before, {}, frozenset({"205"}), pd.concat([table, before.national]))
    assert {"766", "MK21", "205", "MK18"} <= set(areas["area"])


def test_prices_of_the_income_series_are_those_of_its_newest_year() -> None:
    one = page("205").params.indicators["earned_income_mean"]
    rows = shipped().observations.query("indicator == @one.code")

    assert one.price_base == rows["year"].max() == 2022
