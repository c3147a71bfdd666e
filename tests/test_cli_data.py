"""The commands of the snapshots, run as a person runs them, against a replica of the services on loopback."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.conftest import ROOT, Project
from tests.replica import Replica, small_world
from wellbeing_lib.appendix import load
from wellbeing_lib.observations import load_snapshot, write_snapshot

SHIPPED = "2026-11-24-2"


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    with Replica(small_world()) as served:
        monkeypatch.setenv("WELLBEING_SOTKANET_URL", served.sotkanet)
        monkeypatch.setenv("WELLBEING_STATFIN_URL", served.statfin)
        monkeypatch.setenv("WELLBEING_PACE", "0")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield served


def names(project: Project) -> list[str]:
    return sorted(path.name for path in (project.root / "data" / "snapshots").iterdir() if path.name[0] != ".")


def test_fetch_makes_a_snapshot_says_how_to_pin_it_and_asks_once_a_day(replica: Replica, project: Project) -> None:
    pins = (project.root / "params" / "2024.yaml").read_bytes()
    first = project.run("data", "fetch", "--source", "sotkanet")
    assert first.returncode == 0, first.stderr
    new = next(name for name in names(project) if name != SHIPPED)
    assert f'change one line of params/2024.yaml: snapshot: "{new}"' in first.stderr
    assert not [one for one in replica.requests if "PxWeb" in one]
    assert (project.root / "params" / "2024.yaml").read_bytes() == pins

    asked = len(replica.requests)
    again = project.run("data", "fetch", "--source", "sotkanet")
    assert f"Nothing to fetch: {new} is up to date" in again.stderr
    assert len(replica.requests) == asked

    listed = project.run("data", "list").stderr
    assert f"{SHIPPED}: pinned by 2022, 2023, 2024" in listed
    assert f"{new}: not pinned" in listed


def test_from_a_national_snapshot_any_municipality_has_a_page(replica: Replica, project: Project) -> None:
    done = project.run("data", "fetch", "--scope", "national")
    assert done.returncode == 0, done.stderr
    new = next(name for name in names(project) if name.startswith("national-"))
    project.replace("params/2024.yaml", f'snapshot: "{SHIPPED}"', f'snapshot: "{new}"')
    page = load(year=2024, municipality="140", root=project.root)
    assert page.place == "Iisalmi"
    assert page.params.municipality.region == "MK11"
    assert page.verdicts["child_low_income"].newest


def test_a_page_of_elsewhere_has_its_own_region_county_and_country_beside_it(project: Project) -> None:
    """The figures of the areas are made up; the two counties differ, as those of Uusimaa do."""
    folder = project.root / "data" / "snapshots"
    ours = load_snapshot(folder / SHIPPED)
    code = "sotkanet:228"
    year = int(ours.observations.query("indicator == @code and area == '140'")["year"].max())
    beside = {"SSS": 12.1, "MK11": 14.0, "HVA11": 15.5, "HVA12": 9.9}
    rows = [(code, area, year, "total", value, None, None, "2025-05") for area, value in beside.items()]
    added = pd.DataFrame(rows, columns=ours.observations.columns).astype(ours.observations.dtypes.to_dict())
    towns = [(area, "Jokin hyvinvointialue", "wellbeing_county", "MK11") for area in ("HVA11", "HVA12")]
    areas = pd.concat([ours.areas, pd.DataFrame(towns, columns=ours.areas.columns)], ignore_index=True)
    write_snapshot(
        folder / "national-2026-11-24",
        pd.concat([ours.observations, added], ignore_index=True),
        areas,
        created="2026-11-24",
        series=[dict(one) for one in ours.package["series"]],
        description="for a test",
        gathered={"counties": {"140": "HVA11"}},
    )
    project.replace("params/2024.yaml", f'snapshot: "{SHIPPED}"', 'snapshot: "national-2026-11-24"')
    page = load(year=2024, municipality="140", root=project.root)
    told = {one.whole: (one.figure.area, one.figure.value) for one in page.verdicts["child_low_income"].comparisons}
    assert told["region"] == ("MK11", 14.0)
    assert told["county"] == ("HVA11", 15.5)
    assert told["country"] == ("SSS", 12.1)
    assert "maakunta: Pohjois-Savo" in page.words.place_in("MK11")
    assert any("Jokin hyvinvointialue" in label for label, _ in page.words.evidence(page.verdicts["child_low_income"]))


def test_verify_tells_every_fault_and_ends_with_1(project: Project) -> None:
    whole = project.run("data", "verify")
    assert (whole.returncode, "1 snapshots, 0 faults." in whole.stderr) == (0, True), whole.stderr
    path = project.root / "data" / "snapshots" / SHIPPED / "observations.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    spoilt = project.run("data", "verify")
    assert spoilt.returncode == 1
    assert f"{SHIPPED}/observations.csv: hash = sha256:" in spoilt.stderr
    assert "1 snapshots, 1 faults." in spoilt.stderr
    assert project.run("data", "verify", SHIPPED).returncode == 1
    assert f"not in snapshots/; there is {SHIPPED}" in project.run("data", "verify", "2020-01-01").stderr


def test_diff_shows_the_first_rows_and_counts_the_rest(project: Project) -> None:
    folder = project.root / "data" / "snapshots"
    ours = load_snapshot(folder / SHIPPED)
    series = [dict(one) for one in ours.package["series"]]
    fewer = ours.observations[ours.observations["year"] <= 2022]
    write_snapshot(folder / "2024-01-01", fewer, ours.areas, created="2024-01-01", series=series, description="test")
    done, every = (
        project.run("data", "diff", "2024-01-01", SHIPPED),
        project.run("data", "diff", "2024-01-01", SHIPPED, "--all"),
    )
    more = len(ours.observations) - len(fewer)
    assert done.returncode == every.returncode == 0
    assert f"{more:,} values appeared from 2024-01-01 to {SHIPPED}" in done.stdout
    assert f"... and {more - 40:,} more; --all shows every one" in done.stdout
    assert sum(line.startswith("  ") for line in every.stdout.splitlines()) == more
    unknown = project.run("data", "diff", "2024-01-01", "2023-01-01")
    assert unknown.returncode == 1
    assert "there is 2024-01-01" in unknown.stderr


def test_a_title_is_accepted_by_a_person_only(replica: Replica, project: Project) -> None:
    replica.world.indicators[3126]["title"]["fi"] = "Gini-kerroin, uusi nimi"
    stopped = project.run("data", "fetch", "--source", "sotkanet")
    assert stopped.returncode == 1
    assert "Gini-kerroin, uusi nimi" in stopped.stderr
    assert names(project) == [SHIPPED]
    accepted = project.run("data", "accept-title", "3126")
    assert accepted.returncode == 0, accepted.stderr
    assert "Gini-kerroin, uusi nimi" in (project.root / "params" / "indicators.yaml").read_text(encoding="utf-8")
    assert project.run("data", "fetch", "--source", "sotkanet").returncode == 0


def test_the_citys_form_is_written_once_and_git_never_sees_it(project: Project) -> None:
    done = project.run("forms", "indicators")
    assert done.returncode == 0, done.stderr
    sheets = load_workbook(project.root / "data" / "own" / "figures.xlsx").sheetnames
    assert sheets == ["Figures", "Help", "Lists"]
    assert project.run("forms", "indicators").returncode == 1
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"data/own/", "data/snapshots/national-*/"} <= set(ignored)


def test_the_citys_figures_need_their_folder(project: Project) -> None:
    done = project.run("data", "fetch", "--source", "city")
    assert done.returncode == 1
    assert "own/: there is no such folder with the city's filled forms" in done.stderr


def test_make_data_never_pastes_a_value_into_the_shell(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", "-C", str(ROOT), f"SOURCE=all; touch {tmp_path}/x", "data"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '--source "$SOURCE" --scope "$SCOPE"' in done.stdout
    assert "touch " + str(tmp_path) not in done.stdout
