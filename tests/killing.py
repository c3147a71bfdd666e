"""Kills commands at random moments and holds what is left: whole files, no process, and a next run that heals."""

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Project
from tests.replica import Replica, small_world
from tests.test_kernels import becomes, marked
from tests.whole_pages import contents
from wellbeing_lib import integrity, publishing
from wellbeing_lib.observations import load_snapshot

REMARKS = ("Otanmäen ryhmä alkoi syksyllä.", "Otanmäen ryhmä alkoi keväällä.")


def killed_after(project: Project, seconds: float, *arguments: str, **environment: str) -> int:
    """Start a command, kill it without warning after some seconds, and see that no process of it is left."""
    running = project.start(*arguments, MARK=str(project.root), **environment)
    try:
        running.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
    running.communicate()
    assert becomes(lambda: marked(project.root) == []), "a process was left"
    return running.returncode


def say_otherwise(project: Project) -> None:
    """Change a remark, so that there is something to make."""
    path = project.root / "params" / "2024.yaml"
    text = path.read_text(encoding="utf-8")
    one, other = REMARKS if REMARKS[0] in text else REMARKS[::-1]
    path.write_text(text.replace(one, other), encoding="utf-8")


def kill_reports(project: Project, chance: random.Random, *, times: int) -> int:
    """Kill `wellbeing report` at random moments; so often that it was cut short; gives how often."""

    def run() -> subprocess.CompletedProcess[str]:
        return project.report()

    return _kill_builds(project, chance, ["report", "--year", "2024"], run, [project.build()], times)


def kill_batches(project: Project, chance: random.Random, *, times: int) -> int:
    """Kill `wellbeing batch` at random moments, with pages of two municipalities on the way."""
    command = ["batch", "--year", "2024", "--municipalities", "205,290"]
    folders = [project.build(municipality=code) for code in ("205", "290")]  # each in the folder of its code
    return _kill_builds(project, chance, command, lambda: project.run(*command), folders, times)


def _kill_builds(
    project: Project,
    chance: random.Random,
    command: list[str],
    run: Callable[[], subprocess.CompletedProcess[str]],
    folders: list[Path],
    times: int,
) -> int:
    versions, longest = [], 0.0
    for _ in REMARKS:
        say_otherwise(project)
        started = time.monotonic()
        done = run()
        assert done.returncode == 0, done.stderr
        longest = time.monotonic() - started
        versions.append(contents(project.root / "build"))
    kills = 0
    while kills < times:
        say_otherwise(project)
        kills += killed_after(project, chance.uniform(0, longest), *command) == -signal.SIGKILL
        _hold_whole(project, folders, versions)
        done = run()
        assert done.returncode == 0, done.stderr
        versions.reverse()
        assert contents(project.root / "build") == versions[-1], "the next run did not heal"
    return kills


def _hold_whole(project: Project, folders: list[Path], versions: list[dict[str, bytes]]) -> None:
    """Every file is that of one version or of the other, whole; and a folder is of one of them or says what waits."""
    for name, content in contents(project.root / "build").items():
        if not any(part.startswith(".") for part in Path(name).parts):
            assert content in [version.get(name) for version in versions], f"{name} is half written"
    for folder in folders:
        if not publishing.waiting(folder):
            integrity.verify(folder, root=project.root)


def kill_fetches(project: Project, chance: random.Random, *, times: int) -> int:
    """Kill `wellbeing data fetch` at random moments against a replica of the services."""
    kills, longest, snapshots = 0, 0.0, project.root / "data" / "snapshots"
    before = {path.name for path in snapshots.iterdir()}
    with Replica(small_world()) as replica:
        urls = {"WELLBEING_SOTKANET_URL": replica.sotkanet, "WELLBEING_STATFIN_URL": replica.statfin}
        environment = urls | {"WELLBEING_PACE": "0"}
        command = ["data", "fetch", "--source", "sotkanet", "--scope", "national"]
        started = time.monotonic()
        while kills < times:
            seconds = chance.uniform(0, longest) if longest else 300
            code = killed_after(project, seconds, *command, **environment)
            longest = longest or time.monotonic() - started  # the first is left alone, to tell how long it takes
            kills += code == -signal.SIGKILL
            for name in {path.name for path in snapshots.iterdir() if path.name[0] != "."} - before:
                load_snapshot(snapshots / name)
            done = project.run(*command, **environment)
            assert done.returncode == 0, done.stderr
            left = {path for path in snapshots.iterdir() if path.name not in before}
            assert [path.name[:9] for path in left] == ["national-"], "something was left beside the snapshot"
            for path in left:
                shutil.rmtree(path)
    return kills
