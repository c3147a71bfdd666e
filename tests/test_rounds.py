"""The yearly round: a year begun, refused while it waits for people, drafted, filled in, carried into the next."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project
from tests.test_forms import filled
from wellbeing_lib import appendix
from wellbeing_lib.faults import InputError
from wellbeing_lib.params import Params, load_params, read_yaml
from wellbeing_lib.params.readiness import require_ready, unfilled
from wellbeing_lib.params.writing import write_text
from wellbeing_lib.rounds import MARK, new_year, undecided, unsettled, write_proposals


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Params and figures alone: no page is made of them."""
    for part in ("params", "data"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def load(root: Path, year: int = 2025) -> Params:
    return load_params(year, folder=root / "params")


def replace(root: Path, name: str, old: str, new: str) -> None:
    path = root / "params" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# ---------------------------------------------------------------- a new year


def test_a_new_year_carries_over_the_plan_and_marks_what_waits(root: Path) -> None:
    text = new_year(2025, root=root).read_text(encoding="utf-8")
    params = load(root)

    assert params.assessment is not None
    assert params.previous is not None
    assert (params.assessment.plan, params.assessment.measures) == ("plan-2022-2025", {})
    assert params.previous.measures["M08"].status == "not_done"
    assert not params.assessment.approved
    for part in ("well", "worries", "proposed", "council", "handling", *params.previous.objectives):
        assert f"{part}:  # {MARK}" in text
    assert "# 2024 proposed these, and is NOT APPROVED YET." in text
    assert f"#   {MARK}: in the plan, M10: until: 2024" in text
    assert f"#   {MARK}: in the plan, N15 under its objective, with since: 2025" in text


def test_a_year_that_is_there_is_not_overwritten(root: Path) -> None:
    before = (root / "params" / "2024.yaml").read_bytes()

    with pytest.raises(InputError, match=r"params/2024\.yaml: is there already"):
        new_year(2024, root=root)

    assert (root / "params" / "2024.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2026, r"YEAR = 2026: is outside the term of every plan; there is plan-2022-2025.yaml \(2022–2025\)"),
        (2021, "is outside the term of every plan"),
    ],
)
def test_a_new_term_is_a_new_plan_file(root: Path, year: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        new_year(year, root=root)
    assert not (root / "params" / f"{year}.yaml").exists()


def test_a_new_year_follows_the_last(root: Path) -> None:
    (root / "params" / "2024.yaml").unlink()

    with pytest.raises(InputError, match=r"params/2024\.yaml: does not exist, there is 2022, 2023"):
        new_year(2025, root=root)


def test_the_first_year_of_a_new_term_is_begun_from_its_own_plan(root: Path) -> None:
    new_year(2025, root=root)
    plan = (root / "params" / "plan-2022-2025.yaml").read_text(encoding="utf-8")
    plan = plan.replace("term: {from: 2022, to: 2025}", "term: {from: 2026, to: 2029}")
    (root / "params" / "plan-2026-2029.yaml").write_text(plan, encoding="utf-8")

    text = new_year(2026, root=root).read_text(encoding="utf-8")

    assert "plan: plan-2026-2029" in text
    assert "2025 proposed" not in text
    assert load(root, 2026).previous is None


def test_what_was_proposed_is_carried_by_fields_of_the_plan(root: Path) -> None:
    new_year(2025, root=root)
    assert [line.partition(":")[0] for line in unsettled(load(root))] == ["M10", "M14", "N15"]
    replace(root, "plan-2022-2025.yaml", "          - id: M10\n", "          - id: M10\n            until: 2024\n")
    replace(root, "plan-2022-2025.yaml", "          - id: M14\n", "          - id: M14\n            until: 2024\n")
    new = 'id: N15, since: 2025, branch: kulttuuripalvelut, type: continuous, deadline: 2026, fi: "a", en: "b"'
    last = "          - id: M13\n"
    replace(root, "plan-2022-2025.yaml", last, f"          - {{{new}}}\n{last}")

    now, before = load(root), load(root, 2024)

    assert now.plan is not None
    assert before.plan is not None
    assert set(before.plan.measures) - set(now.plan.measures) == {"M10", "M14"}
    assert set(now.plan.measures) - set(before.plan.measures) == {"N15"}
    assert list(unsettled(now)) == []


def test_a_new_year_names_its_municipality_and_is_of_no_other(root: Path) -> None:
    replace(root, "municipality.yaml", 'code: "205"', 'code: "290"')
    with pytest.raises(InputError) as caught:
        new_year(2025, root=root)
    assert [fault.partition(" = ")[0] for fault in caught.value.faults] == [
        "params/municipality.yaml: people_groups.children_0_17.municipality",
        "params/plan-2022-2025.yaml: municipality",
        "params/2024.yaml: municipality",
    ]
    assert not (root / "params" / "2025.yaml").exists()

    replace(root, "municipality.yaml", 'code: "290"', 'code: "205"')
    text = new_year(2025, root=root).read_text(encoding="utf-8")
    assert '\nyear: 2025\nmunicipality: "205"\nplan: plan-2022-2025\n' in text


def test_a_year_begun_twice_at_once_is_begun_once(root: Path) -> None:
    together = threading.Barrier(2)

    def begin(_: int) -> str:
        together.wait()
        try:
            return new_year(2025, root=root).name
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(begin, range(2)))

    assert said.count("2025.yaml") == 1
    (refused,) = [one for one in said if one != "2025.yaml"]
    assert refused.startswith("params/2025.yaml: ")
    assert list((root / "params").glob(".*")) == []


