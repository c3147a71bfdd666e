"""Pages of many municipalities: made once, each on its own, and the same however often something was killed."""

import csv
import os
import random
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Once, Project, copied
from tests.national import harvested, write_national
from tests.real import REAL, upstream
from tests.test_kernels import becomes, marked, needs_proc
from tests.test_report import contents
from wellbeing_lib.batch import page_of, prepare
from wellbeing_lib.faults import InputError
from wellbeing_lib.params import load_indicators

AREAS = ["105", "290", "578"]
NAMES = ("indicator", "area", "year", "measure")  # what makes a figure that figure


@pytest.fixture(scope="module")
def made(once: Once) -> Project:
    """A copy with the pages of three municipalities, made by one command from the snapshot that is pinned."""
    return Project(once("batch", _make))


def _make(folder: Path) -> None:
    done = batch(copied(folder), ",".join(AREAS))
    assert done.returncode == 0, done.stderr
    assert "3 made, 0 unchanged, 0 failed" in done.stderr


@pytest.fixture
def again(made: Project, tmp_path: Path) -> Project:
    """A copy of that to break something in."""
    subprocess.run(["cp", "-r", f"{made.root}/.", str(tmp_path)], check=True)
    return Project(tmp_path)


def batch(project: Project, areas: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return project.run("batch", "--year", "2024", "--municipalities", areas, **environment)


def test_each_page_stands_in_the_folder_of_its_code_and_is_found_by_name(made: Project) -> None:
    assert [len(made.page(municipality=area).select("main section.chapter")) > 8 for area in AREAS] == [True] * 3
    index = (made.build() / "municipalities.html").read_text(encoding="utf-8")
    names = ["Hyrynsalmi", "Kuhmo", "Paltamo"]
    for area, name in zip(AREAS, names, strict=True):
        assert f'<li><a href="{area}/appendix.fi.html">{name}</a></li>' in index
    assert index.index("Hyrynsalmi") < index.index("Kuhmo") < index.index("Paltamo")
    assert "script-src 'sha256-" in index


def test_what_is_there_is_left_and_what_was_spoilt_is_made_again(again: Project, made: Project) -> None:
    (again.build(municipality="290") / "appendix.fi.html").write_text("spoilt", encoding="utf-8")

    done = batch(again, ",".join(AREAS))

    assert "105 unchanged" in done.stderr
    assert "290 made" in done.stderr
    assert "1 made, 2 unchanged, 0 failed" in done.stderr
    assert contents(again.build()) == contents(made.build())


def test_a_page_in_another_language_is_made_and_can_be_verified(again: Project) -> None:
    done = again.run("batch", "--year", "2024", "--municipalities", "290", "--language", "en")

    assert "1 made, 0 unchanged, 0 failed" in done.stderr
    assert again.page(language="en", municipality="290").html["lang"] == "en"
    proved = again.run("verify", "build/2024/290")
    assert proved.returncode == 0, proved.stderr


def test_a_failing_municipality_takes_no_other_with_it_and_is_told_at_the_end(again: Project, made: Project) -> None:
    shutil.rmtree(again.build())
    (again.build() / "578").parent.mkdir(parents=True)
    (again.build() / "578").write_text("a file where the folder should be", encoding="utf-8")

    done = batch(again, "578,290")

    assert done.returncode == 1
    assert "1 made, 0 unchanged, 1 failed" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("578: ")
    assert contents(again.build(municipality="290")) == contents(made.build(municipality="290"))


def test_a_municipality_that_the_snapshot_does_not_have_is_refused_before_anything_starts(again: Project) -> None:
    done = batch(again, "290,999")

    assert done.returncode == 1
    assert 'MUNICIPALITIES = "999": not in snapshot 2026-11-24-2' in done.stderr


def test_a_year_that_is_not_ready_gives_no_page_to_the_city_with_a_plan(project: Project) -> None:
    path = project.root / "params" / "2024.yaml"
    path.write_text(path.read_text(encoding="utf-8").partition("\nhandling:")[0] + "\n", encoding="utf-8")
    shared = prepare(2024, root=project.root)

    with pytest.raises(InputError, match="2024 is not ready for a page"):
        page_of("205", shared)
    assert page_of("290", shared).place == "Kuhmo"


def start(project: Project) -> subprocess.Popen[str]:
    """A batch from scratch, once its first page is done."""
    shutil.rmtree(project.build())
    running = project.start("batch", "--year", "2024", "--municipalities", ",".join(AREAS), MARK=str(project.root))
    assert running.stderr
    for line in running.stderr:
        if " made (1/3)" in line:
            return running
    raise AssertionError("the batch ended before its first page")


@needs_proc
def test_a_killed_batch_leaves_no_process_and_ends_the_same_when_started_again(again: Project, made: Project) -> None:
    running = start(again)
    running.kill()
    running.communicate()
    assert becomes(lambda: marked(again.root) == [])

    done = batch(again, ",".join(AREAS))

    assert done.returncode == 0, done.stderr
    assert "0 failed" in done.stderr
    assert contents(again.build()) == contents(made.build())


@needs_proc
def test_a_killed_worker_costs_its_page_in_work_only(again: Project, made: Project) -> None:
    running = start(again)
    for worker in workers(again.root)[:1]:
        os.kill(worker, signal.SIGKILL)
    said = running.communicate(timeout=300)[1]

    assert running.returncode == 0, said
    assert "3 made, 0 unchanged, 0 failed" in said
    assert contents(again.build()) == contents(made.build())
    assert becomes(lambda: marked(again.root) == [])


def workers(mark: Path) -> list[int]:
    """Dask's workers: the children of the batch that were spawned and have a kernel server of their own."""
    parents = {pid: int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in alive(mark)}
    servers = [pid for pid in parents if b"forkserver" in command(pid)]
    return sorted({parents[server] for server in servers})


def alive(mark: Path) -> list[int]:
    return [pid for pid in marked(mark) if command(pid)]


def command(pid: int) -> bytes:
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    return b""


@REAL
def test_pages_picked_from_the_whole_country_hold_the_published_figures(tmp_path: Path) -> None:
    """The page against its open data, and that against the harvest; WELLBEING_PICKED=10 picks ten of the 320."""
    project, folder = copied(tmp_path), upstream()
    assert folder
    write_national(project.root, folder)
    observations, areas = harvested(folder)
    everyone = sorted(areas.loc[areas["category"] == "municipality", "area"])
    picked = random.Random(2024).sample(everyone, int(os.environ.get("WELLBEING_PICKED", "2")))

    done = batch(project, ",".join(picked))

    assert done.returncode == 0, done.stderr
    assert f"{len(picked)} made" in done.stderr
    keys = {one.code: one.key for one in load_indicators(project.root / "params").values()}
    known = observations[(observations["year"] <= 2024) & observations["indicator"].isin(keys)]
    columns = (known[name].tolist() for name in ("indicator", "area", "year", "value"))
    harvest = {(keys[code], area, year): value for code, area, year, value in zip(*columns, strict=True)}
    for area in picked:
        rows = open_data(project, area)
        own = {key: value for key, value in harvest.items() if key[1] == area}
        assert figures(rows, "observation") == own
        assert figures(rows, "newest") == {key: own[key] for key in newest(own)}
        others = figures(rows, "area_value")
        assert others == {key: harvest[key] for key in others}
        shown = {"|".join(row[name] for name in NAMES): row["shown_fi"] for row in rows}
        spans = project.page(municipality=area).select("[data-f]")
        assert len(spans) > 5
        assert [span for span in spans if shown.get(str(span["data-f"])) != span.get_text()] == []


Key = tuple[str, str, int]


def open_data(project: Project, area: str) -> list[dict[str, str]]:
    with (project.build(municipality=area) / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(rows: list[dict[str, str]], measure: str) -> dict[Key, float]:
    """The figures of one measure."""
    found = [row for row in rows if row["measure"] == measure]
    return {(row["indicator"], row["area"], int(row["year"])): float(row["value"]) for row in found}


def newest(own: dict[Key, float]) -> set[Key]:
    """The last year of each indicator."""
    return set({indicator: (indicator, area, year) for indicator, area, year in sorted(own)}.values())
