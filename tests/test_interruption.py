"""A build that is cut short, by a kill, a full disk, another build or a saved file: the last good version stays."""

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.killing import REMARKS, kill_reports, killed_after, say_otherwise
from tests.test_kernels import becomes, marked, needs_proc
from tests.whole_pages import contents
from wellbeing_lib import integrity, manifest, publishing, versions
from wellbeing_lib.cli.speaking import NO_ROOM
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import load_snapshot, write_snapshot
from wellbeing_lib.params import load_params
from wellbeing_lib.params.writing import write_text
from wellbeing_lib.records import write_record
from wellbeing_lib.sources.runs import Run
from wellbeing_lib.whole import write_whole

MOVES = ("replace", "rename", "unlink", "rmdir")


@pytest.fixture
def rebuilt(built: Project, tmp_path: Path) -> Project:
    """A copy of the project with 2024 built already, and a remark changed since, so that there is something to make."""
    subprocess.run(["cp", "-r", f"{built.root}/.", str(tmp_path)], check=True)
    project = Project(tmp_path)
    say_otherwise(project)
    return project


# put in place all or nothing


VERSIONS = {"old": 1, "new": 2}


def make_version(folder: Path, name: str, files: tuple[str, ...]) -> None:
    with publishing.making(folder) as made:
        for file in files:
            (made / file).parent.mkdir(parents=True, exist_ok=True)
            (made / file).write_text(f"{file} of {name}", encoding="utf-8")
        manifest.write(made, made_from={}, facts={"version": VERSIONS[name]})
        publishing.publish(made, folder)


def die_at(step: int, act: Callable[[], None]) -> bool:
    """Run something in a process of its own that dies before its `step`th change of a name; tells whether it died."""
    child = os.fork()
    if child == 0:
        left = iter(range(step))

        def counted(real: Callable) -> Callable:
            def move(*arguments, **named):
                if next(left, None) is None:
                    os._exit(9)
                return real(*arguments, **named)

            return move

        for name in MOVES:
            setattr(Path, name, counted(getattr(Path, name)))
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_death_at_any_step_leaves_one_version_or_what_ends_it(tmp_path: Path) -> None:
    old, new = ("a.html", "b/c.ipynb", "gone.csv", "pdf/gone.pdf"), ("a.html", "b/c.ipynb", "d.txt")
    died = 0
    for step in range(100):
        folder = tmp_path / str(step) / "2024"
        make_version(folder, "old", old)
        before = contents(folder)
        if not die_at(step, lambda folder=folder: make_version(folder, "new", new)):
            break
        died += 1
        if not publishing.waiting(folder):
            assert contents(folder) == before or manifest.read(folder)["version"] == VERSIONS["new"]
        with publishing.making(folder):
            pass
        found = contents(folder)
        assert found == before or {name.partition(" ")[0] for name in found} == {*new, manifest.NAME}
        assert manifest.unchanged(folder, made_from={})
        assert [path.name for path in folder.parent.iterdir()] == ["2024"]
    assert died > 5


def test_what_is_added_to_a_page_goes_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    make_version(folder, "old", ("a.html",))
    publishing.add(folder, {"pdf/a.pdf": b"paper"})
    assert manifest.unchanged(folder, made_from={})

    make_version(folder, "new", ("a.html",))

    assert sorted(contents(folder)) == ["a.html", manifest.NAME]


# two at once


def test_a_second_build_of_a_year_is_refused_in_one_sentence(rebuilt: Project) -> None:
    before = contents(rebuilt.root / "build" / "2024")
    with publishing.making(rebuilt.build()):
        done = rebuilt.report()

    assert done.returncode == 1
    assert "build/2024/: another build is under way; wait until it has ended" in done.stderr
    assert contents(rebuilt.root / "build" / "2024") == before


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with publishing.making(folder):
            os.write(tell, b"x")
            signal.pause()
    os.read(ready, 1)
    with pytest.raises(InputError, match="another build is under way"), publishing.making(folder):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    with publishing.making(folder):
        pass


# kills


@needs_proc
def test_kills_at_random_moments_lose_nothing(rebuilt: Project) -> None:
    """A handful; `make fuzz` kills more, and fetches and batches too."""
    kill_reports(rebuilt, random.Random(8), times=2)


