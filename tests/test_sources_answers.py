"""Every recorded way in which Sotkanet has written a figure, a title, a region."""

import json
from pathlib import Path

import pytest

from tests.real import REAL, upstream
from tests.replica import SMALL, Replica, copy_params, small_world
from wellbeing_lib import sources
from wellbeing_lib.faults import InputError
from wellbeing_lib.params import load_indicators
from wellbeing_lib.sources.answers import Asked, Figure, read_figures
from wellbeing_lib.sources.jsonstat import read_cells
from wellbeing_lib.sources.regions import area_table, counties, read_regions
from wellbeing_lib.sources.sotkanet import read_metadata
from wellbeing_lib.sources.titles import normalised
from wellbeing_lib.sources.web import OddAnswerError, Patience

ASKED = Asked(127, frozenset({2009, 2023}), frozenset({"total"}))
ROW = {"indicator": 127, "region": 94, "year": 2023, "gender": "total", "value": 7.4}


@pytest.mark.parametrize(
    ("row", "value", "cases"),
    [
        (ROW, 7.4, None),
        (ROW | {"absValue": 48189}, 7.4, 48189),
        ({name: str(value) for name, value in ROW.items()} | {"value": "7,4", "absValue": ""}, 7.4, None),
        ({name: ROW[name] for name in ROW if name != "value"} | {"primary value": "7.4"}, 7.4, None),
        (ROW | {"value": -13, "gender": "TOTAL"}, -13, None),
    ],
)
def test_a_figure_is_read_however_it_is_written(row: dict, value: float, cases: float | None) -> None:
    assert read_figures([row], ASKED) == [Figure(94, 2023, "total", value, cases)]


@pytest.mark.parametrize(
    "text",
    [
        "indicator;region;year;gender;primary value;absolute value\r\n127;94;2009;total;7.4;12\r\n",
        "indicator;region;year;gender;primary value;absolute value\r\n127;94;2009;total;7,4;12\r\n",
        'indicator,region,year,gender,value,absValue\n127,94,2009,total,"7,4",12\n',
    ],
)
def test_a_csv_is_read_with_comma_or_point(text: str) -> None:
    assert read_figures(text, ASKED) == [Figure(94, 2009, "total", 7.4, 12)]


def test_missing_is_missing_and_no_rows_are_no_rows() -> None:
    assert read_figures([ROW | {"value": None}], ASKED) == []
    assert read_figures([], ASKED) == []


def test_the_same_row_twice_is_one_and_a_different_one_a_fault() -> None:
    assert len(read_figures([ROW, dict(ROW)], ASKED)) == 1
    for other in ({"value": 7.5}, {"absValue": 3}):
        with pytest.raises(InputError, match="region 94, 2023, total stands twice with different values"):
            read_figures([ROW, ROW | other], ASKED)


@pytest.mark.parametrize("other", [{"indicator": 128}, {"year": 2022}, {"gender": "male"}])
def test_a_row_of_something_else_is_a_fault(other: dict) -> None:
    with pytest.raises(InputError, match="asked for indicator 127, was given a row of something else"):
        read_figures([ROW | other], ASKED)


@pytest.mark.parametrize("answer", [{"error": 1}, None, ["x"], [{"indicator": 127}], [ROW | {"value": "many"}]])
def test_what_is_no_list_of_figures_is_odd(answer: object) -> None:
    with pytest.raises(OddAnswerError, match="not a list of figures"):
        read_figures(answer, ASKED)


@pytest.mark.parametrize(
    "other",
    [
        {"region": 94.9}, {"year": 2023.9}, {"indicator": 127.5}, {"region": "9_4"},
        {"year": "\u0662\u0660\u0662\u0663"},
        {"region": True}, {"value": "7_4"}, {"value": "\u0667,4"}, {"value": "1e999"}, {"absValue": "1 0"},
        {"value": "inf"}, {"region": [94]},
    ],
)  # fmt: skip
def test_only_plain_digits_are_a_number(other: dict) -> None:
    with pytest.raises(OddAnswerError, match="not a list of figures"):
        read_figures([ROW | other], ASKED)


def test_a_region_and_a_cell_have_plain_numbers_too() -> None:
    regions = json.loads((SMALL / "regions.json").read_text(encoding="utf-8"))
    for odd in (94.9, "9_4", True):
        with pytest.raises(OddAnswerError, match="not a list of regions"):
            read_regions([{**regions[0], "id": odd}])
    cube = {"id": ["a"], "size": [2], "dimension": {"a": {"label": "Alue", "category": {"index": ["1", "2"]}}}}
    assert [cell.value for cell in read_cells(cube | {"value": [1.5, None]})] == [1.5, None]
    for values in (["1_0", None], [True, 1], ["\u0667", 1], [[1], 1]):
        with pytest.raises(OddAnswerError, match="no json-stat2 dataset"):
            read_cells(cube | {"value": values})
    with pytest.raises(OddAnswerError, match="no json-stat2 dataset"):
        read_cells(cube | {"size": [2.5], "value": [1, 2]})


