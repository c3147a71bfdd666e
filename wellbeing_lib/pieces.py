"""Makes what a notebook shows of its own: tables, charts, texts and lists, accessible and traceable.

`show` displays them. Each function gives a `Piece` for one book; nothing is displayed here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from .book import Book
from .charts import Chart
from .faults import InputError
from .params.reading import near
from .tables import FIGURES, SYMBOLS, page_piece, render
from .tracing import CHAPTER, Tracing, Unit
from .verdict import Figure
from .wording import Wording
from .wording.heads import HEADS

Texts = Mapping[str, str]
Columns = Sequence[str] | Mapping[str, Texts | None]
MANY_KEYS = 3  # above this a source line names the producers alone

# column -> the words for its codes
CODES: dict[str, Callable[[Wording, str], str]] = {
    "level_class": Wording.level_label,
    "relative_class": Wording.relative_label,
    "trend_class": Wording.trend_label,
    "since_class": Wording.since_label,
    "outlier": Wording.newest_label,
    "outlook": Wording.target_label,
    "status": Wording.status_label,
    "judgement": Wording.judgement_label,
    "decision": Wording.decision_label,
    "proposal": Wording.decision_label,
    "side": Wording.side_label,
    "desired": Wording.desired_label,
    "kind": Wording.kind_label,
    "influence": Wording.influence_label,
    "theme": Wording.theme_label,
    "group": Wording.group_label,
    "type": Wording.measure_type_label,
    "sex": Wording.sex_label,
    "area": Wording.place,
    "code": Wording.place,
    "unit": Wording.unit,
}


@dataclass(frozen=True)
class Piece:
    """A piece of the page with the numbers of its own, which travel with it to the open data."""

    markup: str
    text: str
    figures: tuple[Figure, ...] = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        data, metadata = page_piece(self.markup, self.text)
        return data, metadata | ({FIGURES: [list(vars(one).values()) for one in self.figures]} if self.figures else {})


@dataclass(frozen=True)
class Number:
    """A number in a sentence, with what it is of; see `show.number`."""

    value: Any
    row: Mapping[str, Any]
    measure: str | None
    unit: Unit | None


def translated(texts: Any, what: str, book: Book) -> str:
    """The text in the language of the book; raises `InputError` unless every language of the page has one."""
    languages = book.page.params.municipality.languages
    example = "{" + ", ".join(f'"{one}": "..."' for one in languages) + "}"
    if not isinstance(texts, Mapping):
        raise InputError([f"{what} is missing or in one language only: give {example}"])
    lacking = [one for one in languages if not str(texts.get(one, "")).strip()]
    if lacking:
        raise InputError([f'{what} has no words in "{one}": give {example}' for one in lacking])
    return str(texts[book.language])


def table(
    frame: pd.DataFrame, name: str, *, caption: Any, columns: Columns | None, units: Mapping[str, Unit], book: Book
) -> Piece:
    """A frame as a table of the page."""
    heading = translated(caption, f"{name}: the caption", book)
    tracing = Tracing(book, name, units)
    return Piece(_table(frame, heading, columns, tracing), f"{heading} ({len(frame)})", tuple(tracing.figures.values()))


def chart(
    drawn: Any, name: str, *, alt: Any, caption: Any, source: Any, data: pd.DataFrame | None, columns: Columns | None,
    units: Mapping[str, Unit], labels: Mapping[str, Texts], wide: bool, book: Book,
) -> Piece:  # fmt: skip
    """A drawing of the analyst's own, or of the library's, as a figure of the page with its numbers under a fold."""
    words, tracing = book.page.words, Tracing(book, name, units)
    origin = _source(source, name, book)
    if isinstance(drawn, Chart):
        svg, width, height, alternative, heading = drawn.svg, drawn.width, drawn.height, drawn.alt, drawn.caption
        inner = render("shown_table", words, caption=heading, heads=drawn.table[0], rows=drawn.table[1:]).markup
    else:
        alternative, heading = (
            translated(alt, f"{name}: the alternative text (alt)", book),
            translated(caption, f"{name}: the caption", book),
        )
        if data is None or data.empty:
            state = "is missing" if data is None else "has no row"
            raise InputError([f"{name}: data {state}: give the frame that the chart is drawn of, data=frame"])
        from .charts import drawn as drawing  # what draws is imported when something is drawn

        figure = drawing.drawing_of(drawn)
        heads = {**(columns if isinstance(columns, Mapping) else {}), **labels}
        own = {
            label: translated(texts, f'{name}: the label "{label}"', book) for label, texts in heads.items() if texts
        }
        inner = _table(data, heading, columns, tracing)
        svg, width, height = drawing.dressed(figure, words, names=_names(data, book) | own, wide=wide)
        _close(figure)
    markup = render(
        "shown_chart", words, id=f"own-{CHAPTER}-{name}", svg=svg, alt=alternative, width=width, height=height,
        caption=heading, source=origin, wide=wide, table=Markup(inner),  # noqa: S704 - made by our own template
    ).markup  # fmt: skip
    return Piece(markup, alternative, tuple(tracing.figures.values()))


def text(texts: Any, name: str, *, numbers: Mapping[str, Number], book: Book) -> Piece:
    """Paragraphs, parted by empty lines, with numbers in the places of their names."""
    plain = translated(texts, f"{name}: the text", book)
    tracing = Tracing(book, name)
    filled = {place: _number(one, place, tracing) for place, one in numbers.items()}
    parts = [_filled(part, filled, name) for part in plain.split("\n\n")]
    markup = Markup("\n").join(Markup("<p>{}</p>").format(part) for part in parts)
    return Piece(str(markup), plain, tuple(tracing.figures.values()))


def items(entries: Iterable[Any], name: str, *, book: Book) -> Piece:
    """A list; an entry is a text in every language, or a text of a table, which is in the language of the book."""
    plain = [one if isinstance(one, str) else translated(one, f"{name}: an item", book) for one in entries]
    if not plain:
        raise InputError([f"{name}: there is no item; say with show.text that there is none"])
    markup = Markup("").join(Markup("<li>{}</li>").format(one) for one in plain)
    return Piece(f"<ul>{markup}</ul>", "\n".join(plain))


def card(key: str, *, book: Book) -> Piece:
    """One indicator as the page has it: chart, sentences, evidence."""
    if key not in book.page.verdicts:
        raise InputError([f'show.card: "{key}": not in params/indicators.yaml{near(key, book.page.verdicts)}'])
    return Piece(book.page.card(key).markup, book.page.verdicts[key].indicator.name[book.language])


# tables


def _table(frame: pd.DataFrame, caption: str, columns: Columns | None, tracing: Tracing) -> str:
    """The HTML of a frame; its index is a column where it has a name."""
    words = tracing.book.page.words
    if any(frame.index.names):
        frame = frame.reset_index()
    chosen = list(columns) if columns is not None else [*frame.columns]
    lacking = [one for one in chosen if one not in frame.columns]
    if lacking:
        raise InputError(
            f'{tracing.piece}: column "{one}" is not in the table{near(str(one), map(str, frame))}' for one in lacking
        )
    if not chosen:
        raise InputError([f"{tracing.piece}: there is no column to show"])
    heads_given = columns if isinstance(columns, Mapping) else {}
    series = frame.attrs.get("key") if "key" not in frame.columns else None
    if frame.empty:
        return str(Markup("<p>{}</p>").format(words.text("{caption}: none.", caption=caption)))
    heads = [_head(one, heads_given.get(one), series, tracing) for one in chosen]
    rows = [
        [_cell(row, one, value, series, tracing) for one, value in zip(chosen, values, strict=True)]
        for row, values in zip(frame.to_dict("records"), _values(frame, chosen), strict=True)
    ]
    return render("shown_table", words, caption=caption, heads=heads, rows=rows).markup


def _values(frame: pd.DataFrame, chosen: Sequence[Any]) -> list[tuple]:
    """Row by row; whole numbers stay whole beside fractions."""
    return list(zip(*(frame[one].tolist() for one in chosen), strict=True))


def _series(column: Any, series: str | None, book: Book) -> tuple[str, str] | None:
    """The indicator and area whose values a column of `book.series` holds, None for any other column."""
    if isinstance(column, tuple) and len(column) == 2:
        key, area = map(str, column)
        return (key, area) if key in book.page.params.indicators and area in book.place_codes else None
    if series is not None and column in book.place_codes:
        return series, str(column)
    return (str(column), book.municipality) if column in book.page.params.indicators else None


def _head(column: Any, head: Texts | None, series: str | None, tracing: Tracing) -> str:
    book = tracing.book
    if head is not None:
        return translated(head, f'{tracing.piece}: the head of column "{column}"', book)
    if found := _series(column, series, book):
        key, area = found
        name, place = book.page.params.indicators[key].name[book.language], book.page.words.place(area)
        return f"{name}, {place}" if isinstance(column, tuple) else place if series is not None else name
    if column not in HEADS:
        example = f'columns={{"{column}": {{"fi": "...", "en": "..."}}}}'
        raise InputError([f'{tracing.piece}: column "{column}" has no head: give {example}'])
    return book.page.words.text(HEADS[column])


def _cell(row: Mapping[Any, Any], column: Any, value: Any, series: str | None, tracing: Tracing) -> Figure | str | None:
    """What stands in a cell: a figure, or words for a code, a truth or a text."""
    book, words = tracing.book, tracing.book.page.words
    if found := _series(column, series, book):
        year = row.get("year")
        return tracing.observed(*found, None if year is None else int(year), value)
    given = tracing.cell(row, str(column), value)
    if given is None or isinstance(given, Figure):
        return given
    if isinstance(given, bool):
        return words.text("yes") if given else words.text("no")
    if column == "key" and given in book.page.params.indicators:
        return book.page.params.indicators[given].name[book.language]
    if column in CODES and given:
        return _coded(str(given), CODES[column](words, str(given)))
    spoken = row.get(f"{column}_language")
    if spoken and spoken != book.language:
        return Markup('<span lang="{}">{}</span>').format(spoken, given)
    return str(given) or None


def _coded(code: str, label: str) -> str:
    if code not in SYMBOLS:
        return label
    return Markup('<span aria-hidden="true">{}</span>\N{NO-BREAK SPACE}{}').format(SYMBOLS[code], label)


# texts, sources, drawings


def _number(one: Number, place: str, tracing: Tracing) -> Markup:
    from .tables import written

    if one.unit is not None:
        tracing.units = {**tracing.units, place: one.unit}
    figure = tracing.cell(one.row, one.measure or place, one.value)
    if figure is None:
        raise InputError([f"{tracing.piece}: the number {place} is missing; say in words that there is none"])
    return written(figure if isinstance(figure, Figure) else str(figure), tracing.book.page.words)


def _filled(part: str, filled: Mapping[str, Markup], name: str) -> Markup:
    if not filled:
        return escape(part)
    try:
        return escape(part).format(**filled)
    except (KeyError, IndexError, ValueError) as error:
        raise InputError(
            [f"{name}: the text has a place {error} that no number fills; there is {', '.join(filled)}"]
        ) from None


def _source(source: Any, name: str, book: Book) -> str:
    """The source line: as given, or the producers of the indicators that are named."""
    if isinstance(source, Mapping):
        return translated(source, f"{name}: the source", book)
    keys = [source] if isinstance(source, str) else list(source or ())
    catalogue = book.page.params.indicators
    if not keys or any(key not in catalogue for key in keys):
        raise InputError(
            [f"{name}: the source is missing: give the keys of the indicators, or a text in each language"]
        )
    if len(keys) > MANY_KEYS:
        return "; ".join(dict.fromkeys(catalogue[key].producer[book.language] for key in keys))
    named = {key: (catalogue[key].producer[book.language], catalogue[key].title[book.language]) for key in keys}
    return "; ".join(f"{producer}: {title}" for producer, title in named.values())


def _names(frame: pd.DataFrame, book: Book) -> dict[str, str]:
    """Words for what a drawing of a frame may write: its own texts as they are, keys, areas, columns."""
    words = book.page.words
    texts = [one for column in frame for one in frame[column] if isinstance(one, str)]
    names = {one: one for one in [*texts, book.page.place]}
    names |= {key: words.text(head) for key, head in HEADS.items()}
    names |= {key: one.name[book.language] for key, one in book.page.params.indicators.items()}
    areas = {*map(str, frame.columns), *texts} & book.place_codes
    spoken = {area: words.place(area) for area in areas}
    return {word: word for word in [*names.values(), *spoken.values()]} | names | spoken


def _close(figure: Any) -> None:
    """Let matplotlib forget a figure, so that a notebook does not show it a second time."""
    from matplotlib import pyplot

    pyplot.close(figure)