@needs_proc
def test_ctrl_c_leaves_the_last_page_and_no_process(rebuilt: Project) -> None:
    with (rebuilt.root / "wellbeing_lib" / "tables.py").open("a", encoding="utf-8") as file:
        file.write("\n")  # every chapter is run again, so that many are left after the first
    build = rebuilt.root / "build"
    before, beside = contents(build), sorted(build.iterdir())
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background ignores it
    running = rebuilt.start("report", "--year", "2024", MARK=str(rebuilt.root))
    signal.signal(signal.SIGINT, ours)
    assert any(re.search(r"(fi|en) \d\d_.* s$", line) for line in running.stderr)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert running.returncode not in (0, -signal.SIGINT)
    assert "Traceback" not in said
    assert becomes(lambda: marked(rebuilt.root) == [])
    assert (contents(build), sorted(build.iterdir())) == (before, beside)


# Ctrl-C as a terminal sends it, to every process of the command, the moment one of them imports a module
INTERRUPT = """
import os, signal, sys

def interrupt(event, arguments):
    if event == "import" and arguments[0] == os.environ["AT"]:
        first = os.getpid() == os.getpgrp()
        if first == (os.environ["WHO"] == "first"):
            try:
                os.close(os.open(os.environ["ONCE"], os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return
            os.killpg(0, signal.SIGINT)

if "ONCE" in os.environ:
    sys.addaudithook(interrupt)
"""


@needs_proc
@pytest.mark.parametrize(
    ("command", "who", "module"),
    [
        ("report", "first", "typer"),
        ("report", "first", "pandas"),
        ("report", "other", "ipykernel.debugger"),  # the process that kernels are forked from
        ("batch", "first", "distributed"),
        ("batch", "first", "distributed.nanny"),
        ("batch", "other", "distributed.worker"),
    ],
)
def test_ctrl_c_while_it_begins_shows_no_traceback(project: Project, command: str, who: str, module: str) -> None:
    (project.root / "sitecustomize.py").write_text(INTERRUPT, encoding="utf-8")
    once = project.root / "interrupted"
    environment = {"MARK": str(project.root), "ONCE": str(once), "WHO": who, "AT": module}
    done = subprocess.run(
        [sys.executable, "-m", "wellbeing_lib", command, "--year", "2024"], cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(project.root)} | environment, capture_output=True, text=True,
        timeout=300, check=False, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip

    assert once.exists()
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert becomes(lambda: marked(project.root) == [])
    assert not (project.root / "build" / "2024" / "appendix.fi.html").exists()


# a file saved meanwhile


@pytest.mark.parametrize("name", ["data/snapshots/2026-11-24-2/observations.csv", "params/plan-2022-2025.yaml"])
def test_what_is_saved_while_a_page_is_made_stops_it(rebuilt: Project, name: str) -> None:
    before = contents(rebuilt.root / "build")
    running = rebuilt.start("report", "--year", "2024")
    assert any(re.search(r"(fi|en) \d\d_.*", line) for line in running.stderr)
    with (rebuilt.root / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    _, said = running.communicate(timeout=120)

    assert running.returncode == 1
    assert f"{name}: was saved while the page was being made; make it again" in said
    assert contents(rebuilt.root / "build") == before


# the clock


def test_a_clock_set_back_hides_no_change(rebuilt: Project) -> None:
    """Times of files tell nothing: here all that was made is of the future, and what it is made from of 1971."""
    done = rebuilt.report()
    assert done.returncode == 0, done.stderr
    path = rebuilt.root / "params" / "2024.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Otanmäen", "Otanmaen", 1).replace("ryhmä", "ryhmää", 1), encoding="utf-8")
    for one in rebuilt.root.rglob("*"):
        future = "build" in one.relative_to(rebuilt.root).parts
        os.utime(one, (2_147_000_000, 2_147_000_000) if future else (40_000_000, 40_000_000))

    assert not manifest.unchanged(rebuilt.build(), made_from=manifest.inputs(rebuilt.root, year=2024))
    path.write_text(text, encoding="utf-8")
    assert "Nothing has changed" in rebuilt.report().stderr
    done = rebuilt.run("handover", "--year", "2024")
    assert done.returncode == 0, done.stderr


# the disk


def limited(project: Project, size: int, *command: str) -> subprocess.CompletedProcess[str]:
    """A command that may write no file larger than `size` bytes: a full disk where nobody may mount."""
    return subprocess.run(
        [sys.executable, "-m", "wellbeing_lib", *command, "--year", "2024"], cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(project.root)}, capture_output=True, text=True, timeout=300, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )  # fmt: skip


def test_a_file_that_cannot_be_written_whole_leaves_the_last_page(rebuilt: Project) -> None:
    before = contents(rebuilt.root / "build")
    done = limited(rebuilt, 100_000, "report")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert contents(rebuilt.root / "build") == before
    assert rebuilt.report().returncode == 0