def test_a_snapshot_of_a_day_to_come_is_not_pinned(root: Path) -> None:
    shutil.copytree(root / "data/snapshots/2026-11-24-2", root / "data/snapshots/2099-01-01")

    with pytest.raises(InputError, match="snapshots/2099-01-01: 2099-01-01 has not come yet"):
        new_year(2025, root=root)
    assert not (root / "params" / "2025.yaml").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("plan-2022-2025.yaml", "term: {from: 2022, to: 2025}", "term: [2022]", "plan-2022-2025.yaml: term = [2022]"),
        ("plan-2022-2025.yaml", "from: 2022", "from: a", 'plan-2022-2025.yaml: term.from = "a"'),
        ("plan-2022-2025.yaml", "", "[]\n---\n", "plan-2022-2025.yaml"),
        ("2024.yaml", "plan: plan-2022-2025", "plan: [1]", "2024.yaml: plan = [1]"),
        ("2024.yaml", 'snapshot: "2026-11-24-2"', "snapshot: {a: 1}", "2024.yaml: snapshot = {'a': 1}"),
        ("2024.yaml", "", "[]\n---\n", "2024.yaml"),
    ],
)
def test_odd_params_are_a_sentence_to_a_new_year(root: Path, name: str, old: str, new: str, said: str) -> None:
    replace(root, name, old, new)
    with pytest.raises(InputError) as caught:
        new_year(2025, root=root)
    assert caught.value.faults[0].startswith(f"params/{said}") or name in caught.value.faults[0]
    assert not (root / "params" / "2025.yaml").exists()


def test_an_edit_saved_in_the_meantime_is_not_overwritten(root: Path) -> None:
    path = root / "params" / "2024.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}# saved in the meantime\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"params/2024\.yaml: has been changed in the meantime; nothing was written"):
        write_text(path, "year: 2024\n", before=before)

    assert path.read_text(encoding="utf-8") == f"{before}# saved in the meantime\n"
    write_text(path, before, before=f"{before}# saved in the meantime\n")
    assert path.read_text(encoding="utf-8") == before


def test_an_objective_can_have_a_proposal(root: Path) -> None:
    replace(root, "2024.yaml", "proposals:\n", 'proposals:\n  P1.1: {decision: change, text: {fi: "a", en: "b"}}\n')

    assessment = load(root, 2024).assessment

    assert assessment is not None
    assert assessment.proposals["P1.1"].decision == "change"


# ---------------------------------------------------------------- readiness


def test_the_years_at_hand_are_ready(root: Path) -> None:
    for year in (2022, 2023, 2024):
        require_ready(load(root, year))


def test_all_that_is_missing_is_told_at_once(root: Path) -> None:
    new_year(2025, root=root)

    with pytest.raises(InputError) as caught:
        require_ready(load(root))

    said = caught.value.faults
    assert said[0] == "2025 is not ready for a page:"
    assert "params/2025.yaml: sentences.well is not filled in" in said
    assert "params/2025.yaml: objectives.P4.2: the group's assessment is not filled in" in said
    assert "params/2025.yaml: handling: no body has handled the paper yet" in said
    assert said[-1].endswith("make report YEAR=2025 DRAFT=1")
    require_ready(load(root), draft=True)


def test_an_approved_paper_is_no_draft(root: Path) -> None:
    text = (root / "params" / "2023.yaml").read_text(encoding="utf-8")
    start = text.index("  P4.2:")
    (root / "params" / "2023.yaml").write_text(
        text[:start] + "  P4.2:  # FILL IN\n" + text[text.index("\nremarks:") :], encoding="utf-8"
    )

    params = load(root, 2023)

    assert unfilled(params) == ["params/2023.yaml: objectives.P4.2: the group's assessment is not filled in"]
    with pytest.raises(InputError, match="DRAFT=1 cannot make a draft of it"):
        require_ready(params, draft=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("handling:  #", "handling: 5  #"), ("findings: []", "findings: 5"), ("measures:\n", "measures: [1]\n")],
)
def test_a_value_of_the_wrong_kind_is_still_a_sentence(root: Path, old: str, new: str) -> None:
    new_year(2025, root=root)
    replace(root, "2025.yaml", old, new)

    with pytest.raises(InputError, match=r"params/2025\.yaml: (handling|findings|measures)"):
        load(root)


