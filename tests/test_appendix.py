"""The pages as a reader gets them: every test reads the built files and trusts no builder."""

import csv
import json
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import Project

PAGES = [(2022, ""), (2023, ""), (2024, ""), (2024, "290")]
BOTH = [(year, area, language) for year, area in PAGES for language in ("fi", "en")]
SNAPSHOT = Path(__file__).parent.parent / "data" / "snapshots" / "2026-11-24-2" / "observations.csv"
CODES = {  # the catalogue's key -> the snapshot's series, written down here by hand
    "child_low_income": "sotkanet:228",
    "cervical_screening": "sotkanet:3620",
    "diabetes_40plus": "sotkanet:683",
    "unemployed_share": "statfin:unemployed_monthly_mean",
    "population": "sotkanet:127",
    "gini": "sotkanet:3126",
    "breast_screening": "sotkanet:3621",
    "employment_rate": "statfin:employment",
    "self_rated_health": "sotkanet:4333",
}


def figures(built: Project, year: int, area: str) -> dict[tuple[str, str, str, str], dict[str, str]]:
    with (built.build(year, area) / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["indicator"], row["area"], row["year"], row["measure"]): row for row in rows}
    assert len(found) == len(rows), "a figure has two rows"
    return found


def name_of(cell: Tag) -> tuple[str, str, str, str]:
    """Which figure a marked number is: indicator, area, year, measure."""
    indicator, area, year, measure = str(cell["data-f"]).split("|")
    return indicator, area, year, measure


@pytest.fixture(scope="session")
def observed() -> dict[tuple[str, str, str], float]:
    """What is published: the default areas' file wins over that of all Finland."""
    files = (SNAPSHOT.with_name("national.csv.gz"), SNAPSHOT)
    table = pd.concat([pd.read_csv(file, dtype={"area": str, "year": str}) for file in files])
    total = table[table["sex"] == "total"]
    return dict(zip(zip(total["indicator"], total["area"], total["year"], strict=True), total["value"], strict=True))


@pytest.mark.parametrize(
    ("year", "key", "area", "of", "shown"),
    [
        (2024, "child_low_income", "205", "2023", "13,6\u00a0%"),
        (2024, "cervical_screening", "205", "2024", "77,7\u00a0%"),
        (2024, "diabetes_40plus", "205", "2023", "12,1\u00a0%"),
        (2024, "unemployed_share", "205", "2024", "10,1\u00a0%"),
        (2024, "population", "205", "2024", "36\u00a0433"),
        (2022, "child_low_income", "205", "2022", "10,5\u00a0%"),
        (2022, "population", "205", "2022", "36\u00a0297"),
    ],
)
def test_the_finnish_page_gives_the_published_value(
    built: Project, year: int, key: str, area: str, of: str, shown: str
) -> None:
    cells = built.page(year).select(f'[data-f="{key}|{area}|{of}|newest"]')

    assert cells
    assert {cell.get_text() for cell in cells} == {shown}


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_every_number_of_the_tables_is_in_indicators_csv(built: Project, year: int, area: str, language: str) -> None:
    rows = figures(built, year, area)
    cells = built.page(year, language, area).select("[data-f]")

    assert len(cells) > 200
    for cell in cells:
        assert cell.get_text() == rows[name_of(cell)][f"shown_{language}"]


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_no_digit_stands_in_a_table_outside_a_figure(built: Project, year: int, area: str, language: str) -> None:
    """What is left of a table without its figures, years, counts, ids and ages holds no number."""
    page = built.page(year, language, area)
    for cell in page.select(
        "table.indicators td, details table td, section.chapter table:not(.sources):not(.scoreboard) td"
    ):
        for part in cell.select("[data-f], .year, .kind, .detail, q"):
            part.extract()
        text = re.sub(r"\b(19|20)\d\d\b|\b[MN]\d\d\b", "", cell.get_text())
        if str(cell.find_parent("tr").get("id", "")).startswith("m-") or "proposals" in str(
            cell.find_parent("table").find_previous("h3")
        ):
            continue  # people's own words
        assert not re.search(r"\d[,.]\d|\d %", text), text


@pytest.mark.parametrize(("year", "area"), PAGES)
def test_indicators_csv_equals_the_snapshot(
    built: Project, year: int, area: str, observed: dict[tuple[str, str, str], float]
) -> None:
    rows = figures(built, year, area)
    checked = defaultdict(int)
    for (key, where, when, measure), row in rows.items():
        if measure in ("newest", "previous", "observation", "country", "region", "area_value") and key in CODES:
            assert float(row["value"]) == observed[CODES[key], where, when], (key, where, when, measure)
            checked[measure] += 1

    assert checked["observation"] > 50
    assert checked["newest"] >= 5


