"""What one source contributes to a snapshot, and what all sources need to know to gather it."""

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..observations import COLUMNS
from ..params import Indicator
from .runs import Run

Row = tuple[str, str, int, str, float, float | None, float | None, str]
CC_BY = {"licence": "CC BY 4.0", "licence_address": "https://creativecommons.org/licenses/by/4.0/"}
PRODUCERS_TERMS = {"licence": "the producer's own terms"}


@dataclass(frozen=True)
class Part:
    """What one source gave: rows in the order of `COLUMNS`, a record for each series, and what it did not give.

    `unchanged` names the series that stand in the last snapshot already, `earlier` those whose years that upstream no
    longer holds are to be kept from it, `missing` those that could not be had,
    with a sentence each; `notes` are sentences for a person.
    """

    rows: Sequence[Row] = ()
    series: Sequence[dict[str, Any]] = ()
    unchanged: Sequence[str] = ()
    earlier: Sequence[str] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The rows as a table of observations."""
        table = pd.DataFrame.from_records(list(self.rows), columns=COLUMNS)
        kinds = {"year": "int64", "value": "float64", "count": "float64", "population": "float64"}
        return table.astype({name: kinds.get(name, "str") for name in COLUMNS})


def together(parts: Sequence[Part]) -> Part:
    """Several parts of one source as one."""
    return Part(
        rows=[row for part in parts for row in part.rows],
        series=[record for part in parts for record in part.series],
        unchanged=[code for part in parts for code in part.unchanged],
        earlier=[code for part in parts for code in part.earlier],
        missing={code: said for part in parts for code, said in part.missing.items()},
        notes=[note for part in parts for note in part.notes],
    )


@dataclass(frozen=True)
class Errand:
    """What every source is told: which indicators, which areas, what is at hand already, and what day it is.

    `areas` holds the wanted area codes, None for all; `last` the series of the newest snapshot by their code.
    """

    indicators: Sequence[Indicator]
    areas: frozenset[str] | None
    last: Mapping[str, Mapping[str, Any]]
    run: Run
    today: datetime.date
    tell: Callable[[str], None]

    @property
    def asked(self) -> str:
        """A short mark of the areas asked for: a series carried over must have been asked for the same ones."""
        return mark(sorted(self.areas) if self.areas is not None else "all")

    def has(self, code: str, updated: str) -> bool:
        """Whether the newest snapshot holds this edition of a series.

        One fetched on the day of its update is not trusted: upstream may have updated it again after us.
        """
        series = self.last.get(code, {})
        same = series.get("data_updated") == updated and series.get("asked") == self.asked
        return bool(updated) and same and str(series.get("fetched", "")) > updated[:10]


def mark(content: Any) -> str:
    """A short mark that is the same for the same content.

    >>> mark(["205", "SSS"]) == mark(["205", "SSS"]) != mark(["205"])
    True
    """
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
