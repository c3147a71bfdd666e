"""Tries wrong inputs at the five doors, makes whole pages of changed inputs, and kills commands at random moments.

`make fuzz` tries inputs and pages for at most ten minutes, `make kills` kills fifty times; each writes what came of it
into docs/reliability.md. Every input comes from a seed, which a failure names; with it one input can be tried again:
`python -m tests.fuzz try params 1 6122021`.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.conftest import Project, copied

RELIABILITY = Path(__file__).parent.parent / "docs" / "reliability.md"
CORES = os.cpu_count() or 1
SEED = 612_2021  # the law
DOORS = {"params": 30_000, "snapshots": 15_000, "answers": 40_000, "spreadsheets": 12_000, "commands": 6_000}
PAGES = 120
PATIENCE = {"pages": 120, "commands": 60}  # seconds after which a trial hangs; 20 for the others
BATCH = 100
LONGEST = 540  # seconds for all: what is not tried by then is left, and said


@dataclass
class Told:
    """What came of trials: how many ended how, those that failed, and what they cost."""

    outcomes: Counter = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest: float = 0.0
    megabytes: float = 0.0

    def __iadd__(self, other: "Told") -> "Told":
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.seconds += other.seconds
        self.slowest, self.megabytes = max(self.slowest, other.slowest), max(self.megabytes, other.megabytes)
        return self


class Hang(BaseException):
    """A trial took longer than anybody would wait; no `except Exception` of ours catches it."""


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raise `Hang` in what is run under it after so many seconds, and once more where something caught it."""
    passed: list[str] = []

    def hang(*_: object) -> None:
        passed.append(f"still running after {seconds} s")
        raise Hang(passed[0])

    signal.signal(signal.SIGALRM, hang)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
    if passed:
        raise Hang(passed[0])


def trial_of(door: str, folder: Path) -> Callable[[random.Random], str]:
    """How one input of a door is tried, in a folder to write in."""
    from tests import doors, whole_pages

    if door == "pages":
        root, base = folder / "project", folder / "base"
        for one in (root, base):
            if not one.is_dir():
                copied(one)
        if not (root / "build").is_dir():
            with whole_pages.without_kernels(root):
                whole_pages.report.build(year=2024, draft=True, root=root)
        return partial(whole_pages.try_page, root, base)
    trials = {
        "params": (doors.try_params,),
        "snapshots": (doors.try_snapshot,),
        "answers": (doors.try_upstream,),
        "spreadsheets": (doors.try_csv, doors.try_csv, doors.try_xlsx),
        "commands": (doors.try_command,),
    }[door]
    return lambda chance: doors.tried(chance.choice(trials), chance, folder)


def try_seeds(door: str, seeds: list[int]) -> Told:
    """Try the inputs of a door that these seeds make."""
    told = Told()
    folder = Path(tempfile.gettempdir()) / f"{door}-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    trial = trial_of(door, folder)
    warnings.simplefilter("error")  # whoever reads the page would see it
    for seed in seeds:
        started = time.perf_counter()
        try:
            with patience(PATIENCE.get(door, 20)):
                said = trial(random.Random(seed))
            told.outcomes[said] += 1
        except (Exception, Hang, SystemExit):
            told.outcomes["failed"] += 1
            told.failures.append(f"{door} {seed}: {traceback.format_exc(limit=-6)}")
        told.slowest = max(told.slowest, time.perf_counter() - started)
        told.seconds += time.perf_counter() - started
    told.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def fuzz(wanted: dict[str, int], *, seconds: float, seed: int = SEED) -> dict[str, Told]:
    """Try so many inputs at each door on all processors, in a copy of the project; at most for so many seconds."""
    ends, told = time.monotonic() + seconds, {door: Told() for door in wanted}
    rounds = _rounds(wanted, seed)
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        waiting = set()
        for door, seeds in rounds:
            while len(waiting) > 2 * CORES:
                waiting = _take(waiting, told)
            if time.monotonic() > ends:
                break
            waiting.add(pool.submit(_told_of, door, seeds))
        while waiting:
            waiting = _take(waiting, told)
    return told


def _told_of(door: str, seeds: list[int]) -> tuple[str, Told]:
    return door, try_seeds(door, seeds)


def _take(waiting: set, told: dict[str, Told]) -> set:
    """Add up what has ended, and give what has not."""
    from concurrent.futures import FIRST_COMPLETED, wait

    done, left = wait(waiting, return_when=FIRST_COMPLETED)
    for one in done:
        door, found = one.result()
        told[door] += found
        for failure in found.failures:
            sys.stdout.write(failure + "\n")
        sys.stdout.flush()
    return left


