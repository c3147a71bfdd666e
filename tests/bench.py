"""Measures every promised speed as ratios taken side by side; `make bench` writes them into docs/performance.md.

Each figure is taken several times; its median and its lowest and highest stand in the table, the median once more on a
plain line. Everything runs in a copy of the project in a temporary folder. `--quick` takes each once and cuts short.
"""

import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import speeds
from tests.conftest import Project, copied
from tests.speeds import CORES, Bench

PERFORMANCE = Path(__file__).parent.parent / "docs" / "performance.md"
FIGURES: dict[str, tuple[Callable[[Bench], list[float]], str]] = {
    "report_vs_command_lines": (speeds.report_vs_command_lines, "at least 15"),
    "report_vs_floor": (speeds.report_vs_floor, "at most 2"),
    "report_vs_lean_floor": (speeds.report_vs_lean_floor, "-"),
    "report_work_vs_floor": (speeds.report_work_vs_floor, "-"),
    "nothing_changed_s": (speeds.nothing_changed_s, "at most 0.5"),
    "one_remark_vs_floor": (speeds.one_remark_vs_floor, "at most 2"),
    "two_workers_vs_one": (speeds.two_workers_vs_one, "at least 1.7"),
    "worker_memory_growth": (speeds.worker_memory_growth, "about 0"),
    "trends_vs_loop": (speeds.trends, "at least 20"),
    "import_s": (speeds.import_s, "-"),
    "chart_ms": (speeds.chart_ms, "-"),
    "page_kb": (speeds.page_kb, "-"),
}


def machine() -> str:
    """What kind of machine it is, never which one."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.+)$", info.read_text(), re.MULTILINE) if info.is_file() else None
    kind = " ".join((model[1] if model else platform.processor() or platform.machine()).split())
    return f"{kind}, {CORES} processors, {platform.system()}, Python {platform.python_version()}"


def table(taken: dict[str, list[float]], *, busy: float) -> str:
    """The figures as the page has them: a table, and a plain line for each."""
    rows = [
        "| figure | median | lowest | highest | times | aim | what it is |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines = []
    for name, values in taken.items():
        ordered = [f"{value:.3g}" for value in (statistics.median(values), min(values), max(values))]
        measure, aim = FIGURES[name]
        rows.append(f"| {name} | {' | '.join(ordered)} | {len(values)} | {aim} | {measure.__doc__} |")
        lines.append(f"{name}: {ordered[0]}")
    said = f"Taken on: {machine()}. Others were using {busy:.1f} processors when it began."
    return "\n".join([said, "", *rows, "", "```text", *lines, "```"])


def write(text: str) -> None:
    """Put the figures between the marks of docs/performance.md."""
    before, _, rest = PERFORMANCE.read_text(encoding="utf-8").partition("<!-- bench -->")
    after = rest.partition("<!-- /bench -->")[2]
    PERFORMANCE.write_text(f"{before}<!-- bench -->\n{text}\n<!-- /bench -->{after}", encoding="utf-8")


@contextmanager
def copy() -> Iterator[Project]:
    """A copy of the project with what the floor needs."""
    with tempfile.TemporaryDirectory(prefix="wellbeing-bench-") as folder:
        project = copied(Path(folder))
        (project.root / "tests").mkdir()
        for name in ("__init__.py", "floor.py"):
            shutil.copy(Path(__file__).parent / name, project.root / "tests")
        yield project


def main(arguments: list[str]) -> None:
    """Take the figures named (all without a name) and, where all were taken with care, write them down."""
    quick, chosen = "--quick" in arguments, [name for name in arguments if not name.startswith("-")]
    busy = os.getloadavg()[0]
    taken = {}
    with copy() as project:
        for name in chosen or FIGURES:
            started = time.perf_counter()
            values = FIGURES[name][0](Bench(project, 1 if quick else 3))
            if values:
                taken[name] = values
            said = ", ".join(f"{value:.3g}" for value in values) or "cannot be taken here"
            sys.stdout.write(f"{name}: {said} ({time.perf_counter() - started:.0f} s)\n")
            sys.stdout.flush()
    if not quick and not chosen:
        write(table(taken, busy=busy))


if __name__ == "__main__":
    main(sys.argv[1:])
