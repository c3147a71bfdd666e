"""A whole fetch against the replica: what is written, what is not asked again, what stops it."""

import datetime
import io
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rich.console import Console

from tests.real import REAL, upstream
from tests.replica import Replica, World, copy_params, real_world, small_world
from wellbeing_lib import sources
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import KEY, Snapshot, differences, load_snapshot, snapshot_names
from wellbeing_lib.params import load_municipality

DAY = datetime.date(2026, 11, 24)
NEXT = datetime.date(2026, 11, 25)
QUICK = sources.Patience(pace=0, attempts=4, timeout=10)
FEW = ("child_low_income", "gini", "cervical_screening", "low_exercise")
BOTH = (*FEW, "employment_rate", "municipal_turnout")
HERE = Path(__file__).parent
CATEGORIES = {"KUNTA": "", "MAAKUNTA": "MK", "HYVINVOINTIALUE": "HVA"}


@pytest.fixture(autouse=True)
def straight_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    with Replica(small_world()) as served:
        use(monkeypatch, served)
        yield served


def use(monkeypatch: pytest.MonkeyPatch, served: Replica) -> None:
    monkeypatch.setenv("WELLBEING_SOTKANET_URL", served.sotkanet)
    monkeypatch.setenv("WELLBEING_STATFIN_URL", served.statfin)


def fetch(params: Path, snapshots: Path, **given) -> sources.Fetched:
    return sources.fetch(params, snapshots, **({"today": DAY, "patience": QUICK} | given))


def newest(snapshots: Path) -> Snapshot:
    return load_snapshot(snapshots / snapshot_names(snapshots)[-1])


def served_rows(world: World, indicators: set[int], areas: set[str] | None) -> pd.DataFrame:
    """What the replica serves of some indicators and areas, in our columns, made without the library."""
    codes = {
        one["id"]: CATEGORIES.get(one["category"], "") + one["code"] if one["category"] != "MAA" else "SSS"
        for one in world.regions
        if one["category"] in (*CATEGORIES, "MAA")
    }
    rows = [
        (f"sotkanet:{id_}", codes[region], year, gender, value, count)
        for id_ in indicators
        for region, year, gender, value, count in world.rows.get(id_, [])
        if region in codes and (areas is None or codes[region] in areas)
    ]
    table = pd.DataFrame(rows, columns=[*KEY, "value", "count"]).astype({"value": "float64", "count": "float64"})
    return table.sort_values(KEY).reset_index(drop=True)


