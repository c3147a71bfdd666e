"""The documentation does what it says: its commands run, its snippets run, its links lead somewhere, its words hold."""

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT, Project
from tests.reference import reference

DOCS = sorted((ROOT / "docs").glob("*.md"))
OURS = [path for path in DOCS if path.name not in ("methods.md", "performance.md", "reliability.md", "decisions.md")]
FINNISH = ("koordinaattorin-opas.md", "statistics.fi.md")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language and its lines, as they stand there."""

    language: str
    text: str


def blocks(name: str) -> list[Block]:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def follow(
    project: Project, name: str, *, make_pages: bool = True, before_change: Callable[[], object] = lambda: None
) -> list[str]:
    """Do what a page says, block by block, as a reader would; what the shell blocks printed.

    Without `make_pages` lines that make a page are left to another test: making one takes seconds.
    """
    printed = []
    for block in blocks(name):
        if block.language == "sh":
            lines = [one for one in block.text.splitlines() if make_pages or not one.startswith("make ")]
            printed.append(shell(project, "\n".join(lines)))
        elif block.language == "diff":
            before_change()
            changed(project, block.text)
        elif block.language == "yaml":
            path = project.root / block.text.splitlines()[0].removeprefix("# ")
            path.write_text(path.read_text(encoding="utf-8") + "\n" + block.text.partition("\n")[2], encoding="utf-8")
    return printed


def shell(project: Project, commands: str) -> str:
    """Run commands in the copy; its .venv is ours, and `make setup` finds it ready."""
    ready = project.root / ".venv" / "ready"
    if not ready.exists():
        ready.parent.mkdir()
        for entry in (ROOT / ".venv").iterdir():
            if entry.name != ready.name:
                (ready.parent / entry.name).symlink_to(entry)
        for name in ("Makefile", "pyproject.toml"):
            (project.root / name).write_bytes((ROOT / name).read_bytes())
        ready.touch()
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")}
    environment["PYTHONPATH"] = str(project.root)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=project.root, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (commands, done.stdout, done.stderr)
    return done.stdout + done.stderr


def changed(project: Project, difference: str) -> None:
    """Change a file as a person who reads the block would: the lines with a minus become those with a plus."""
    first, *lines = difference.splitlines()
    old, new = ("\n".join(line[1:] for line in lines if line.startswith(sign)) for sign in "-+")
    project.replace(first.removeprefix("--- "), old, new)


@pytest.fixture
def started(built: Project, tmp_path: Path) -> Project:
    """A copy in which the page of 2024 has been made already."""
    subprocess.run(["cp", "-r", f"{built.root}/.", str(tmp_path)], check=True)
    return Project(tmp_path)


# commands


def test_the_tutorial_changes_a_chart_and_puts_it_back(started: Project) -> None:
    before = chart(started)
    charts: list[str] = []

    printed = follow(started, "tutorial.md", before_change=lambda: charts.append(chart(started)))

    assert charts == [before, charts[1]]  # as it stood before the first change, and before it was put back
    assert charts[1] != before
    assert chart(started) == before
    assert "Nothing has changed" in printed[1]
    told = next(one for one in printed if one.startswith("Muutokset: "))
    assert "- Suunnitelma, Lasten pienituloisuus, tavoitearvo, luku: 11.0 → 12.0" in told
    assert printed[-1].endswith("build/handover/2024-luonnos-2.zip is ready to hand over.\n")


def chart(project: Project) -> str:
    return str(project.page().select_one("#c-child_low_income img")["src"])


def test_a_newcomer_adds_an_indicator_and_a_chapter_and_takes_them_away(started: Project) -> None:
    """Only what the two how-to pages say, and not a line of the library."""
    before = sources(started)
    follow(started, "how-to-indicator.md")
    follow(started, "how-to-chapter.md", make_pages=False)
    path = started.root / "notebooks" / "70_in_short.ipynb"
    chapter = nbformat.read(path, as_version=4)
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            cell.source = {"fi": "## Lyhyesti", "en": "## In short"}[cell.metadata.tags[0]]
    chapter.cells[1].source, chapter.cells[-1].source = "import wellbeing_lib as wl", blocks_of_analysis()
    chapter.cells[2].source = chapter.cells[2].source.replace("appendix =", "book =").replace(".page", "")
    nbformat.write(chapter, path)

    shell(started, "make report YEAR=2024")

    page = started.page()
    assert "Lyhyesti" in [heading.get_text(strip=True) for heading in page.select("main h2")]
    assert "#ch-in-short" in [link["href"] for link in page.select("nav a")]
    assert "Uimahallin käynnit" in page.select_one("#ch-missing").find_parent("section").get_text()
    table = page.select_one("#ch-in-short").find_parent("section").table
    assert table.caption.get_text() == "Selvästi muuttuneet mittarit"
    assert table.th.get_text() == "Mittari"
    assert "In short" in started.page(language="en").get_text()

    path.unlink()
    (started.root / "params" / "indicators.yaml").write_bytes(before["params/indicators.yaml"])
    assert sources(started) == before


def blocks_of_analysis() -> str:
    """The cells that the page on chapters gives, without its import and load."""
    (block,) = [one.text for one in blocks("how-to-chapter.md") if one.language == "python"]
    lines = block.splitlines()
    return "\n".join(line for line in lines if line and not line.startswith(("import", "book =")))


def test_from_a_question_to_a_paragraph_takes_fifteen_lines() -> None:
    (block,) = [one.text for one in blocks("how-to-analyse.md") if one.language == "python"]

    assert len([line for line in block.splitlines() if line]) <= 15
    assert "show.chart(sns." in block
    assert "show.text(" in block


def sources(project: Project) -> dict[str, bytes]:
    paths = [path for part in ("wellbeing_lib", "notebooks", "params") for path in (project.root / part).rglob("*")]
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.mark.parametrize("name", ["how-to-municipality.md", "how-to-versions.md", "how-to-year.md"])
def test_the_commands_of_a_page_run(started: Project, name: str) -> None:
    assert all(follow(started, name))


def test_every_block_is_of_a_kind_that_is_tried() -> None:
    tried = {"tutorial.md", "how-to-indicator.md", "how-to-chapter.md"}
    tried |= {"how-to-municipality.md", "how-to-versions.md", "how-to-year.md"}
    for path in OURS:
        kinds = {block.language for block in blocks(path.name)}
        assert kinds <= {"sh", "python", "diff", "yaml"}, path.name
        assert path.name in tried or kinds <= {"python"}, path.name


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_snippets_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in blocks(path.name):
        if block.language == "python":
            exec(compile(block.text, path.name, "exec"), names)


def test_every_command_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = set(re.findall(r"^- `wellbeing ([a-z -]+?)(?: --| [A-Z]|`)", reference(), re.MULTILINE))
    for path in OURS:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"`make ([a-z]+)", text)) <= targets, path.name
        for words in re.findall(r"wellbeing ((?:forms |data )?[a-z-]+)(?= |`)", text):
            known = words in commands or any(one.startswith(f"{words} ") for one in commands)
            assert known or f".venv/bin/wellbeing {words}" not in text, (path.name, words)


# pages


def test_the_reference_is_what_the_docstrings_say() -> None:
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")

    assert written == reference(), "run python -m tests.reference"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)

    assert not [target for target in targets if not (path.parent / target).exists()]


def test_the_contents_name_every_page() -> None:
    contents = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")

    assert not [path.name for path in OURS if path.name != "README.md" and f"({path.name})" not in contents]


def test_the_coordinator_needs_no_word_of_programming() -> None:
    guide = (ROOT / "docs" / "koordinaattorin-opas.md").read_text(encoding="utf-8")

    assert not re.findall(
        r"python|jupyter|notebook|yaml|\bmake |wellbeing |git|```|params|json|import", guide, re.IGNORECASE
    )


@pytest.mark.parametrize("name", FINNISH)
def test_finnish_pages_use_the_words_of_the_report(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8").replace("ei muutosta*", "").replace("*ei muutosta", "")
    forbidden = r"merkittäv|huonontu|epäonnistu|hälyttäv|ei muutosta|työttömyysaste|köyhyy|ansiosta|seurauksena|johtuu"

    assert not re.findall(forbidden, text, re.IGNORECASE)


def test_both_languages_tell_the_same_statistics() -> None:
    finnish, english = ((ROOT / "docs" / f"statistics.{code}.md").read_text(encoding="utf-8") for code in ("fi", "en"))
    figures: Callable[[str], list[str]] = lambda text: re.findall(r"\d+(?:[.,]\d+)?", text)  # noqa: E731

    assert finnish.count("\n## ") == english.count("\n## ")
    assert finnish.count("\n| ") == english.count("\n| ")
    assert [one.replace(",", ".") for one in figures(finnish)] == figures(english)


@pytest.mark.parametrize(
    ("claim", "methods"),
    [
        ("every fourth ten-year series", r"a quarter of ten-year series"),
        ("at most eight series of a hundred", r"at most 8 % at \.3 and \.6"),
        ("among 350 pupils only a", r"350 pupils of one class level, 10 % \| 5\.7"),
        ("compared with the rest of Kainuu", r"the \*rest\* of the region"),
        ("fewer than five comparable years", r""),
    ],
)
def test_plain_statistics_rest_on_the_methods(claim: str, methods: str) -> None:
    plain = " ".join((ROOT / "docs" / "statistics.en.md").read_text(encoding="utf-8").split())

    assert claim in plain
    assert re.search(methods, (ROOT / "docs" / "methods.md").read_text(encoding="utf-8"))