def test_regions_are_matched_on_category_and_code() -> None:
    regions = read_regions(json.loads((SMALL / "regions.json").read_text(encoding="utf-8")))
    table = area_table(regions)
    areas = {area: rest for area, *rest in table.itertuples(index=False)}
    assert (regions[94].area, regions[504].area, regions[962].area, regions[658].area) == (
        "205",
        "MK18",
        "HVA20",
        "SSS",
    )
    assert regions[1045].area is None  # the other "Suomi"
    assert areas["205"] == ["Kajaani", "municipality", "MK18"]
    assert areas["HVA20"][2] == "MK18"
    assert areas["SSS"] == ["Koko maa", "country", ""]
    assert counties(regions)["049"] == "HVA05"


def test_metadata_without_sexes_has_the_total_only() -> None:
    answer = {"id": "5", "title": {"fi": " A&nbsp;&#8805; B ", "sv": ""}, "classifications": {"sex": {"values": []}}}
    metadata = read_metadata(answer)
    assert (metadata.id, metadata.sexes, metadata.updated) == (5, ("total",), "")
    assert metadata.titles == {"fi": "A ≥ B"}
    with pytest.raises(OddAnswerError, match="not the metadata of an indicator"):
        read_metadata([])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("% vastaavanikäisestä väestöstä", "% vastaavan ikäisestä&nbsp;väestöstä "),
        ("Lihavia (BMI&#8805;30)", "Lihavia (BMI≥30)"),
        ("0 - 17-vuotiaat", "0–17-vuotiaat"),
        ("Alle 15-vuotiaaiden osuus", "Alle 15-vuotiaiden osuus"),
    ],
)
def test_known_spellings_of_a_title_are_one(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_likeness_is_not_equality() -> None:
    assert normalised("Rintasyövän seulonta") != normalised("Suolistosyövän seulonta")
    assert normalised("Kuolleisuus 15-64") != normalised("Kuolleisuus 15-65")


def test_a_person_accepts_a_new_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    params = copy_params(tmp_path)
    before = (params / "indicators.yaml").read_text(encoding="utf-8")
    world = small_world()
    world.indicators[3620]["title"] = {"fi": 'Uusi "nimi": seulonta', "en": "New name", "sv": ""}
    with Replica(world) as served:
        monkeypatch.setenv("WELLBEING_SOTKANET_URL", served.sotkanet)
        said = sources.accept_title(params, "3620", patience=Patience(pace=0))
        with pytest.raises(InputError, match="no Sotkanet indicator 362 "):
            sources.accept_title(params, 362, patience=Patience(pace=0))
    after = (params / "indicators.yaml").read_text(encoding="utf-8")
    accepted = load_indicators(params)["cervical_screening"]
    assert said == (
        'cervical_screening (sotkanet:3620): title "Kohdunkaulasyövän seulontaan osallistuminen, % kutsutuista" -> '
        '"Uusi "nimi": seulonta", confirmed'
    )
    assert (accepted.title.fi, accepted.title.en, accepted.title_confirmed) == (
        'Uusi "nimi": seulonta',
        "New name",
        True,
    )
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(changed) == 3, changed  # every comment, quote and order stays
    assert len(after.splitlines()) == len(before.splitlines())


@REAL
def test_the_real_answers_are_read() -> None:
    folder = upstream()
    assert folder is not None
    sotkanet = folder / "sotkanet"
    regions = read_regions(json.loads((sotkanet / "regions-2016.json").read_text(encoding="utf-8")))
    assert sum(region.category == "municipality" for region in regions.values()) == 320
    for path in (sotkanet / "indicators").glob("*.json"):
        assert read_metadata(json.loads(path.read_text(encoding="utf-8"))).updated.startswith("20")
    asked = Asked(127, frozenset({2009}), frozenset({"total"}))
    figures = read_figures((sotkanet / "csv-127-2009.csv").read_text(encoding="utf-8"), asked)
    assert Figure(69, 2009, "total", 2406, None) in figures
    asked = Asked(171, frozenset({2019, 2023}), frozenset({"total"}))
    figures = read_figures(json.loads((sotkanet / "sotkanet_171_fixture.json").read_text(encoding="utf-8")), asked)
    assert Figure(46, 2019, "total", 7.4, 48189) in figures
