"""What lies beside the page: the figures as CSV and Excel, the summary as plain text, the charts as SVG files.

The summary and the charts are read out of the finished page, so that no attachment can say anything else than it does.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from markupsafe import escape

from .appendix import Appendix
from .tables import plain
from .workbook import write_workbook

CHARTS = {"c": "trend", "p": "dots", "o": "target", "status": "measures"}
SPACES = re.compile(r"[ \n\t]+")
DARK = re.compile(r"<style>.*?</style>", re.S)


def write_attachments(pages: Mapping[str, Appendix], folder: Path) -> None:
    """Put everything beside the pages that stand in `folder`."""
    for language, page in pages.items():
        soup = BeautifulSoup((folder / f"appendix.{language}.html").read_text(encoding="utf-8"), "html.parser")
        write_charts(soup, folder / "figures" / language)
        (folder / page.summary_name).write_text(summary(page, soup), encoding="utf-8")
    write_workbook(pages, folder / "indicators.xlsx")


def write_charts(soup: BeautifulSoup, folder: Path) -> None:
    """Each chart of the page as an SVG file in its light colours, with its alternative text as the title inside."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure in soup.select("figure.chart[id]"):
        kind, _, name = str(figure["id"]).partition("-")
        image = figure.find("img")
        if not isinstance(image, Tag):
            continue
        svg = base64.b64decode(str(image["src"]).partition("base64,")[2]).decode("utf-8")
        opening, body = DARK.sub("", svg).split(">", maxsplit=1)
        titled = f"{opening}><title>{escape(str(image['alt']))}</title>{body}"
        (folder / f"{CHARTS.get(kind, kind)}-{name}.svg").write_text(titled, encoding="utf-8")


def summary(page: Appendix, soup: BeautifulSoup) -> str:
    """The first chapter as plain text, for the case system's presentation field."""
    chapter = soup.select_one("section.chapter")
    parts = [(_text(heading), list(_lines(heading))) for heading in chapter.select("h3")] if chapter else []
    heading = soup.find("h1")
    return plain(
        "summary",
        page.words,
        appendix=page,
        params=page.params,
        heading=_text(heading) if isinstance(heading, Tag) else "",
        date=page.snapshot.date,
        parts=[(title, lines) for title, lines in parts if lines],
    )


def _lines(heading: Tag) -> Iterator[str]:
    """What stands between a heading and the next: an item of a list, a paragraph, a row of a table each a line."""
    for following in heading.find_next_siblings():
        if following.name in ("h2", "h3"):
            return
        table = following if following.name == "table" else following.find("table")
        if isinstance(table, Tag):
            yield from _rows(table)
        elif following.name in ("ul", "ol"):
            yield from (_text(item) for item in following.find_all("li", recursive=False))
        elif following.name == "p":
            yield _text(following)


def _rows(table: Tag) -> Iterator[str]:
    """A row as "name: heading value, ...", the upper headings before the lower ones they stand over."""
    upper, lower = table.select("thead tr")[0], table.select("thead tr")[-1]
    groups = [_text(th) for th in upper.select("[colspan]") for _ in range(int(str(th["colspan"])))]
    names = [_text(th) for th in lower.find_all("th")]
    for row in table.select("tbody tr"):
        told, group, cells = [], "", row.find_all("td")
        # Where one row of headings serves, the first of them stands over the rows' names.
        for number, (name, cell) in enumerate(zip(names[-len(cells) :], cells, strict=False)):
            over = groups[number] if number < len(groups) else ""
            told.append(": " if not told else "; " if over != group else ", ")
            told.append(f"{over.lower()} " if over != group else "")
            told.append(f"{name.lower()} {_text(cell)}")
            group = over
        yield _text(row.th) + "".join(told) if isinstance(row.th, Tag) else "".join(told)


def _text(element: Tag) -> str:
    """The words of an element without what only a screen or its reader needs."""
    copy = BeautifulSoup(str(element), "html.parser")
    for part in copy.select("a[href^='#i-']:has(.visually-hidden), [aria-hidden]"):
        part.extract()
    return SPACES.sub(" ", copy.get_text().replace("\u00ad", "")).strip(" ")  # a no-break space stays
