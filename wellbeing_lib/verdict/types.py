"""What is said of an indicator, as frozen values: every number and class that the page shows; nothing computes here.

A `Figure` is one number with all that is needed to write it. Sentence, table row, chart and alternative text take their
numbers from the figures of one `Verdict`, and `indicators.csv` lists them, so that none can disagree with another.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from ..params import Break, Indicator

ClassA = Literal[
    "improved",
    "got_worse",
    "changed_little",
    "unchanged",
    "risen",
    "fallen",
    "cannot_tell",
    "too_short",
    "cannot_assess",
]
ClassB = Literal["unusually_high", "unusually_low", "ordinary", "cannot_assess"]
ClassC = Literal[
    "improved",
    "got_worse",
    "risen",
    "fallen",
    "within_chance",
    "within_band",
    "same_value",
    "described",
    "cannot_assess",
]
ClassTarget = Literal["reached", "likely", "possible", "unlikely", "cannot_assess"]
Whole = Literal["country", "region", "county", "rest", "peers"]
ClassComparison = Literal["higher", "lower", "within_chance", "not_tested"]


@dataclass(frozen=True)
class Figure:
    """One number of the page. `value` is NaN where there is none; `unit` is the indicator's, or one of
    `percentage_points`, `people`, `probability` (0-1), `percent_chance`, `years`, `areas`; `signed` for differences.
    """

    indicator: str
    area: str
    year: int | None
    measure: str
    value: float
    unit: str
    decimals: int
    signed: bool = False

    def __bool__(self) -> bool:
        return not math.isnan(self.value)


@dataclass(frozen=True)
class Point:
    """One observed year: the figure, the cases and people behind it where the source gives them, and its `part`.

    The line of a chart is drawn within a part; a new part begins at a declared break or at another vintage.
    """

    figure: Figure
    count: Figure | None
    vintage: str
    part: int
    in_window: bool


@dataclass(frozen=True)
class Direction:
    """Question A: where has it gone in the window? `change` is the fitted change over it, with its interval."""

    kind: ClassA
    reason: str
    method: str
    first: int | None
    last: int | None
    n: int
    change: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    p: Figure | None = None
    q: Figure | None = None
    in_family: bool = False
    signs_only: bool = False
    others: tuple[tuple[str, ClassA], ...] = ()
    turns_on: tuple[int, ...] | None = None
    year_ago: ClassA | None = None


@dataclass(frozen=True)
class Newest:
    """Question B: is the newest value unusual for this series? `good` is None where no direction is desired."""

    kind: ClassB
    reason: str
    expected: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    good: bool | None = None


@dataclass(frozen=True)
class SinceBaseline:
    """Question C: the plan's stored baseline against the newest value. `method` is counts, band or described."""

    kind: ClassC
    reason: str
    method: str
    baseline: Figure
    now: Figure | None = None
    revised: Figure | None = None
    three_before: Figure | None = None
    change: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None


@dataclass(frozen=True)
class Outlook:
    """How likely the target value is by its year, the measures taken not considered."""

    kind: ClassTarget
    reason: str
    target: Figure
    required: Figure | None = None
    observed: Figure | None = None
    probability: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    source: Literal["own", "pooled", ""] = ""


@dataclass(frozen=True)
class Comparison:
    """The newest value beside that of a `whole`: country, region, wellbeing county, the rest of the region, or peers.

    The peers' value is their median. Where the whole has no value of the newest year (`same_year` is false), both sides
    are of the latest year that they share, and `own` is ours of that year. Only a tested one can be told from chance.
    """

    whole: Whole
    figure: Figure
    same_year: bool
    areas: int
    kind: ClassComparison = "not_tested"
    own: Figure | None = None
    difference: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None


@dataclass(frozen=True)
class Position:
    """The newest value among municipalities: `lower` and `higher` count the others compared; `missing` are named."""

    figures: tuple[Figure, ...]
    lower: int
    higher: int
    missing: tuple[str, ...]

    @property
    def same(self) -> int:
        """How many of the others have the very same published value."""
        return self.among - 1 - self.lower - self.higher

    @property
    def among(self) -> int:
        """The number of areas compared, this one included."""
        return len(self.figures)


@dataclass(frozen=True)
class Verdict:
    """All that the page says of one indicator in one area for one assessed year.

    `area` is the area that the figures are of: the region where the indicator is known only there. `newest` is None
    where nothing is known at or before the year. `judged` says that the scoreboard counts it.
    """

    indicator: Indicator
    area: str
    year: int
    points: tuple[Point, ...]
    newest: Figure | None
    count: Figure | None
    age: int | None
    previous: Figure | None
    change: Figure | None
    min_change: Figure | None
    min_change_people: Figure | None
    direction: Direction
    unusual: Newest
    since: SinceBaseline | None
    outlook: Outlook | None
    comparisons: tuple[Comparison, ...]
    position: Position | None
    by_sex: tuple[tuple[str, Figure], ...]
    lines: tuple[tuple[str, tuple[Figure, ...]], ...]
    judged: bool

    @property
    def stale(self) -> bool:
        """Whether the newest value is older than the catalogue allows for a judgement."""
        return self.age is not None and self.age > self.indicator.max_age

    @property
    def key(self) -> str:
        """The catalogue's key of the indicator."""
        return self.indicator.key

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The declared breaks that this area's series has."""
        return tuple(one for one in self.indicator.breaks if one.applies_to(self.area))

    @property
    def coloured(self) -> Literal["good", "bad"] | None:
        """The one place that decides on colour: a judged, tested, stated change that matters."""
        if not self.judged:
            return None
        return "good" if self.direction.kind == "improved" else "bad" if self.direction.kind == "got_worse" else None

    @property
    def classes(self) -> dict[str, str]:
        """The answer to each question that was asked, for the manifest: a later version is compared by them."""
        classes: dict[str, str] = {"direction": self.direction.kind, "newest": self.unusual.kind}
        classes |= {"since": self.since.kind} if self.since else {}
        return classes | ({"target": self.outlook.kind} if self.outlook else {})

    def comparison(self, whole: str) -> Comparison | None:
        """The comparison with one whole, None where it has no value."""
        return next((one for one in self.comparisons if one.whole == whole), None)

    @property
    def beside(self) -> tuple[Comparison, ...]:
        """The comparisons that sentences and plots tell: the region only where the rest of it is not known."""
        rest = self.comparison("rest") is not None
        return tuple(one for one in self.comparisons if not (rest and one.whole == "region"))

    def figures(self) -> Iterator[Figure]:
        """Every number of the verdict, each once."""
        seen: set[Figure] = set()
        for figure in _figures(self):
            if figure and figure not in seen:
                seen.add(figure)
                yield figure


def _figures(value: object) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _figures(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _figures(getattr(value, field.name))
