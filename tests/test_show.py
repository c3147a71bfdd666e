"""What a notebook shows of its own: accessible, in both languages, and every number traced or refused."""

import base64
import csv
import re
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import nbformat.v4
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from bs4 import BeautifulSoup
from matplotlib import rcParams

import wellbeing_lib as wl
from tests.conftest import Project
from wellbeing_lib import pieces, show
from wellbeing_lib.charts.canvas import DARK
from wellbeing_lib.faults import InputError
from wellbeing_lib.report.showing import foreign_outputs

TEXTS = {"fi": "Luvut", "en": "Figures"}
KEY = "child_low_income"


@cache
def book(language: str = "fi") -> wl.Book:
    return wl.load(2024, "205", language)


def table(frame: pd.DataFrame, *, language: str = "fi", **given: Any) -> pieces.Piece:
    given = {"caption": TEXTS, "columns": None, "units": {}, **given}
    return pieces.table(frame, "table-1", book=book(language), **given)


def cells(piece: pieces.Piece) -> list[list[str]]:
    soup = BeautifulSoup(piece.markup, "html.parser")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.select("tr")]


def names(piece: pieces.Piece) -> list[str]:
    return [str(one["data-f"]) for one in BeautifulSoup(piece.markup, "html.parser").select("[data-f]")]


@pytest.fixture
def results() -> pd.DataFrame:
    return book().results.query("key == @KEY")[["key", "latest", "latest_year", "level_class"]]


# tables


def test_a_table_has_a_caption_and_heads_for_columns_and_rows(results: pd.DataFrame) -> None:
    soup = BeautifulSoup(table(results).markup, "html.parser")

    assert soup.caption.get_text() == "Luvut"
    assert {str(th["scope"]) for th in soup.select("thead th")} == {"col"}
    assert [str(th["scope"]) for th in soup.select("tbody th")] == ["row"]


def test_numbers_codes_and_heads_are_written_in_the_language(results: pd.DataFrame) -> None:
    finnish, english = cells(table(results)), cells(table(results, language="en"))

    assert finnish[0] == ["Mittari", "Uusin luku", "Uusimman luvun vuosi", "Tason muutos sanoina"]
    assert finnish[1] == ["Lasten pienituloisuus", "13,6\u00a0%", "2023", "~\u00a0ei selvää muutosta"]
    assert english[0][1] == "Newest value"
    assert english[1] == ["Child low income", "13.6%", "2023", "~\u00a0no clear change"]


