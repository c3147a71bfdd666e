"""The checks as a person meets them: one line each, faults with exit code 1, remarks with 0."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import ROOT, Project
from wellbeing_lib.checks import Noticed, all_checks, write_schemas, year_checks
from wellbeing_lib.checks.figures import figure_faults
from wellbeing_lib.checks.notebooks import notebook_faults
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import load_params, read_yaml


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for part in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns(".*", "forms"))
    return tmp_path


def replace(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(noticed: list[Noticed]) -> list[str]:
    return [one.text for one in noticed if one.error]


def test_the_project_as_it_is_has_remarks_and_no_errors(root: Path) -> None:
    noticed = list(all_checks(root))
    texts = [one.text for one in noticed]

    assert errors(noticed) == []
    assert all("\n" not in text for text in texts)
    assert any("breast_screening: title is not confirmed" in text for text in texts)
    assert any(": unused, for no objective follows" in text and "library_loans" in text for text in texts)
    assert any("a step: has its definition changed?" in text for text in texts)
    assert any("years old in 2024 (max_age 2)" in text for text in texts)
    assert any("no figures by 2024 in snapshot 2026-11-24-2: single_parent_families" in text for text in texts)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("2024.yaml", "M10: {status: done}", "M10: {status: doen}", 'params/2024.yaml: measures.M10.status = "doen"'),
        ("2023.yaml", "  M02:\n    decision", "  M77:\n    decision", "params/2023.yaml: proposals.M77: no measure"),
        ("plan-2022-2025.yaml", "[child_low_income]", "[child_low]", '"child_low": not in params/indicators'),
        ("indicators.yaml", '"Lasten pienituloisuusaste"', '"Köyhyys"', 'child_low_income.title.fi = "Köyhyys"'),
        ("indicators.yaml", "people_group: children_0_17", "people_group: kids", "municipality.yaml has children_0_17"),
        ("schemas/plan.schema.json", '"Plan"', '"Plans"', "is not what the models say; run wellbeing schemas"),
    ],
)
def test_what_a_page_would_get_wrong_is_an_error(root: Path, name: str, old: str, new: str, said: str) -> None:
    replace(root, f"params/{name}", old, new)

    assert [text for text in errors(list(all_checks(root))) if said in text]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (13.65, "params/indicators.yaml: child_low_income.decimals = 1: 1 figures have more, such as 13.65"),
        (113.6, "params/indicators.yaml: child_low_income.unit = percent: 113.6 is not possible"),
    ],
)
def test_a_figure_that_its_entry_does_not_allow_is_an_error(value: float, said: str) -> None:
    params = load_params(2024, folder=ROOT / "params")
    snapshot = load_snapshot(ROOT / "data" / "snapshots" / params.snapshot)
    table = snapshot.observations.copy()
    table.loc[table.index[table["indicator"] == "sotkanet:228"][0], "value"] = value

    vars(snapshot)["observations"] = table  # as if it had been fetched so

    assert errors(list(figure_faults(params, snapshot))) == [said]


def test_a_snapshot_that_was_edited_is_an_error(root: Path) -> None:
    replace(root, "data/snapshots/2026-11-24-2/observations.csv", "13.6", "13.7")

    assert ["observations.csv: hash" in text for text in errors(list(all_checks(root)))] == [True]


def test_words_that_were_not_translated_are_a_remark(root: Path) -> None:
    replace(
        root, "params/2024.yaml", '    remark: {fi: "63 paikkaa.", en: "63 jobs."}', '    remark: {fi: "63 paikkaa."}'
    )
    replace(root, "params/2024.yaml", '"A smaller share is in itself neither good news nor bad."',
            '"Pienempi osuus ei sellaisenaan ole hyvä eikä huono uutinen."')  # fmt: skip

    texts = [one.text for one in year_checks(root, 2024)]

    assert "params/2024.yaml: measures.M05.remark: has no English; the English page shows it in Finnish" in texts
    assert "params/2024.yaml: remarks.children_in_care: Finnish and English are the same text" in texts


def test_an_answer_that_did_not_come_and_a_decision_not_made_are_remarks(root: Path) -> None:
    replace(root, "params/2024.yaml", "  M09: {status: continuous_as_planned}\n", "")
    replace(root, "params/2024.yaml", "  - indicator: cervical_screening\n    side: joy\n    decision: accept\n", (
        "  - indicator: breast_screening\n    side: joy\n    decision: reject\n"
    ))  # fmt: skip

    texts = [one.text for one in year_checks(root, 2024)]

    assert "params/2024.yaml: measures: no answer for M09" in texts
    assert any("the rule proposes a joy: cervical_screening" in text for text in texts)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: book["cells"][-1].update(outputs=[{"output_type": "stream"}]), "has outputs"),
        (lambda book: book["cells"][-1].update(execution_count=3), "has outputs"),
        (lambda book: book["metadata"].update(widgets={}), "metadata holds widgets"),
        (lambda book: book["cells"].pop(next(
            n for n, cell in enumerate(book["cells"]) if "parameters" in cell["metadata"].get("tags", [])
        )), "must have one cell with the tag parameters"),
        (lambda book: next(c for c in book["cells"] if c["cell_type"] == "markdown")["metadata"].update(tags=["sv"]),
         "prose must have the one tag fi or en, not sv"),
        (lambda book: book.pop("cells"), "not readable as a notebook: KeyError"),
    ],
)  # fmt: skip
def test_a_notebook_out_of_order_is_an_error(root: Path, change, said: str) -> None:
    path = root / "notebooks" / "60_missing.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    change(book)
    path.write_text(json.dumps(book), encoding="utf-8")

    assert [one.text for one in notebook_faults(root / "notebooks") if one.error and said in one.text]


def test_the_schemas_accept_the_files_and_refuse_a_misspelt_key(root: Path) -> None:
    assert write_schemas(root / "params") == []  # they are what the models say
    for path in sorted((root / "params").glob("*.yaml")):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        schema = json.loads((path.parent / first.rpartition("=")[2]).read_text(encoding="utf-8"))
        content = json.loads(json.dumps(read_yaml(path), default=str))
        jsonschema.validate(content, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content | {"mesures": {}}, schema)


def test_a_fault_is_exit_code_1_and_remarks_are_0(project: Project) -> None:
    done = project.run("check")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].startswith("0 errors, ")
    project.replace("params/2024.yaml", "council:", "counsil:")

    done = project.run("check", "--year", "2024")

    assert done.returncode == 1
    assert "ERROR  params/2024.yaml: counsil is not a known key" in done.stderr
    assert "Traceback" not in done.stderr
