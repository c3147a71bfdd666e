"""What is drawn and written in the charts of real verdicts: artists, texts and boxes, never pixels."""

import hashlib
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from wellbeing_lib import charts
from wellbeing_lib.charts import canvas
from wellbeing_lib.charts.dots import MOST_ROWS, rows_of
from wellbeing_lib.charts.labels import pushed_apart, text_width
from wellbeing_lib.charts.lines import breaks, stretches, year_of
from wellbeing_lib.charts.target import steps_of
from wellbeing_lib.charts.trend import draw_trend, limits
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import load_params
from wellbeing_lib.params.models import Status
from wellbeing_lib.verdict import Figure, assess
from wellbeing_lib.wording import Wording, wording

ROOT = Path(__file__).parents[1]
PARAMS = load_params(2024, folder=ROOT / "params")
SNAPSHOT = load_snapshot(ROOT / "data" / "snapshots" / PARAMS.snapshot)
VERDICTS = assess(PARAMS, SNAPSHOT.observations, SNAPSHOT.areas)
KNOWN = [key for key, verdict in VERDICTS.items() if verdict.newest]
COUNTS = dict.fromkeys(get_args(Status), 3)
PEERS = PARAMS.municipality.peers
FINNISH = wording("fi", PARAMS.municipality.places)
MARKUP = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["fi", "en"], name="words", scope="module")
def _words(request: pytest.FixtureRequest) -> Wording:
    return wording(request.param, PARAMS.municipality.places)


def every_chart(words: Wording) -> dict[str, charts.Chart]:
    drawn = {}
    for key in KNOWN:
        verdict = VERDICTS[key]
        drawn[f"trend {key}"] = charts.trend(verdict, words)
        if verdict.position:
            drawn[f"dots {key}"] = charts.dots(verdict, words, peers=PEERS)
        if verdict.outlook:
            drawn[f"target {key}"] = charts.target(verdict, words)
    drawn["status"] = charts.status_bar(COUNTS, words)
    return drawn


@pytest.fixture(name="drawn", scope="module")
def _drawn(words: Wording) -> dict[str, charts.Chart]:
    return every_chart(words)


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{MARKUP}text")]


@cache
def sheet_of(key: str) -> canvas.Sheet:
    with canvas.house_style():
        return draw_trend(VERDICTS[key], FINNISH)


@pytest.mark.parametrize("key", KNOWN)
def test_no_line_crosses_a_break(key):
    verdict = VERDICTS[key]
    lines = sheet_of(key).axes.lines
    own = [np.asarray(line.get_xdata()) for line in lines if line.get_gid() == "own"]
    compared = [np.asarray(line.get_xdata()) for line in lines if line.get_gid() in dict(verdict.lines)]
    assert len(own) == len({point.part for point in verdict.points})
    for years in [*own, *compared]:
        assert not [place for place in breaks(verdict) if min(years) < place < max(years)]


def test_a_declared_break_cuts_the_other_lines_too(words):
    verdict = VERDICTS["cervical_screening"]
    assert breaks(verdict) == [2012.5]
    for stretch in stretches(verdict):
        years = [year_of(figure) for figure in stretch.figures]
        assert max(years) < 2013 or min(years) >= 2013
    assert words.text("break") in texts(charts.trend(verdict, words).svg)


def test_every_point_is_drawn_once():
    for key in KNOWN:
        verdict = VERDICTS[key]
        own = [figure for stretch in stretches(verdict) if stretch.series == "own" for figure in stretch.figures]
        assert own == [point.figure for point in verdict.points]


def test_the_newest_value_stands_as_text(words, drawn):
    for key in KNOWN:
        shown = words.shown(VERDICTS[key].newest).replace("\u00a0", " ")
        assert shown in " ".join(texts(drawn[f"trend {key}"].svg)).replace("\u00a0", " ")


def test_texts_hold_no_number_of_their_own():
    """Whatever is written is a shown figure, a year, an axis tick, or words."""
    for key in KNOWN:
        verdict = VERDICTS[key]
        sheet = sheet_of(key)
        figures = [*verdict.figures(), *(point.figure for point in verdict.points)]
        known = {FINNISH.shown(figure).replace("\u00a0", "").replace(" ", "") for figure in figures}
        known |= {label.get_text().replace("\u00a0", "") for label in sheet.axes.get_yticklabels()}
        known |= {label.get_text() for label in sheet.axes.get_xticklabels()}
        for text in (label.get_text() for label in sheet.axes.texts):
            number = re.search(r"[−-]?\d[\d\u00a0,.]*(\s?%)?$", text)
            if number:
                assert number[0].replace("\u00a0", "").replace(" ", "") in known, (key, text)