def written_rows(snapshot: Snapshot, areas: set[str] | None) -> pd.DataFrame:
    table = snapshot.observations[snapshot.observations["indicator"].str.startswith("sotkanet:")]
    chosen = table if areas is None else table[table["area"].isin(areas)]
    return chosen[[*KEY, "value", "count"]].sort_values(KEY).reset_index(drop=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sotkanet_ids(params: Path) -> set[int]:
    entries = yaml.load((params / "indicators.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)[
        "indicators"
    ].values()
    return {int(entry["id"]) for entry in entries if entry["source"] == "sotkanet"}


def test_the_snapshot_holds_what_was_served(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path)
    fetched = fetch(params, tmp_path / "snapshots")
    snapshot = newest(tmp_path / "snapshots")
    areas = set(load_municipality(params).places)
    expected = served_rows(replica.world, sotkanet_ids(params), areas)
    pd.testing.assert_frame_equal(written_rows(snapshot, None), expected, check_dtype=False)
    assert fetched.new
    assert fetched.snapshot == "2026-11-24"
    assert set(snapshot.areas["area"]) == areas  # Helsinki and Espoo, and the second Suomi, are left out
    record = next(one for one in snapshot.package["series"] if one["indicator"] == "sotkanet:5527")
    assert record["producer"] == "Finnish institute for Health and Welfare (THL)"
    assert (record["licence"], record["data_updated"], record["fetched"]) == ("CC BY 4.0", "2025-05-14", "2026-11-24")
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["2026-11-24"]


def test_all_sexes_are_asked_for_but_only_those_the_metadata_names(replica: Replica, tmp_path: Path) -> None:
    fetch(copy_params(tmp_path, keep=FEW), tmp_path / "snapshots", source="sotkanet")
    asked = [request for request in replica.requests if "/json" in request]
    assert all("genders=total&genders=female&genders=male" in one for one in asked if "indicator=5527" in one)
    assert all("genders" in one and "male" not in one for one in asked if "indicator=3620" in one or "=228" in one)
    sexes = newest(tmp_path / "snapshots").observations.query("indicator == 'sotkanet:5527'")["sex"]
    assert set(sexes) == {"total", "female", "male"}


def test_a_second_run_the_same_day_asks_nothing(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=BOTH)
    fetch(params, tmp_path / "snapshots")
    replica.requests.clear()
    again = fetch(params, tmp_path / "snapshots")
    assert not again.new
    assert again.sentences[0] == "Nothing to fetch: 2026-11-24 is up to date"
    assert replica.requests == []


def test_another_day_asks_for_editions_only(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=BOTH)
    fetch(params, tmp_path / "snapshots")
    replica.requests.clear()
    assert not fetch(params, tmp_path / "snapshots", today=NEXT).new
    assert not [one for one in replica.requests if "/json" in one or one.startswith("POST")]
    replica.world.indicators[228]["data-updated"] = "2026-11-20"
    ours = [number for number, row in enumerate(replica.world.rows[228]) if row[0] == 94]
    replica.world.rows[228][ours[0]] = (*replica.world.rows[228][ours[0]][:3], 55.5, None)
    del replica.world.rows[228][ours[-1]]
    fetched = fetch(params, tmp_path / "snapshots", today=NEXT)
    assert list(fetched.fetched) == ["sotkanet:228"]
    snapshot = load_snapshot(tmp_path / "snapshots" / "2026-11-25")
    dates = {one["indicator"]: one["fetched"] for one in snapshot.package["series"]}
    assert dates.pop("sotkanet:228") == "2026-11-25"
    assert set(dates.values()) == {"2026-11-24"}
    before = load_snapshot(tmp_path / "snapshots" / "2026-11-24")
    changed = differences(before.observations, snapshot.observations)
    assert sorted(changed["what"]) == ["changed", "disappeared"]
    assert changed.query("what == 'changed'")["after"].tolist() == [55.5]
    assert "sotkanet:228: 1 observations of 2026-11-24 are no longer given" in fetched.sentences


def test_an_edition_of_the_day_of_its_fetch_is_asked_again(replica: Replica, tmp_path: Path) -> None:
    replica.world.indicators[228]["data-updated"] = DAY.isoformat()
    params = copy_params(tmp_path, keep=FEW)
    fetch(params, tmp_path / "snapshots")
    assert list(fetch(params, tmp_path / "snapshots", today=NEXT).fetched) == ["sotkanet:228"]


def test_one_source_carries_the_other_over(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=BOTH)
    fetch(params, tmp_path / "snapshots", source="sotkanet")
    replica.requests.clear()
    fetched = fetch(params, tmp_path / "snapshots", source="statfin")
    assert fetched.snapshot == "2026-11-24-2"
    assert not [request for request in replica.requests if "/rest/" in request]
    first = load_snapshot(tmp_path / "snapshots" / "2026-11-24")
    second = load_snapshot(tmp_path / "snapshots" / "2026-11-24-2")
    pd.testing.assert_frame_equal(written_rows(first, None), written_rows(second, None))
    assert {"statfin:employment", "statfin:municipal_turnout"} <= set(second.observations["indicator"])


def test_a_changed_catalogue_is_fetched_the_same_day(replica: Replica, tmp_path: Path) -> None:
    fetch(copy_params(tmp_path / "a", keep=FEW[:2]), tmp_path / "snapshots")
    fetched = fetch(copy_params(tmp_path / "b", keep=FEW[:3]), tmp_path / "snapshots")
    assert fetched.snapshot == "2026-11-24-2"
    assert set(newest(tmp_path / "snapshots").observations["indicator"]) == {f"sotkanet:{i}" for i in (228, 3126, 3620)}


def test_an_unknown_id_and_one_without_rows_are_named_and_the_rest_is_fetched(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=(*FEW, "self_rated_health"), change={"gini": {"id": 999_999}})
    fetched = fetch(params, tmp_path / "snapshots", source="sotkanet")
    assert fetched.missing == {
        "sotkanet:4333": "sotkanet:4333 (self_rated_health): Sotkanet has no rows for it",
        "sotkanet:999999": "sotkanet:999999 (gini): Sotkanet knows no such id",
    }
    assert len(fetched.fetched) == 3
    again = fetch(params, tmp_path / "snapshots", source="sotkanet")
    assert again.missing == fetched.missing  # a second run says it again without asking


def test_what_upstream_no_longer_gives_is_kept_with_its_own_date_and_said(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=FEW)
    fetch(params, tmp_path / "snapshots")
    del replica.world.indicators[3126]
    replica.world.indicators[228]["data-updated"] = "2026-11-20"
    fetched = fetch(params, tmp_path / "snapshots", today=NEXT)
    assert fetched.missing["sotkanet:3126"].endswith("knows no such id; figures fetched 2026-11-24 are kept")
    assert "sotkanet:3126" in set(newest(tmp_path / "snapshots").observations["indicator"])


def test_a_wrong_id_stops_the_fetch_with_both_titles(replica: Replica, tmp_path: Path) -> None:
    alcohol = {"id": 1806, "title": {"fi": "Alkoholijuomien myynti asukasta kohti", "en": "Sales of alcohol"}}
    params = copy_params(tmp_path, keep=FEW, change={"gini": alcohol})
    with pytest.raises(InputError, match=r"gini.id = 1806.*Alkoholijuomien myynti.*lääkkeisiin astman vuoksi"):
        fetch(params, tmp_path / "snapshots")
    assert snapshot_names(tmp_path / "snapshots") == []
    assert not [request for request in replica.requests if "/json" in request]


def test_an_unconfirmed_title_is_taken_from_upstream_and_reported(replica: Replica, tmp_path: Path) -> None:
    title = {"title": {"fi": "Jotakin", "en": "Something"}, "title_confirmed": False}
    fetched = fetch(copy_params(tmp_path, keep=FEW, change={"gini": title}), tmp_path / "snapshots")
    assert any("sotkanet:3126 (gini): title not confirmed" in note and "Gini-kerroin" in note for note in fetched.notes)
    record = next(one for one in newest(tmp_path / "snapshots").package["series"] if one["indicator"].endswith("3126"))
    assert record["title"] == "Gini-kerroin, käytettävissä olevat tulot"


@pytest.mark.parametrize(
    "kind",
    ["429", "500", "503", "cut", "slow", "truncated", "html", "duplicated", "shuffled", "strings", "csv", "csv comma"],
)
def test_a_passing_fault_ends_in_the_same_snapshot(replica: Replica, tmp_path: Path, kind: str) -> None:
    params = copy_params(tmp_path, keep=FEW)
    fetch(params, tmp_path / "clean")
    for path in ("/json", "/indicators/", "/regions"):
        kinds_of_data = kind in ("duplicated", "shuffled", "strings", "csv", "csv comma")
        replica.fault(kind, on="/json" if kinds_of_data else path, times=100 if kinds_of_data else 2)
    fetch(params, tmp_path / "spoiled")
    assert contents(tmp_path / "spoiled") == contents(tmp_path / "clean")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("400", "/json: status 400"),
        ("403", "/json: status 403"),
        ("429", "/json: status 429 Too Many Requests, after 4 attempts"),
        ("500", "/json: status 500 Internal Server Error, after 4 attempts"),
        ("cut", r"/json: no whole answer \(RemoteProtocolError"),
        ("truncated", "/json: the answer is no whole JSON"),
        ("html", "/json: the answer is an HTML page, not data"),
        ("conflicting", "indicator 228, region [0-9]+, [0-9]{4}, total stands twice with different values"),
        ("another indicator", "asked for indicator 228, was given a row of something else"),
    ],
)
def test_a_lasting_fault_is_one_sentence_and_no_snapshot(
    replica: Replica, tmp_path: Path, kind: str, sentence: str
) -> None:
    replica.fault(kind, on="/json?indicator=228", times=100)
    with pytest.raises(InputError, match=sentence) as caught:
        fetch(copy_params(tmp_path, keep=FEW), tmp_path / "snapshots")
    assert len(caught.value.faults) == 1
    assert snapshot_names(tmp_path / "snapshots") == []
    replica.faults.clear()
    assert fetch(tmp_path / "params", tmp_path / "snapshots").new