def test_a_known_number_has_the_name_of_its_row_in_the_open_data(results: pd.DataFrame) -> None:
    piece = table(results)

    assert names(piece) == [f"{KEY}|205|2023|newest"]
    assert piece.figures == ()  # the open data have it already


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("latest", 13.2, f"the table shows 13.2 for {KEY}.latest, the results hold 13.6"),
        ("latest", np.nan, f"the table shows nothing for {KEY}.latest, the results hold 13.6"),
        ("latest_year", 2024, f"the table shows 2024 for {KEY}.latest_year, the results hold 2023"),
        (
            "level_class",
            "improved",
            f"the table shows improved for {KEY}.level_class, the results hold no_clear_change",
        ),
    ],
)
def test_a_wrong_value_under_a_known_name_stops(results: pd.DataFrame, column: str, value: Any, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        table(results.assign(**{column: [value]}))


def test_the_same_wrong_value_under_a_name_of_its_own_is_a_figure_of_the_chapter(results: pd.DataFrame) -> None:
    frame = results[["key"]].assign(guess=13.25)
    piece = table(frame, columns={"key": None, "guess": TEXTS})

    (figure,) = piece.figures
    assert (figure.indicator, figure.area, figure.year) == (KEY, "205", None)
    assert figure.measure == "__chapter__/table-1/guess"
    assert (figure.value, figure.unit, figure.decimals) == (13.25, "percent", 1)  # of its indicator
    assert cells(piece)[1][1] == "13,3\u00a0%"
    assert names(piece) == [f"{KEY}|205||__chapter__/table-1/guess"]


def test_a_unit_of_its_own_and_whole_numbers(results: pd.DataFrame) -> None:
    frame = results[["key"]].assign(gap=-1.25, ratio=1.234, times=3)
    heads = {"key": None} | dict.fromkeys(("gap", "ratio", "times"), TEXTS)
    piece = table(frame, columns=heads, units={"gap": "percentage_points", "ratio": ("number", 2)})

    assert cells(piece)[1][1:] == ["−1,3\u00a0%-yks.", "1,23", "3"]
    with pytest.raises(InputError, match='the unit of "gap" = "pigs": not one of percent, '):
        table(frame, columns=heads, units={"gap": "pigs"})


def test_rows_without_an_indicator_belong_to_the_page_and_each_has_a_name() -> None:
    counts = book().measures["status"].value_counts().rename("measures").reset_index()
    piece = table(counts, columns={"status": None, "measures": TEXTS})

    assert {one.indicator for one in piece.figures} == {"page"}
    assert len({one.measure for one in piece.figures}) == len(piece.figures) == len(counts) > 2
    assert [one.value for one in piece.figures] == counts["measures"].tolist()
    assert "toteutunut osittain" in table(counts, columns={"status": None, "measures": TEXTS}).markup


def test_observations_are_held_against_those_of_their_area_year_and_sex() -> None:
    rows = book().observations.query("key == @KEY and area in ['205', '290'] and year in [2022, 2023]")
    frame = rows.query("sex == 'total'")[["area", "key", "year", "value"]]
    piece = table(frame)

    assert names(piece) == [
        f"{KEY}|205|2022|observation", f"{KEY}|205|2023|observation",
        f"{KEY}|290|2022|observation", f"{KEY}|290|2023|area_value",
    ]  # fmt: skip
    assert [(one.area, one.year, one.value) for one in piece.figures] == [("290", 2022, 14.0)]  # the page has the rest
    said = rf"10.6 for {KEY}.value \(205, 2022\), the observations hold 10.5"
    with pytest.raises(InputError, match=said):
        table(frame.assign(value=[10.6, 13.6, 14.0, 14.8]))


def test_the_comparison_is_known_without_its_year() -> None:
    frame = book().comparison.query("key == @KEY and area == '205'")[["key", "area", "value"]]

    assert names(table(frame)) == [f"{KEY}|205|2023|observation"]


def test_a_series_keeps_its_names_and_a_smoothed_one_must_be_renamed() -> None:
    wide = book().series([KEY, "gini"], years=range(2020, 2024))
    piece = table(wide)

    assert (
        cells(piece)[0] == ["Vuosi", "Lasten pienituloisuus", "Tuloerot (Gini-kerroin)"] or "Vuosi" in cells(piece)[0]
    )
    assert cells(piece)[-1][:2] == ["2023", "13,6\u00a0%"]
    assert names(piece)[0] == f"{KEY}|205|2020|observation"
    with pytest.raises(InputError, match=r"2021\), the observations hold 12.4: give the column a name of its own"):
        table(wide.rolling(2).mean().iloc[1:])
    towns = table(book().series(KEY, areas=["290", "205"], years=[2023]))
    assert cells(towns) == [["Vuosi", "Kuhmo", "Kajaani"], ["2023", "14,8\u00a0%", "13,6\u00a0%"]]


def test_what_people_and_analysts_wrote_is_escaped() -> None:
    frame = pd.DataFrame({"text": ["<script>x</script>"], 'a"b|c': [1.0]})
    piece = table(frame, caption={"fi": "<b>", "en": "b"}, columns={"text": None, 'a"b|c': {"fi": "<i>", "en": "i"}})

    assert not re.search("<(script|b|i)>", piece.markup)
    assert names(piece) == ["page|205||__chapter__/table-1/a_b_c"]


def test_a_text_in_another_language_says_so() -> None:
    frame = pd.DataFrame({"id": ["M01", "M02"], "remark": ["hyvä", "good"], "remark_language": ["fi", "en"]})

    assert '<span lang="fi">hyvä</span>' in table(frame, columns=["id", "remark"], language="en").markup
    assert 'lang="en"' not in table(frame, columns=["id", "remark"], language="en").markup


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"caption": None}, 'table-1: the caption is missing or in one language only: give {"fi": "...", "en": "..."}'),
        ({"caption": "Luvut"}, "the caption is missing or in one language only"),
        ({"caption": {"fi": "Luvut"}}, 'table-1: the caption has no words in "en"'),
        ({"caption": {"fi": " ", "en": "x"}}, 'the caption has no words in "fi"'),
        ({"columns": ["latst"]}, 'column "latst" is not in the table (there is "latest")'),
        ({"columns": []}, "there is no column to show"),
    ],
)
def test_what_is_missing_is_told_in_a_sentence(results: pd.DataFrame, given: dict, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        table(results, **given)


def test_a_table_without_rows_says_that_there_is_none(results: pd.DataFrame) -> None:
    assert table(results.iloc[:0]).markup == "<p>Luvut: ei yhtään.</p>"


def test_a_column_of_its_own_needs_a_head(results: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=re.escape('column "gap" has no head: give columns={"gap": {"fi": "...", ')):
        table(results.assign(gap=1.0))


# charts


def chart(drawn: Any, data: Any, **given: Any) -> pieces.Piece:
    given = {
        "alt": TEXTS,
        "caption": TEXTS,
        "source": KEY,
        "columns": None,
        "units": {},
        "labels": {},
        "wide": False,
        **given,
    }
    return pieces.chart(drawn, "chart-1", data=data, book=book(), **given)


def svg(piece: pieces.Piece) -> str:
    return base64.b64decode(re.search(r"base64,([^\"]+)", piece.markup)[1]).decode()


@pytest.fixture
def series() -> pd.DataFrame:
    return book().series(KEY, areas=["205", "290"], years=range(2015, 2025))


def test_a_seaborn_chart_becomes_a_figure_with_its_table(series: pd.DataFrame) -> None:
    piece = chart(sns.lineplot(series), series)
    soup = BeautifulSoup(piece.markup, "html.parser")

    assert str(soup.img["alt"]) == "Luvut"
    assert soup.figcaption.get_text(strip=True).startswith("Luvut")
    assert "Lähde: Tilastokeskus: Lasten pienituloisuusaste" in soup.figcaption.get_text()
    assert len(soup.select("details tbody tr")) == len(series) == 9
    assert not plt.get_fignums()  # closed: a notebook would show it a second time


def test_its_colours_have_dark_counterparts_and_its_codes_are_words(series: pd.DataFrame) -> None:
    drawn = svg(chart(sns.lineplot(series), series))

    body = re.sub("<style>.*?</style>", "", drawn)
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', body)) <= set(DARK)
    assert "prefers-color-scheme:dark" in drawn
    assert all(f">{word}</text>" in drawn for word in ("Kajaani", "Kuhmo", "Vuosi", "2020"))
    assert 'font-size="14"' in drawn
    assert 'font-size="10"' not in drawn


def test_every_text_of_a_drawing_has_the_house_size_and_the_words_that_are_given() -> None:
    frame = book().series("gini").dropna().reset_index().rename(columns={"gini": "own"})
    axes = sns.lineplot(frame, x="year", y="own")
    axes.set_title("untranslated")

    labels = {"untranslated": {"fi": "Otsikko", "en": "Title"}}
    drawn = svg(chart(axes, frame, columns={"year": None, "own": TEXTS}, labels=labels))

    assert set(re.findall(r'font-size="([\d.]+)"', drawn)) == {"14"}
    assert re.findall(r">([A-Za-z]+)</text>", drawn) == ["Vuosi", "Luvut", "Otsikko"]


def test_a_text_of_a_drawing_in_one_language_only_stops(series: pd.DataFrame) -> None:
    axes = sns.lineplot(series)
    axes.set_ylabel("osuus, %")

    with pytest.raises(InputError, match=re.escape('the chart says "osuus, %": give labels={"osuus, %": {"fi": "...')):
        chart(axes, series)
    plt.close("all")
    drawn = sns.lineplot(series)
    drawn.set(ylabel="%", title=book().page.place)  # no word of a language, and the name of a place
    assert ">Kajaani</text>" in svg(chart(drawn, series))


def test_a_wide_chart_scrolls_where_it_does_not_fit(series: pd.DataFrame) -> None:
    soup = BeautifulSoup(chart(sns.lineplot(series), series, wide=True).markup, "html.parser")

    assert str(soup.img["width"]) == "720"
    assert str(soup.select_one(".scroll > img").parent["tabindex"]) == "0"


def test_numbers_on_axes_are_written_in_the_language() -> None:
    frame = pd.DataFrame({"key": [KEY, "gini"], "own": [0.1, 0.4]})
    axes = sns.barplot(frame, x="own", y="key")

    drawn = svg(chart(axes, frame, columns={"key": None, "own": TEXTS}))

    assert re.search(r">0,\d</text>", drawn)
    assert ">Lasten pienituloisuus</text>" in drawn


def test_the_same_chart_gives_the_same_bytes_and_leaves_settings_alone(series: pd.DataFrame) -> None:
    before = dict(rcParams)
    first, second = (chart(sns.lineplot(series), series).markup for _ in range(2))

    assert first == second
    assert dict(rcParams) == before


def test_a_line_outside_its_window_is_cut_off(series: pd.DataFrame) -> None:
    axes = sns.lineplot(series)
    axes.set(xlim=(2018, 2023))

    assert 'clip-path="url(#' in svg(chart(axes, series))


def test_a_grid_a_figure_and_an_array_of_axes_are_charts_too() -> None:
    frame = pd.DataFrame({"year": [2020, 2021], "own": [1.0, 2.0]})
    heads: dict = {"year": None, "own": TEXTS}
    drawings = (
        sns.relplot(frame, x="year", y="own"),
        frame.plot(x="year", y="own").figure,
        plt.subplots(1, 2)[1],
    )

    assert all("<svg" in svg(chart(one, frame, columns=heads)) for one in drawings)
    with pytest.raises(InputError, match=r"show.chart takes axes or a figure of matplotlib or seaborn, not DataFrame"):
        chart(frame, frame, columns=heads)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"alt": None}, "chart-1: the alternative text (alt) is missing"),
        ({"alt": {"en": "x"}}, 'the alternative text (alt) has no words in "fi"'),
        ({"caption": None}, "chart-1: the caption is missing"),
        ({"source": None}, "chart-1: the source is missing"),
        ({"source": "nobody"}, "chart-1: the source is missing"),
        ({"data": None}, "chart-1: data is missing"),
        ({"data": pd.DataFrame()}, "chart-1: data has no row"),
    ],
)
def test_a_chart_without_its_words_or_figures_stops(series: pd.DataFrame, given: dict, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        chart(sns.lineplot(series), **({"data": series} | given))
    plt.close("all")


def test_more_colours_than_can_be_told_apart_are_refused() -> None:
    frame = pd.DataFrame({"year": [2020] * 8, "own": range(8), "id": list("abcdefgh")})

    with pytest.raises(InputError, match=r"the chart has 7 colours beside grey, of which the page tells 5 apart"):
        chart(sns.scatterplot(frame, x="year", y="own", hue="id"), frame, columns={"id": None, "own": TEXTS})
    plt.close("all")


def test_a_chart_of_the_library_brings_its_own_words() -> None:
    drawn = book().page.trend(book().page.verdicts[KEY])
    soup = BeautifulSoup(chart(drawn, None, alt=None, caption=None).markup, "html.parser")

    assert str(soup.img["alt"]) == drawn.alt
    assert "13,6" in soup.details.get_text()


# texts, lists, cards


def text(texts: Any, language: str = "fi", **numbers: Any) -> pieces.Piece:
    return pieces.text(texts, "text-1", numbers=numbers, book=book(language))


def test_a_paragraph_holds_numbers_that_are_held_against_the_library() -> None:
    said = {"fi": "Osuus on {own} & ero {gap}.", "en": "It is {own}, {gap} off."}
    own = show.number(13.6, key=KEY, measure="latest")
    gap = show.number(0.45, key=KEY, unit="percentage_points")
    piece = text(said, own=own, gap=gap)

    assert BeautifulSoup(piece.markup, "html.parser").get_text() == "Osuus on 13,6\u00a0% & ero 0,5\u00a0%-yks.."
    assert names(piece) == [f"{KEY}|205|2023|newest", f"{KEY}|205||__chapter__/text-1/gap"]
    with pytest.raises(InputError, match=f"the table shows 13.2 for {KEY}.latest, the results hold 13.6"):
        text(said, own=show.number(13.2, key=KEY, measure="latest"), gap=gap)
    with pytest.raises(InputError, match="text-1: the text has a place 'gap' that no number fills; there is own"):
        text(said, own=own)


def test_paragraphs_and_items_are_escaped_and_in_the_language() -> None:
    assert text({"fi": "A\n\n<b>", "en": "x"}).markup == "<p>A</p>\n<p>&lt;b&gt;</p>"
    listed = pieces.items([TEXTS, "<i>"], "list-1", book=book("en"))
    assert listed.markup == "<ul><li>Figures</li><li>&lt;i&gt;</li></ul>"
    with pytest.raises(InputError, match='list-1: an item has no words in "en"'):
        pieces.items([{"fi": "x"}], "list-1", book=book())
    with pytest.raises(InputError, match="list-1: there is no item"):
        pieces.items([], "list-1", book=book())


def test_a_card_is_the_indicator_as_the_page_has_it() -> None:
    soup = BeautifulSoup(pieces.card(KEY, book=book()).markup, "html.parser")

    assert [str(one["id"]) for one in soup.select("article")] == [f"i-{KEY}"]
    assert soup.img["alt"] == book().page.trend(book().page.verdicts[KEY]).alt
    with pytest.raises(InputError, match=r'show.card: "child_low_incone": not in params/indicators.yaml'):
        pieces.card("child_low_incone", book=book())


# in a report

# fmt: off
CELLS = [
    "import pandas as pd, seaborn as sns, wellbeing_lib as wl\nfrom wellbeing_lib import show",
    "book = wl.load(year=year, municipality=municipality, language=language)",
    "rows = book.results.query('on_page').dropna(subset='peers_median').head(3)\n"
    "rows = rows.assign(gap=rows['latest'] - rows['peers_median'])\n"
    "heads = {'key': None, 'latest': None, 'peers_median': None, 'gap': {'fi': 'Ero', 'en': 'Gap'}}\n"
    "show.table(rows, columns=heads, caption={'fi': 'Erot', 'en': 'Gaps'})\n"
    "most = show.number(rows['gap'].max())\n"
    "show.text({'fi': 'Suurin ero on {most}.', 'en': 'The largest gap is {most}.'}, most=most)",
    "series = book.series('gini', areas=['205', '290'])\n"
    "show.chart(sns.lineplot(series), alt={'fi': 'Nousee.', 'en': 'It rises.'}, caption={'fi': 'Gini', 'en': 'Gini'},\n"
    "           source='gini', data=series)",
]
# fmt: on


def chapter(project: Project, *sources: str) -> None:
    """The chapter of these cells, and one of the old ones beside it."""
    for path in (project.root / "notebooks").glob("[0-9]*.ipynb"):
        if not path.stem.startswith("60"):
            path.unlink()
    old = nbformat.read(project.root / "notebooks" / "60_missing.ipynb", as_version=4)
    cells = [old.cells[0]]
    cells += [nbformat.v4.new_code_cell(one) for one in sources[:2]]
    for tag, heading in (("fi", "## Oma"), ("en", "## Own")):
        cells.append(nbformat.v4.new_markdown_cell(heading, metadata={"tags": [tag]}))
    cells += [nbformat.v4.new_code_cell(one) for one in sources[2:]]
    new = nbformat.v4.new_notebook(cells=cells, metadata=old.metadata)
    nbformat.write(new, project.root / "notebooks" / "70_own.ipynb")


@pytest.fixture
def reported(project: Project) -> Project:
    chapter(project, *CELLS)
    done = project.report()
    assert done.returncode == 0, done.stderr
    return project


def test_a_chapter_of_ones_own_is_on_the_page_with_its_rows_and_files(reported: Project) -> None:
    built = reported.build()
    rows = list(csv.DictReader((built / "indicators.csv").read_text(encoding="utf-8").splitlines()))
    by_name = {"|".join(row[name] for name in ("indicator", "area", "year", "measure")): row for row in rows}
    assert len(by_name) == len(rows)

    for language in ("fi", "en"):
        page = reported.page(language=language)
        shown = page.select_one("#ch-own").find_parent("section").select("[data-f]")
        assert len(shown) > 40
        assert all(by_name[str(one["data-f"])][f"shown_{language}"] == one.get_text() for one in shown)
        assert (built / "figures" / language / "own-70_own-chart-1.svg").is_file()
        assert len(page.select("#own-70_own-chart-1")) == 1
        assert "__chapter__" not in str(page)
    gaps = [row for row in rows if row["measure"] == "70_own/table-1/gap"]
    assert len(gaps) == 3
    assert {row["measure"] for row in rows if "text-1" in row["measure"]} == {"70_own/text-1/most"}
    notebook = nbformat.read(built / "notebooks" / "fi" / "70_own.ipynb", as_version=4)
    assert list(foreign_outputs(notebook)) == []
    assert sum(len(cell.get("outputs", ())) for cell in notebook.cells) == 3

    before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    (built / "manifest.json").unlink()
    assert reported.report().returncode == 0
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            "show.table(book.results.head(1).assign(latest=13.2)[['key', 'latest']], caption={'fi': 'A', 'en': 'B'})",
            "notebooks/70_own.ipynb.*the table shows 13.2 for child_low_income.latest, the results hold 13.6",
        ),
        (
            "show.text({'fi': '{n}', 'en': '{n}'}, n=show.number(len(language + book.catalogue['name'][0])))",
            "70_own/text-1/n of page is",
        ),
    ],
    ids=["wrong under a known name", "another in the other language"],
)
def test_a_number_that_is_not_the_library_s_or_not_the_same_stops_the_build(
    project: Project, cell: str, said: str
) -> None:
    chapter(project, *CELLS[:2], cell)
    done = project.report()

    assert done.returncode != 0
    assert re.search(said, done.stderr, re.DOTALL)
