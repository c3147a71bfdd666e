"""A hundred known attack strings at every door where a text enters; the page is then opened in a real browser.

A script in the browser would notice a call of `hit()`, a dialogue, or any request but that of the page itself.
"""

import csv
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from openpyxl import Workbook, load_workbook

from tests.attacks import ATTACKS, SHELL
from tests.browsing import address, browser
from tests.conftest import Once, Project, copied
from tests.doors import vouched
from wellbeing_lib.faults import InputError
from wellbeing_lib.params import load_indicators
from wellbeing_lib.params.reading import read_yaml
from wellbeing_lib.params.texts import inert, is_blank
from wellbeing_lib.sources.own_figures import read_own_figures
from wellbeing_lib.sources.own_reading import FIGURE_COLUMNS
from wellbeing_lib.spreadsheets import Cell, CellError, cell_text
from wellbeing_lib.workbook import text_cell

SNAPSHOT = Path("data/snapshots/2026-11-24-2")
REFERENCES = {"indicator", "indicators", "people_group", "overlap", "branch", "partners"}  # names
SCHEMAS = {"2024": "assessment", "plan-2022-2025": "plan", "indicators": "indicators", "municipality": "municipality"}
WATCH = """
window.hits = [];
window.hit = (which) => { window.hits.push(String(which)); };
for (const name of ['alert', 'confirm', 'prompt', 'open', 'print']) window[name] = () => window.hits.push(name);
"""


HOVER = """document.querySelectorAll('*').forEach((one) => {
  one.dispatchEvent(new MouseEvent('mouseover', {bubbles: false}));
})"""


def acts(attack: str) -> bool:
    """Whether a text holds what no params file takes, a control character; all others are taken."""
    try:
        return inert(attack) is None
    except ValueError:
        return True


def accepted() -> list[str]:
    """The attacks that a params file takes, as it takes them."""
    return [inert(attack) for attack in ATTACKS if not acts(attack)]


def attacked(given: Any, schema: dict, kinds: dict, attacks: Iterator[str]) -> Any:
    """The same content with another attack in front of every text that its JSON Schema lets people word freely."""
    named = [kinds[schema["$ref"].split("/")[-1]]] if "$ref" in schema else schema.get("anyOf", schema.get("oneOf", ()))
    if named:
        return next((attacked(given, one, kinds, attacks) for one in named if one.get("type") != "null"), given)
    if isinstance(given, dict):
        parts, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        return {
            name: value
            if name in REFERENCES and not isinstance(value, dict)  # the catalogue itself is called "indicators"
            else attacked(value, parts.get(name, others), kinds, without_braces(attacks) if name == "says" else attacks)
            for name, value in given.items()
        }
    if isinstance(given, list):
        return [attacked(one, schema.get("items", {}), kinds, attacks) for one in given]
    free = schema.get("type") == "string" and not schema.keys() & {"pattern", "enum", "const", "format"}
    return f"{next(attacks)} {given}"[: schema["maxLength"]].strip() if free and isinstance(given, str) else given


def without_braces(attacks: Iterator[str]) -> Iterator[str]:
    """Those that a sentence about a figure may hold: its braces are for place, value and year."""
    return (attack for attack in attacks if not set(attack) & {"{", "}"})


