"""The page as two PDF files a language: a summary part for the council's papers and a data part; no new words.

Both are cut out of the finished page, so that paper and screen say the same. WeasyPrint writes PDF/UA-1 without a
clock, so that the same page gives the same bytes.
"""

import copy
import re
from pathlib import Path
from typing import Literal

from bs4 import BeautifulSoup, Tag

from . import manifest, publishing
from .faults import InputError
from .tables import TEMPLATES
from .wording import Words, wording

Part = Literal["summary", "data"]
PARTS: tuple[Part, ...] = ("summary", "data")
NO_PANGO = (
    "WeasyPrint needs the library pango, which is missing: on Debian or Ubuntu run "
    "`apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`, on macOS `brew install pango`"
)
PDFS = "pdf"
# The summary part: what a council decides on. Everything else, and every fold, goes to the data part.
BRIEF = ("ch-summary", "ch-measures", "ch-outlook", "ch-missing")
NOT_BRIEF = (
    "article.indicator, .compared, .aimed, details, nav, script, .skip, .ways, "
    "#absent, #absent + p, #absent ~ ul.many, section[aria-labelledby=about] ul"
)
NOT_DATA = "nav, script, .skip, .ways, .address"


def write_pdfs(folder: Path) -> list[Path]:
    """Write both parts of every page that stands in `folder`; returns the files.

    Raises `InputError` where there is no page, or no pango to draw with.
    """
    facts = manifest.read(folder)
    pages = sorted(folder.glob("appendix.*.html"))
    if facts is None or not pages:
        raise InputError([f"build/{folder.name}/ holds no page; run `make report` first"])
    made = {}
    for page in pages:
        language = page.name.split(".")[1]
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for part in PARTS:
            made[f"{PDFS}/{facts['year']}-{part}.{language}.pdf"] = pdf_of(soup, part, language)
    return publishing.add(folder, made)


def pdf_of(page: BeautifulSoup, part: Part, language: str) -> bytes:
    """One part of a page as PDF/UA-1; the page is left as it is."""
    spoken = _with_lines_told(copy.copy(page))
    cut = brief(spoken) if part == "summary" else data(spoken)
    return _pdf(_titled(cut, part, wording(language, {})))


def _with_lines_told(page: BeautifulSoup) -> BeautifulSoup:
    """Give each small line of a table its chart's opening words: PDF/UA knows no image that is only decoration."""
    for line in page.select("img.spark"):
        row = line.find_parent("tr")
        link = row.select_one("a[href^='#i-']") if row else None
        chart = page.select_one(f"[id='c-{str(link['href'])[3:]}'] img") if link else None
        line["alt"] = str(chart["alt"]).partition(". ")[0] if chart else ""
    return page


def brief(page: BeautifulSoup) -> BeautifulSoup:
    """The summary, each priority's table, objectives and measures, all measures, the outlook, and what is missing."""
    part = copy.copy(page)
    for chapter in part.select("section.chapter"):
        name = str(chapter.get("aria-labelledby"))
        if name not in BRIEF and not name.startswith("s-"):
            chapter.decompose()
    _without(part, NOT_BRIEF)
    _body(part)["class"] = "brief"
    return _repaired(part)


def data(page: BeautifulSoup) -> BeautifulSoup:
    """Every chapter but the summary, with all folds open."""
    part = copy.copy(page)
    for chapter in part.select("section.chapter[aria-labelledby=ch-summary]"):
        chapter.decompose()
    _without(part, NOT_DATA)
    for fold in part.select("details"):
        fold["open"] = ""
    _body(part)["class"] = "full"
    return _repaired(part)


def _without(part: BeautifulSoup, selector: str) -> None:
    for element in part.select(selector):
        element.decompose()


def _body(part: BeautifulSoup) -> Tag:
    body = part.body
    if body is None:
        raise InputError(["the page has no body; build it anew"])
    return body


def _repaired(part: BeautifulSoup) -> BeautifulSoup:
    """Links whose end lies in the other part become plain text; links to files beside the page too."""
    there = {str(element["id"]) for element in part.select("[id]")}
    for link in part.select("a[href]"):
        href = str(link["href"])
        if not href.startswith("#") or href[1:] not in there:
            link.unwrap()
    return part


def _titled(part: BeautifulSoup, name: Part, words: Words) -> str:
    """The part with its own title, and what stands at the edges of every page."""
    title = words.text("Summary part") if name == "summary" else words.text("Data part")
    if part.title is None or part.h1 is None or part.header is None:
        raise InputError(["the page has no title, heading or header; build it anew"])
    whole = part.title.get_text()
    part.title.string = f"{whole}: {title.lower()}"
    state = " · ".join(_said(one) for one in part.select(".paper .draft, .paper .case"))
    for kind, text in (("paper", whole), ("state", state), ("part", title)):
        attributes = {"class": f"running name-of-{kind}", "aria-hidden": "true"}
        part.header.insert(0, part.new_tag("span", attrs=attributes, string=text))
    part.h1.insert_after(part.new_tag("p", attrs={"class": "part"}, string=title))
    style = part.new_tag("style", string=(TEMPLATES / "pdf.css").read_text(encoding="utf-8"))
    if part.head is not None:
        part.head.append(style)
    return str(part)


def _said(element: Tag) -> str:
    return re.sub(r"\s+", " ", element.get_text()).strip()


def _pdf(html: str) -> bytes:
    try:
        from weasyprint import HTML
    except OSError:
        raise InputError([NO_PANGO]) from None
    written = HTML(string=html, base_url=None).write_pdf(pdf_variant="pdf/ua-1")
    return written or b""