@pytest.mark.parametrize(("year", "area"), PAGES)
def test_nothing_newer_than_the_year_is_used(built: Project, year: int, area: str) -> None:
    rows = figures(built, year, area)
    newer = {measure for (_, _, when, measure) in rows if when and int(when) > year}

    assert newer <= {"target", "target_probability", "target_low", "target_high"}
    for language in ("fi", "en"):
        cells = built.page(year, language, area).select("[data-f]")
        used = {name_of(cell)[2] for cell in cells if not name_of(cell)[3].startswith("target")}
        assert max(int(when) for when in used if when) <= year


def test_three_years_give_three_pages(built: Project) -> None:
    texts = {year: built.page(year).get_text() for year in (2022, 2023, 2024)}

    assert len(set(texts.values())) == 3
    assert all(f"Arviointivuosi {year}" in " ".join(texts[year].split()) for year in texts)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_no_banner_and_no_status_tells_of_another_year_s_spring(built: Project, year: int) -> None:
    for language, spring in (("fi", "keväällä"), ("en", "spring")):
        header = built.page(year, language).select_one("header.paper").get_text()
        assert set(re.findall(rf"{spring} (\d{{4}})", header)) == {str(year + 1)}


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_every_link_leads_somewhere(built: Project, year: int, area: str, language: str) -> None:
    """Pages of 2022 are built first, so that they lead to no other year; those of 2023 and 2024 to the year before."""
    page, folder = built.page(year, language, area), built.build(year, area)
    rows = len((folder / "indicators.csv").read_text(encoding="utf-8").splitlines())
    ids = {str(tag["id"]) for tag in page.find_all(id=True)}
    others = set()
    for link in page.select("a[href]"):
        path, _, anchor = str(link["href"]).partition("#")
        if path.startswith(".."):
            others.add(path)
        if path:
            assert (folder / path).exists(), link
        if anchor.startswith("row="):
            assert 1 < int(anchor[4:].split("-")[0]) <= int(anchor.split("-")[1]) <= rows, link
        elif anchor:
            assert not path, link
            assert anchor in ids, link

    before = {2023: "../2022", 2024: "../2023"}.get(year) if not area else None
    assert others == ({f"{before}/appendix.{language}.html"} if before else set())


def test_the_start_page_leads_to_the_pages(built: Project) -> None:
    start = BeautifulSoup((built.build() / "index.html").read_text(encoding="utf-8"), "html.parser")

    assert [(built.build() / str(link["href"])).is_file() for link in start.select("a[href]")] == [True, True]


def test_a_measure_that_has_not_started_is_not_told_as_one_not_carried_out(built: Project) -> None:
    """Of 2022 four have not started, and none was dropped or put off."""
    table = built.page(2022).select_one("table.scoreboard")
    heads = [head.get_text().replace("\u00ad", "") for head in table.select("thead tr:nth-of-type(2) th")]
    sums = [sum(int(row.find_all("td")[at].get_text()) for row in table.select("tbody tr")) for at in range(len(heads))]
    told = dict(zip(heads, sums, strict=True))

    assert (told["Ei aloitettu"], told["Ei toteutunut tai siirretty"]) == (4, 0)
    assert sum(sums[5:]) == 14  # five columns of indicators stand before those of measures


@pytest.mark.parametrize("area", ["", "290"])
def test_the_region_and_the_rest_of_it_stand_in_columns_of_their_own(built: Project, area: str) -> None:
    measures = {"Maakunta": "region", "Maakunnan muut kunnat": "rest", "Koko maa": "country"}
    seen = set()
    for table in built.page(2024, "fi", area).select("table.indicators"):
        heads = [head.get_text() for head in table.select("thead th")]
        for row in table.select("tbody tr:not(.rowgroup)"):
            for head, cell in zip(heads[1:], row.find_all("td"), strict=True):
                told = {name_of(one)[3] for one in cell.select("[data-f]")} - {"own_compared"}
                if head in measures:
                    assert told <= {measures[head]}
                    seen |= told

    assert seen == set(measures.values())


@pytest.mark.parametrize("area", ["", "290"])
def test_what_the_plan_left_out_comes_last_in_the_background(built: Project, area: str) -> None:
    rows = built.page(2024, "en", area).select("table.background tbody th")

    assert rows[0].get_text() == "Population"
    assert [row.get_text() for row in rows][-2:] == ["Unemployed share (Sotkanet)", "Unemployed share (key figures)"]


def test_nobody_is_said_to_have_found_nothing_where_nobody_looked(built: Project) -> None:
    said = built.page(2024, "en", "290").select(".findings p")

    assert {one.get_text() for one in said} == {"The rule proposes none, and nobody has assessed these figures."}


