"""Makes whole pages out of changed inputs and looks at each: right, or refused with the last good page untouched.

The real `report.build` from params and snapshot to manifest, with one difference: the cells of a chapter are run in
this process instead of in a kernel, which takes a fraction of the time. A test holds that both give the same page.
"""

import ast
import csv
import gzip
import io
import json
import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4
import pandas as pd
import yaml
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from tests.attacks import ATTACKS
from tests.doors import vouched
from tests.mutating import NUMBERS, changed
from wellbeing_lib import book, integrity, report
from wellbeing_lib.faults import InputError
from wellbeing_lib.report.chapters import Executed, Run

SNAPSHOT = Path("data/snapshots/2026-11-24-2")
PARAMS = ("params/2024.yaml", "params/2024.yaml", "params/plan-2022-2025.yaml", "params/indicators.yaml")
NO_FIGURE = re.compile(r"\b(nan|inf|infinity|none|null|undefined|nat)\b", re.IGNORECASE)
FINITE = [float(one) for one in NUMBERS if abs(one) < 1e12]


# a build without kernels


def execute_here(runs: Sequence[Run], **_: Any) -> list[Executed]:
    """Run the chapters' cells one after the other in this process."""
    return [Executed(run, nbformat.v4.writes(_executed(run)), None) for run in runs]


def _executed(run: Run) -> NotebookNode:
    notebook = nbformat.read(run.notebook, as_version=4)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = _run_cell(cell.source, names)
            names |= run.parameters if "parameters" in cell.metadata.get("tags", []) else {}
            cell.outputs = [] if shown is None else [_output(shown)]
    return notebook


def _run_cell(source: str, names: dict[str, Any]) -> Any:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None


def _output(shown: Any) -> NotebookNode:
    if hasattr(shown, "_repr_mimebundle_"):
        data, metadata = shown._repr_mimebundle_()
        return nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
    html = getattr(shown, "_repr_html_", lambda: None)()
    data = {"text/plain": repr(shown)} | ({"text/html": html} if html else {})
    return nbformat.v4.new_output("execute_result", data, execution_count=1)


@contextmanager
def without_kernels(root: Path) -> Iterator[None]:
    """Have the chapters of a build in `root` run here, where the library would take itself for that of another."""
    kept, home = report.execute, book.load.__kwdefaults__["root"]
    report.execute = execute_here
    book.load.__kwdefaults__["root"] = root
    try:
        yield
    finally:
        report.execute = kept
        book.load.__kwdefaults__["root"] = home


# changed inputs


def change(root: Path, base: Path, chance: random.Random) -> str:
    """Put the inputs of `base` in their place again and change one of them; tells what was changed."""
    for name in dict.fromkeys(PARAMS):
        (root / name).write_bytes((base / name).read_bytes())
    files = {one.name: one.read_bytes() for one in (base / SNAPSHOT).iterdir()}
    what = chance.choice(("figures", "figures", "figures", "params", "texts"))
    if what == "figures":
        files = vouched(files | {"observations.csv": _other_figures(files["observations.csv"], chance)})
    else:
        name = chance.choice(PARAMS)
        tree = json.loads(json.dumps(yaml.load((root / name).read_bytes(), yaml.CSafeLoader), default=str))
        tree = changed(tree, chance) if what == "params" else _with_attacks(tree, chance)
        text = yaml.dump(json.loads(json.dumps(tree).replace("\\ud800", "?")), Dumper=yaml.CSafeDumper, sort_keys=False)
        (root / name).write_text(text, encoding="utf-8")
    for name, content in files.items():
        (root / SNAPSHOT / name).write_bytes(content)
    return what


def _other_figures(content: bytes, chance: random.Random) -> bytes:
    """The observations with rows lost and values or whole series made odd: what a service could one day answer."""
    table = pd.read_csv(io.BytesIO(content), dtype={"indicator": str, "area": str, "vintage": str})
    for one in chance.sample(sorted(table["indicator"].unique()), k=chance.choice((1, 3, 10))):
        own = (table["area"] == "205") | (chance.random() < 0.3)
        table = _spoilt(table, list(table.index[(table["indicator"] == one) & own]), chance)
    table = table[table["value"].abs() < 1e12].drop_duplicates(["indicator", "area", "year", "sex"])
    return table.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode()


