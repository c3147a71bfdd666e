"""Where an indicator's figures come from and where they lie in the open data: citations and rows; no files."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .observations import Snapshot
from .params import Indicator, Place
from .verdict import Figure
from .wording import wording

HEADING_ROWS = 1


@dataclass(frozen=True)
class Source:
    """One series as its producer wants it cited, with licence and dates of publication."""

    citation: str
    licence: str
    vintages: tuple[str, ...]


def source_of(indicator: Indicator, snapshot: Snapshot, places: Mapping[str, Place]) -> Source | None:
    """The source of an indicator, None where the snapshot has no series of it.

    A citation is Finnish on every page; Sotkanet's has the form that THL asks for.
    """
    series = next((one for one in snapshot.package["series"] if one["indicator"] == indicator.code), None)
    if series is None:
        return None
    seen = wording("fi", places).date(datetime.date.fromisoformat(series["fetched"]))
    title, producer = indicator.title.fi, indicator.producer.fi
    if indicator.source == "sotkanet":
        citation = (
            "Tilasto- ja indikaattoripankki Sotkanet. Terveyden ja hyvinvoinnin laitos. "
            f"{title} ({producer}) (ind. {indicator.id}). Viitattu {seen}."
        )
    else:
        citation = f"{producer}: {title}. Viitattu {seen}."
    return Source(citation, series["licence"], tuple(series["vintages"]))


def rows_of(figures: Iterable[Figure]) -> dict[str, tuple[int, int]]:
    """indicator -> its first and last row in `indicators.csv`, the heading being row 1 as in any spreadsheet.

    >>> one, other = (Figure(key, "205", 2024, "newest", 1.0, "percent", 1) for key in ("a", "b"))
    >>> rows_of([one, one, other])
    {'a': (2, 3), 'b': (4, 4)}
    """
    rows: dict[str, tuple[int, int]] = {}
    for number, figure in enumerate(figures, start=HEADING_ROWS + 1):
        first, _ = rows.get(figure.indicator, (number, number))
        rows[figure.indicator] = (first, number)
    return rows