def test_a_null_is_missing_and_a_strange_region_is_reported(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=("child_low_income",))
    rows = sorted(replica.world.rows[228])
    replica.world.rows[228] = sorted(rows, key=lambda row: row[0] != 94)  # the first row of an answer is Kajaani's
    replica.fault("null", on="/json?indicator=228&years=2005")
    replica.fault("strange region", on="/json?indicator=228&years=2015")
    fetched = fetch(params, tmp_path / "snapshots")
    expected = served_rows(replica.world, {228}, set(load_municipality(params).places))
    gone = (expected["area"] == "205") & (expected["year"] == 2005)
    pd.testing.assert_frame_equal(
        written_rows(newest(tmp_path / "snapshots"), None), expected[~gone].reset_index(drop=True), check_dtype=False
    )
    assert any("left out: 999999" in note for note in fetched.notes)


def test_an_area_that_upstream_does_not_have_is_said(replica: Replica, tmp_path: Path) -> None:
    replica.world.regions = [one for one in replica.world.regions if one["category"] != "HYVINVOINTIALUE"]
    fetched = fetch(copy_params(tmp_path, keep=FEW), tmp_path / "snapshots")
    assert "areas that Sotkanet does not have: HVA20" in fetched.notes


def test_regions_that_cannot_be_told_apart_stop_the_fetch(replica: Replica, tmp_path: Path) -> None:
    kuhmo = next(one for one in replica.world.regions if one["code"] == "290")
    replica.world.regions.append({**kuhmo, "category": "MAAKUNTA"})
    with pytest.raises(InputError, match=r"Kuhmo .*id 156, region.*Kuhmo .*id 156, municipality"):
        fetch(copy_params(tmp_path, keep=FEW), tmp_path / "snapshots")


