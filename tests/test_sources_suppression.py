"""Nothing small is published, and nothing hidden can be got back by subtraction: an attacker tries."""

import os
import re
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.conftest import copied
from tests.whole_pages import without_kernels
from wellbeing_lib import report, sources
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.sources.own_reading import FIGURE_COLUMNS
from wellbeing_lib.sources.suppression import hidden_rows

TOWNS = ("105", "205", "290", "578")
HOME = {**dict.fromkeys(TOWNS, "MK18"), "MK18": "SSS", "SSS": ""}


def figures(*rows: tuple) -> pd.DataFrame:
    """Figures of one indicator and year from (area, sex, count, population)."""
    full = [("x", 2024, area, sex, 100 * count / people, count, people) for area, sex, count, people in rows]
    kinds = {"value": "float64", "count": "float64", "population": "float64", "year": "int64"}
    return pd.DataFrame(full, columns=FIGURE_COLUMNS).astype({n: kinds.get(n, "str") for n in FIGURE_COLUMNS})


def published(table: pd.DataFrame, *, unit: str = "percent", threshold: int = 5) -> set[tuple[str, str]]:
    hidden = hidden_rows(table, units={"x": unit}, member_of=HOME, threshold=threshold)
    rows = table[~hidden]
    return set(zip(rows["area"], rows["sex"], strict=True))


def test_a_small_count_is_hidden_and_the_other_sex_with_it() -> None:
    table = figures(("205", "total", 30, 90), ("205", "female", 27, 45), ("205", "male", 3, 45))
    assert published(table) == {("205", "total")}


def test_sums_of_hidden_rows_are_not_small_either() -> None:
    table = figures(
        ("205", "total", 40, 90), *((town, "total", 0, 50) for town in ("105", "290")), ("MK18", "total", 40, 190)
    )
    assert ("205", "total") not in published(table)  # else "the other two have none at all" could be read


def test_zero_is_small_and_a_share_of_nearly_all_leaves_few() -> None:
    assert published(figures(("205", "total", 0, 90))) == set()
    assert published(figures(("205", "total", 88, 90))) == set()
    assert published(figures(("205", "total", 90, 90))) == {("205", "total")}


def test_one_sex_alone_reveals_the_other() -> None:
    assert len(published(figures(("205", "total", 30, 90), ("205", "female", 28, 45)))) == 1
    assert len(published(figures(("205", "total", 30, 90), ("205", "female", 20, 45)))) == 2


def test_a_share_without_a_count_is_taken_at_its_fewest() -> None:
    table = figures(("205", "total", 4, 2500))
    table["value"], table["count"] = 0.2, np.nan
    assert published(table) == set()
    table["population"] = np.nan
    assert published(table) == {("205", "total")}  # nothing tells how many people are behind it


def test_scores_have_no_people_behind_them() -> None:
    table = figures(("205", "total", 3, 100)).assign(count=np.nan, population=np.nan)
    assert published(table, unit="points") == {("205", "total")}
    assert published(table.assign(value=3.0), unit="persons") == set()


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """A region's towns by sex with their totals, some rows left out: consistent sums, many small cells."""
    towns = draw(st.lists(st.sampled_from(TOWNS), min_size=1, max_size=4, unique=True))
    cells = {(town, sex): draw(COUNTS) for town in TOWNS for sex in ("female", "male")}
    for sex in ("female", "male"):
        cells["MK18", sex] = sum(cells[town, sex] for town in TOWNS)
    for area in (*TOWNS, "MK18"):
        cells[area, "total"] = cells[area, "female"] + cells[area, "male"]
    people = {(area, sex): count + draw(st.integers(0, 40)) + 1 for (area, sex), count in cells.items()}
    given_areas = [*towns, *(["MK18"] if draw(st.booleans()) else [])]
    kept = [cell for cell in cells if cell[0] in given_areas and draw(st.integers(0, 9)) > 0]
    return figures(*((area, sex, cells[area, sex], people[area, sex]) for area, sex in kept))


@settings(max_examples=int(os.environ.get("WELLBEING_EXAMPLES", "60")), deadline=None)
@given(tables(), st.sampled_from([3, 5, 10]))
def test_nothing_hidden_can_be_recovered(table: pd.DataFrame, threshold: int) -> None:
    seen = published(table, threshold=threshold)
    counts = {(row["area"], row["sex"]): row["count"] for row in table.to_dict("records")}
    assert all(counts[cell] >= threshold for cell in seen)
    recovered = attack({cell: counts[cell] for cell in seen})
    assert not {cell: count for cell, count in recovered.items() if cell in counts and cell not in seen}
    assert not {cell: count for cell, count in recovered.items() if count < threshold}


