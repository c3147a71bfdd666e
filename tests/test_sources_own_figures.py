"""The city's forms: written, filled, read cell by cell, and never a small figure beyond the reader."""

import datetime
import json
import zipfile
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.replica import Replica, copy_params, small_world
from wellbeing_lib import sources
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import load_indicators, load_municipality

HOME = {"105": "MK18", "205": "MK18", "MK18": "SSS", "SSS": ""}
HEADER = "indicator;year;area;sex;value;count;population\n"


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
    return sources.read_own_figures(paths, indicators=load_indicators(params), areas=HOME, last_year=2026)


def faults(params: Path, *paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(params, *paths)
    return list(caught.value.faults)


def test_the_form_explains_itself_and_offers_what_is_possible(params: Path, tmp_path: Path) -> None:
    book = load_workbook(form(params, tmp_path))
    assert book.sheetnames == ["Figures", "Help", "Lists"]
    offered = {str(one.sqref): one.formula1 for one in book["Figures"].data_validations.dataValidation}
    assert set(offered) == {"A2:A2000", "C2:C2000", "D2:D2000"}
    keys = [cell.value for cell in book["Lists"]["A"]][1:]
    assert [key for key in keys if key] == ["free_hobbies", "library_loans", "resident_survey"]
    assert book["Lists"]["F2"].value == "205"
    assert "Alle 5 hengen luvut" in "".join(str(row[0].value) for row in book["Help"])


def test_several_indicators_and_years_in_one_form(params: Path, tmp_path: Path) -> None:
    path = form(
        params,
        tmp_path,
        ("free_hobbies", 2023, "205", "total", 45.5, 1365, 3000),
        ("free_hobbies", 2024, 205, None, "46,2", None, None),
        (None, None, None, None, None, None, None),
        ("library_loans", "2024", "205", "total", "11 234,5", None, None),
    )
    found = read(params, path).figures
    assert found["value"].tolist() == [45.5, 46.2, 11234.5]
    assert found["area"].tolist() == ["205", "205", "205"]
    assert found["sex"].tolist() == ["total"] * 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_csv_of_finnish_excel_is_read(params: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEADER + "free_hobbies;2024;205;total;46,2;1386;3000\n", encoding=encoding)
    assert read(params, path).figures["value"].tolist() == [46.2]


def test_every_fault_names_file_sheet_cell_value_and_what_is_possible(params: Path, tmp_path: Path) -> None:
    path = form(
        params,
        tmp_path,
        ("free_hobies", 2024, "205", "total", 45.5, None, None),
        ("free_hobbies", 2050, "999", "girls", "n/a", -1, None),
        ("free_hobbies", 2024, "205", "total", "=1+1", None, None),
        ("free_hobbies", 2024, "205", "total", 145.5, None, None),
        ("free_hobbies", 2023, "205", "total", 10, 900, 3000),
        ("free_hobbies", datetime.date(2024, 1, 1), "205", "total", 10, True, None),
    )
    found = faults(params, path)
    assert found[0] == (
        'form.xlsx, Figures!A2: indicator = "free_hobies": not one of free_hobbies, library_loans, resident_survey. '
        'Did you mean "free_hobbies"?'
    )
    assert found[1] == "form.xlsx, Figures!B3: year = 2050: must be a whole number from 1950 to 2026"
    assert found[2].startswith('form.xlsx, Figures!C3: area = "999": not one of 105, 205')
    assert found[3] == 'form.xlsx, Figures!D3: sex = "girls": not one of total, female, male.'
    assert found[4].startswith('form.xlsx, Figures!E3: value = "n/a": must be a number, such as 12,5')
    assert found[5].startswith("form.xlsx, Figures!F3: count = -1: must be a number of at least 0")
    assert found[6] == 'form.xlsx, Figures!E4: value = "=1+1": is a formula; paste its value instead'
    assert found[7] == "form.xlsx, Figures!E5: value = 145.5: must be from 0 to 100 for a percentage"
    assert found[8] == "form.xlsx, Figures!E6: value = 10: 900 out of 3000 is 30.0 %"
    assert found[9].startswith("form.xlsx, Figures!B7: year = 2024-01-01 00:00:00: must be a plain number")
    assert len(found) == 11


def test_a_figure_stands_once_in_all_forms(params: Path, tmp_path: Path) -> None:
    path = form(params, tmp_path, ("free_hobbies", 2024, "205", "total", 45.5, None, None))
    other = tmp_path / "other.csv"
    other.write_text(HEADER + "free_hobbies;2024;205;;46,2;;\n", encoding="utf-8")
    said = "other.csv, row 2, column 1: free_hobbies, 2024, 205, total: stands in form.xlsx, Figures!A2 already"
    assert faults(params, path, other) == [said]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("indicator;year\n", "the first row is"),
        (HEADER.replace("value", "arvo"), "the first row is"),
        ("", "the first row is"),
        (HEADER + "free_hobbies;2024;205;total;=1+1;;\n", "is a formula"),
        (HEADER + "free_hobbies;2024;205;total;4\x076;;\n", "holds a control character"),
        (HEADER + "free_hobbies;;205;total;46;;\n", "must be a whole number"),
        (HEADER + "free_hobbies;2024;;total;46;;\n", "is empty: not one of"),
        (HEADER + 'free_hobbies;2024;205;total;"46;;\n', "not readable as csv"),
        (HEADER + "free_hobbies;2024;205;total;46\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_is_no_form_is_a_sentence(params: Path, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    assert sentence in faults(params, path)[0].replace("is emptynot", "is empty: not")


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
    assert faults(params, path) == ["large.csv: is larger than 10 MB; a form is not"]


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
        ("free_hobbies", 2023, "205", "total", 45.5, 1365, 3000),
        ("free_hobbies", 2024, "205", "total", 40.0, 771, 1927),
        ("free_hobbies", 2024, "205", "female", 77.7, 767, 987),
        ("free_hobbies", 2024, "205", "male", 0.4, 4, 940),
        ("resident_survey", 2024, "205", "total", 0.3, 3, 997),
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
        form(params, own, ("library_loans", 2024, "205", "total", 11234.5, None, None))
        again = fetch(source="city")
        assert served.requests == []
    snapshot = load_snapshot(tmp_path / "s" / "2026-11-24")
    table = snapshot.observations[snapshot.observations["indicator"].str.startswith("city:")]
    assert table[["year", "sex", "count"]].to_numpy().tolist() == [[2023, "total", 1365], [2024, "total", 771]]
    assert "city:free_hobbies: 2 rows are hidden as small or revealing" in fetched.notes
    records = {record["indicator"]: record for record in snapshot.package["series"]}
    assert records["city:free_hobbies"]["hidden"] == 2
    assert fetched.missing["city:resident_survey"] == (
        "city:resident_survey (resident_survey): no form has a figure of it to publish"
    )
    lines = (tmp_path / "s" / "2026-11-24" / "observations.csv").read_text(encoding="utf-8").splitlines()
    content = json.dumps(snapshot.package) + " ".join(line for line in lines if line.startswith("city:"))
    assert not [figure for figure in ("77.7", "767", "987", "940", "997") if figure in content]
    assert list(again.fetched) == ["city:library_loans"]
    kept = load_snapshot(tmp_path / "s" / "2026-11-24-2").observations["indicator"]
    assert "city:free_hobbies" not in set(kept)  # withdrawn with its form
    assert "sotkanet:228" in set(kept)
