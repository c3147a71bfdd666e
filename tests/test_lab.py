"""The analyst's side: every notebook runs by hand, values show themselves, and a slip is told in sentences."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from jupyter_core.utils import ensure_event_loop
from nbclient import NotebookClient

import wellbeing_lib as wl
from wellbeing_lib import finding, kernels
from wellbeing_lib.appendix import Appendix
from wellbeing_lib.faults import InputError

ROOT = Path(__file__).parent.parent
SHOWN = {"execute_result", "display_data"}  # not what is printed or warned
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def by_hand(notebook: Path, *, ordinary: bool = False, **changed: object) -> nbformat.NotebookNode:
    """Run a notebook top to bottom in a kernel started in notebooks/, its parameters cell changed as a person would."""
    content = nbformat.read(notebook, as_version=4)
    cell = next(cell for cell in content.cells if "parameters" in cell.metadata.get("tags", []))
    for name, value in changed.items():
        lines = [f"{name} = {value!r}" if line.startswith(f"{name}:") else line for line in cell.source.splitlines()]
        cell.source = "\n".join(lines)
    client = NotebookClient(content, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}})
    if not ordinary:
        client.kernel_manager_class = kernels.Manager
        client.shutdown_kernel = "immediate"
    try:
        return client.execute()
    finally:
        ensure_event_loop().close()


def shown(notebook: nbformat.NotebookNode) -> str:
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_top_to_bottom_as_it_is(notebook: Path) -> None:
    done = by_hand(notebook)

    assert all(cell.execution_count for cell in done.cells if cell.cell_type == "code")
    assert "Traceback" not in shown(done)
    assert {output.output_type for cell in done.cells for output in cell.get("outputs", [])} <= SHOWN


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_another_year_and_language_are_a_changed_parameters_cell(notebook: Path) -> None:
    done = by_hand(notebook, year=2023, language="en", priority="P3")

    assert {output.output_type for cell in done.cells for output in cell.get("outputs", [])} <= SHOWN
    for finnish in ("ei selvää muutosta", "ei riittävästi tietoa"):
        assert finnish not in shown(done)


def test_an_ordinary_kernel_does_as_well() -> None:
    assert "Kajaani" in shown(by_hand(ROOT / "notebooks" / "10_background.ipynb", ordinary=True))


def test_the_playground_answers_ten_questions_in_plain_sight() -> None:
    cells = nbformat.read(ROOT / "notebooks" / "playground.ipynb", as_version=4).cells
    answers = [cell.source for cell in cells[3:] if cell.cell_type == "code"]

    assert len(answers) == 10
    assert all("book." in one for one in answers)
    assert not [one for one in answers if "appendix" in one or ".page" in one]
    assert [number for number, one in enumerate(answers, start=1) if "show." in one] == [9, 10]
    assert len(answers[8].splitlines()) < 10
    assert {name for name in ("pd.", "sns.", "stats.") if any(name in one for one in answers)} == {
        "pd.",
        "sns.",
        "stats.",
    }


@pytest.mark.parametrize("ordinary", [False, True], ids=["forked", "ordinary"])
def test_what_is_shown_stands_once_and_a_chart_is_no_second_picture(ordinary: bool) -> None:
    done = by_hand(ROOT / "notebooks" / "playground.ipynb", ordinary=ordinary)
    shown_cells = [cell for cell in done.cells if cell.cell_type == "code" and "show." in cell.source]

    assert [len(cell.outputs) for cell in shown_cells] == [1, 2]
    for cell in shown_cells:
        for output in cell.outputs:
            assert output.metadata["wellbeing"] == "page"
            assert set(output.data) == {"text/html", "text/plain"}


# in IPython


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """An IPython as the kernel's, without history."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(history_manager=None)
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def page(shell: InteractiveShell) -> Appendix:
    return wl.load(year=2024).page


def both(shell: InteractiveShell, value: object) -> tuple[str, str]:
    data, _ = shell.display_formatter.format(value)  # pyright: ignore[reportAttributeAccessIssue] - a trait
    return data["text/plain"], data["text/html"]


def test_a_verdict_shows_as_a_card_in_the_language_of_the_page(shell: InteractiveShell, page: Appendix) -> None:
    text, html = both(shell, page.verdicts["child_low_income"])

    assert text.splitlines()[0] == "Lasten pienituloisuus: ei selvää muutosta (2024)"
    assert "Uusin luku: Lasten pienituloisuusaste oli Kajaanissa 13,6\u00a0%" in text
    assert html.startswith("Lasten pienituloisuus")
    assert "<li>Tason muutos: " in html
    english = wl.load(year=2024, language="en").page
    said = both(shell, english.verdicts["child_low_income"])[0]
    assert said.startswith("Child low income: no clear change (2024)")


def test_an_indicator_without_figures_says_so_on_its_card(shell: InteractiveShell, page: Appendix) -> None:
    text, _ = both(shell, page.verdicts["loneliness"])

    assert len(text.splitlines()) >= 2
    assert "nan" not in text


