"""The tables of a notebook: plain frames with proper types, copies, and the same numbers as the page."""

import math
from functools import cache

import pandas as pd
import pytest

import wellbeing_lib as wl
from wellbeing_lib.faults import InputError
from wellbeing_lib.verdict import result_figures

YEARS = (2022, 2023, 2024)


@cache
def book(year: int = 2024, municipality: str = "205", language: str = "en") -> wl.Book:
    return wl.load(year, municipality, language)


def test_without_parameters_it_is_this_town_this_year_in_its_first_language() -> None:
    mine = wl.load()

    assert (mine.year, mine.municipality, mine.language) == (2024, "205", "fi")
    assert repr(mine).startswith("Book of Kajaani 2024 (fi): observations, catalogue, plan, ")
    assert len(repr(mine)) < 200


def test_a_misspelt_year_is_told_in_a_sentence() -> None:
    with pytest.raises(InputError, match=r"YEAR = 2030: params/2030.yaml does not exist; there is 2022, 2023, 2024"):
        wl.load(2030)


@pytest.mark.parametrize(
    "name",
    [
        "observations",
        "catalogue",
        "plan",
        "objectives",
        "measures",
        "findings",
        "results",
        "comparison",
    ],
)
def test_a_cell_changes_only_its_own_table(name: str) -> None:
    table = getattr(book(), name)
    before = table.copy()
    table.iloc[:, 0] = table.iloc[0, 0]
    table["more"] = 1

    pd.testing.assert_frame_equal(getattr(book(), name), before)


@pytest.mark.parametrize("name", ["plan", "results", "observations", "comparison", "catalogue", "measures"])
@pytest.mark.parametrize("municipality", ["205", "290"])
def test_years_and_counts_are_whole_numbers_and_codes_are_texts(name: str, municipality: str) -> None:
    table = getattr(book(municipality=municipality), name)

    whole = [column for column in table if column.endswith("year") or column in ("deadline", "age", "peers_n")]
    assert all(pd.api.types.is_integer_dtype(table[column]) for column in whole), table.dtypes
    texts = [column for column in table if column.endswith("class") or column in ("key", "area", "status", "unit")]
    assert all(pd.api.types.is_string_dtype(table[column]) for column in texts), table.dtypes


@pytest.mark.parametrize("year", YEARS)
def test_observations_are_of_the_year_or_older_and_carry_their_key(year: int) -> None:
    rows = book(year).observations

    assert rows["year"].max() == year
    own = rows.query("key == 'child_low_income' and area == '205' and year == 2021")
    assert own[["indicator", "value"]].to_numpy().tolist() == [["sotkanet:228", 12.4]]
    assert list(rows) == ["key", "name", "indicator", "area", "year", "sex", "value", "count", "population", "vintage"]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("municipality", ["205", "290"])
def test_results_are_the_figures_of_the_page(year: int, municipality: str) -> None:
    mine = book(year, municipality)
    table = mine.results.set_index("key")

    there = {key for key in mine.figures if key[0] != "page"}
    for key, verdict in mine.page.verdicts.items():
        for column, figure in result_figures(verdict).items():
            value = table.loc[key, column]
            assert value == pytest.approx(figure.value if figure else math.nan, nan_ok=True)
            if figure:
                assert (figure.indicator, figure.area, figure.year, figure.measure) in there
    assert table.index[table["on_page"]].tolist() == [
        k for k in table.index if mine.page.verdicts[k] in mine.page.shown
    ]


@pytest.mark.parametrize("year", YEARS)
def test_the_plan_says_the_baselines_and_targets_of_the_results(year: int) -> None:
    mine = book(year)
    both = mine.plan.merge(mine.results, on="key", suffixes=("", "_result"))

    assert len(both) == len(mine.plan) > 10
    for column in ("baseline", "baseline_year", "target", "target_year"):
        pd.testing.assert_series_equal(both[column], both[f"{column}_result"], check_names=False)
    assert mine.plan.groupby("objective")["leading"].sum().eq(1).all()


