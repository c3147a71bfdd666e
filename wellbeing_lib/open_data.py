"""Writes `indicators.csv`, every number of the page, and the Frictionless `datapackage.json` that describes it."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .appendix import Appendix
from .wording.catalogue import msg

# column -> its Frictionless type and what it holds; those of a language stand once for each
COLUMNS = {
    "indicator": ("string", msg("The indicator's key in the catalogue; the same in every language and year.")),
    "area": ("string", msg("Code of the municipality or area, as text, so that a leading nought stays.")),
    "year": ("integer", msg("The year that the number is of; empty where it is of no single year.")),
    "measure": ("string", msg("What kind of number it is: its code.")),
    "value": ("number", msg("The exact value, a number.")),
    "shown": ("string", msg("The value as the page writes it.")),
    "unit": ("string", msg("The unit of the value.")),
}


def write_open_data(pages: Mapping[str, Appendix], folder: Path) -> None:
    """Put the numbers and their description beside the pages; a page in English describes them, else the first one."""
    content = _figures(pages).encode()
    (folder / "indicators.csv").write_bytes(content)
    package = _package(pages.get("en", next(iter(pages.values()))), list(pages), content)
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _columns(languages: list[str]) -> dict[str, tuple[str, str]]:
    """The columns of the file in their order."""
    return {
        name if name != "shown" else f"shown_{code}": told
        for name, told in COLUMNS.items()
        for code in (languages if name == "shown" else languages[:1])
    }


def _figures(pages: Mapping[str, Appendix]) -> str:
    """Every number that the page shows, once, with its exact value and as each language writes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_columns(list(pages)))
    for figure in next(iter(pages.values())).open_figures():
        exact = f"{figure.value:.10g}"
        shown = [page.words.shown(figure) for page in pages.values()]
        writer.writerow([figure.indicator, figure.area, figure.year or "", figure.measure, exact, *shown, figure.unit])
    return text.getvalue()


def _package(page: Appendix, languages: list[str], content: bytes) -> dict[str, Any]:
    """A Frictionless data package: what the file holds, from whom, and under which terms."""
    words, package = page.words, page.snapshot.package
    title = words.text("Wellbeing report and plan: annual assessment {year}", year=page.params.year)
    used = {verdict.indicator.code: verdict.indicator.name[page.language] for verdict in page.shown}
    return {
        "name": f"wellbeing-assessment-{page.params.area}-{page.params.year}",
        "title": f"{title} – {page.place}",
        "created": package["created"],
        "licenses": package["licenses"],
        "sources": [
            {"title": f"{used[one['indicator']]} ({one['producer']}, {one['licence']})"}
            | ({"path": one["address"]} if one["address"] else {})
            for one in package["series"]
            if one["indicator"] in used
        ],
        "resources": [
            {
                "name": "indicators",
                "path": "indicators.csv",
                "format": "csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": name, "type": kind, "description": words.text(told)}
                        for name, (kind, told) in _columns(languages).items()
                    ],
                    "missingValues": [""],
                },
            }
        ],
    }
