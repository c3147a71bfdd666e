"""Holds what the cells of an executed chapter show against what may stand on a page: pieces that the library made."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from ..tables import PIECE

UNTOLD_IMAGE = re.compile(r"<img\b(?![^>]*\balt=)")
INSTEAD = "show a piece of the page instead (show.table, show.chart, show.text), or tag the cell lab"
DRAW = "show it with show.chart(...), or tag the cell lab"
SILENT = "end what prints or warns, or tag the cell lab"


def foreign_outputs(notebook: NotebookNode) -> Iterator[str]:
    """A sentence for everything that a cell shows and the library did not make: the cell, what it is, the cure."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            found = _fault(output)
            if found:
                yield f"{cell.id.replace('-', ' ')} {found}"


def _fault(output: NotebookNode) -> str | None:
    """What is wrong with one output, None where it is a piece of the page."""
    if output.output_type == "stream":
        return f"prints {_short(output.text)}: {SILENT}"
    data = output.get("data", {})
    name, value = PIECE
    html = data.get("text/html")
    if html is not None and UNTOLD_IMAGE.search(html):
        return f"shows an image without an alternative text: {DRAW}"
    if html is not None and output.get("metadata", {}).get(name) == value:
        return None
    if any("widget" in kind for kind in data):
        return f"shows a widget, which no page can hold: {INSTEAD}"
    if any(kind.startswith("image/") for kind in data):
        return f"shows a picture without an alternative text: {DRAW}"
    if html is not None:
        what = "a bare DataFrame" if 'class="dataframe"' in html else "HTML that the library did not make"
        return f"shows {what}: {INSTEAD}"
    return f"shows {_short(data.get('text/plain', output.output_type))}: {INSTEAD}"


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else f"{one_line[:59]}…"