def test_turnout_is_the_lowest_of_eighteen_towns() -> None:
    row = book().results.set_index("key").loc["municipal_turnout"]

    assert (row["extreme"], row["extreme_among"]) == ("lowest", 18)


def test_measures_join_the_plan_with_what_the_branches_answered() -> None:
    page, table = book().page, book().measures.set_index("id")

    assert table.index.tolist() == [measure.id for measure in page.measures]
    for measure in page.measures:
        assert table.loc[measure.id, "status"] == page.status_of(measure)
        assert measure in page.priority_of(measure).measures
        assert table.loc[measure.id, "priority"] == page.priority_of(measure).id
    assert set(table["remark_language"]) <= {"fi", "en", ""}
    assert (table["remark"] == "").eq(table["remark_language"] == "").all()


def test_a_town_without_a_plan_has_empty_tables_with_the_same_columns() -> None:
    for name in ("plan", "objectives", "measures", "findings"):
        ours, other = getattr(book(), name), getattr(book(municipality="290"), name)
        assert len(other) == 0 < len(ours)
        assert other.dtypes.astype(str).to_dict() == ours.dtypes.astype(str).to_dict()


@pytest.mark.parametrize("municipality", ["205", "290"])
def test_the_comparison_is_of_the_latest_year_that_all_compared_areas_share(
    municipality: str,
) -> None:
    mine = book(municipality=municipality)
    table, areas = mine.comparison, mine.areas
    compared = set(areas.loc[areas["role"] != "", "code"])
    values = mine.observations.query("sex == 'total' and year > 2014").dropna(subset="value")
    values = values[values["area"].isin(compared)]

    assert table.groupby("key")["year"].nunique().eq(1).all()
    for key, rows in table.groupby("key"):
        year = rows["year"].iloc[0]
        all_rows = values[values["key"] == key]
        assert set(rows["area"]) == set(all_rows["area"]) >= {municipality}
        later = all_rows[all_rows["year"] > year].groupby("year")["area"].nunique()
        assert later.max() < rows["area"].nunique() or later.empty
        of_year = all_rows[all_rows["year"] == year].set_index("area")["value"]
        assert of_year.to_dict() == rows.set_index("area")["value"].to_dict()


def test_areas_tell_who_is_compared() -> None:
    roles = book().areas.set_index("code")["role"]

    assert roles[roles == "own"].index.tolist() == ["205"]
    assert sorted(roles[roles == "peer"].index) == sorted(book().peers)
    assert (roles["MK18"], roles["SSS"], roles["290"]) == ("region", "country", "")


def test_a_series_is_years_by_keys_or_by_areas() -> None:
    mine = book()

    keys = mine.series(["child_low_income", "gini"], years=range(2020, 2025))
    assert (keys.index.name, keys.columns.tolist()) == ("year", ["child_low_income", "gini"])
    assert keys["child_low_income"].to_dict() == {2020: 10.4, 2021: 12.4, 2022: 10.5, 2023: 13.6}
    areas = mine.series("child_low_income", areas=["290", "205"], years=[2023])
    assert areas.columns.tolist() == ["290", "205"]
    assert areas.to_numpy().tolist() == [[14.8, 13.6]]
    assert areas.attrs["key"] == "child_low_income"
    both = mine.series(["gini", "child_low_income"], areas=["205", "290"])
    assert both.columns.tolist()[:2] == [("gini", "205"), ("gini", "290")]


def test_a_series_of_something_unknown_says_what_there_is() -> None:
    with pytest.raises(InputError, match=r"key = 'child_low_incone' is not known \(there is \"child_low_income\"\)"):
        book().series("child_low_incone")
    with pytest.raises(InputError, match="area = '999' is not known"):
        book().series("gini", areas=["999"])
