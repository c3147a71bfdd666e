"""The house itself: dependencies told once, notebooks clean, nothing of one machine in the files."""

import ast
import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests import browsing, supply
from wellbeing_lib import access

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def declared() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_environment_yml_is_the_same_list_as_pyproject(declared: dict) -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))

    assert sorted(pip) == sorted(declared["dependencies"] + declared["optional-dependencies"]["dev"])
    assert f"python{declared['requires-python']}" in conda


def test_the_lock_holds_every_dependency_with_hashes_and_no_address(declared: dict) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    named = {
        re.split(r"[\[>=<~ ]", entry)[0].lower().replace(".", "-")
        for entry in declared["dependencies"] + declared["optional-dependencies"]["dev"]
    }

    assert named <= pinned
    assert "://" not in lock
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9])", lock.strip()))


def test_every_make_target_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split())
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))

    assert targets == explained
    assert {"help", "setup", "lab", "report", "test", "check", "clean"} <= targets


def test_make_never_pastes_a_value_into_the_shell() -> None:
    recipes = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("\t")]

    assert not [line for line in recipes if "$(YEAR)" in line or "$(MUNICIPALITY)" in line]


def test_a_year_with_a_command_in_it_is_not_run(tmp_path: Path) -> None:
    """TRAPS: `YEAR='2024; touch x'` runs what follows where a recipe pastes the value."""
    done = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT), f"YEAR=2024; touch {tmp_path}/x", "report"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert not (tmp_path / "x").exists()
    assert "must be a year of four digits" in done.stderr


def test_a_licence_is_accepted_by_its_whole_name() -> None:
    assert all(map(supply.accepted, ["MIT", "MIT License", "Apache-2.0 OR GPL-3.0", "GPL-2.0; MPL-2.0"]))
    names = ["Limited use", "Submitted", "Proprietary, not MIT", "MIT AND Commercial", "Commercial MIT", "ISCONTO", ""]
    assert [name for name in names if supply.accepted(name)] == []


@pytest.mark.parametrize("said", [None, "0"])
def test_tests_install_nothing_where_that_is_forbidden(monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    """By root on Debian and Ubuntu, as the README says; WELLBEING_INSTALL=0 forbids it."""
    installed: list[str] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(browsing, "install", installed.append)
    monkeypatch.delenv("WELLBEING_INSTALL", raising=False)
    if said:
        monkeypatch.setenv("WELLBEING_INSTALL", said)

    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        browsing.chromium_path()

    assert installed == ([] if said else ["chromium"])
    assert "WELLBEING_INSTALL=0" in (ROOT / "README.md").read_text(encoding="utf-8")


def _cells(notebook: Path) -> list[dict]:
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


STYLES = {
    *("rcParams", "rc", "rc_context", "set_theme", "set_style", "set_palette", "set_context", "color_palette", "style"),
    *("axes_style", "plotting_context", "option_context", "set_option"),
}
LONGEST_CELL, LONGEST_FUNCTION = 15, 3


def against_the_rules(source: str) -> Iterator[str]:
    """What a cell does that belongs into the library: length, classes, long functions, HTML, style."""
    lines = [line for line in source.splitlines() if line.strip()]
    if len(lines) > LONGEST_CELL:
        yield f"{len(lines)} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.While):
            yield type(node).__name__
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name}: {length} lines"
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in STYLES or name in ("HTML", "Markup", "_repr_html_", "to_html"):
            yield name
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"</?[a-z]+[^<]*>", node.value):
            yield node.value


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_output_and_keeps_to_the_rules(notebook: Path) -> None:
    code = [cell for cell in _cells(notebook) if cell["cell_type"] == "code"]

    assert not [cell for cell in code if cell["outputs"] or cell["execution_count"]]
    assert not [found for cell in code for found in against_the_rules("".join(cell["source"]))]
    assert not list(map(str, access.reaches_of(code)))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("\n".join(f"a = {n}" for n in range(15)), []),
        ("\n".join(f"a = {n}" for n in range(16)), ["16 lines"]),
        ("for key in keys:\n    show.card(key)", []),
        ("def late(row):\n    year = row['deadline']\n    return year < 2024", []),
        ("def late(row):\n    year = row['deadline']\n    year += 1\n    return year < 2024", ["late: 4 lines"]),
        ("class A: pass", ["ClassDef"]),
        ("sns.set_theme()", ["set_theme"]),
        ("plt.style.use('x')", ["style"]),
        ("frame.to_html()", ["to_html"]),
        ("x = '<b>a</b>'", ["<b>a</b>"]),
        ("rows.query('low < value and value > 3')", []),
    ],
)
def test_what_is_against_the_rules_is_found(source: str, found: list[str]) -> None:
    assert list(against_the_rules(source)) == found


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_stands_once_in_each_language_and_holds_no_finding(notebook: Path) -> None:
    prose = [cell for cell in _cells(notebook) if cell["cell_type"] == "markdown"]
    tags = [cell["metadata"]["tags"] for cell in prose]

    assert tags.count(["fi"]) == tags.count(["en"]) == len(tags) / 2
    assert not [cell for cell in prose if re.search(r"\d[,.]\d|\b20\d\d\b", "".join(cell["source"]))]


def test_no_tracked_file_names_a_place_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:  # an archive without its history has nothing to list
        return
    pattern = re.compile(r"(?<![\w.])/(work|root|home|tmp)/\w")  # as seen from here, this very line apart
    guilty = [
        name
        for name in listed.split("\0")
        if name and name != "tests/test_project.py" and (ROOT / name).is_file() and not name.endswith((".csv", ".lock"))
        and pattern.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]  # fmt: skip

    assert not guilty