def attack_params(project: Project, attacks: Iterator[str]) -> None:
    folder = project.root / "params"
    for name, kind in SCHEMAS.items():
        schema = json.loads((folder / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
        tree = read_yaml(folder / f"{name}.yaml")
        text = yaml.dump(attacked(tree, schema, schema["$defs"], attacks), Dumper=yaml.CSafeDumper, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def attack_snapshot(project: Project, attacks: Iterator[str]) -> None:
    """Area names and what the datapackage says of every series, with hashes that fit."""
    folder = project.root / SNAPSHOT
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    rows = list(csv.reader(io.StringIO(files["areas.csv"].decode())))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [rows[0], *([row[0], inert(f"{next(attacks)} {row[1]}"[:50]), *row[2:]] for row in rows[1:])]
    )
    package = json.loads(files["datapackage.json"])
    for one in package["series"]:
        for name in ("title", "producer", "licence", "address"):
            one[name] = inert(f"{next(attacks)} {one[name]}")
    files |= {"areas.csv": out.getvalue().encode(), "datapackage.json": json.dumps(package).encode()}
    for name, content in vouched(files).items():
        (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def attacked_pages(once: Once) -> Project:
    """The pages of two municipalities, with an attack in every text of params and snapshot."""
    return Project(once("attacked", _attack))


def _attack(folder: Path) -> None:
    project = copied(folder)
    attacks = itertools.cycle(accepted())
    attack_params(project, attacks)
    attack_snapshot(project, attacks)
    for municipality in ("", "290"):
        done = project.report("2024", municipality)
        assert done.returncode == 0, done.stderr


def test_the_attacks_are_many_and_all_reach_the_page(attacked_pages: Project) -> None:
    text = attacked_pages.page().get_text()
    text += "".join(str(one) for one in attacked_pages.page().select("img") for one in one.attrs.values())
    reached = [attack for attack in accepted() if " ".join(attack.split()) in " ".join(text.split())]

    assert len(ATTACKS) >= 100
    assert len(reached) >= 60


def test_nothing_acts_in_a_real_browser_and_nothing_is_asked_of_anybody(attacked_pages: Project) -> None:
    folder = attacked_pages.root / "build" / "2024"
    pages = [path for path in sorted(folder.rglob("*.html")) if path.is_file()]
    figures = sorted(folder.rglob("*.svg"))
    asked: list[str] = []
    with browser() as chromium:
        for javascript_free in (False, True):
            context = chromium.new_context(bypass_csp=javascript_free)  # without the policy nothing may act either
            context.add_init_script(WATCH)
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
            for path in [*pages, *figures[:: max(1, len(figures) // 20)]]:
                asked.clear()
                page.goto(address(path))
                if path.suffix == ".html":
                    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                    page.evaluate(HOVER)
                page.wait_for_timeout(150)
                assert page.evaluate("window.hits || []") == [], path.name
                assert [one for one in asked if not one.startswith(("data:", "blob:")) and one != address(path)] == []
            context.close()
    assert len(pages) >= 6


def test_no_text_becomes_an_element_or_an_attribute(attacked_pages: Project, built: Project) -> None:
    """The page is made of the very elements and attributes that it has without attacks."""

    def skeleton(soup: BeautifulSoup) -> set[tuple]:
        return {(one.name, *sorted(one.attrs)) for one in soup.find_all(True)}

    for language in ("fi", "en"):
        found = skeleton(attacked_pages.page(language=language))
        assert found <= skeleton(built.page(language=language)) | skeleton(built.page(2023, language=language))
        links = {str(one.get("href") or "") for one in attacked_pages.page(language=language).select("[href]")}
        assert not [link for link in links if not re.fullmatch(r"#[\w.-]+|(\.\./)?[\w./-]+(#row=\d+-\d+)?", link)]


def test_the_policy_of_the_page_forbids_everything_but_our_own_style_and_script(attacked_pages: Project) -> None:
    policy = str(attacked_pages.page().find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"])
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())

    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["style-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["script-src"])
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_cell_of_the_open_data_is_a_formula(attacked_pages: Project) -> None:
    folder = attacked_pages.build()
    rows = list(csv.reader(io.StringIO((folder / "indicators.csv").read_text(encoding="utf-8"))))
    cells = [cell for row in rows for cell in row]
    numbers = re.compile(r"[-−+]€?[\d\s.,\u00a0\u202f−e+-]+( ?\S+)?")
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and not numbers.fullmatch(cell)] == []

    book = load_workbook(folder / "indicators.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    with zipfile.ZipFile(folder / "indicators.xlsx") as packed:
        assert not [name for name in packed.namelist() if "externalLink" in name or "vba" in name]


def test_a_text_written_into_a_spreadsheet_is_never_a_formula(tmp_path: Path) -> None:
    texts = [text for text in accepted() if text]
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for text in texts:
        sheet.append([text_cell(sheet, text)])
    book.save(tmp_path / "x.xlsx")
    cells = [row[0] for row in load_workbook(tmp_path / "x.xlsx").worksheets[0].iter_rows()]

    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}


def test_no_text_of_people_is_in_the_code_of_a_notebook(attacked_pages: Project) -> None:
    """Through papermill go a year, two codes and an id; every code cell but that one is ours, word for word."""
    ours = {
        cell.source
        for path in (attacked_pages.root / "notebooks").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
    }
    value = r'year = \d{4}|municipality = "\d{3}"|language = "(fi|en)"|priority = "\w+"'
    injected = re.compile(rf"(# Parameters\n)?(({value})\n?)+")
    for path in (attacked_pages.build() / "notebooks").rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert cell.source in ours or injected.fullmatch(cell.source), cell.source


def test_no_name_of_a_file_comes_from_a_text(attacked_pages: Project, built: Project) -> None:
    def names(project: Project) -> set[str]:
        return {path.relative_to(project.root).as_posix() for path in (project.root / "build" / "2024").rglob("*")}

    assert names(attacked_pages) == {name for name in names(built) if name.startswith("build/2024")}
    assert not list(attacked_pages.root.rglob("HIT"))
    assert not (Path.home() / "HIT").exists()


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if acts(attack)])
def test_what_could_act_on_a_terminal_is_refused_and_shown_harmless(project: Project, attack: str) -> None:
    """A log line stays one line, whatever a person's text holds."""
    text = json.dumps(f"{attack} x")
    project.replace("params/2024.yaml", '"Otanmäen ryhmä alkoi syksyllä."', text)
    done = project.report()

    assert done.returncode == 1
    assert "holds a control character" in done.stderr or "not readable as YAML" in done.stderr
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", done.stderr)
    assert all(line.startswith("params/2024.yaml") for line in done.stderr.splitlines())


def test_arguments_are_values_and_nothing_else(built: Project, tmp_path: Path) -> None:
    """Every attack as year and as municipality: one sentence on one line, no shell, no file."""
    program = (
        "import sys, json\nfrom typer.testing import CliRunner\nfrom wellbeing_lib.cli import app\n"
        "for attack in json.load(sys.stdin):\n"
        "    for option in ('--year', '--municipality'):\n"
        "        done = CliRunner().invoke(app, ['report', '--year', '2024', option, attack])\n"
        "        print(json.dumps([done.exit_code, done.output, repr(done.exception)]))\n"
    )
    attacks = [attack for attack in ATTACKS if "\x00" not in attack]
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(attacks), cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(built.root)}, timeout=300, check=True,
    )  # fmt: skip

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 2 * len(attacks)
    assert {(code, error) for code, _, error in answers} <= {(1, "SystemExit(1)"), (2, "SystemExit(2)")}
    assert all(len(output.strip().splitlines()) == 1 for code, output, _ in answers if code == 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("attack", SHELL)
@pytest.mark.parametrize("name", ["YEAR", "MUNICIPALITY"])
def test_make_runs_nothing_that_a_value_holds(tmp_path: Path, name: str, attack: str) -> None:
    """The Makefile with a stub for `wellbeing`: a recipe that pastes $(YEAR) would run what comes after a semicolon."""
    root = Path(__file__).parent.parent
    shutil.copy(root / "Makefile", tmp_path)
    stub = tmp_path / ".venv" / "bin" / "wellbeing"
    stub.parent.mkdir(parents=True)
    stub.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    stub.chmod(0o755)
    for made in ("requirements.lock", "pyproject.toml", ".venv/ready"):
        (tmp_path / made).touch()
    subprocess.run(
        ["make", "-s", "report"], cwd=tmp_path, env=os.environ | {name: attack}, capture_output=True, check=False
    )

    assert not list(tmp_path.rglob("HIT"))


def test_a_cell_of_a_spreadsheet_is_a_text_or_refused(tmp_path: Path) -> None:
    indicators = load_indicators(Path(__file__).parent.parent / "params")
    for attack in ATTACKS:
        path = tmp_path / "own.csv"
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows([FIGURE_COLUMNS, [attack, "2024", attack, attack, attack, attack]])
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        with pytest.raises(InputError):
            read_own_figures([path], indicators=indicators, municipality="205", last_year=2026)
        cell = Cell(attack, "A1")
        control = re.search(r"[\x00-\x1f\x7f]", attack.strip())
        with pytest.raises(CellError, match="control character") if control else nullcontext():
            assert cell_text(cell) == ("" if is_blank(attack) else attack.strip())