@pytest.mark.parametrize("size", [0, 1000], ids=["nothing", "little"])
def test_a_full_folder_for_temporary_files_is_said_in_one_sentence(project: Project, size: int) -> None:
    """openpyxl writes each sheet into a temporary file; the forms themselves have a place of their own."""
    done = limited(project, size, "forms", "write")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [NO_ROOM]
    assert [path for path in (project.root / "data" / "forms").rglob("*") if path.is_file()] == []


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let this process write no larger file: what a full disk does, at a chosen place."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_nothing_is_left_of_a_file_that_cannot_be_written_whole(project: Project) -> None:
    root = project.root
    (root / "build").mkdir()
    params, new, snapshots = load_params(2024, folder=root / "params"), root / "new", root / "data" / "snapshots"
    figures = load_snapshot(snapshots / params.snapshot)
    rows, areas = figures.observations, figures.areas
    writers: list[Callable[[], object]] = [
        lambda: write_whole(root / "params" / "2024.yaml", bytes(5000)),
        lambda: write_text(root / "params" / "2024.yaml", "x" * 5000),
        lambda: write_record(root, params, {"x": "y" * 5000}),
        lambda: versions._put_once(bytes(5000), root / "build" / "one.zip"),
        lambda: Run(new).keep("key", "x" * 5000),
        lambda: write_snapshot(snapshots / "2030-01-01", rows, areas, created="2030-01-01", series=[], description=""),
    ]
    for write in writers:
        before = contents(root)
        with files_of_at_most(1000), pytest.raises(OSError, match="File too large"):
            write()
        assert contents(root) == before
        assert [path.name for path in snapshots.iterdir() if path.name.startswith(".")] == []


def in_namespace(project: Project, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script that may mount; says what it needs where the system lets nobody do that."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        # nobody but the system can make a disk full; the test above does with a limit what can be done without
        pytest.skip("NOT RUN: needs `unshare -rm` (util-linux, and user namespaces allowed) to mount a small disk")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-ec", script], cwd=project.root, capture_output=True, text=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(project.root), "PYTHON": sys.executable}, check=False,
    )  # fmt: skip


def test_a_full_disk_leaves_the_last_page_and_a_larger_one_heals(rebuilt: Project) -> None:
    script = """
        cp -r build before
        mount -t tmpfs -o size=$(($(du -sk before | cut -f1) + 700))k tmpfs build
        cp -r before/. build
        "$PYTHON" -m wellbeing_lib report --year 2024 || echo "first: $?"
        diff -r before build && echo untouched
        ls -A build | grep '^[.]' || echo clean
        mount -o remount,size=200m build
        "$PYTHON" -m wellbeing_lib report --year 2024 && "$PYTHON" -m wellbeing_lib verify build/2024 && echo healed
    """
    done = in_namespace(rebuilt, script)

    assert "No space left on device; the last good version is untouched" in done.stderr
    assert done.stdout.split("\n")[:4] == ["first: 1", "untouched", "clean", "healed"]
    assert "Traceback" not in done.stderr


def test_no_broken_form_is_left_on_a_full_disk(project: Project) -> None:
    script = """
        mkdir -p data/own data/forms
        mount -t tmpfs -o size=4k tmpfs data/own
        mount -t tmpfs -o size=4k tmpfs data/forms
        "$PYTHON" -m wellbeing_lib forms indicators || echo "first: $?"
        "$PYTHON" -m wellbeing_lib forms write --year 2024 || echo "second: $?"
        ls -A data/own data/forms/2024
        mount -o remount,size=1m data/own
        "$PYTHON" -m wellbeing_lib forms indicators && ls -A data/own
    """
    done = in_namespace(project, script)

    assert done.stdout == "first: 1\nsecond: 1\ndata/forms/2024:\n\ndata/own:\nfigures.xlsx\n"
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_must_not_be_written_is_said_in_one_sentence(rebuilt: Project) -> None:
    script = """
        mount --bind build build && mount -o remount,ro,bind build
        "$PYTHON" -m wellbeing_lib report --year 2024 || echo "first: $?"
    """
    done = in_namespace(rebuilt, script)

    assert done.stdout == "first: 1\n"
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_command_is_taken_for_one(rebuilt: Project) -> None:
    """The helper of the kills notices what it should: a build that is left alone ends by itself."""
    assert killed_after(rebuilt, 300, "report", "--year", "2024") == 0
    assert REMARKS[1] in (rebuilt.build() / "appendix.fi.html").read_text(encoding="utf-8")
    integrity.verify(rebuilt.build(), root=rebuilt.root)