def _rounds(wanted: dict[str, int], seed: int) -> list[tuple[str, list[int]]]:
    """Which seeds are tried together, mixed so that each door has had its share whenever the time is over."""
    found = []
    for door, count in wanted.items():
        size = 2 if door == "pages" else BATCH
        parts = [list(range(seed + start, seed + min(start + size, count))) for start in range(0, count, size)]
        found += [((number + 0.5) / len(parts), door, part) for number, part in enumerate(parts)]
    return [(door, part) for _, door, part in sorted(found)]


@contextmanager
def elsewhere() -> Iterator[Project]:
    """A copy of the project with its tests, which the trials import and may write in."""
    with tempfile.TemporaryDirectory(prefix="wellbeing-fuzz-") as folder:
        project = copied(Path(folder) / "project")
        shutil.copytree(Path(__file__).parent, project.root / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        yield project


def _again(*arguments: str) -> int:
    """Run this module in a copy of the project, so that whatever a trial writes, it writes there."""
    with elsewhere() as project:
        (scratch := project.root.parent / "scratch").mkdir()
        environment = os.environ | {
            "PYTHONPATH": str(project.root), "WELLBEING_FUZZ": "here", "TMPDIR": str(scratch), "COLUMNS": "200",
            "WELLBEING_RELIABILITY": str(RELIABILITY),
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.fuzz", *arguments]
        return subprocess.run(command, cwd=project.root, env=environment, check=False).returncode


# what is written down


def table(told: dict[str, Told]) -> str:
    """What came of the trials, a line a door."""
    rows = ["| door | inputs | right | refused | failed | s | slowest, s | memory, MB |", "|" + " --- |" * 8]
    for door, one in told.items():
        refused = sum(count for said, count in one.outcomes.items() if "refused" in said)
        failed = one.outcomes["failed"]
        right = one.outcomes.total() - refused - failed
        counts = " | ".join(f"{count:,}" for count in (one.outcomes.total(), right, refused, failed))
        rows.append(f"| {door} | {counts} | {one.seconds:.0f} | {one.slowest:.1f} | {one.megabytes:.0f} |")
    inputs = sum(one.outcomes.total() for door, one in told.items() if door != "pages")
    said = f"{inputs:,} inputs at the doors and {told['pages'].outcomes.total() if 'pages' in told else 0} whole pages"
    return "\n".join([f"{said}, seed {SEED}, on {CORES} processors:", "", *rows])


def write(mark: str, text: str) -> None:
    """Put text between two marks of docs/reliability.md."""
    path = Path(os.environ.get("WELLBEING_RELIABILITY", RELIABILITY))
    before, _, rest = path.read_text(encoding="utf-8").partition(f"<!-- {mark} -->")
    after = rest.partition(f"<!-- /{mark} -->")[2]
    path.write_text(f"{before}<!-- {mark} -->\n{text}\n<!-- /{mark} -->{after}", encoding="utf-8")


def kill(times: int) -> None:
    """Kill reports, batches and fetches so often, and write down how many kills there were."""
    from tests import killing

    chance, started = random.Random(SEED), time.monotonic()
    kinds = {"report": killing.kill_reports, "batch": killing.kill_batches, "data fetch": killing.kill_fetches}
    shares = {name: times // len(kinds) + (number < times % len(kinds)) for number, name in enumerate(kinds)}
    rows = ["| command | killed before its end |", "| --- | --- |"]
    for name, act in kinds.items():
        with tempfile.TemporaryDirectory(prefix="wellbeing-kills-") as folder:
            kills = act(copied(Path(folder)), chance, times=shares[name])
        rows.append(f"| `wellbeing {name}` | {kills} times |")
        sys.stdout.write(rows[-1] + "\n")
        sys.stdout.flush()
    said = "nothing lost or half written, no process left, and each next run ended as an undisturbed one"
    write("kills", "\n".join([f"{said} ({time.monotonic() - started:.0f} s, seed {SEED}):".capitalize(), "", *rows]))


def main(arguments: list[str]) -> int:
    """`inputs` (and pages), `kills [TIMES]`, or `try DOOR COUNT [SEED]`."""
    if os.environ.get("WELLBEING_FUZZ") != "here":
        return _again(*arguments)
    what, *rest = arguments or ["inputs"]
    if what == "kills":
        kill(int(rest[0]) if rest else 50)
        return 0
    if what == "try":
        door, count, seed = rest[0], int(rest[1]), int(rest[2]) if len(rest) > 2 else SEED
        told = {door: try_seeds(door, list(range(seed, seed + count)))}
        sys.stdout.write("\n".join([*told[door].failures, table(told), ""]))
        return bool(told[door].failures)
    told = fuzz(DOORS | {"pages": PAGES}, seconds=LONGEST)
    sys.stdout.write(table(told) + "\n")
    write("fuzz", table(told))
    return any(one.failures for one in told.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