def attack(known: dict[tuple[str, str], float]) -> dict[tuple[str, str], Fraction]:
    """Everything that sums give away: exact elimination over all cells of the region, and sums that come to nothing."""
    cells = [(area, sex) for area in (*TOWNS, "MK18") for sex in ("total", "female", "male")]
    equations = [{(area, "total"): 1, (area, "female"): -1, (area, "male"): -1} for area in (*TOWNS, "MK18")]
    equations += [{("MK18", sex): 1, **{(town, sex): -1 for town in TOWNS}} for sex in ("total", "female", "male")]
    unknown = [cell for cell in cells if cell not in known]
    rows = []
    for equation in equations:
        right = -sum(Fraction(int(known[cell])) * factor for cell, factor in equation.items() if cell in known)
        rows.append([Fraction(equation.get(cell, 0)) for cell in unknown] + [right])
    found = {}
    for row in eliminated(rows, len(unknown)):
        at = [index for index, factor in enumerate(row[:-1]) if factor]
        if len(at) == 1:
            found[unknown[at[0]]] = row[-1] / row[at[0]]
        elif at and row[-1] == 0 and all(row[index] > 0 for index in at):
            found |= {unknown[index]: Fraction(0) for index in at}
    return found


def eliminated(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """Gauss-Jordan elimination in exact fractions."""
    done = 0
    for column in range(width):
        pivot = next((index for index in range(done, len(rows)) if rows[index][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for index, row in enumerate(rows):
            if index != done and row[column]:
                rows[index] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows


def test_the_attacker_is_able() -> None:
    assert attack({("205", "total"): 30, ("205", "female"): 27})[("205", "male")] == 3


@pytest.mark.parametrize("number", range(1, 5))
def test_hiding_ends_when_everything_is_small(number: int) -> None:
    table = figures(
        *((town, sex, 1, 9) for town in TOWNS[:number] for sex in ("female", "male")), ("MK18", "female", 1, 99)
    )
    assert published(table) == set()


CELLS = ((2022, "total"), (2023, "total"), (2024, "female"), (2024, "male"))


@settings(max_examples=int(os.environ.get("WELLBEING_PAGES", "2")), deadline=None)
@given(st.lists(st.tuples(COUNTS, st.integers(40_000, 99_999)), min_size=len(CELLS), max_size=len(CELLS)))
def test_nothing_small_and_nothing_revealing_is_in_any_output(drawn: list[tuple[int, int]]) -> None:
    """From the city's own form to page, open data and manifest: of a hidden row neither share, count nor people."""
    rows = dict(zip(CELLS, drawn, strict=True))
    women, men = rows[2024, "female"], rows[2024, "male"]
    rows[2024, "total"] = women[0] + men[0], women[1] + men[1]
    with tempfile.TemporaryDirectory() as folder:
        project = copied(Path(folder))
        (own := project.root / "data" / "own").mkdir()
        lines = [
            f"free_hobbies;{year};205;{sex};{100 * count / people:.10g};{count};{people}"
            for (year, sex), (count, people) in rows.items()
        ]
        (own / "own.csv").write_text("\n".join([";".join(FIGURE_COLUMNS), *lines]), encoding="utf-8")
        snapshots = project.root / "data" / "snapshots"
        fetched = sources.fetch(project.root / "params", snapshots, source="city", own_folder=own)
        project.replace("params/2024.yaml", 'snapshot: "2026-11-24-2"', f'snapshot: "{fetched.snapshot}"')
        table = load_snapshot(snapshots / fetched.snapshot).observations.query("indicator == 'city:free_hobbies'")
        shown = set(zip(table["year"], table["sex"], strict=True))
        with without_kernels(project.root):
            report.build(year=2024, root=project.root)
        outputs = {
            path: content for name in ("build", "data/snapshots") for path, content in texts(project.root / name)
        }
    assert not [cell for cell in shown if rows[cell][0] < 5]
    for cell in set(rows) - shown:
        count, people = rows[cell]
        told = re.compile(rf"(?<![\d.,]){people}(?![\d.,])|(?<![\d.]){re.escape(f'{100 * count / people:.10g}')}(?!\d)")
        assert not [path for path, text in outputs.items() if count and "free_hobbies" in text and told.search(text)]


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every output as text, a spreadsheet as the texts of its cells; of tables only the rows of the figures tried."""
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            for sheet in load_workbook(path):
                told = [";".join(str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)]
                yield f"{path.name} {sheet.title}", "\n".join(line for line in told if "free_hobbies" in line)
        elif path.suffix == ".csv":
            lines = path.read_text(encoding="utf-8").splitlines()
            yield path.name, "\n".join(line for line in lines if "free_hobbies" in line)
        elif path.is_file() and path.suffix != ".lock":
            yield str(path.relative_to(folder)), path.read_text(encoding="utf-8")
