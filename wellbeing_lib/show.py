"""Presents what a notebook has analysed as pieces of the page: tables, charts, texts, lists, cards.

    from wellbeing_lib import show
    show.table(frame, caption={"fi": "...", "en": "..."}, columns=["key", "latest", "level_class"])
    show.chart(sns.lineplot(frame), alt={...}, caption={...}, source="gini", data=frame)

Each call shows one piece, wherever it stands in a cell, in the language of the book that was loaded
last (or of `book`). What is missing stops the run with a sentence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from IPython.display import display

from . import pieces
from .book import Book, latest
from .pieces import Columns, Number, Texts
from .tracing import Unit

__all__ = ["card", "chart", "items", "number", "table", "text"]
_counted: Counter[str] = Counter()


def table(
    frame: pd.DataFrame,
    *,
    caption: Texts,
    columns: Columns | None = None,
    units: Mapping[str, Unit] | None = None,
    book: Book | None = None,
) -> None:
    """Show a frame as a table.

    `caption` is a text in each language. `columns` are those shown, in order (all without it), as a
    list, or as a mapping to their heads in each language (None for a column that the library
    knows); a column of the chapter's own needs a head. An index with a name is a column too. The
    first column names the rows. `units` gives columns of the chapter's own a unit, or unit and
    decimals: `{"gap": "percentage_points", "ratio": ("number", 2)}`; else they are written as the
    indicator of the row is. Codes of classes, statuses, areas and keys are written in words. A
    column `x_language` tells the language of the texts in `x`.

    Raises `InputError` where a text, a head or a column is missing, and where a column that the
    library knows holds another value than the library.
    """
    book = book or latest()
    display(pieces.table(frame, _named("table"), caption=caption, columns=columns, units=units or {}, book=book))


def chart(
    drawn: Any,
    *,
    alt: Texts | None = None,
    caption: Texts | None = None,
    source: str | Iterable[str] | Texts | None = None,
    data: pd.DataFrame | None = None,
    columns: Columns | None = None,
    units: Mapping[str, Unit] | None = None,
    labels: Mapping[str, Texts] | None = None,
    wide: bool = False,
    book: Book | None = None,
) -> None:
    """Show a drawing of seaborn or matplotlib, or a chart of `wellbeing_lib.charts`.

    `drawn` are axes, a figure or a grid; it is put into the house style (colours with a dark
    counterpart, type, numbers of the language) and closed. `alt` tells what the chart shows to
    those who do not see it, `caption` stands under it, `source` are the keys of its indicators or
    a text in each language, `data` the frame it is drawn of: that stands under a fold, with
    `columns` and `units` as in `table`. Keys, areas and columns that the library knows are written
    in words; `labels` gives other words of the drawing in each language, as the heads of `columns`
    do. A chart of the library brings alt, caption and data. `wide` gives it twice the width.

    Raises `InputError` where one of these is missing, for more colours than can be told apart, and
    as `table` does.
    """
    piece = pieces.chart(
        drawn, _named("chart"), alt=alt, caption=caption, source=source, data=data, columns=columns,
        units=units or {}, labels=labels or {}, wide=wide, book=book or latest(),
    )  # fmt: skip
    display(piece)


def text(texts: Texts, *, book: Book | None = None, **numbers: Number) -> None:
    """Show a paragraph, or several parted by empty lines, given in each language.

    A number is written in the place that has its name:
    `show.text({"fi": "Osuus on {own}.", "en": "The share is {own}."}, own=show.number(...))`.

    Raises `InputError` where a language is missing or a place has no number.
    """
    display(pieces.text(texts, _named("text"), numbers=numbers, book=book or latest()))


def number(
    value: Any,
    *,
    key: str | None = None,
    measure: str | None = None,
    area: str | None = None,
    year: int | None = None,
    unit: Unit | None = None,
) -> Number:
    """A number for a sentence of `text`.

    `key`, `area` and `year` tell what it is of, as columns of a table would. `measure` is the
    column of `book.results` or "value" of `book.observations` that it must equal; without it the
    number is the chapter's own. `unit` is a unit, or unit and decimals, for a number of its own.
    """
    return Number(value, {"key": key, "area": area, "year": year}, measure, unit)


def items(entries: Iterable[str | Texts], *, book: Book | None = None) -> None:
    """Show a list of texts: each in every language, or a text out of a table of the book.

    Raises `InputError` where a language is missing or the list is empty.
    """
    display(pieces.items(entries, _named("list"), book=book or latest()))


def card(key: str, *, book: Book | None = None) -> None:
    """Show one indicator as the page has it: chart, sentences, numbers and source.

    Raises `InputError` for a key that the catalogue does not have.
    """
    display(pieces.card(key, book=book or latest()))


def _named(kind: str) -> str:
    """The name of the next piece of a kind in this notebook: "table-1"."""
    _counted[kind] += 1
    return f"{kind}-{_counted[kind]}"