def test_kuhmo_gets_a_page_by_theme_without_kajaanis_plan(built: Project) -> None:
    page = built.page(2024, "fi", "290")
    text = page.get_text()

    assert "Tällä kunnalla ei ole suunnitelmaa" in text
    assert page.find("p", class_="city").get_text() == "Kuhmo"
    assert page.find(id="s-families") is not None
    assert not re.search(r"\bM\d\d\b|\bP\d\.\d\b", text)
    measures = {name_of(cell)[3] for cell in page.select("[data-f]")}
    assert not {measure for measure in measures if "baseline" in measure or measure.startswith("target")}


def test_the_first_screen_comes_in_its_order(built: Project) -> None:
    page = built.page()
    order = [page.find(class_="status"), page.find(class_="banner"), *(page.find(id=i) for i in (
        "sentences", "scoreboard", "joys", "worries", "changes", "council"))]  # fmt: skip

    assert None not in order
    places = [(element.sourceline or 0, element.sourcepos or 0) for element in order]
    assert places == sorted(places)
    first = page.find(id="s-P1").find_all_previous("img")
    assert not [img for img in first if img.find_parent("section").find("h2")["id"] == "ch-summary"]
    assert "LUONNOS 2" in page.find(class_="status").get_text()


def test_an_approved_year_says_so_and_shows_no_open_proposal(built: Project) -> None:
    page = built.page(2022)

    assert "HYVÄKSYTTY" in page.find(class_="status").get_text()
    assert not page.find_all(string="ehdotus")


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_the_page_is_whole_and_asks_nobody_for_anything(built: Project, year: int, area: str, language: str) -> None:
    path = built.build(year, area) / f"appendix.{language}.html"
    html = path.read_text(encoding="utf-8")
    page = built.page(year, language, area)

    assert path.stat().st_size < 1_500_000
    assert "No description has been provided for this image" not in html
    assert not re.search(r"Traceback|input_area|class=\"highlight|In\s*\[\d", html)
    sources = [str(tag[name]) for name in ("src", "srcset", "data", "poster") for tag in page.select(f"[{name}]")]
    assert all(source.startswith("data:image/svg+xml") for source in sources)
    assert not page.find_all(["link", "iframe", "object", "embed", "base"])
    policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]
    assert str(policy).startswith("default-src 'none'")
    assert not page.find_all(style=True)
    assert not [name for tag in page.find_all() for name in tag.attrs if name.startswith("on")]


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_the_outline_is_right(built: Project, year: int, area: str, language: str) -> None:
    page = built.page(year, language, area)
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]

    assert page.html["lang"] == language
    assert page.title.get_text().strip()
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
    assert not [a["href"] for a in page.find_all("a", href=re.compile("^#")) if a["href"][1:] not in ids]
    assert not [tag for tag in page.find_all(re.compile("^h[1-6]$")) if not tag.get_text().strip()]


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_every_chart_says_its_finding_with_a_number(built: Project, year: int, area: str, language: str) -> None:
    images = built.page(year, language, area).select("figure img")  # a sparkline repeats its row and says nothing

    assert len(images) > 10
    assert not [img for img in images if not re.search(r"\d", str(img["alt"]))]
    assert not [img for img in images if not img.find_parent("figure").find("figcaption").get_text().strip()]


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_every_table_can_be_read_aloud(built: Project, year: int, area: str, language: str) -> None:
    for table in built.page(year, language, area).find_all("table"):
        assert table.caption.get_text().strip()
        assert all(th.get("scope") and th.get_text().strip() for th in table.find_all("th"))


def test_context_is_never_coloured(built: Project) -> None:
    page = built.page()
    for key in ("population", "gini", "net_migration", "diabetes_40plus", "children_in_care"):
        card = page.find(id=f"i-{key}")
        assert not card.select(".good, .bad"), key


def test_the_manifest_tells_what_the_page_was_made_from(built: Project) -> None:
    manifest = json.loads((built.build() / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["year"] == 2024
    assert manifest["snapshot"] == "2026-11-24-2"
    assert "data/snapshots/2026-11-24-2/observations.csv" in manifest["inputs"]
    assert {"appendix.fi.html", "appendix.en.html", "index.html", "indicators.csv"} <= set(manifest["outputs"])
    assert "approved" in manifest


def test_no_output_tells_of_this_machine(built: Project) -> None:
    for path in built.build().rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert str(built.root) not in text, path
            assert not re.search(r"/(work|home|root|tmp)/\w|\d\d:\d\d:\d\d\.\d", text), path
