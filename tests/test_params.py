"""What a person sees when params are wrong: one sentence a fault, with file, key, value and what is possible."""

import shutil
import zipfile
from pathlib import Path

import pytest

from wellbeing_lib.faults import InputError
from wellbeing_lib.params import Params, load_params, read_yaml
from wellbeing_lib.params.reading import parsed

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "params", tmp_path / "params"))


def load(folder: Path, year: int = 2024, area: str | None = None) -> Params:
    return load_params(year, area=area, folder=folder)


def broken(folder: Path, name: str, old: str, new: str) -> tuple[str, ...]:
    """The sentences that follow when one text of one file is replaced."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    return caught.value.faults


def test_all_years_at_hand_load_with_their_plan(folder: Path) -> None:
    for year in (2022, 2023, 2024):
        params = load(folder, year)
        assert params.plan is not None
        assert params.assessment is not None
        assert params.assessment.year == year


def test_another_municipality_has_no_plan(folder: Path) -> None:
    params = load(folder, area="290")

    assert (params.area, params.plan, params.assessment, params.previous) == ("290", None, None, None)


def test_a_status_outside_the_scale_names_the_scale_and_the_likeliest(folder: Path) -> None:
    (fault,) = broken(folder, "2024.yaml", "M10: {status: done}", "M10: {status: doen}")

    assert fault.startswith('params/2024.yaml: measures.M10.status = "doen": not one of not_started, in_progress, done')
    assert fault.endswith('Did you mean "done"?')


def test_a_misspelt_key_names_the_keys_there_are(folder: Path) -> None:
    (fault,) = broken(folder, "municipality.yaml", "min_cases:", "min_case:")[:1]

    assert "municipality.yaml: min_case is not a known key" in fault or "min_cases is missing" in fault


def test_every_fault_of_a_file_is_told_at_once(folder: Path) -> None:
    path = folder / "2024.yaml"
    text = path.read_text(encoding="utf-8").replace("M10: {status: done}", "M10: {status: doen}")
    path.write_text(text.replace("M12: {status: in_progress}", "M12: {statsu: in_progress}"), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        load(folder)

    assert {key for key in ("M10.status", "M12.statsu", "M12.status") for f in caught.value.faults if key in f} == {
        "M10.status", "M12.statsu", "M12.status",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    ["{place} {value}", "{place} {value} {year} {oops}", "{place} {value:x} {year}", "{place} {value} {year"],
)
def test_a_sentence_about_a_figure_needs_its_three_places_and_no_other_braces(folder: Path, wrong: str) -> None:
    (fault,) = broken(folder, "indicators.yaml", "oli {place} {value} vuonna {year}", wrong)

    assert fault.startswith('params/indicators.yaml: child_low_income: says.fi = "Lasten pienituloisuusaste ')
    assert fault.endswith("must hold {place}, {value} and {year}, and no other braces")


@pytest.mark.parametrize(("old", "new"), [("M02", "M01"), ("P1.2", "P1.1"), ("P2", "P1")])
def test_an_id_stands_once_in_a_plan(folder: Path, old: str, new: str) -> None:
    said = broken(folder, "plan-2022-2025.yaml", f"- id: {old}\n", f"- id: {new}\n")

    assert said == (f"params/plan-2022-2025.yaml: {new} stands twice",)


def test_a_target_needs_a_desired_direction(folder: Path) -> None:
    (fault,) = broken(
        folder, "plan-2022-2025.yaml", "  children_in_care:\n    baseline:",
        "  children_in_care:\n    target: {value: 1.0, year: 2025}\n    baseline:",
    )  # fmt: skip

    assert fault.startswith(
        "params/plan-2022-2025.yaml: children_in_care.target: the indicator has no desired direction"
    )


def test_a_year_is_not_held_against_an_earlier_one_of_another_plan(folder: Path) -> None:
    plan = (folder / "plan-2022-2025.yaml").read_text(encoding="utf-8")
    (folder / "plan-2024-2027.yaml").write_text(plan.replace("id: M07", "id: M70"), encoding="utf-8")
    text = (folder / "2024.yaml").read_text(encoding="utf-8").replace("M07", "M70")
    (folder / "2024.yaml").write_text(text.replace("plan-2022-2025", "plan-2024-2027"), encoding="utf-8")

    assert load(folder, 2024).previous is None


def test_illustrative_answers_to_an_adopted_plan_are_said_to_be_so(folder: Path) -> None:
    plan = folder / "plan-2022-2025.yaml"
    text = plan.read_text(encoding="utf-8").replace("illustrative: true", "illustrative: false")
    plan.write_text(text, encoding="utf-8")

    assert load(folder).banner is not None

    without = text.partition("banner:")[0] + "term:" + text.partition("\nterm:")[2]
    plan.write_text(without, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    said = "params/2024.yaml: illustrative = true: plan-2022-2025.yaml has no banner to say so on the page"
    assert said in caught.value.faults

    for year in (2022, 2023, 2024):
        answers = folder / f"{year}.yaml"
        answers.write_text(answers.read_text(encoding="utf-8").replace("illustrative: true", "illustrative: false"))
    assert load(folder).banner is None


def test_parts_that_do_not_fit_are_told_without_the_whole_entry(folder: Path) -> None:
    (fault,) = broken(folder, "indicators.yaml", "value: 1.0", "value: 0.1")

    assert fault == (
        "params/indicators.yaml: child_low_income: min_change must be at least twice the rounding step 0.1"
    )


def test_a_file_without_keys_is_told_in_plain_words(folder: Path) -> None:
    (folder / "municipality.yaml").write_text("[1]\n", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        load(folder)

    assert caught.value.faults == ("params/municipality.yaml: must hold keys with values, such as `key: value`",)


def test_an_unknown_indicator_names_the_nearest(folder: Path) -> None:
    (fault,) = broken(folder, "plan-2022-2025.yaml", "indicators: [child_low_income]", "indicators: [child_low_incone]")

    assert 'plan-2022-2025.yaml: indicator "child_low_incone"' in fault
    assert '(there is "child_low_income")' in fault


def test_an_unknown_measure_in_an_assessment_is_named(folder: Path) -> None:
    (fault,) = broken(folder, "2024.yaml", "M10: {status: done}", "M77: {status: done}")

    assert "params/2024.yaml: measures.M77" in fault


def test_a_year_without_a_file_names_the_years_there_are(folder: Path) -> None:
    with pytest.raises(InputError, match=r"YEAR = 2030: params/2030.yaml does not exist; there is 2022, 2023, 2024"):
        load(folder, 2030)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", 'the key "a" stands twice'),
        ("a: &x 1\nb: *x\n", "aliases"),
        ("a: [1\n", "not readable as YAML"),
        ("a: !!python/object:os.system x\n", "tags .* are not used in params"),
        ("20: 1\n", "is no text"),
    ],
)
def test_yaml_that_would_be_misread_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=said):
        read_yaml(tmp_path / "x.yaml")


def test_a_code_without_quotes_is_refused(folder: Path) -> None:
    """YAML reads a bare 020 as 16; codes are texts and must be quoted."""
    faults = broken(folder, "municipality.yaml", 'code: "205"', "code: 205")

    assert any("municipality.yaml: code = 205" in fault for fault in faults)


def test_a_judged_indicator_needs_its_smallest_change(folder: Path) -> None:
    text = (folder / "indicators.yaml").read_text(encoding="utf-8")
    start = text.index("  child_low_income:")
    rest = text[start:].replace("desired: lower", "desired: none", 1)
    (folder / "indicators.yaml").write_text(text[:start] + rest, encoding="utf-8")

    with pytest.raises(InputError, match="a judged indicator needs a desired direction and a min_change"):
        load(folder)


def test_only_another_code_is_refused_in_every_file_that_names_its_municipality(folder: Path) -> None:
    faults = broken(folder, "municipality.yaml", 'code: "205"', 'code: "290"')

    possible = 'must be "290", the code in municipality.yaml: change the code back, or write'
    assert faults == (
        f'params/municipality.yaml: people_groups.children_0_17.municipality = "205": {possible} its own people_groups '
        "or none",
        f'params/plan-2022-2025.yaml: municipality = "205": {possible} a file of its own for 290',
        f'params/2024.yaml: municipality = "205": {possible} a file of its own for 290',
        f'params/2023.yaml: municipality = "205": {possible} a file of its own for 290',
    )


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("plan-2022-2025.yaml", 'municipality: "205"\n'),
        ("2024.yaml", 'municipality: "205"\n'),
        ("municipality.yaml", '    municipality: "205"\n'),
    ],
)
def test_a_file_that_names_no_municipality_is_refused(folder: Path, name: str, lost: str) -> None:
    (fault, *_) = broken(folder, name, lost, "")

    assert fault.startswith(f"params/{name}: ")
    assert fault.endswith("municipality is missing")


def test_another_code_with_files_of_its_own_has_its_plan(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace('municipality: "205"', 'municipality: "290"')
        path.write_text(text.replace('code: "205"', 'code: "290"'), encoding="utf-8")

    params = load(folder)

    assert params.area == "290"
    assert params.plan is not None
    assert load(folder, area="205").plan is None


def test_params_are_measured_in_bytes_and_never_cut(tmp_path: Path) -> None:
    """Letters may take two bytes: what was read to its two millionth byte looked like a whole file."""
    text = "# ä\n" * 450_000 + "a: 1\n"
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    said = "has 2,250,005 bytes; at most 2,000,000 are possible"

    with pytest.raises(InputError, match=f"x.yaml: {said}"):
        read_yaml(path)
    with pytest.raises(InputError, match=f"x.yaml: {said}"):
        parsed(text, "x.yaml")

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("params/x.yaml", text)
    with pytest.raises(InputError, match=r"params/x\.yaml: has more than 2,000,000 bytes"):
        read_yaml(zipfile.Path(tmp_path / "x.zip") / "params" / "x.yaml")  # type: ignore[arg-type] - reads alike


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    overlap: in_care\n", "    overlap: in_care\n    cohort: 1\n", "cohort = 1"),
        ("    overlap: in_care\n", "    overlap: in_care\n    cyclical: sometimes\n", "cyclical = "),
        ("    overlap: in_care\n", "    overlap: in_care\n    relative_scale: per_cent\n", "relative_scale = "),
        ("    overlap: in_care\n", "    overlap: in_care\n    known_about: 61\n", "known_about = 61"),
        (
            "    overlap: in_care\n",
            "    overlap: in_care\n    price_base: 2022\n",
            "children_in_care: price_base belongs to an indicator in euros",
        ),
        (
            "    overlap: in_care\n",
            "    overlap: in_care\n    stands_in_for: children_in_care\n",
            "children_in_care: stands_in_for must name another indicator",
        ),
        (
            "    overlap: in_care\n",
            "    overlap: in_care\n    stands_in_for: child_in_care\n",
            "children_in_care.stands_in_for",
        ),
    ],
)
def test_keys_of_the_catalogue_hold_what_they_are_for(folder: Path, old: str, new: str, said: str) -> None:
    (fault,) = broken(folder, "indicators.yaml", old, new)

    assert said in fault