# ---------------------------------------------------------------- joys and worries


def test_a_mark_of_byte_order_shifts_nothing_that_is_written(root: Path) -> None:
    path = new_year(2025, root=root)
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")

    write_proposals(appendix.load(year=2025, root=root))

    assert len(load(root, 2025).assessment.findings) == 0  # they wait, and the file is read without a fault


def test_the_rules_proposals_wait_in_the_file_for_a_decision(root: Path) -> None:
    path = new_year(2025, root=root)

    added = write_proposals(appendix.load(year=2025, root=root))
    text = path.read_text(encoding="utf-8")

    assert [one.key for one in added] == ["cervical_screening", "child_low_income"]
    assert "# Kohdunkaulasyövän seulonnassa kävi Kajaanissa 77,7\u00a0% kutsutuista" in text.replace(" %", "\u00a0%")
    assert text.count(f"decision:  # {MARK}") == 2
    page = appendix.load(year=2025, root=root)
    assert [one.key for one in undecided(page)] == [one.key for one in added]  # for the page nobody has decided
    assert write_proposals(page) == []
    assert path.read_text(encoding="utf-8") == text


def test_a_decision_is_a_decision_and_a_half_one_is_a_fault(root: Path) -> None:
    path = new_year(2025, root=root)
    write_proposals(appendix.load(year=2025, root=root))
    replace(root, "2025.yaml", f'    reason:  # {MARK}: {{fi: "...", en: "..."}}', '    reason: {fi: "a", en: "b"}')

    with pytest.raises(InputError, match=r"params/2025\.yaml: findings\.0\.decision = None"):
        load(root)
    replace(root, "2025.yaml", f"decision:  # {MARK}: accept, reword (with text) or reject", "decision: accept")

    assert [one.key for one in undecided(appendix.load(year=2025, root=root))] == ["child_low_income"]
    assert len(read_yaml(path)["findings"]) == 2


# ---------------------------------------------------------------- the whole round, on the page


def test_a_year_from_its_beginning_to_a_draft_with_answers(project: Project) -> None:
    assert project.run("new-year", "2025").returncode == 0
    refused = project.run("report", "--year", "2025")
    assert refused.returncode == 1
    assert "2025 is not ready for a page:" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not project.build(2025).exists()

    assert "14 forms written into data/forms/2025/." in project.run("forms", "write", "--year", "2025").stderr
    forms = project.root / "data" / "forms" / "2025"
    text = "<script>alert(1)</script> {{ 7 * 7 }} \u202etakaperin 😀 " + "x" * 500
    filled(forms / "tyollisyys.xlsx", {
        "M02": ("toteutunut osittain", text), "M05": ("ei muutosta",), "M06": ("siirretty", "Sovitaan syksyllä."),
    })  # fmt: skip
    filled(forms / "jarjestot.xlsx", {"M02": ("toteutunut", "Vapaaehtoisia oli 12."), "M14": ("ei muutosta",)})
    unanswered = project.run("forms", "read", "--year", "2025")
    assert 'jarjestot.xlsx, Toimenpiteet!F11: status = "ei muutosta": there is no status of 2024' in unanswered.stderr
    filled(forms / "jarjestot.xlsx", {"M14": ("ei voida arvioida",)})
    assert project.run("forms", "read", "--year", "2025").returncode == 0
    assert "Nothing has changed." in project.run("forms", "read", "--year", "2025").stderr
    status = project.run("forms", "status", "--year", "2025").stderr
    assert "Työllisyyspalvelut: 3 of 3 answered (tyollisyys.xlsx)" in status
    assert "Viestintä: 0 of 1 answered; missing M09 (viestinta.xlsx)" in status

    drafted = project.run("report", "--year", "2025", WELLBEING_DRAFT="1")
    assert drafted.returncode == 0, drafted.stderr
    for language, mark in (("fi", "LUONNOS 1"), ("en", "DRAFT 1")):
        page = project.page(2025, language)
        row = page.find(id="m-M02")
        assert mark in page.find("header").get_text()
        assert row is not None
        assert "<script>alert(1)</script> {{ 7 * 7 }} takaperin 😀 xxx" in row.get_text()
        assert row.find("script") is None
        assert "Vapaaehtoisia oli 12." in row.get_text()
    assert project.page(2025, "en").find(id="m-M02").find(lang="fi") is not None
    silent = project.page(2025).find(id="m-M01")
    assert silent is not None
    assert "ei vastausta määräaikaan mennessä" in silent.get_text()
    assert "(täyttämättä)" in project.page(2025).get_text()
    assert project.run("report", "--year", "2025").returncode == 1  # a draft that was made is not up to date
