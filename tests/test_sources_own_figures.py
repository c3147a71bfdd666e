"""The city's forms: written, filled, read cell by cell, and never a small figure beyond the reader."""

import datetime
import json
import math
import os
import shutil
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.conftest import ROOT
from tests.replica import Replica, copy_params, small_world
from wellbeing_lib import sources
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import load_indicators, load_municipality
from wellbeing_lib.sources.own_figures import is_small
from wellbeing_lib.sources.own_reading import FIGURE_COLUMNS

HEADER = "indicator;year;municipality;value;count;population\n"


@pytest.fixture
def params(tmp_path: Path) -> Path:
    return copy_params(tmp_path)


def form(params: Path, to: Path, *rows: tuple) -> Path:
    """A form written by us and filled as a person would."""
    path = to / "form.xlsx"
    sources.write_template(path, indicators=load_indicators(params), municipality=load_municipality(params))
    book = load_workbook(path)
    for row in rows:
        book["Figures"].append(row)
    book.save(path)
    return path


def read(params: Path, *paths: Path):
    return sources.read_own_figures(paths, indicators=load_indicators(params), municipality="205", last_year=2026)


def faults(params: Path, *paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(params, *paths)
    return list(caught.value.faults)


def test_the_form_explains_itself_and_offers_what_is_possible(params: Path, tmp_path: Path) -> None:
    book = load_workbook(form(params, tmp_path))
    assert book.sheetnames == ["Figures", "Help", "Lists"]
    offered = {str(one.sqref): one.formula1 for one in book["Figures"].data_validations.dataValidation}
    assert set(offered) == {"A2:A2000", "C2:C2000"}
    keys = [cell.value for cell in book["Lists"]["A"]][1:]
    assert [key for key in keys if key] == ["free_hobbies", "library_loans", "resident_survey"]
    assert book["Lists"]["F2"].value == "205"
    assert "Alle 5 hengen luvut" in "".join(str(row[0].value) for row in book["Help"])


def test_several_indicators_and_years_in_one_form(params: Path, tmp_path: Path) -> None:
    path = form(
        params,
        tmp_path,
        ("free_hobbies", 2023, "205", 45.5, 1365, 3000),
        ("free_hobbies", 2024, 205, "46,2", 1386, 3000),
        (None, None, None, None, None, None),
        ("library_loans", "2024", "205", "11 234,5", "405\u00a0003", 36050),
    )
    found = read(params, path).figures
    assert found["value"].tolist() == [45.5, 46.2, 11234.5]
    assert found["municipality"].tolist() == ["205", "205", "205"]
    assert found["count"].tolist() == [1365, 1386, 405_003]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_csv_of_finnish_excel_is_read(params: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEADER + "free_hobbies;2024;205;46,2;1386;3000\n", encoding=encoding)
    assert read(params, path).figures["value"].tolist() == [46.2]


def test_every_fault_names_file_sheet_cell_value_and_what_is_possible(params: Path, tmp_path: Path) -> None:
    path = form(
        params,
        tmp_path,
        ("free_hobies", 2024, "205", 45.5, 5, 11),
        ("free_hobbies", 2050, "999", "n/a", -1, 11),
        ("free_hobbies", 2024, "205", "=1+1", 5, 11),
        ("free_hobbies", 2024, "205", 145.5, 5, 11),
        ("free_hobbies", 2023, "205", 10, 900, 3000),
        ("free_hobbies", datetime.date(2024, 1, 1), "205", 10, True, 11),
        ("free_hobbies", 2022, "205", 10, None, 3000),
        ("library_loans", 2022, "205", 10, 5000, None),
    )
    found = faults(params, path)
    assert found[0] == (
        'form.xlsx, Figures!A2: indicator = "free_hobies": not one of free_hobbies, library_loans, resident_survey. '
        'Did you mean "free_hobbies"?'
    )
    assert found[1] == "form.xlsx, Figures!B3: year = 2050: must be a whole number from 1950 to 2026"
    assert found[2] == (
        'form.xlsx, Figures!C3: municipality = "999": must be 205: the city\'s own figures are totals of the '
        "municipality, never parts by sex or by area"
    )
    assert found[3].startswith('form.xlsx, Figures!D3: value = "n/a": must be a number, such as 12,5')
    assert found[4].startswith("form.xlsx, Figures!E3: count = -1: must be a number of at least 0")
    assert found[5] == 'form.xlsx, Figures!D4: value = "=1+1": is a formula; paste its value instead'
    assert found[6] == "form.xlsx, Figures!D5: value = 145.5: must be from 0 to 100 for a percentage"
    assert found[7] == "form.xlsx, Figures!D6: value = 10: 900 out of 3000 is 30.0 %"
    assert found[8].startswith("form.xlsx, Figures!B7: year = 2024-01-01 00:00:00: must be a plain number")
    hidden = "is empty: figures of fewer than 5 are hidden, and without it nobody can tell"
    assert found[10:] == [
        f"form.xlsx, Figures!E8: count {hidden}",
        f"form.xlsx, Figures!F9: population {hidden}",
    ]


@pytest.mark.parametrize("column", ["sex", "area"])
def test_parts_by_sex_or_by_area_are_refused_in_one_sentence(params: Path, tmp_path: Path, column: str) -> None:
    path = tmp_path / "own.csv"
    rows = "".join(f"free_hobbies;2024;205;46,2;1386;3000;{part}\n" for part in ("total", "female", "male"))
    path.write_text(HEADER.strip() + f";{column}\n" + rows, encoding="utf-8")
    assert faults(params, path) == [
        "own.csv: the city's own figures are totals of the municipality, never parts by sex or by area: take the "
        f"column {column} away, and every row that is of a part"
    ]


@pytest.mark.parametrize(
    "row",
    [
        "2024;205;4_6,2;1386;3000",
        "2024;205;\u0664\u0666;1386;3000",
        "2024;205;46,2;1_386;3000",
        "2024,9;205;46,2;1386;3000",
        "\u0662\u0660\u0662\u0664;205;46,2;1386;3000",
        "2024;\u0662\u0660\u0665;46,2;1386;3000",
        "2024;205;nan;1386;3000",
        "2024;205;46,2;1e400;3000",
    ],
)
def test_only_plain_digits_are_a_number(params: Path, tmp_path: Path, row: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"{HEADER}free_hobbies;{row}\n", encoding="utf-8")
    assert "must be" in faults(params, path)[0]


def test_a_figure_stands_once_in_all_forms(params: Path, tmp_path: Path) -> None:
    path = form(params, tmp_path, ("free_hobbies", 2024, "205", 45.5, 1365, 3000))
    other = tmp_path / "other.csv"
    other.write_text(HEADER + "free_hobbies;2024;205;46,2;1386;3000\n", encoding="utf-8")
    said = "other.csv, row 2, column 1: free_hobbies, 2024: stands in form.xlsx, Figures!A2 already"
    assert faults(params, path, other) == [said]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("indicator;year\n", "the first row is"),
        (HEADER.replace("value", "arvo"), "the first row is"),
        ("", "the first row is"),
        (HEADER + "free_hobbies;2024;205;=1+1;;\n", "is a formula"),
        (HEADER + "free_hobbies;2024;205;4\x076;;\n", "holds a control character"),
        (HEADER + "free_hobbies;;205;46;;\n", "must be a whole number"),
        (HEADER + "free_hobbies;2024;;46;;\n", "must be 205"),
        (HEADER + 'free_hobbies;2024;205;"46;;\n', "not readable as csv"),
        (HEADER + "free_hobbies;2024;205;46\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_is_no_form_is_a_sentence(params: Path, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    assert sentence in faults(params, path)[0]


def test_a_bomb_and_a_thing_that_is_no_workbook_are_refused(params: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 101_000_000)
    assert faults(params, path) == ["bomb.xlsx: unpacks to more than 30 MB; a form does not"]
    path = tmp_path / "text.xlsx"
    path.write_text("hello", encoding="utf-8")
    assert "text.xlsx: not readable as xlsx" in faults(params, path)[0]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello", "x")
    assert "text.xlsx: not readable as xlsx" in faults(params, path)[0]
    path = tmp_path / "large.csv"
    path.write_bytes(b" " * 10_000_001)
    assert faults(params, path) == ["large.csv: has 10,000,001 bytes; at most 10,000,000 are possible"]


def test_a_text_that_looks_like_a_formula_is_written_as_a_text(params: Path, tmp_path: Path) -> None:
    path = form(
        copy_params(tmp_path / "b", change={"free_hobbies": {"name": {"fi": "=cmd()", "en": "=1+1"}}}), tmp_path
    )
    cell = load_workbook(path)["Lists"]["B2"]
    assert (cell.value, cell.data_type) == ("=cmd()", "s")


def test_small_figures_never_reach_the_snapshot(params: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    own = tmp_path / "own"
    own.mkdir()
    form(
        params,
        own,
        ("free_hobbies", 2023, "205", 45.5, 1365, 3000),
        ("free_hobbies", 2024, "205", 0.4, 4, 940),
        ("resident_survey", 2024, "205", 0.3, 3, 997),
    )
    with Replica(small_world()) as served:
        monkeypatch.setenv("WELLBEING_SOTKANET_URL", served.sotkanet)
        monkeypatch.setenv("WELLBEING_STATFIN_URL", served.statfin)
        day, patience = datetime.date(2026, 11, 24), sources.Patience(pace=0)
        fetch = partial(sources.fetch, params, tmp_path / "s", today=day, patience=patience, own_folder=own)
        fetched = fetch()
        served.requests.clear()
        assert not fetch().new
        with pytest.raises(InputError, match="source = city: no folder"):
            sources.fetch(params, tmp_path / "s", source="city")
        (own / "form.xlsx").unlink()
        form(params, own, ("library_loans", 2024, "205", 11234.5, 405003, 36050))
        again = fetch(source="city")
        assert served.requests == []
    snapshot = load_snapshot(tmp_path / "s" / "2026-11-24")
    table = snapshot.observations[snapshot.observations["indicator"].str.startswith("city:")]
    assert table[["year", "sex", "count"]].to_numpy().tolist() == [[2023, "total", 1365]]
    assert "city:free_hobbies: hidden as of fewer than 5 people: 2024" in fetched.notes
    records = {record["indicator"]: record for record in snapshot.package["series"]}
    assert records["city:free_hobbies"]["hidden"] == [{"year": 2024, "reason": "small_numbers"}]
    assert fetched.missing["city:resident_survey"] == (
        "city:resident_survey (resident_survey): every figure of it is hidden, for it is of too few people"
    )
    lines = (tmp_path / "s" / "2026-11-24" / "observations.csv").read_text(encoding="utf-8").splitlines()
    content = json.dumps(snapshot.package) + " ".join(line for line in lines if line.startswith("city:"))
    assert not [figure for figure in ("940", "997") if figure in content]
    assert list(again.fetched) == ["city:library_loans"]
    kept = load_snapshot(tmp_path / "s" / "2026-11-24-2").observations["indicator"]
    assert "city:free_hobbies" not in set(kept)  # withdrawn with its form
    assert "sotkanet:228" in set(kept)


def hidden(unit: str, value: float, count: float, population: float) -> bool:
    row = pd.DataFrame([("x", 2024, "205", value, count, population)], columns=FIGURE_COLUMNS)
    return bool(is_small(row, units={"x": unit}).iloc[0])


@pytest.mark.parametrize(
    ("unit", "value", "count", "population", "small"),
    [
        ("percent", 8.0, 4, 50, True),
        ("percent", 10.0, 5, 50, False),
        ("percent", 9.8, 4.9, 50, True),
        ("percent", 0.0, 0, 50, True),
        ("percent", 92.0, 46, 50, True),  # four are left outside
        ("percent", 90.0, 45, 50, False),
        ("percent", 100.0, 50, 50, False),
        ("percent", 100.0, 4, 4, True),
        ("per_1000", 0.1, 4, 36_000, True),
        ("per_1000", 11_234.5, 405_003, 36_050, False),
        ("persons", 4, math.nan, math.nan, True),
        ("persons", 4, 400, math.nan, True),
        ("persons", 400, 4, math.nan, True),
        ("persons", 5, math.nan, math.nan, False),
        ("points", 3.7, 4, math.nan, True),
        ("points", 3.7, 5, math.nan, False),
        ("index", 97.0, math.nan, math.nan, False),  # of nobody in particular
    ],
)
def test_fewer_than_five_people_are_hidden(
    unit: str, value: float, count: float, population: float, small: bool
) -> None:
    assert hidden(unit, value, count, population) == small


SMALL = st.one_of(
    st.tuples(st.integers(0, 4), st.integers(5, 90_000)),
    st.integers(5, 90_000).map(lambda people: (people - 4, people)),
)


@settings(max_examples=int(os.environ.get("WELLBEING_PAGES", "8")), deadline=None)
@given(SMALL, SMALL, st.sampled_from(["own.csv", "own.xlsx"]))
def test_nothing_of_a_hidden_row_can_be_computed_back(one: tuple[int, int], other: tuple[int, int], name: str) -> None:
    """Whatever is hidden in the form, the snapshot has the same bytes: so nobody can tell from it what it was."""
    with tempfile.TemporaryDirectory() as folder:
        made = [snapshot_of(Path(folder) / str(number), name, *row) for number, row in enumerate((one, other))]
        assert made[0] == made[1]


def snapshot_of(folder: Path, name: str, count: int, population: int) -> dict[str, bytes]:
    """The files of the snapshot that a form with one hidden row is read into, by name."""
    for part in ("params", "data"):
        shutil.copytree(ROOT / part, folder / part)
    (own := folder / "own").mkdir()
    rows = [("free_hobbies", 2023, "205", 45.5, 1365, 3000)]
    rows.append(("free_hobbies", 2024, "205", 100 * count / population, count, population))
    if name.endswith(".csv"):
        (own / name).write_text(HEADER + "".join(";".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    else:
        form(folder / "params", own, *rows)
    snapshots = folder / "data" / "snapshots"
    day = datetime.date(2026, 11, 24)
    fetched = sources.fetch(folder / "params", snapshots, source="city", own_folder=own, today=day)
    assert fetched.notes == ["city:free_hobbies: hidden as of fewer than 5 people: 2024"]
    return {path.name: path.read_bytes() for path in sorted((snapshots / fetched.snapshot).iterdir())}


def test_a_series_that_is_hidden_whole_is_withdrawn(tmp_path: Path) -> None:
    for part in ("params", "data"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (own := tmp_path / "own").mkdir()
    snapshots = tmp_path / "data" / "snapshots"
    found = []
    for count in (30, 3):
        text = f"{HEADER}free_hobbies;2024;205;{100 * count / 90};{count};90\n"
        (own / "own.csv").write_text(text, encoding="utf-8")
        fetched = sources.fetch(tmp_path / "params", snapshots, source="city", own_folder=own)
        assert fetched.new
        found.append(set(load_snapshot(snapshots / fetched.snapshot).observations["indicator"]))
    assert ["city:free_hobbies" in one for one in found] == [True, False]
    assert "kept" not in fetched.missing["city:free_hobbies"]
