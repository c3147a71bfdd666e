"""The table's contract, snapshots that are whole or not there, and what differs between two."""

import datetime
import gzip
import hashlib
import json
import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT
from wellbeing_lib.at_hand import RELEASED, refuse_later
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import (
    AREA_COLUMNS,
    COLUMNS,
    NATIONAL,
    Snapshot,
    check_observations,
    differences,
    known_by,
    load_snapshot,
    next_name,
    snapshot_names,
    write_snapshot,
)

SERIES = [
    {"indicator": "sotkanet:228", "source": "Sotkanet", "title": "t", "producer": "p", "licence": "CC BY 4.0",
     "licence_address": "https://example.org", "address": "", "fetched": "2026-11-24", "vintages": ["2025"]},
]  # fmt: skip


def table(*rows: tuple) -> pd.DataFrame:
    """Observations from (indicator, area, year, value), the rest as usual."""
    full = [(i, area, year, "total", value, np.nan, np.nan, "2025") for i, area, year, value in rows]
    kinds = {"year": "int64", "value": "float64", "count": "float64", "population": "float64"}
    return pd.DataFrame(full, columns=COLUMNS).astype({name: kinds.get(name, "str") for name in COLUMNS})


def areas() -> pd.DataFrame:
    return pd.DataFrame([("205", "Kajaani", "municipality", "MK18")], columns=AREA_COLUMNS).astype("str")


def write(folder: Path, observations: pd.DataFrame, **given) -> Path:
    return write_snapshot(folder, observations, areas(), created="2026-11-24", series=SERIES, description="d", **given)


GOOD = table(("sotkanet:228", "205", 2010, 24.9), ("sotkanet:228", "205", 2011, 0.1 + 0.2))


def test_a_snapshot_comes_back_as_it_was_written(tmp_path: Path) -> None:
    for name in ("2026-11-24", "national-2026-11-24"):
        back = load_snapshot(write(tmp_path / name, GOOD, gathered={"missing": {}}))
        pd.testing.assert_frame_equal(back.observations, GOOD)
        assert back.areas["member_of"].tolist() == ["MK18"]
        assert back.package["gathered"] == {"missing": {}}


@pytest.mark.parametrize("folder", sorted((ROOT / "data" / "snapshots").iterdir()), ids=lambda folder: folder.name)
def test_a_snapshot_that_ships_is_a_valid_package(folder: Path) -> None:
    found = frictionless.validate(str(folder / "datapackage.json"))

    assert found.valid, found.to_summary()


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("2026-11-24", "national-2026-11-24"):
        one = write(tmp_path / "a" / name, GOOD)
        two = write(tmp_path / "b" / name, GOOD.iloc[::-1])
        for path in one.iterdir():
            assert path.read_bytes() == (two / path.name).read_bytes()


def test_a_snapshot_is_never_overwritten_and_never_edited(tmp_path: Path) -> None:
    folder = write(tmp_path / "2026-11-24", GOOD)
    with pytest.raises(InputError, match="exists already; a snapshot is never overwritten"):
        write(folder, GOOD)
    path = folder / "observations.csv"
    path.write_bytes(path.read_bytes().replace(b"24.9", b"24.8"))
    with pytest.raises(InputError, match=r"observations\.csv: hash = "):
        load_snapshot(folder)