def test_years_are_whole_and_ticks_are_in_the_language(words):
    with canvas.house_style():
        sheet = draw_trend(VERDICTS["children_in_care"], words)
    assert all(re.fullmatch(r"\d{4}", label.get_text()) for label in sheet.axes.get_xticklabels())
    decimal = "," if words.language == "fi" else "."
    assert any(decimal in label.get_text() for label in sheet.axes.get_yticklabels())


def test_an_axis_that_leaves_out_zero_says_so(words, drawn):
    note = words.text("The axis does not start at zero.")
    for key in KNOWN:
        low, high = limits(VERDICTS[key])
        assert (note in drawn[f"trend {key}"].caption) == (not low <= 0 <= high)


def test_alternative_text_holds_a_number_and_caption_is_not_empty(drawn):
    for name, chart in drawn.items():
        assert re.search(r"\d", chart.alt), name
        assert chart.caption.strip(), name


def test_the_table_holds_the_figures_themselves(words, drawn):
    for key in KNOWN:
        verdict, table = VERDICTS[key], drawn[f"trend {key}"].table
        known = set(verdict.figures()) | {point.figure for point in verdict.points}
        cells = [cell for row in table[1:] for cell in row if isinstance(cell, Figure)]
        assert set(cells) <= known
        assert {point.figure for point in verdict.points} <= set(cells)
        assert len({len(row) for row in table}) == 1
        assert all(isinstance(head, str) and head for head in table[0])
        if verdict.position:
            dots = {cell for row in drawn[f"dots {key}"].table[1:] for cell in row if isinstance(cell, Figure)}
            assert set(verdict.position.figures) <= dots <= known
        if verdict.outlook:
            steps = {cell for row in drawn[f"target {key}"].table[1:] for cell in row if isinstance(cell, Figure)}
            assert {step.figure for step in steps_of(verdict, words)} <= steps <= known


def test_every_svg_is_small_and_asks_for_nothing(drawn):
    for name, chart in drawn.items():
        root = ElementTree.fromstring(chart.svg)
        assert root.get("viewBox") == f"0 0 {chart.width} {chart.height}", name
        assert (root.get("width"), root.get("height")) == (str(chart.width), str(chart.height)), name
        assert len(chart.svg.encode()) < 15_000, name
        assert "<script" not in chart.svg
        links = re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)', chart.svg)
        assert all(("".join(link)).startswith("#") for link in links), name
        assert "NaN" not in chart.svg
        assert "nan" not in re.sub(r"<text.*?</text>", "", chart.svg)


def test_every_colour_has_a_dark_counterpart(drawn):
    for name, chart in drawn.items():
        body = chart.svg.split("</style>")[1]
        used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', body))
        assert used <= set(canvas.DARK), name
        assert "style=" not in body


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [dict, canvas.DARK.__getitem__], ids=["light", "dark"])
def test_contrast_holds_on_paper_and_shade(scheme):
    tone = (lambda colour: colour) if scheme is dict else scheme
    for under in (canvas.PAPER, canvas.SHADE):
        for text in (canvas.INK, canvas.MUTED, canvas.OWN, canvas.OTHERS):
            assert contrast(tone(text), tone(under)) >= 4.5
        assert contrast(tone(canvas.RULE), tone(under)) >= 3


def test_colour_never_tells_alone():
    looks = {(look.mark, look.dashes) for name, look in canvas.LOOKS.items() if name != "rest"}
    assert len(looks) == len(canvas.LOOKS) - 1


def test_own_line_is_blue_whatever_the_verdict():
    for key in ("cervical_screening", "population", "gini"):
        own = [line for line in sheet_of(key).axes.lines if line.get_gid() == "own"]
        assert {line.get_color() for line in own} == {canvas.OWN}


def test_an_unusual_newest_value_has_its_expected_range(words):
    unusual = VERDICTS["child_low_income"]
    assert unusual.unusual.kind == "unusually_high"
    note = words.text("Upright bar: where the newest value was expected.")
    assert note in charts.trend(unusual, words).caption
    assert note not in charts.trend(VERDICTS["cervical_screening"], words).caption


def test_few_points_carry_their_values(words):
    verdict = VERDICTS["municipal_turnout"]
    written = texts(charts.trend(verdict, words).svg)
    assert all(words.shown(point.figure) in written for point in verdict.points[:-1])