def test_an_indicator_shows_as_its_definition(shell: InteractiveShell, page: Appendix) -> None:
    text, html = both(shell, page.params.indicators["child_low_income"])

    assert "series: sotkanet:228" in text
    assert "desired: toivotaan matalampaa arvoa" in text
    assert "<script" not in html


def test_a_plan_shows_as_a_tree(shell: InteractiveShell, page: Appendix) -> None:
    text, html = both(shell, page.params.plan)

    lines = text.splitlines()
    assert lines[0] == "plan-2022-2025"
    assert lines[1] == "  P1 Lapset, nuoret ja perheet"
    assert lines[2].startswith("    P1.1 ")
    assert lines[3] == "      child_low_income"
    assert html.count("<ul>") == 1 + 4 + 8


def test_an_appendix_and_a_chart_tell_what_they_are(shell: InteractiveShell, page: Appendix) -> None:
    text, _ = both(shell, page)
    chart, picture = both(shell, page.trend(page.verdicts["child_low_income"]))

    assert text.startswith("Kajaani 2024 (fi): ")
    assert "scoreboard: Priority by priority" in text
    assert "13,6" in chart
    assert 'src="data:image/svg+xml' in picture


def test_what_people_wrote_is_escaped(shell: InteractiveShell, page: Appendix) -> None:
    indicator = page.params.indicators["child_low_income"]
    name = indicator.name.model_copy(update={"fi": "<script>alert(1)</script>"})

    assert "<script" not in both(shell, indicator.model_copy(update={"name": name}))[1]


def test_keys_complete_and_a_misspelt_one_says_what_there_is(shell: InteractiveShell, page: Appendix) -> None:
    shell.user_ns["appendix"] = page
    for typed in ('appendix.verdicts["child_l', "appendix.verdicts.child_l"):
        with provisionalcompleter():
            assert "child_low_income" in [one.text for one in shell.Completer.completions(typed, len(typed))]
    assert "child_low_income" in dir(page.verdicts)
    typed = page.verdicts.child_low_income  # pyright: ignore[reportAttributeAccessIssue] - as a person types it
    assert typed is page.verdicts["child_low_income"]
    with pytest.raises(
        InputError, match=r'"child_low_incone": not in params/indicators.yaml \(there is "child_low_inc'
    ):
        page.verdicts["child_low_incone"]
    assert "nonsense" not in page.verdicts


def test_a_slip_is_told_in_sentences_without_a_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("import wellbeing_lib as wl\nwl.load(year=2030)")

    said = capsys.readouterr()
    assert "YEAR = 2030: params/2030.yaml does not exist; there is 2022, 2023, 2024" in said.out
    assert "Traceback" not in said.out + said.err


def test_outside_ipython_nothing_is_registered() -> None:
    InteractiveShell.clear_instance()

    assert wl.load(year=2024).page.place == "Kajaani"


def test_saved_code_is_there_at_the_next_cell(tmp_path: Path) -> None:
    """The profile that `make lab` names turns autoreload on, once for every notebook."""
    profile = tmp_path / "profile_default"
    shutil.copytree(
        ROOT / ".ipython" / "profile_default", profile, ignore=shutil.ignore_patterns("*.sqlite*", "security")
    )
    settings = (profile / "ipython_config.py").read_text(encoding="utf-8")

    assert "%autoreload 2" in settings
    assert "exec_PYTHONSTARTUP = False" in settings
    assert 'IPYTHONDIR="$$(pwd)/.ipython"' in (ROOT / "Makefile").read_text(encoding="utf-8")


# finding


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("lasten pienituloisuus", "child_low_income"),
        ("low income children", "child_low_income"),
        ("pienitulosuus", "child_low_income"),
        ("TYÖTTÖMIÄ", "unemployed_share"),
        ("tyottomia", "unemployed_share"),
        ("kohdunkaulan syöpä seulonnat", "cervical_screening"),
        ("äänestysaktiivisuus", "municipal_turnout"),
        ("yksinäiset", "loneliness"),
        ("sotkanet 683", "diabetes_40plus"),
        ("gini", "gini"),
    ],
)
def test_an_indicator_is_found_by_words(words: str, key: str) -> None:
    assert wl.explore(words).keys[0] == key


def test_what_was_found_shows_as_a_table_with_its_years() -> None:
    found = wl.explore("lasten pienituloisuus")

    assert "sotkanet:228" in repr(found)
    assert "1995–2023" in repr(found)
    assert found._repr_html_().startswith("<table>")
    assert [match.key for match in found] == list(found.keys)
    assert len(found) < 12


def test_nothing_found_says_what_to_try() -> None:
    assert "Try one word" in repr(wl.explore("xyzzy"))
    assert "Try one word" in wl.explore("")._repr_html_()


def test_a_series_that_only_the_snapshot_has_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from wellbeing_lib import params

    fewer = params.load_indicators(ROOT / "params")
    del fewer["gini"]
    monkeypatch.setattr(finding, "load_indicators", lambda folder: fewer)

    first = next(iter(wl.explore("sotkanet 3126")))
    assert (first.key, first.code) == ("", "sotkanet:3126")
    assert "not in the catalogue" in repr(wl.explore("sotkanet 3126"))
