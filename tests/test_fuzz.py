"""A small seeded part of what `make fuzz` tries, and the page of promises against the tests that it names."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT, Project
from tests.fuzz import DOORS, RELIABILITY, SEED
from tests.whole_pages import without_kernels
from wellbeing_lib import report

COUNTS = {"params": 3_000, "snapshots": 200, "answers": 1_000, "spreadsheets": 150, "commands": 100}
PROMISE = re.compile(r"^\| .+ \| `(test_\w+)::(test_\w+)` \|$", re.MULTILINE)


def tried(door: str, count: int, seed: int = SEED) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz", "try", door, str(count), str(seed)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_gives_a_right_result_or_sentences(door: str) -> None:
    done = tried(door, COUNTS[door])

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"^\| {door} \| {COUNTS[door]:,} \| [\d,]+ \| [\d,]+ \| 0 \|", done.stdout, re.MULTILINE)


def test_a_page_from_odd_inputs_is_right_or_refused() -> None:
    done = tried("pages", 4, SEED + 8)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\| pages \| 4 \| [1-4] \|", done.stdout, re.MULTILINE), "no page was shown: take another seed"


def test_cells_run_in_one_process_make_the_page_that_kernels_make(built: Project, project: Project) -> None:
    shutil.copytree(built.build(2023), project.build(2023))  # the page leads to those that stand beside it
    with without_kernels(project.root):
        report.build(year=2024, root=project.root)

    for language in ("fi", "en"):
        name = f"appendix.{language}.html"
        assert (project.build() / name).read_bytes() == (built.build() / name).read_bytes()


def test_the_page_of_promises_names_tests_that_there_are_and_the_figures_of_a_run() -> None:
    text = RELIABILITY.read_text(encoding="utf-8")
    promises = PROMISE.findall(text)
    tests = {
        (path.stem, name)
        for path in (ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert len(promises) > 30
    assert set(promises) <= tests
    assert len(re.findall("^\\| .*`test_", text, re.MULTILINE)) == len(promises)
    assert {"<!-- fuzz -->\n<!-- /fuzz -->", "<!-- kills -->\n<!-- /kills -->"}.isdisjoint(
        re.findall(r"<!-- \w+ -->\n<!-- /\w+ -->", text)
    )
