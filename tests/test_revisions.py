"""What changed since last year's page: values that were revised, verdicts that turned, each with its own cause."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import Project
from wellbeing_lib import manifest, records
from wellbeing_lib.appendix import Appendix, load
from wellbeing_lib.at_hand import compared
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import load_snapshot, write_snapshot

NOW, OLD = "2026-11-24-2", "2025-04-29"
UNEMPLOYED, GINI = "statfin:unemployed_monthly_mean", "sotkanet:3126"
# Far more than in any similar town, down to what 2024 really was; and a level that stands still.
FALLING = {year: round(10.1 + 1.5 * (2024 - year) + 0.1 * (year % 2), 1) for year in range(2006, 2025)}
STILL = {year: round(12 + 0.1 * (year % 2), 1) for year in range(2006, 2025)}
Table = pd.DataFrame


def put(table: Table, code: str, values: dict[int, float], area: str = "205") -> Table:
    """A copy of a table with other values of some years."""
    table = table.copy()
    ours = (table["indicator"] == code) & (table["area"] == area) & (table["sex"] == "total")
    table.loc[ours, "value"] = [
        values.get(year, value) for year, value in table.loc[ours, ["year", "value"]].to_numpy()
    ]
    return table


def unchanged(table: Table) -> Table:
    return table


def pin(project: Project, *, before: Callable[[Table], Table], after: Callable[[Table], Table] = unchanged) -> None:
    """Give 2023 an older snapshot of the years until 2023, and 2024 a newer one."""
    folder = project.root / "data" / "snapshots"
    ours = load_snapshot(folder / NOW)
    old = before(ours.default)
    for name, table in ((OLD, old[old["year"] <= 2023]), ("2026-11-25", after(ours.default))):
        series = [dict(one) for one in ours.package["series"]]
        write_snapshot(folder / name, table, ours.areas, created=name, series=series, description="for a test")
    project.replace("params/2023.yaml", f'snapshot: "{NOW}"', f'snapshot: "{OLD}"')
    project.replace("params/2024.yaml", f'snapshot: "{NOW}"', 'snapshot: "2026-11-25"')


def old_gini(table: Table) -> Table:
    """The vintage of 2013, as it really was."""
    return put(table, GINI, {2010: 24.9, 2011: 26.3})


def page_of(project: Project, language: str = "fi") -> Appendix:
    return load(year=2024, language=language, root=project.root)


def causes(page: Appendix) -> dict[str, tuple[str, ...]]:
    assert page.revised is not None
    return {one.key: one.causes for one in page.revised.turned}


def test_the_page_and_the_open_data_tell_the_revision_of_the_gini_coefficient(project: Project) -> None:
    pin(project, before=old_gini)
    done = project.report("2024")
    assert done.returncode == 0, done.stderr

    chapter = project.page(2024).find(id="revised-values").find_parent("section")
    row = next(row for row in chapter.find_all("tr") if "2010" in row.get_text())
    figures = (project.build() / "indicators.csv").read_text(encoding="utf-8").splitlines()

    assert [cell.get_text() for cell in row.find_all("td")] == ["2010", "24,9", "24,6", "−0,3"]
    assert 'gini,205,2010,revised_from,24.9,"24,9",24.9,index' in figures
    assert 'gini,205,2011,revised_to,26,"26,0",26.0,index' in figures
    assert all(row.count("gini") for row in figures if "revised_" in row)
    assert "uusi tieto" in chapter.select_one("[data-turned=unemployed_share]").get_text()


def test_handing_over_an_approved_page_keeps_its_verdicts_for_the_next(project: Project) -> None:
    pin(project, before=old_gini)
    for command in ("report", "handover"):
        done = project.run(command, "--year", "2023")
        assert done.returncode == 0, done.stderr
    assert "data/verdicts/2023.json keeps its verdicts" in done.stderr
    assert page_of(project).revised.recorded
    assert causes(page_of(project)) == {"unemployed_share": ("new_data",)}
    inputs = manifest.inputs(project.root, year=2024)
    assert {f"data/snapshots/{OLD}/observations.csv", "data/verdicts/2023.json"} <= set(inputs)
    assert "Nothing has changed" in project.run("report", "--year", "2023").stderr  # its own record is no input of it


def test_the_command_shows_the_same_revision(project: Project) -> None:
    pin(project, before=old_gini)
    done = project.run("data", "diff", OLD, "2026-11-25")
    assert done.returncode == 0, done.stderr
    assert f"2 values changed from {OLD} to 2026-11-25" in done.stdout
    assert "sotkanet:3126 Tuloerot (Gini-kerroin) / Income differences (Gini)" in done.stdout
    assert "24.9 -> 24.6 (-0.3)" in done.stdout


def test_with_one_snapshot_there_is_nothing_to_compare_with(project: Project) -> None:
    page = page_of(project)
    assert page.revised is None
    assert "Aiempaa tietopoimintaa, johon lukuja voisi verrata, ei ole." in page.revisions.markup
    assert "Sama arvio vuosi sitten" in page.revisions.markup


def test_a_new_year_turns_a_verdict_as_new_data(project: Project) -> None:
    pin(project, before=unchanged)
    assert causes(page_of(project)) == {"unemployed_share": ("new_data",)}


def test_a_revised_series_turns_a_verdict_as_a_revision(project: Project) -> None:
    pin(project, before=unchanged, after=lambda table: put(table, UNEMPLOYED, STILL))
    page = page_of(project)
    assert causes(page)["unemployed_share"] == ("revision",)
    turned = next(one for one in page.revised.turned if one.key == "unemployed_share")
    assert turned.before == "improved"
    assert turned.now == load(year=2024, root=project.root).verdicts["unemployed_share"].level.kind != "improved"
    assert "korjaus: lähde on muuttanut jo julkaistuja lukuja" in page.revisions.markup
    assert "revision: the source has changed" in page_of(project, "en").revisions.markup


def test_many_revised_figures_stand_in_a_fold(project: Project) -> None:
    pin(project, before=unchanged, after=lambda table: put(table, GINI, dict.fromkeys(range(1995, 2024), 20.0)))
    markup = page_of(project).revisions.markup
    first, _, folded = markup.partition("<details>")
    assert "Kunkin mittarin uusin korjattu luku" in first
    assert first.count("revised_from") == 1
    assert "gini|205|2023|revised_from" in first
    assert folded.count("revised_from") > 12


def test_figures_that_grew_old_are_told_from_new_data(project: Project) -> None:
    """Nothing newer came, and what there is has become too old to judge."""

    def until_2021(table: Table) -> Table:
        return table[(table["indicator"] != UNEMPLOYED) | (table["year"] <= 2021)]

    def falling(table: Table) -> Table:
        return until_2021(put(table, UNEMPLOYED, FALLING))

    pin(project, before=falling, after=falling)
    assert causes(page_of(project))["unemployed_share"] == ("age",)


def test_changed_parameters_and_a_changed_method_are_told_from_the_record(project: Project) -> None:
    pin(
        project,
        before=lambda table: put(table, UNEMPLOYED, FALLING),
        after=lambda table: put(table, UNEMPLOYED, FALLING),
    )
    last = load(year=2023, root=project.root)
    said = {key: verdict.level.kind for key, verdict in last.verdicts.items()}
    assert said["unemployed_share"] == "improved"

    higher = last.verdicts["unemployed_share"].indicator.model_copy(update={"desired": "higher"})
    then = replace(last.params, indicators={**last.params.indicators, "unemployed_share": higher})
    records.write_record(project.root, then, said | {"unemployed_share": "worsened", "child_low_income": "unchanged"})
    page = page_of(project)

    assert page.revised.recorded
    assert causes(page)["unemployed_share"] == ("parameters",)
    assert causes(page)["child_low_income"] == ("method",)
    assert "edellisvuoden hyväksytystä liitteestä" in page.revisions.markup


def test_a_record_of_another_snapshot_is_not_used_and_a_spoilt_one_is_refused(project: Project) -> None:
    pin(project, before=unchanged)
    last = load(year=2023, root=project.root)
    path = records.write_record(project.root, replace(last.params, snapshot="2020-01-01"), {})
    assert not page_of(project).revised.recorded
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"data/verdicts/2023.json: not a record of an approved page"):
        page_of(project)


def test_a_withdrawn_value_has_no_value_now(project: Project) -> None:
    def without(table: Table) -> Table:
        return table[~((table["indicator"] == GINI) & (table["area"] == "205") & (table["year"] == 2010))]

    pin(project, before=unchanged, after=without)
    page = page_of(project)
    assert [(one.key, one.before.value, bool(one.after)) for one in page.revised.values] == [("gini", 24.6, False)]
    assert sum(figure.measure.startswith("revised_") for figure in page.figures()) == 1


@pytest.mark.parametrize(
    ("pins", "names", "expected"),
    [
        ({2024: "2026-01-01", 2023: "2025-01-01"}, ["2025-01-01", "2025-06-01", "2026-01-01"], "2025-01-01"),
        ({2024: "2026-01-01", 2023: "2026-01-01"}, ["2025-01-01", "2025-06-01", "2026-01-01"], "2025-06-01"),
        ({2024: "2026-01-01", 2023: "2024-01-01"}, ["2025-01-01", "2026-01-01"], "2025-01-01"),  # no longer at hand
        ({2024: "2026-01-01"}, ["2026-01-01", "2026-01-02", "national-2025-01-01"], None),
        ({}, ["2026-01-01"], None),
    ],
)
def test_what_a_page_is_compared_with(
    tmp_path: Path, pins: dict[int, str], names: list[str], expected: str | None
) -> None:
    for year, name in pins.items():
        (tmp_path / f"{year}.yaml").write_text(f'snapshot: "{name}"  # pinned\n', encoding="utf-8")
    for name in names:
        (tmp_path / "snapshots" / name).mkdir(parents=True)
        (tmp_path / "snapshots" / name / "datapackage.json").touch()
    assert compared(tmp_path, tmp_path / "snapshots", year=2024) == expected
