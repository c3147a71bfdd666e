"""One function a speed: each takes a figure several times in a copy of the project; what is written is `bench`'s."""

import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.calibration import trends_vs_loop
from tests.conftest import Project
from tests.floor import runs
from tests.real import upstream

CORES = os.cpu_count() or 1
BIN = Path(sys.executable).parent
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux
REACHED = ("00_summary", "20_priority", "40_measures")  # what a remark on a measure reaches
REMARK = ("params/2024.yaml", "Otanmäen ryhmä alkoi syksyllä.", "Otanmäen ryhmä alkoi keväällä {}.")


@dataclass(frozen=True)
class Bench:
    """A copy of the project to measure in, and how often each figure is taken."""

    project: Project
    times: int

    def seconds(self, *command: str | Path, **environment: str) -> float:
        """How long a command takes in the copy; it has to succeed."""
        started = time.perf_counter()
        self.output(*command, **environment)
        return time.perf_counter() - started

    def output(self, *command: str | Path, **environment: str) -> str:
        env = os.environ | {"PYTHONPATH": str(self.project.root)} | environment
        done = subprocess.run(command, cwd=self.project.root, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr[-2000:]}")
        return done.stdout

    def python(self, code: str, **environment: str) -> list[float]:
        """The numbers that a piece of Python prints in the copy, one a line."""
        return [float(line) for line in self.output(sys.executable, "-c", code, **environment).split()]

    def report(self, *, scratch: bool = False) -> float:
        if scratch:
            shutil.rmtree(self.project.root / "build", ignore_errors=True)
        return self.seconds(sys.executable, "-m", "wellbeing_lib", "report", "--year", "2024")

    def floor(self, *chapters: str, loads: str = "each") -> float:
        """The cells as plain Python in one process with one import, divided by the processors."""
        return self.seconds(sys.executable, "-m", "tests.floor", *chapters, FLOOR_LOADS=loads) / CORES


def report_vs_command_lines(bench: Bench) -> list[float]:
    """Notebook by notebook by the command lines, once, for that takes minutes; the report before and after it."""
    ours = [bench.report(scratch=True)]
    theirs = sum(command_line_seconds(bench, notebook) for notebook in notebooks(bench))
    ours += [bench.report(scratch=True) for _ in range(bench.times - 1)]
    return [theirs / one for one in ours]