def _spoilt(table: pd.DataFrame, rows: list[int], chance: random.Random) -> pd.DataFrame:
    """One series with rows lost, or with other values, counts or years."""
    what = chance.randrange(9)
    some = chance.sample(rows, k=max(1, len(rows) // 3)) if rows else []
    if what < 3:
        return table.drop(index=(rows, some, rows[:-1])[what])
    if what < 7:
        times = chance.choice((-1, 0, 1e3, 1e-6, 1e8))
        values = (chance.choice(FINITE), table.loc[some, "value"] * times, [chance.choice(FINITE) for _ in some], 0.0)
        table.loc[some if what < 6 else rows, "value"] = values[what - 3]
    elif what == 7:
        count, people = chance.choice(((0, 1), (1, 10), (5, 5), (1e6, 3), (float("nan"), float("nan"))))
        table.loc[rows, "count"], table.loc[rows, "population"] = float(count), float(people)
    else:
        table.loc[rows, "year"] += chance.choice((-30, 10))
    return table


def _with_attacks(tree: Any, chance: random.Random) -> Any:
    """The same with an attack string before one text in ten."""
    if isinstance(tree, dict):
        return {key: _with_attacks(value, chance) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_with_attacks(value, chance) for value in tree]
    plain = isinstance(tree, str) and " " in tree and "{" not in tree
    return f"{chance.choice(ATTACKS)} {tree}" if plain and chance.random() < 0.1 else tree


# looking at what came of it


def look(root: Path, folder: Path) -> None:
    """Hold the pages against their open data, those against the snapshot, and all of it against the manifest."""
    integrity.verify(folder, root=root)
    with (folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for path in folder.glob("appendix.*.html"):
        shown = f"shown_{path.name.split('.')[1]}"
        named = {"|".join((row["indicator"], row["area"], row["year"], row["measure"])): row[shown] for row in rows}
        _look_at(BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"), named)
    _hold_against_snapshot(root, rows)


def _look_at(soup: BeautifulSoup, shown: Mapping[str, str]) -> None:
    assert len(soup.find_all("script")) == 1, "a script came in"
    assert "default-src 'none'" in str(soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"}))
    for element in soup.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")], f"an attribute that acts: {element.attrs}"
    numbers = soup.select("[data-f]")
    assert numbers, "the page shows no figure"
    for number in numbers:
        assert number.get_text() == shown.get(str(number["data-f"])), f"{number} is not what the open data say"
        assert not NO_FIGURE.search(number.get_text()), f"no figure: {number}"


def _hold_against_snapshot(root: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Every newest value of the open data stands in the snapshot, for that very area and year."""
    catalogue = yaml.load((root / "params/indicators.yaml").read_bytes(), yaml.CSafeLoader)["indicators"]
    known = {}
    for name in ("national.csv.gz", "observations.csv"):  # the default areas' own file has the last word
        path = root / SNAPSHOT / name
        with gzip.open(path, "rt", encoding="utf-8") if name.endswith(".gz") else path.open(encoding="utf-8") as file:
            known |= {(r["indicator"], r["area"], r["year"], r["sex"]): float(r["value"]) for r in csv.DictReader(file)}
    for row in rows:
        assert math.isfinite(float(row["value"])) or row["indicator"] == "page", f"no figure in the open data: {row}"
        if row["measure"] == "newest" and row["indicator"] in catalogue:
            one = catalogue[row["indicator"]]
            found = known.get((f"{one['source']}:{one['id']}", row["area"], row["year"], "total"))
            assert found is not None, f"{row} stands in no snapshot"
            assert math.isclose(found, float(row["value"]), rel_tol=1e-9), f"{row}: the snapshot says {found}"


def try_page(root: Path, base: Path, chance: random.Random) -> str:
    """A page from changed inputs: right, or refused in sentences with every file of the last good one untouched."""
    before, made = contents(root / "build" / "2024"), None
    what = change(root, base, chance)
    with without_kernels(root), suppress(InputError):
        made = report.build(year=2024, draft=True, root=root)
    if made is None:
        assert contents(root / "build" / "2024") == before, "a refusal touched the last good page"
        return f"{what} refused"
    look(root, made)
    return f"{what} shown"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
