"""Pages of many municipalities: made once, each on its own, and the same however often something was killed."""

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import dask.config
import pytest
from distributed import LocalCluster
from distributed.security import Security

from tests.conftest import Once, Project, copied
from tests.national import harvested, write_national
from tests.real import REAL, upstream
from tests.test_kernels import becomes, marked, needs_proc
from tests.test_report import contents
from wellbeing_lib import clusters
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


# nobody else


ATTACK = """
import asyncio, os, socket, sys
import distributed.comm.tcp
from distributed.core import connect
from distributed.security import Security

stranger = Security.temporary()
os.chdir("/")
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)

async def ask(port):
    for scheme, arguments in (("tcp", {}), ("tls", stranger.get_connection_args("client"))):
        try:
            comm = await connect(f"{scheme}://127.0.0.1:{port}", timeout=5, **arguments)
            await comm.write({"op": "identity", "reply": True})
            print(port, "answers", scheme, (await comm.read())["type"])
            comm.abort()
            return
        except OSError:
            pass

def web(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as there:
        there.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
        if there.recv(100).startswith(b"HTTP/"):
            print(port, "answers http")

for port in map(int, sys.argv[1:]):
    for attempt in (lambda one: asyncio.run(asyncio.wait_for(ask(one), 30)), web):
        try:
            attempt(port)
        except (OSError, asyncio.TimeoutError):
            pass
print("asked", os.geteuid() == 0)
"""


def family(parent: int) -> set[int]:
    """A process and its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {parent}
    while more := {pid for pid, of in parents.items() if of in found} - found:
        found |= more
    return found


def sockets_of(processes: set[int]) -> set[str]:
    """What these processes hold open, as /proc names it."""
    found = set()
    for pid in processes:
        with suppress(OSError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    found.add(str(link.readlink()))
    return found


def listening(parent: int) -> list[int]:
    """The TCP ports on which a process and its descendants wait for somebody."""
    sockets = sockets_of(family(parent))
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    waiting = [one for one in lines if one[3] == "0A" and f"socket:[{one[9]}]" in sockets]
    return sorted({int(one[1].split(":")[1], 16) for one in waiting})


def attacked(ports: list[int]) -> list[str]:
    """What another user of the machine gets out of these ports; root tries it as nobody, others as themselves."""
    command = [sys.executable, "-c", ATTACK, *map(str, ports)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@needs_proc
def test_nobody_else_can_talk_to_a_batch() -> None:
    before = set(listening(os.getpid()))
    with clusters.client(workers=1):
        ports = sorted(set(listening(os.getpid())) - before)
        assert len(ports) == 3  # of the scheduler, of the worker, and of the one who minds the worker
        assert attacked(ports) == ["asked False"]


@needs_proc
def test_nobody_else_can_talk_to_a_batch_that_is_making_pages(project: Project) -> None:
    running = project.start("batch", "--year", "2024", "--municipalities", ",".join(AREAS), MARK=str(project.root))
    try:
        each = 1 + 2 * (os.cpu_count() or 1)  # the scheduler; each worker, and the one who minds it
        assert becomes(lambda: len(listening(running.pid)) == each)
        ports = listening(running.pid)
        assert attacked(ports) == ["asked False"]
        assert running.poll() is None
        assert listening(running.pid) == ports
    finally:
        running.kill()
        running.communicate()
    assert becomes(lambda: marked(project.root) == [])


@needs_proc
def test_the_attack_would_succeed_on_an_open_cluster() -> None:
    before = set(listening(os.getpid()))
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50):
        ports = sorted(set(listening(os.getpid())) - before)
        said = attacked(ports)

    assert {"answers tcp Scheduler", "answers tcp Worker", "answers tcp Nanny", "answers http"} <= {
        line.partition(" ")[2] for line in said
    }


def test_a_batch_leaves_no_folder_of_dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with clusters.client(workers=1) as dask:
        assert dask.submit(os.getpid).result() != os.getpid()
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:8786", '--scheduler "tcp://127.0.0.1:8786": must start with tls://'),
        ("127.0.0.1:8786", "must start with tls://"),
        ("tls://127.0.0.1:8786", "needs certificates: DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "),
    ],
)
def test_a_scheduler_that_anybody_could_be_is_refused(made: Project, address: str, said: str) -> None:
    done = made.run("batch", "--year", "2024", "--municipalities", "290", "--scheduler", address)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scheduler_with_certificates_makes_the_pages(again: Project, made: Project, tmp_path: Path) -> None:
    security = Security.temporary()
    names = {"CA_FILE": "tls_ca_file", "CLIENT__CERT": "tls_client_cert", "CLIENT__KEY": "tls_client_key"}
    environment = {}
    for name, field in names.items():
        (tmp_path / name).write_text(getattr(security, field), encoding="utf-8")
        environment[f"DASK_DISTRIBUTED__COMM__TLS__{name}"] = str(tmp_path / name)
    (again.build(municipality="290") / "appendix.fi.html").write_text("spoilt", encoding="utf-8")
    command = ["batch", "--year", "2024", "--municipalities", "290", "--scheduler"]
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(
            n_workers=1, threads_per_worker=1, protocol="tls://", security=security, silence_logs=50,
            dashboard_address="127.0.0.1:0",
        ) as cluster,
    ):  # fmt: skip
        address = str(cluster.scheduler_address)  # pyright: ignore[reportAttributeAccessIssue]
        done = again.run(*command, address, **environment)
    assert "1 made, 0 unchanged, 0 failed" in done.stderr, done.stderr
    assert contents(again.build(municipality="290")) == contents(made.build(municipality="290"))

    environment["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "1s"
    done = again.run(*command, address, **environment)
    assert done.returncode == 1
    assert "no scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr


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
