"""The table's contract, snapshots that are whole or not there, and what differs between two."""

from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import (
    AREA_COLUMNS,
    COLUMNS,
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
    assert next_name(tmp_path, "2026-11-24", national=False) == "2026-11-24-3"
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
