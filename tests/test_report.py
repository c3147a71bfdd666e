"""The build as an analyst meets it: what is said, what is made again, what a fault leaves behind."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.test_kernels import becomes, marked, needs_proc
from wellbeing_lib import manifest


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def rebuilt(built: Project, tmp_path: Path) -> Project:
    """A copy of the project with 2024 built already, to change something in."""
    subprocess.run(["cp", "-r", f"{built.root}/.", str(tmp_path)], check=True)
    return Project(tmp_path)


def test_two_builds_from_scratch_give_the_same_bytes(built: Project, project: Project) -> None:
    shutil.copytree(built.build(2023), project.build(2023))  # the page leads to those that stand beside it
    assert project.report().returncode == 0

    ours, theirs = contents(built.build()), contents(project.build())
    theirs = {name: content for name, content in theirs.items() if not name.startswith("290/")}
    ours = {name: content for name, content in ours.items() if not name.startswith("290/")}
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_a_second_run_says_that_nothing_changed_and_imports_no_pandas(rebuilt: Project) -> None:
    before = contents(rebuilt.build())

    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "wellbeing_lib", "report", "--year", "2024"],
        cwd=rebuilt.root, env={"PYTHONPATH": str(rebuilt.root), "PATH": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert "Nothing has changed" in done.stderr
    assert "| pandas" not in done.stderr
    assert contents(rebuilt.build()) == before


def test_a_page_leads_only_to_years_that_are_built_and_is_made_again_when_that_changes(rebuilt: Project) -> None:
    def linked(year: int) -> list[str]:
        return [str(a["href"]) for a in rebuilt.page(year).select(".ways a") if str(a["href"]).startswith("..")]

    assert linked(2023) == ["../2022/appendix.fi.html"]  # 2024 was built after it
    shutil.rmtree(rebuilt.build(2022))

    assert "index.html is ready" in rebuilt.report("2023").stderr
    assert linked(2023) == ["../2024/appendix.fi.html"]
    assert "Nothing has changed" in rebuilt.report("2023").stderr

    shutil.rmtree(rebuilt.build(2023))
    before = contents(rebuilt.build(2024) / "notebooks")
    said = rebuilt.report("2024").stderr
    assert said.count(" as before") == len(before)  # the chapters hold: only the pages are put together anew
    assert linked(2024) == []
    assert "Nothing has changed" in rebuilt.report("2024", "290").stderr  # another municipality's leads to no year


@pytest.mark.parametrize(
    "name",
    [
        "notebooks/60_missing.ipynb",
        "params/2024.yaml",
        "wellbeing_lib/tables.py",
        "wellbeing_lib/template/style.css",
        "data/snapshots/2026-11-24-2/datapackage.json",
    ],
)
def test_touching_an_input_is_noticed(rebuilt: Project, name: str) -> None:
    with (rebuilt.root / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert not manifest.unchanged(rebuilt.build(), made_from=manifest.inputs(rebuilt.root, year=2024))


def test_a_changed_remark_reaches_the_page(rebuilt: Project) -> None:
    rebuilt.replace("params/2024.yaml", "Otanmäen ryhmä alkoi syksyllä.", "Otanmäen ryhmä alkoi jo <keväällä>.")

    done = rebuilt.report()

    assert done.returncode == 0, done.stderr
    assert "Otanmäen ryhmä alkoi jo <keväällä>." in rebuilt.page().get_text()
    assert rebuilt.page().find("keväällä") is None


@pytest.mark.parametrize(
    ("year", "municipality", "said"),
    [
        ("2024x", "", 'YEAR = "2024x": must be a year of four digits'),
        ("2030", "", "YEAR = 2030: params/2030.yaml does not exist; there is 2022, 2023, 2024"),
        ("2024", "91", 'MUNICIPALITY = "91": must be a municipality code of three digits'),
        (
            "2024",
            "999",
            'MUNICIPALITY = "999": not in snapshot 2026-11-24-2; data/snapshots/2026-11-24-2/areas.csv has the',
        ),
    ],
)
def test_a_wrong_request_is_refused_in_one_sentence(rebuilt: Project, year: str, municipality: str, said: str) -> None:
    refused(rebuilt, said, year=year, municipality=municipality)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "params/2024.yaml",
            "M10: {status: done}",
            "M10: {status: doen}",
            'params/2024.yaml: measures.M10.status = "doen"',
        ),
        ("params/2024.yaml", "council:", "counsil:", "params/2024.yaml: counsil is not a known key"),
        (
            "params/plan-2022-2025.yaml",
            "[child_low_income]",
            "[child_low_incone]",
            '"child_low_incone": not in params/indicators',
        ),
        (
            "params/2024.yaml",
            "2026-11-24-2",
            "2026-11-25",
            'snapshot = "2026-11-25": not in snapshots/; there is 2026-11-24-2',
        ),
        ("data/snapshots/2026-11-24-2/observations.csv", "13.6", "13.7", "observations.csv: hash = sha256:"),
        ("data/snapshots/2026-11-24-2/datapackage.json", "sha256:", "sha256:0", "datapackage.json says sha256:0"),
    ],
)
def test_a_wrong_input_is_refused_in_one_sentence(rebuilt: Project, name: str, old: str, new: str, said: str) -> None:
    rebuilt.replace(name, old, new)

    refused(rebuilt, said)


def test_an_observation_twice_is_refused(rebuilt: Project) -> None:
    """The hash is made to fit, so that only the contract can stop it."""
    from wellbeing_lib.manifest import sha256

    folder = rebuilt.root / "data" / "snapshots" / "2026-11-24-2"
    path = folder / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    before = sha256(path.read_bytes())
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
    rebuilt.replace("data/snapshots/2026-11-24-2/datapackage.json", before, sha256(path.read_bytes()))

    refused(rebuilt, "sotkanet:1077, area 105, 2001, total stands 2 times; an observation may stand once")


def test_a_misspelt_parameter_of_a_notebook_is_refused(rebuilt: Project) -> None:
    rebuilt.replace("notebooks/60_missing.ipynb", "municipality: str", "munisipality: str")

    refused(rebuilt, "notebooks/60_missing.ipynb: parameter munisipality: str: must be one of year: int")


def test_a_failing_cell_leaves_the_last_good_page(rebuilt: Project) -> None:
    rebuilt.replace("notebooks/60_missing.ipynb", '"appendix.missing"', '"appendix.missing.page_that_is_not"')
    before = contents(rebuilt.build())

    done = rebuilt.report()

    assert done.returncode == 1
    assert "notebooks/60_missing.ipynb" in done.stderr
    assert "Traceback" not in done.stderr
    failed = (rebuilt.build() / "FAILED.html").read_text(encoding="utf-8")
    assert "60_missing" in failed
    assert "appendix.missing.page_that_is_not" in failed
    assert "AttributeError" in failed
    after = contents(rebuilt.build())
    del after["FAILED.html"]
    assert after == before


def test_a_failing_cell_tells_no_path_of_the_machine(rebuilt: Project) -> None:
    secret = f"open('{rebuilt.root}/params/none.yaml'), open('/srv/ada/secret/none.csv')"
    rebuilt.replace("notebooks/60_missing.ipynb", '"appendix.missing"', f'"raise OSError(\\"{secret}\\")"')

    assert rebuilt.report().returncode == 1

    failed = (rebuilt.build() / "FAILED.html").read_text(encoding="utf-8")
    assert "open(&#39;params/none.yaml&#39;), open(&#39;.../none.csv&#39;)" in failed
    assert str(rebuilt.root) not in failed
    assert "/srv/ada" not in failed


def test_a_draft_never_replaces_an_approved_page(rebuilt: Project) -> None:
    path = rebuilt.root / "params" / "2024.yaml"
    text = path.read_text(encoding="utf-8")
    before, _, last = text.rpartition("decision:")
    approved = "decision: approved\n    no_personal_data: true"
    path.write_text(f"{before}{approved}{last[last.index(chr(10)) :]}", encoding="utf-8")
    assert rebuilt.report().returncode == 0
    path.write_text(text, encoding="utf-8")

    refused(rebuilt, "the last entry is a draft, but build/2024/ holds the approved version")


CHANGES = {
    "a remark": ("params/2024.yaml", "Otanmäen ryhmä alkoi syksyllä.", "Otanmäen ryhmä alkoi keväällä."),
    "a status": ("params/2024.yaml", "M10: {status: done}", "M10: {status: postponed}"),
    "a step of the handling": ("params/2024.yaml", "decision: draft", "decision: reviewed"),
    "a notebook": ("notebooks/60_missing.ipynb", "Puuttuva tieto on puuttuva tieto", "Puuttuva on puuttuvaa"),
    "a comment": ("params/2024.yaml", "# The assessment of 2024", "# The yearly assessment of 2024"),
}
RUN_AGAIN = {
    "a remark": {"00_summary", "20_priority_P3", "40_measures"},
    "a status": {"00_summary", "20_priority_P3", "40_measures"},
    "a step of the handling": set(),
    "a notebook": {"60_missing"},
    "a comment": set(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_depends_on_a_change_is_run_again_and_the_bytes_are_those_of_a_build_from_scratch(
    rebuilt: Project, change: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rebuilt.replace(*CHANGES[change])
    done = rebuilt.report()
    assert done.returncode == 0, done.stderr
    again = {line.split()[1] for line in done.stderr.splitlines() if re.fullmatch(r"(fi|en) \S+ \d+\.\d s", line)}
    assert again == RUN_AGAIN[change]
    if change == "a remark":  # from scratch only once, for it takes long
        scratch = Project(tmp_path_factory.mktemp("scratch"))
        subprocess.run(["cp", "-r", f"{rebuilt.root}/.", str(scratch.root)], check=True)
        shutil.rmtree(scratch.build())
        assert scratch.report().returncode == 0

        assert own(scratch) == own(rebuilt)


def own(project: Project) -> dict[str, bytes]:
    """What was built for the default municipality in 2024."""
    return {name: content for name, content in contents(project.build()).items() if not name.startswith("290/")}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("import pandas as pd; pd.read_csv('extra.csv')", "cell 5 line 1: pd.read_csv: a chapter reads no file"),
        (
            "import pandas as pd; getattr(pd, 'read_' + 'csv')('extra.csv'); appendix.missing",
            "opened notebooks/extra.csv, which is no input of the page; take the figures from wl.load",
        ),
        ("appendix.snapshot.observations.head()", "cell 5 shows a bare DataFrame: show a piece of the page instead"),
        ("print(appendix.place)", "cell 5 prints Kajaani: end what prints or warns, or tag the cell lab"),
        ("appendix.outlook", " stands 2 times (chapters: 50_outlook, 60_missing); show that piece once"),
    ],
)
def test_a_chapter_that_brings_in_what_is_not_the_pages_is_refused(rebuilt: Project, cell: str, said: str) -> None:
    (rebuilt.root / "notebooks" / "extra.csv").write_text("one\n1\n", encoding="utf-8")
    rebuilt.replace("notebooks/60_missing.ipynb", '"appendix.missing"', json.dumps(cell))

    refused(rebuilt, said)


def test_cells_tagged_lab_are_neither_run_nor_shown(rebuilt: Project) -> None:
    path = rebuilt.root / "notebooks" / "60_missing.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    lab = {"id": "mine", "outputs": [], "execution_count": None, "metadata": {"tags": ["lab"]}}
    book["cells"].insert(3, lab | {"cell_type": "code", "source": ["open('lab-ran', 'w').close()\n", "!ls"]})
    book["cells"].insert(4, lab | {"cell_type": "code", "id": "mine-too", "source": ["!ls"]})
    note = {"cell_type": "markdown", "id": "note", "metadata": {"tags": ["lab"]}, "source": ["a note for myself"]}
    book["cells"].append(note)
    book["cells"][-2]["source"] = ["appendix.missing.nothing_of_this_name"]
    path.write_text(json.dumps(book), encoding="utf-8")

    assert "): cell 7: AttributeError" in rebuilt.report().stderr  # as they are numbered in the notebook
    book["cells"][-2]["source"] = ["appendix.missing"]
    path.write_text(json.dumps(book), encoding="utf-8")
    assert rebuilt.report().returncode == 0

    assert not list(rebuilt.root.rglob("lab-ran"))
    written = (rebuilt.build() / "notebooks" / "fi" / "60_missing.ipynb").read_text(encoding="utf-8")
    assert "lab-ran" not in written
    assert "a note for myself" not in written
    assert "a note for myself" not in rebuilt.page().get_text()


def test_settings_and_startup_files_of_a_user_change_no_byte(built: Project, project: Project) -> None:
    home = project.root / "home"
    startup = home / ".ipython" / "profile_default" / "startup" / "00.py"
    startup.parent.mkdir(parents=True)
    change = "import wellbeing_lib.tables as t; t.SYMBOLS.update(dict.fromkeys(t.SYMBOLS, 'X'))"
    startup.write_text(change, encoding="utf-8")
    (home / "startup.py").write_text(change, encoding="utf-8")
    for folder in (home / ".config" / "matplotlib", project.root):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: 9\nsvg.hashsalt: x\n", encoding="utf-8")
    for year in (2022, 2023):  # the page of 2024 links to them
        shutil.copytree(built.build(year), project.build(year))

    done = project.run(
        "report", "--year", "2024", HOME=str(home), PYTHONSTARTUP=str(home / "startup.py"), XDG_CONFIG_HOME="",
        MATPLOTLIBRC=str(project.root),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    ours, theirs = own(project), own(built)
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


def forge(project: Project, year: int, old: str, new: str) -> Path:
    """Change a kept chapter of the last build, and vouch for it in the manifest."""
    folder = project.build(year)
    path = folder / "notebooks" / "fi" / "60_missing.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = manifest.read(folder)
    assert found is not None
    name = path.relative_to(folder).as_posix()
    found["outputs"][name] = manifest.sha256(path.read_bytes())
    (folder / manifest.NAME).write_bytes(manifest.sealed(found))
    return path


def test_an_approved_page_takes_no_chapter_from_the_build_folder(rebuilt: Project) -> None:
    assert rebuilt.report("2023").returncode == 0  # its links, now that all years are there
    before = own_of(rebuilt, 2023)
    forge(rebuilt, 2023, "Mitä tästä puuttuu", "FORGED")
    rebuilt.replace("params/2023.yaml", "# The assessment of", "# The yearly assessment of")

    done = rebuilt.report("2023")

    assert done.returncode == 0, done.stderr
    assert "as before" not in done.stderr
    after = own_of(rebuilt, 2023)
    assert {name for name in after if after[name] != before[name]} == {manifest.NAME}


def test_a_forged_chapter_of_a_draft_shows_only_pieces_and_is_found_by_making_the_page_again(rebuilt: Project) -> None:
    path = forge(rebuilt, 2024, '"wellbeing": "page"', '"wellbeing": "other"')
    rebuilt.replace("params/2024.yaml", "# The assessment of 2024", "# The yearly assessment of 2024")
    refused(rebuilt, "cell 5 shows HTML that the library did not make")
    text = path.read_text(encoding="utf-8").replace('"wellbeing": "other"', '"wellbeing": "page"')
    path.write_text(text, encoding="utf-8")

    forge(rebuilt, 2024, "Puuttuva tieto on puuttuva tieto", "FORGED")
    assert rebuilt.report().returncode == 0
    found = rebuilt.run("verify", "build/2024", "--recompute")

    assert found.returncode == 1
    assert "2024/appendix.fi.html: is another when it is made again from what lies here" in found.stderr


def own_of(project: Project, year: int) -> dict[str, bytes]:
    """What was built for the default municipality in a year."""
    return contents(project.build(year))


def test_a_kept_chapter_that_was_tampered_with_is_run_again(rebuilt: Project) -> None:
    path = rebuilt.build() / "notebooks" / "fi" / "60_missing.ipynb"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"stale", b"fresh"))

    assert "fi 60_missing as before" not in rebuilt.report().stderr
    assert path.read_bytes() == before


def test_ordinary_kernels_one_at_a_time_give_the_same_pages(built: Project, rebuilt: Project) -> None:
    """An ordinary kernel loads for itself, as on an analyst's desk; one language and the chapters with charts do."""
    for notebook in {"00_summary", "20_priority", "50_outlook", "60_missing", "80_revisions", "90_methods_and_data"}:
        (rebuilt.root / "notebooks" / f"{notebook}.ipynb").unlink()
    rebuilt.replace("params/municipality.yaml", "languages: [fi, en]", "languages: [fi]")
    assert rebuilt.report().returncode == 0
    shutil.rmtree(rebuilt.build() / "notebooks")
    warm = contents(rebuilt.build())

    subprocess.run(
        [sys.executable, "-c", "from wellbeing_lib import report; report.build(year=2024, threads=1)"],
        cwd=rebuilt.root, env=os.environ | {"WELLBEING_KERNELS": "ordinary"}, capture_output=True, check=True,
    )  # fmt: skip

    cold = {name: content for name, content in contents(rebuilt.build()).items() if not name.startswith("notebooks/")}
    assert {name for name in warm if warm[name] != cold[name]} <= {manifest.NAME}  # which tells what kernels told


@needs_proc
def test_a_build_killed_in_the_middle_leaves_nothing_and_ends_the_same_when_started_again(
    built: Project, rebuilt: Project
) -> None:
    shutil.rmtree(rebuilt.build() / "notebooks")
    (rebuilt.build() / manifest.NAME).unlink()
    killed = rebuilt.start("report", "--year", "2024", MARK=str(rebuilt.root))
    assert any(" 20_priority_P1 " in line for line in killed.stderr)
    killed.kill()
    killed.communicate()
    assert becomes(lambda: marked(rebuilt.root) == [])

    assert rebuilt.report().returncode == 0

    assert own(rebuilt) == own(built)


def test_progress_is_a_line_per_chapter(project: Project) -> None:
    done = project.report()

    lines = done.stderr.splitlines()
    for chapter in ("00_summary", "20_priority_P1", "20_priority_P4", "90_methods_and_data"):
        assert len([line for line in lines if f"fi {chapter} " in line and line.endswith(" s")]) == 1


def refused(project: Project, said: str, *, year: str = "2024", municipality: str = "") -> None:
    """Exit code 1, the sentence, no traceback, and every file of the last build as it was."""
    before = contents(project.root / "build")

    done = project.report(year, municipality)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(project.root / "build") == before