def notebooks(bench: Bench) -> list[Path]:
    found = sorted((bench.project.root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    return found if bench.times > 1 else found[-1:]


def command_line_seconds(bench: Bench, notebook: Path) -> float:
    """papermill and then nbconvert for every language and priority of a notebook, one after another."""
    spent, out = 0.0, bench.project.root / "out.ipynb"
    for given in runs(notebook):
        texts = [part for name, value in given.items() if name != "year" for part in ("-r", name, str(value))]
        arguments = ["-p", "year", str(given["year"]), *texts, "--cwd", str(notebook.parent)]
        spent += bench.seconds(BIN / "papermill", notebook, out, *arguments)
        spent += bench.seconds(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", out)
    return spent


def report_vs_floor(bench: Bench) -> list[float]:
    """The whole report from scratch against its cells as plain Python, each chapter loading its page."""
    return [bench.report(scratch=True) / bench.floor() for _ in range(bench.times)]


def report_vs_lean_floor(bench: Bench) -> list[float]:
    """The same with a page loaded only once a language: a lower floor than any notebook run by hand has."""
    return [bench.report(scratch=True) / bench.floor(loads="once") for _ in range(bench.times)]


def report_work_vs_floor(bench: Bench) -> list[float]:
    """The same ratio in seconds of processor, of all processes together: what a busy machine cannot change."""
    if sys.platform != "linux":
        return []
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    return [work(partial(bench.report, scratch=True)) / work(bench.floor) for _ in range(bench.times)]


def work(act: Callable[[], object]) -> float:
    """Seconds of processor of all that `act` starts; the orphans of it come to us, as a subreaper."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def one_remark_vs_floor(bench: Bench) -> list[float]:
    """A report after one remark was changed, against the cells of the chapters that show remarks of measures."""
    bench.report()
    ratios = []
    name, old, pattern = REMARK
    for number in range(bench.times):
        bench.project.replace(name, old, new := pattern.format(number))
        ratios.append(bench.report() / bench.floor(*REACHED))
        old = new
    bench.project.replace(name, old, REMARK[1])
    return ratios


def nothing_changed_s(bench: Bench) -> list[float]:
    """Seconds until it is told that nothing has changed, beyond those of starting Python."""
    bench.report()
    return [bench.report() - bench.seconds(sys.executable, "-c", "pass") for _ in range(2 * bench.times + 1)]


BATCH = """
import os, shutil, sys, time
if __name__ == "__main__":  # what stands above is run again in every process that is forked
    from wellbeing_lib import batch
    workers, pages = int(sys.argv[1]), int(sys.argv[2])
    if workers == 1:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # and so all that it starts
    shared = batch.prepare(2024)
    areas = batch.municipalities(shared, "all")
    with batch.client(workers=workers) as dask:
        list(batch.make_pages(areas[:workers], shared, dask))
        started = time.perf_counter()
        states = [one.state for one in batch.make_pages(areas[workers:workers + pages], shared, dask)]
        print(time.perf_counter() - started)
    assert states == ["made"] * pages, states
"""


def two_workers_vs_one(bench: Bench) -> list[float]:
    """The same pages by one worker that is pinned to one processor, and by two; both warmed by a page each."""
    pages = "8" if bench.times > 1 else "2"
    (bench.project.root / "pages.py").write_text(BATCH, encoding="utf-8")

    def seconds(workers: str) -> float:
        shutil.rmtree(bench.project.root / "build", ignore_errors=True)
        return float(bench.output(sys.executable, "pages.py", workers, pages))

    return [seconds("1") / seconds("2") for _ in range(bench.times)]


MEMORY = """
import shutil
if __name__ == "__main__":
    from wellbeing_lib import batch, report
    shared = batch.prepare(2024)
    for number in range({pages}):
        shutil.rmtree(report.folder_of(2024, "290"), ignore_errors=True)
        print(batch.make_page("290", shared).memory)
"""


def worker_memory_growth(bench: Bench) -> list[float]:
    """By how much what a worker holds has grown from its tenth to its fiftieth page, 0.1 being a tenth."""
    pages = 50 if bench.times > 1 else 4
    held = bench.python(MEMORY.format(pages=pages))
    return [last / statistics.median(held[pages // 10 : pages // 5 + 1]) - 1 for last in held[-5:]]


CHARTS = """
import time
from wellbeing_lib import appendix, charts
page = appendix.load(year=2024)
shown = [verdict for verdict in page.shown if verdict.newest]
for _ in range({times} + 1):
    started = time.process_time()
    for verdict in shown:
        charts.trend(verdict, page.words)
    print(1000 * (time.process_time() - started) / len(shown))
"""


def chart_ms(bench: Bench) -> list[float]:
    """Milliseconds of processor for a trend chart with its words and table, in a process that has drawn before."""
    return bench.python(CHARTS.format(times=2 * bench.times))[1:]


def import_s(bench: Bench) -> list[float]:
    """Seconds of processor that importing what a chapter needs takes."""
    code = "import time; started = time.process_time(); import wellbeing_lib.lab, wellbeing_lib.charts; "
    return [bench.python(f"{code}print(time.process_time() - started)")[0] for _ in range(2 * bench.times + 1)]


def page_kb(bench: Bench) -> list[float]:
    """The size of the page in each language, everything in it, in kilobytes of 1,000 bytes."""
    bench.report()
    return [path.stat().st_size / 1000 for path in bench.project.build().glob("appendix.*.html")]


def trends(bench: Bench) -> list[float]:
    """One call over every real series against a loop over pymannkendall and scipy."""
    folder = upstream()
    return [trends_vs_loop(folder, sample=500 * bench.times)[2] for _ in range(bench.times)] if folder else []