def test_the_national_snapshot_holds_everything(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=FEW)
    fetched = fetch(params, tmp_path / "snapshots", scope="national")
    snapshot = newest(tmp_path / "snapshots")
    assert fetched.snapshot == "national-2026-11-24"
    expected = served_rows(replica.world, sotkanet_ids(params), None)
    pd.testing.assert_frame_equal(written_rows(snapshot, None), expected, check_dtype=False)
    assert {"049", "091", "HVA05", "MK01"} <= set(snapshot.areas["area"])
    assert snapshot.package["gathered"]["counties"]["049"] == "HVA05"
    assert (tmp_path / "snapshots" / "national-2026-11-24" / "observations.parquet").is_file()


def test_plain_lines_tell_each_step_without_a_terminal(replica: Replica, tmp_path: Path) -> None:
    console = Console(record=True, force_terminal=False, file=(tmp_path / "lines").open("w", encoding="utf-8"))
    with console.file:
        fetch(copy_params(tmp_path, keep=FEW), tmp_path / "snapshots", progress=sources.Progress(console))
    lines = console.export_text().splitlines()
    assert "sotkanet:3620 (cervical_screening): 108 observations" in lines
    assert len(lines) == len(FEW)


def test_a_terminal_shows_a_bar(replica: Replica, tmp_path: Path) -> None:
    console = Console(record=True, force_terminal=True, width=100, file=io.StringIO())
    fetch(copy_params(tmp_path, keep=FEW), tmp_path / "snapshots", progress=sources.Progress(console))
    assert f"{len(FEW)}/{len(FEW)}" in console.export_text()


