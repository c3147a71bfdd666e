"""The page of speeds holds what `make bench` promises to write, and the floor runs every cell that the report runs."""

import re

from tests.bench import FIGURES, PERFORMANCE, machine, table
from tests.conftest import ROOT
from tests.floor import cells, runs
from wellbeing_lib import appendix
from wellbeing_lib.report.chapters import runs_of


def test_every_figure_stands_on_a_plain_line_of_the_page() -> None:
    lines = dict(re.findall(r"^([a-z_]+): (-?[0-9.]+(?:e[-+][0-9]+)?)$", PERFORMANCE.read_text(encoding="utf-8"), re.M))

    assert set(lines) == set(FIGURES)
    assert all(float(value) == float(value) for value in lines.values())


def test_the_table_tells_median_and_spread_and_names_no_host() -> None:
    said = table({"chart_ms": [3.0, 1.0, 2.0]}, busy=0.0)

    assert "| chart_ms | 2 | 1 | 3 | 3 | - |" in said
    assert "\nchart_ms: 2\n" in said
    assert "Python 3" in machine()


def test_the_floor_runs_the_same_chapters_as_the_report() -> None:
    page = appendix.load(year=2024, root=ROOT)
    ours = [
        (run.notebook, dict(run.parameters))
        for run in runs_of({c: page.in_language(c) for c in ("fi", "en")}, root=ROOT)
    ]

    assert [(path, given) for path in sorted({path for path, _ in ours}) for given in runs(path)] == ours
    assert all(cells(path)[0] == "import wellbeing_lib as wl" for path, _ in ours)