def test_a_snapshot_that_is_not_there_is_said_with_what_is(tmp_path: Path) -> None:
    write(tmp_path / "2026-11-24", GOOD)
    with pytest.raises(InputError, match=r'"2026-11-25": not in .*; there is 2026-11-24'):
        load_snapshot(tmp_path / "2026-11-25")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("sotkanet:x", "205", 2010, 1.0), "indicator = sotkanet:x"),
        (("sotkanet:228", "2055", 2010, 1.0), "area = 2055"),
        (("sotkanet:228", "205", 1900, 1.0), "year = 1900"),
        (("sotkanet:228", "205", 2010, np.inf), "value = inf"),
        (("sotkanet:228", "205", 2011, 1.0), "stands 2 times"),
    ],
)
def test_a_breach_of_the_contract_names_the_observation(row: tuple, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        check_observations(pd.concat([GOOD, table(row)], ignore_index=True), shown="here")


def test_names_of_one_day_are_in_their_order(tmp_path: Path) -> None:
    assert next_name(tmp_path, "2026-11-24", national=False) == "2026-11-24"
    for name in ("2026-11-24-10", "2026-11-24", "2026-11-24-2", "2025-01-01", "national-2026-11-24"):
        write(tmp_path / name, GOOD)
    (tmp_path / ".2026-11-25.77").mkdir()
    ordered = ["2025-01-01", "2026-11-24", "2026-11-24-2", "2026-11-24-10"]
    assert snapshot_names(tmp_path, national=False) == ordered
    assert snapshot_names(tmp_path, national=True) == ["national-2026-11-24"]
    assert next_name(tmp_path, "2026-11-24", national=False) == "2026-11-24-11"  # the newest is the last by name
    assert next_name(tmp_path, "2026-11-24", national=True) == "national-2026-11-24-2"


def test_differences_tell_what_changed_appeared_and_disappeared() -> None:
    before = table(
        ("sotkanet:1", "205", 2010, 24.9), ("sotkanet:1", "205", 2011, 5.0), ("sotkanet:1", "205", 2012, 0.3)
    )
    after = table(
        ("sotkanet:1", "205", 2010, 24.6), ("sotkanet:1", "205", 2013, 7.0), ("sotkanet:1", "205", 2012, 0.1 + 0.2)
    )
    after["vintage"] = "2026"
    found = differences(before, after)
    assert found[["year", "what"]].to_numpy().tolist() == [[2010, "changed"], [2011, "disappeared"], [2013, "appeared"]]
    assert found["before"].tolist()[:2] == [24.9, 5.0]
    assert found["after"].tolist()[::2] == [24.6, 7.0]
    assert np.allclose(found["change"], [-0.3, np.nan, np.nan], equal_nan=True)
    assert found["vintage_after"].tolist()[::2] == ["2026", "2026"]
    assert differences(before, before).empty


def test_a_year_assessed_knows_nothing_later() -> None:
    assert known_by(GOOD, year=2010)["year"].tolist() == [2010]


# what is no whole snapshot


def revised(folder: Path, name: str, old: str, new: str) -> Path:
    """The snapshot with one text of a table changed, and a datapackage that vouches for it."""
    before = (folder / name).read_bytes()
    after = before.replace(old.encode(), new.encode(), 1)
    assert before != after
    (folder / name).write_bytes(after)
    package = (folder / "datapackage.json").read_text(encoding="utf-8")
    old_hash, new_hash = (hashlib.sha256(content).hexdigest() for content in (before, after))
    (folder / "datapackage.json").write_text(package.replace(old_hash, new_hash), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2010,total,24.9", "2010,total,2_4.9", 'value = "2_4.9" (line 2): must be a plain number'),
        ("2010,total,24.9", "2010,total,\u0662\u0664", 'value = "\u0662\u0664" (line 2)'),
        ("2010,total,24.9", "2010,total,nan", 'value = "nan" (line 2)'),
        ("2010,total,24.9", "2010,total,", 'value = "" (line 2)'),
        ("2010,total,24.9,", "2010,total,24.9,1_0", 'count = "1_0" (line 2)'),
        ("2010,total,24.9,,", "2010,total,24.9,,\u0665", 'population = "\u0665" (line 2)'),
        ("205,2011", "205,2011.9", 'year = "2011.9" (line 3)'),
        ("205,2011", "205,\u0662\u0660\u0661\u0661", 'year = "\u0662\u0660\u0661\u0661" (line 3)'),
        ("205,2011", "205,2_01", 'year = "2_01" (line 3)'),
    ],
)
def test_only_plain_digits_are_a_figure(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = revised(write(tmp_path / "2026-11-24", GOOD), "observations.csv", old, new)
    with pytest.raises(InputError, match=re.escape(f"2026-11-24/observations.csv: {said}")):
        load_snapshot(folder)


def test_a_snapshot_without_a_row_is_not_whole(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="snapshot 2026-11-24: holds no row"):
        write(tmp_path / "2026-11-24", GOOD.iloc[:0])
    assert not (tmp_path / "2026-11-24").exists()

    for name in ("observations.csv", "areas.csv"):
        folder = write(tmp_path / name / "2026-11-24", GOOD)
        rows = (folder / name).read_text(encoding="utf-8").partition("\n")[2]
        revised(folder, name, rows, "")
        with pytest.raises(InputError, match=f"2026-11-24/{name}: holds no row"):
            load_snapshot(folder)


def test_a_snapshot_of_a_day_to_come_is_refused(tmp_path: Path) -> None:
    """As the newest one it would be taken, and compared with, for ever after."""
    for name in ("2099-01-01", "national-2099-01-01-2"):
        with pytest.raises(InputError, match=rf"{name}: 2099-01-01 has not come yet \(today is .*\); remove it"):
            load_snapshot(write(tmp_path / name, GOOD))
    with pytest.raises(InputError, match="2026-13-01: 2026-13-01 is no date"):
        load_snapshot(write(tmp_path / "2026-13-01", GOOD))
    for old, new in (('"created": "2026', '"created": "2099'), ('"fetched": "2026', '"fetched": "2099')):
        folder = write(tmp_path / new[1:8] / "2026-11-24", GOOD)
        path = folder / "datapackage.json"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=f"{new[1:8]}: 2099-11-24 has not come yet"):
            load_snapshot(folder)