def test_numbers_of_people_are_not_drawn_beside_other_places(words):
    assert charts.trend(VERDICTS["population"], words).table[0] == (words.text("Year"), words.place("205"))


def test_dots_name_every_municipality_and_give_our_value(words):
    verdict = VERDICTS["diabetes_40plus"]
    written = texts(charts.dots(verdict, words, peers=PEERS).svg)
    assert verdict.position is not None
    assert {words.place(figure.area) for figure in verdict.position.figures} <= set(written)
    assert words.shown(verdict.newest) in written
    assert {words.text("similar town"), words.text("other municipality")} <= set(written)
    assert words.text("similar town") not in texts(charts.dots(verdict, words).svg)


def test_dots_of_very_many_show_the_nearest_and_say_so(words):
    verdict = VERDICTS["diabetes_40plus"]
    assert verdict.position is not None
    assert verdict.newest is not None
    many = [replace(verdict.newest, area=f"{code:03}", value=code / 10) for code in range(300, 600)]
    crowd = replace(verdict, position=replace(verdict.position, figures=(*many, verdict.newest)))
    rows = rows_of(crowd)
    assert len(rows) == MOST_ROWS
    assert verdict.area in {figure.area for figure in rows}
    assert [figure.value for figure in rows] == sorted((figure.value for figure in rows), reverse=True)
    assert str(MOST_ROWS) in charts.dots(crowd, words).caption.replace(words.caption_dots(crowd), "")


def test_target_goes_from_baseline_to_target_with_its_interval(words):
    verdict = VERDICTS["child_low_income"]
    assert [step.kind for step in steps_of(verdict, words)] == ["baseline", "newest", "target"]
    assert verdict.outlook is not None
    written = texts(charts.target(verdict, words).svg)
    assert {words.shown(end) for end in (verdict.outlook.low, verdict.outlook.high)} <= set(written)
    assert [step.kind for step in steps_of(VERDICTS["municipal_turnout"], words)] == ["newest", "target"]


def test_sparkline_is_tiny_decorative_and_wordless(words):
    for key in KNOWN:
        chart = charts.sparkline(VERDICTS[key], words)
        assert chart.alt == ""
        assert texts(chart.svg) == []
        assert len(chart.svg) < 2_500
        ElementTree.fromstring(chart.svg)
    unknown = next(verdict for verdict in VERDICTS.values() if not verdict.newest)
    assert charts.sparkline(unknown, words).svg == ""


def test_status_bar_writes_each_status_and_count(words, drawn):
    written = [text.strip() for text in texts(drawn["status"].svg)]
    for status in COUNTS:
        assert words.status_label(status) in written
    assert written.count("3") == 2 * len(COUNTS)


def test_nothing_known_draws_an_empty_chart(words):
    unknown = next(verdict for verdict in VERDICTS.values() if not verdict.newest)
    assert charts.trend(unknown, words).table[1:] == ()


def test_labels_are_pushed_apart_and_stay_inside():
    heights = [20.0, 20, 37, 20, 37]
    placed = pushed_apart([100, 101, 102, 10, 240], heights, low=2, high=236)
    order = sorted(range(5), key=lambda one: placed[one])
    for above, below in pairwise(order):
        assert placed[above] + heights[above] / 2 <= placed[below] - heights[below] / 2 + 1e-6
    assert min(middle - height / 2 for middle, height in zip(placed, heights, strict=True)) >= 2
    assert max(middle + height / 2 for middle, height in zip(placed, heights, strict=True)) <= 236


@pytest.mark.parametrize("name", ["Q" * 60, "Kunta " * 60, "Ä" * 2000])
def test_a_place_with_a_very_long_name_leaves_room_for_the_figures(name: str) -> None:
    long = {"fi": name.strip(), "en": name.strip(), "fi_in": name.strip(), "en_in": name.strip()}
    places = {code: place.model_copy(update=long) for code, place in PARAMS.municipality.places.items()}
    words = wording("fi", places)
    verdict = VERDICTS["diabetes_40plus"]
    for chart in (charts.trend(verdict, words), charts.dots(verdict, words, peers=PEERS)):
        written = texts(chart.svg)

        assert any(
            words.shown(verdict.newest).replace(" ", "\u00a0") in text.replace(" ", "\u00a0") for text in written
        )
        assert any("…" in text for text in written)
        assert max(map(text_width, written)) < canvas.WIDTH
        assert name.strip() in str(chart.table)