def test_what_killed_runs_have_left_is_removed(replica: Replica, tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    for name in (".run-default-2025-01-01", ".2026-11-24.77", ".national-2025-01-01-2.9", ".keep"):
        (snapshots / name).mkdir(parents=True)
        (snapshots / name / "observations.csv").write_text("half", encoding="utf-8")
    fetch(copy_params(tmp_path, keep=FEW), snapshots)
    assert sorted(path.name for path in snapshots.iterdir()) == [".keep", "2026-11-24"]


def test_two_fetches_at_once_are_one_too_many(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=FEW)
    said: list[str] = []

    def second(number: int) -> None:
        if number == 3:
            with pytest.raises(InputError) as caught:
                fetch(params, tmp_path / "snapshots")
            said.extend(caught.value.faults)

    replica.on_request = second
    assert fetch(params, tmp_path / "snapshots").new
    assert said == ["snapshots/: another fetch is under way; wait until it has ended"]


CHILD = """
import datetime, sys
from pathlib import Path
from wellbeing_lib import sources
sources.fetch(Path(sys.argv[1]), Path(sys.argv[2]), today=datetime.date(2026, 11, 24), patience=sources.Patience(0))
"""


def test_a_run_killed_at_any_moment_ends_in_the_same_bytes(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three moments here; WELLBEING_KILLS=10 for more, with the real rows where they are at hand."""
    folder, many = upstream(), os.environ.get("WELLBEING_KILLS")
    if folder and many:
        replica.world = real_world(folder)
    params = copy_params(tmp_path, keep=() if many else BOTH)
    fetch(params, tmp_path / "whole")
    moments, chance = len(replica.requests), random.Random(20261124)
    for number in range(int(many or 3)):
        snapshots = tmp_path / f"killed-{number}"
        moment = moments if number == 0 else chance.randint(1, moments)
        replica.requests.clear()
        killed = _start_and_kill(replica, params, snapshots, moment, delay=chance.random() / 20)
        asked = len(replica.requests)
        replica.on_request = None
        fetch(params, snapshots)
        assert killed == -signal.SIGKILL or (number == 0 and killed == 0)
        assert asked <= moments
        assert contents(snapshots) == contents(tmp_path / "whole"), f"killed after request {moment}"


def _start_and_kill(replica: Replica, params: Path, snapshots: Path, moment: int, *, delay: float) -> int:
    """Start a fetch in a process of its own and kill it a little after a request; how it ended."""
    command = [sys.executable, "-c", CHILD, str(params), str(snapshots)]
    child = subprocess.Popen(command, cwd=HERE.parent)
    replica.on_request = lambda number: threading.Timer(delay, child.kill).start() if number == moment else None
    return child.wait(timeout=60)


def test_what_a_killed_run_has_verified_is_not_asked_again(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=FEW)
    replica.fault("500", on="/json?indicator=3126", times=100)
    with pytest.raises(InputError, match="what was fetched today is kept"):
        fetch(params, tmp_path / "snapshots")
    replica.faults.clear()
    replica.requests.clear()
    fetch(params, tmp_path / "snapshots")
    assert not [request for request in replica.requests if "/json?indicator=228" in request]


def test_a_kept_answer_that_is_not_whole_is_asked_again(replica: Replica, tmp_path: Path) -> None:
    params = copy_params(tmp_path, keep=FEW)
    replica.fault("500", on="/json?indicator=3126", times=100)
    with pytest.raises(InputError):
        fetch(params, tmp_path / "snapshots")
    replica.faults.clear()
    for kept in (tmp_path / "snapshots").glob(".run-*/*.json"):
        kept.write_bytes(kept.read_bytes()[:-3])
    fetch(params, tmp_path / "snapshots")
    fetch(params, tmp_path / "clean")
    assert contents(tmp_path / "snapshots") == contents(tmp_path / "clean")


@REAL
def test_the_full_real_data_equal_what_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = upstream()
    assert folder is not None
    params = copy_params(tmp_path)
    with Replica(real_world(folder)) as served:
        use(monkeypatch, served)
        fetch(params, tmp_path / "snapshots")
        fetch(params, tmp_path / "snapshots", scope="national", source="sotkanet")
    areas = set(load_municipality(params).places)
    default = load_snapshot(tmp_path / "snapshots" / "2026-11-24")
    national = load_snapshot(tmp_path / "snapshots" / "national-2026-11-24")
    expected = served_rows(served.world, sotkanet_ids(params), areas)
    pd.testing.assert_frame_equal(written_rows(default, areas), expected, check_dtype=False)
    everything = served_rows(served.world, sotkanet_ids(params), None)
    pd.testing.assert_frame_equal(written_rows(national, None), everything, check_dtype=False)
    assert len(everything) > 50_000
    assert len(national.areas) == 320 + 19 + 1


@REAL
def test_the_two_vintages_of_the_gini_coefficient_show_as_revisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = upstream()
    assert folder is not None
    params = copy_params(tmp_path, keep=("gini",))
    for vintage, day in (("2013-09", DAY), (None, NEXT)):
        with Replica(real_world(folder, vintage)) as served:
            use(monkeypatch, served)
            fetch(params, tmp_path / "snapshots", source="sotkanet", today=day)
    old, new = (load_snapshot(tmp_path / "snapshots" / name) for name in ("2026-11-24", "2026-11-25"))
    changed = differences(old.observations, new.observations).query("area == '205' and what == 'changed'")
    revised = {row["year"]: (row["before"], row["after"]) for _, row in changed.iterrows()}
    assert revised[2010] == (24.9, 24.6)
    assert revised[2011] == (26.3, 26.0)
    assert 2009 not in revised  # 24.7 in both