def test_a_clock_that_is_behind_the_code_refuses_nothing() -> None:
    refuse_later(RELEASED.isoformat(), "x")
    refuse_later((datetime.date.today() + datetime.timedelta(days=1)).isoformat(), "x")


def test_a_folder_that_is_not_named_as_a_snapshot_is_none(tmp_path: Path) -> None:
    for name in ("2026-11-24", "2026-\u00b2-1", "2026-11-\u0662\u0664", "2026-11-24-x", "copy", "2026-11-24-"):
        write(tmp_path / name, GOOD)
    (tmp_path / "copy").rename(tmp_path / os.fsdecode(b"2026-11-24-\xff"))
    assert snapshot_names(tmp_path) == ["2026-11-24"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda package: [], "must hold keys with values"),
        (lambda package: package | {"created": 5}, "created = 5"),
        (lambda package: package | {"created": "soon"}, "created: soon is no date"),
        (lambda package: package | {"resources": {}}, "resources = {}"),
        (lambda package: package | {"resources": package["resources"][1:]}, "resources: observations is missing"),
        (lambda package: package | {"series": []}, "series = []"),
        (lambda package: package | {"series": [SERIES[0] | {"vintages": "2025"}]}, 'series.0.vintages = "2025"'),
        (lambda package: package | {"series": [SERIES[0] | {"title": "a\u202eb"}]}, "series.0.title"),
        (lambda package: package | {"gathered": []}, "gathered = []"),
        (lambda package: package | {"gathered": {"counties": [1]}}, "gathered.counties = [1]"),
        (lambda package: {name: one for name, one in package.items() if name != "licenses"}, "licenses is missing"),
    ],
)
def test_a_datapackage_of_another_shape_is_a_sentence(tmp_path: Path, change: Callable, said: str) -> None:
    path = write(tmp_path / "2026-11-24", GOOD) / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(change(package)), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(f"2026-11-24/datapackage.json: {said}")):
        load_snapshot(path.parent)


# ------------------------------------------------------------------------------ default areas and all municipalities

EVERYONE = table(
    ("statfin:employment", "205", 2020, 69.2),
    ("statfin:employment", "091", 2020, 72.5),
    ("statfin:jobs", "091", 2020, 9.0),
)
OURS = table(("statfin:employment", "205", 2020, 69.2), ("statfin:employment", "205", 2021, 70.0))