def digest() -> str:
    """The hash of one chart of each kind, the trend with its break, bar and values among them."""
    drawn = [charts.trend(VERDICTS[key], FINNISH) for key in ("child_low_income", "cervical_screening")]
    drawn += [charts.dots(VERDICTS["gini"], FINNISH, peers=PEERS)]
    drawn += [charts.target(VERDICTS["child_low_income"], FINNISH), charts.status_bar(COUNTS, FINNISH)]
    return hashlib.sha256("".join(chart.svg for chart in drawn).encode()).hexdigest()


def test_two_processes_write_the_same_bytes():
    told = [
        subprocess.run(
            [sys.executable, "-c", "import test_charts; print(test_charts.digest())"],
            cwd=Path(__file__).parent, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told[0] == told[1]


HOSTILE = """
font.size: 30
font.family: serif
axes.facecolor: red
axes.grid.axis: both
lines.markersize: 40
path.sketch: 3, 100, 2
axes.formatter.use_locale: True
text.hinting_factor: 1
svg.hashsalt: other
xtick.direction: in
savefig.bbox: tight
"""


@pytest.mark.parametrize("place", ["own", "named", "current"])
def test_a_matplotlibrc_of_the_user_changes_no_byte(place: str, tmp_path: Path) -> None:
    name = {"own": ".config/matplotlib/matplotlibrc", "named": "named", "current": "work/matplotlibrc"}[place]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "work").mkdir(exist_ok=True)
    home = {"HOME": str(tmp_path), "PYTHONPATH": f"{Path(__file__).parent}:{ROOT}"}
    told = subprocess.run(
        [sys.executable, "-c", "import test_charts as t, matplotlib as m; print(m.rcParams['font.size'], t.digest())"],
        cwd=tmp_path / "work", env=home | ({"MATPLOTLIBRC": str(path)} if place == "named" else {}),
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert told == ["30.0", digest()]


def test_drawing_leaves_the_analysts_own_style_alone(words):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    charts.trend(VERDICTS["gini"], words)
    assert dict(mpl.rcParams) == before


MEASURE = """() => [...document.querySelectorAll('svg')].map(svg => {
  const frame = svg.getBoundingClientRect();
  const shapes = [...svg.querySelectorAll('text,path,circle')].filter(one => !one.closest('defs'));
  const boxes = shapes.map(one => {
    const b = one.getBoundingClientRect();
    return {text: one.tagName === 'text' ? one.textContent.trim() : '', left: b.left - frame.left,
            top: b.top - frame.top, right: b.right - frame.left, bottom: b.bottom - frame.top};
  });
  const inside = b => b.left > -.6 && b.top > -.6 && b.right < frame.width + .6 && b.bottom < frame.height + .6;
  const words = boxes.filter(b => b.text);
  const overlapping = [];
  words.forEach((a, i) => words.slice(i + 1).forEach(b => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 4) overlapping.push([a.text, b.text]);
  }));
  const levels = boxes.filter(b => !b.text && b.bottom - b.top < 2 && b.right - b.left > 10);
  const struck = words.filter(w => levels.some(l => Math.min(w.right, l.right) - Math.max(w.left, l.left) > 1
    && l.top > w.top + 1 && l.top < w.bottom - 1)).map(w => w.text);
  return {name: svg.parentElement.id, outside: boxes.filter(b => !inside(b)), overlapping, struck};
})"""


def browser_at_hand() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("no Chromium to measure the charts with: apt-get install chromium")
    return found


FACES = ("Arial,'Liberation Sans',sans-serif", "'DejaVu Sans',Verdana,sans-serif")


def test_nothing_reaches_outside_and_no_labels_overlap(drawn):
    """Measured by a browser, in the usual face and in the widest one that a reader may have."""
    parts = "".join(f'<div id="{name}">{chart.svg}</div>' for name, chart in drawn.items())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_at_hand(), args=["--no-sandbox"])
        page = browser.new_page()
        measured = []
        for face in FACES:
            page.set_content(f"<style>svg{{font-family:{face}!important}}</style>{parts}")
            measured += page.evaluate(MEASURE)
        browser.close()
    assert len(measured) == 2 * len(drawn)
    assert {one["name"]: one["outside"] for one in measured if one["outside"]} == {}
    assert {one["name"]: one["overlapping"] for one in measured if one["overlapping"]} == {}
    aimed = [one for one in measured if one["name"].startswith("target")]
    assert {one["name"]: one["struck"] for one in aimed if one["struck"]} == {}
