"""Fragments of the page: what comes from outside is escaped, and the golden HTML of what is read first."""

import re

import pytest
from bs4 import BeautifulSoup
from markupsafe import escape
from syrupy.assertion import SnapshotAssertion

from tests.conftest import Project
from wellbeing_lib.tables import SYMBOLS, TEMPLATES, _Numbers, data_uri, render
from wellbeing_lib.verdict import Figure
from wellbeing_lib.wording import wording
from wellbeing_lib.wording.labels import LEVEL, STATUS

ATTACK = '<img src=x onerror="alert(1)">\'"&</script>'


def pruned(element: object) -> str:
    """A fragment as a reviewer reads it: one element a line, drawings left out."""
    soup = BeautifulSoup(str(element), "html.parser")
    for image in soup.find_all("img"):
        image["src"] = "…"
    return "\n".join(line.strip() for line in soup.prettify().splitlines())


@pytest.mark.parametrize("language", ["fi", "en"])
def test_the_scoreboard_is_as_agreed(built: Project, language: str, snapshot: SnapshotAssertion) -> None:
    assert pruned(built.page(2024, language).select_one("table.scoreboard")) == snapshot


def test_the_first_priority_s_table_is_as_agreed(built: Project, snapshot: SnapshotAssertion) -> None:
    assert pruned(built.page().select_one("section[aria-labelledby=s-P1] table.indicators")) == snapshot


def test_a_card_is_as_agreed(built: Project, snapshot: SnapshotAssertion) -> None:
    card = BeautifulSoup(str(built.page().select_one("#i-child_low_income")), "html.parser")
    card.select_one("details").extract()

    assert pruned(card) == snapshot


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html.j2")))
def test_no_template_trusts_what_comes_from_outside(template: str) -> None:
    """`safe` stands only after style, script and chapters, which are ours, and after literals."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    trusted = {part.rsplit("{{", 1)[-1].strip(" '\"") for part in text.split("| safe")[:-1]}

    ours = {"page.html.j2": {"style", "chapter.body", "script"}, "municipalities.html.j2": {"script"}}
    assert {part for part in trusted if not part.startswith(("class=", "lang="))} == ours.get(template, set())
    assert not re.search(r"\s(style|on[a-z]+)=|javascript:", text)


def test_what_comes_from_outside_is_escaped() -> None:
    html = render("index", wording("en", {}), title=ATTACK, pages=[("fi", "a.html", ATTACK)]).markup

    assert html.count(str(escape(ATTACK))) == 3
    assert ATTACK not in html
    assert str(_Numbers(wording("en", {}))(ATTACK)) == str(escape(ATTACK))


def test_a_number_is_written_with_the_name_of_its_row() -> None:
    figure = Figure("child_low_income", "205", 2023, "newest", 13.6, "percent", 1)
    write = _Numbers(wording("fi", {}))

    assert write(figure) == '<span class="n" data-f="child_low_income|205|2023|newest">13,6\u00a0%</span>'
    assert write(None) == '<span class="none">–</span>'


def test_every_symbol_stands_beside_a_word() -> None:
    labels = wording("fi", {})
    words = {
        **dict.fromkeys(STATUS, labels.status_label),
        **dict.fromkeys(LEVEL, labels.level_label),
    }

    for kind in SYMBOLS:
        assert words[kind](kind)
    assert set(LEVEL) | set(STATUS) == set(SYMBOLS)
    assert SYMBOLS["no_clear_change"] != SYMBOLS["not_enough_data"] != SYMBOLS["described"]


def test_a_drawing_stands_in_the_page_without_a_request() -> None:
    assert data_uri("<svg/>") == "data:image/svg+xml;base64,PHN2Zy8+"