def test_both_files_are_one_table_and_the_row_of_the_csv_stays(tmp_path: Path) -> None:
    ours = OURS.assign(count=[14_000.0, np.nan], vintage="2022-11")

    back = load_snapshot(write(tmp_path / "2026-11-24", ours, national=EVERYONE))

    assert len(back.observations) == 4
    assert not back.observations.duplicated(["indicator", "area", "year", "sex"]).any()
    (both,) = back.observations.query("area == '205' and year == 2020").to_dict("records")
    assert (both["count"], both["vintage"]) == (14_000.0, "2022-11")
    assert set(back.observations["area"]) == {"205", "091"}
    pd.testing.assert_frame_equal(back.default, ours)


@pytest.mark.parametrize(("column", "value"), [("value", 69.3), ("count", 5.0), ("population", 7.0)])
def test_a_figure_in_both_files_must_be_the_same(tmp_path: Path, column: str, value: float) -> None:
    ours = OURS.assign(count=4.0, population=6.0)
    other = EVERYONE.assign(count=[4.0, np.nan, np.nan], population=[6.0, np.nan, np.nan])
    other.loc[0, column] = value

    with pytest.raises(InputError) as caught:
        write(tmp_path / "2026-11-24", ours, national=other)

    (fault,) = caught.value.faults
    assert f"{NATIONAL}: {column} = {value:g} (statfin:employment, area 205, 2020, total)" in fault
    assert not (tmp_path / "2026-11-24").exists()


def test_the_national_file_has_the_same_bytes_whenever_it_is_written(tmp_path: Path) -> None:
    one = write(tmp_path / "a" / "2026-11-24", OURS, national=EVERYONE)
    two = write(tmp_path / "b" / "2026-11-24", OURS, national=EVERYONE.iloc[::-1])

    content = (one / NATIONAL).read_bytes()
    assert content == (two / NATIONAL).read_bytes()
    assert content[3:8] == bytes(5), "neither a name nor a time"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), r"national\.csv\.gz: is missing; never take a file out of a snapshot"),
        (lambda path: path.write_bytes(path.read_bytes() + b"."), r"national\.csv\.gz: hash = "),
        (lambda path: path.write_bytes(b""), r"national\.csv\.gz: hash = "),
    ],
)
def test_a_missing_or_altered_national_file_is_one_sentence(tmp_path: Path, harm: Callable, said: str) -> None:
    folder = write(tmp_path / "2026-11-24", OURS, national=EVERYONE)
    harm(folder / NATIONAL)

    with pytest.raises(InputError, match=said) as caught:
        load_snapshot(folder)

    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    "content",
    [b"no archive", gzip.compress(b"indicator,area\n")[:-6], gzip.compress(b"a,b\n")],
    ids=["no archive", "cut", "other columns"],
)
def test_a_national_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes) -> None:
    folder = write(tmp_path / "2026-11-24", OURS, national=EVERYONE)
    before = hashlib.sha256((folder / NATIONAL).read_bytes()).hexdigest()
    (folder / NATIONAL).write_bytes(content)
    package = folder / "datapackage.json"
    package.write_text(package.read_text().replace(before, hashlib.sha256(content).hexdigest()))

    with pytest.raises(InputError, match=NATIONAL) as caught:
        load_snapshot(folder)

    assert len(caught.value.faults) == 1


def test_the_national_file_stays_out_of_what_is_sent_to_another_process(tmp_path: Path) -> None:
    snapshot = load_snapshot(write(tmp_path / "2026-11-24", OURS, national=EVERYONE))

    sent = pickle.loads(pickle.dumps(snapshot))

    assert not {"observations", "default", "national"} & set(vars(sent))
    pd.testing.assert_frame_equal(sent.observations, snapshot.observations)


# ------------------------------------------------------------------------------ the snapshot that ships


@pytest.fixture(scope="module")
def shipped() -> Snapshot:
    (folder,) = (ROOT / "data" / "snapshots").iterdir()
    return load_snapshot(folder)


def figures(shipped: Snapshot, code: str, area: str) -> pd.DataFrame:
    return shipped.observations.query("indicator == @code and area == @area and sex == 'total'").set_index("year")


@pytest.mark.parametrize(
    ("code", "area", "year", "value"),
    [
        ("statfin:low_income", "205", 2022, 14.3),
        ("statfin:low_income", "205", 2021, 14.5),
        ("statfin:persistent_low_income", "205", 2022, 8.1),
        ("statfin:employment", "205", 2020, 69.2),
        ("statfin:tertiary", "205", 2019, 30.2),
        ("statfin:over64", "205", 2023, 24.7),
        ("statfin:offences_life_health", "205", 2020, 8.26),
        ("statfin:population", "205", 2023, 36513),
        ("sotkanet:127", "205", 2024, 36433),
        ("sotkanet:228", "205", 2023, 13.6),
    ],
)
def test_published_figures_are_in_the_snapshot(
    shipped: Snapshot, code: str, area: str, year: int, value: float
) -> None:
    assert figures(shipped, code, area).loc[year, "value"] == value


def test_the_country_has_its_low_income_with_people(shipped: Snapshot) -> None:
    row = figures(shipped, "statfin:low_income", "SSS").loc[2022]

    assert (row["count"], row["population"]) == (730_770, 5_443_431)


def test_the_key_figures_of_a_municipality_are_one_publication(shipped: Snapshot) -> None:
    rows = shipped.observations.query("indicator == 'statfin:employment' and area != 'SSS'")

    assert set(rows["vintage"]) == {"2022-11-08"}
    assert rows["year"].agg(["min", "max"]).tolist() == [2000, 2020]
    assert rows["area"].nunique() == 310  # all municipalities and Kainuu


def test_child_low_income_has_the_counts_of_the_same_figures_elsewhere(shipped: Snapshot) -> None:
    kept = shipped.observations[["area", "year", "value", "count", "population"]]
    ours = kept[(shipped.observations["indicator"] == "sotkanet:228") & kept["count"].notna()]
    theirs = kept[shipped.observations["indicator"] == "statfin:child_low_income"]
    both = ours.merge(theirs, on=["area", "year"], suffixes=("", "_theirs"))

    assert len(ours) == len(both) == 221
    for name in ("value", "count", "population"):
        assert (both[name] == both[f"{name}_theirs"]).all()
    assert (abs(100 * ours["count"] / ours["population"] - ours["value"]) < 0.051).all()


def test_no_figure_tells_of_fewer_than_five_sexual_offences(shipped: Snapshot) -> None:
    rows = shipped.observations
    people = rows[rows["indicator"] == "statfin:population"].set_index(["area", "year"])["value"]
    told = rows[rows["indicator"] == "statfin:sexual_offences"].set_index(["area", "year"])["value"]

    assert len(told) > 1000
    assert (told * people.reindex(told.index) / 1000).min() > 4.4


def test_every_municipality_has_a_name_a_region_and_figures(shipped: Snapshot) -> None:
    towns = shipped.areas[shipped.areas["category"] == "municipality"]
    regions = set(shipped.areas.loc[shipped.areas["category"] == "region", "area"])

    assert len(towns) == 309
    assert set(towns["member_of"]) == regions
    assert len(regions) == 19
    assert set(towns["area"]) <= set(shipped.observations["area"])
    assert {"091": "Helsinki", "766": "Sottunga", "318": "Kökar", "785": "Vaala"}.items() <= dict(
        zip(towns["area"], towns["name"], strict=True)
    ).items()
    assert (towns["member_of"] == "MK18").sum() == 8


def test_every_series_names_its_producer_licence_and_vintages(shipped: Snapshot) -> None:
    series = {one["indicator"]: one for one in shipped.package["series"]}
    vintages = shipped.observations.groupby("indicator")["vintage"].unique()

    assert set(series) == set(vintages.index)
    for code, one in series.items():
        assert one["producer"], code
        assert one["licence"], code
        assert one["vintages"] == sorted(vintages[code]), code
        if code.startswith("statfin"):
            assert one["licence"] == "CC BY 4.0", code
