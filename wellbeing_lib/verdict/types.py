"""What is said of an indicator, as frozen values: every number and class that the page shows; nothing computes here.

A `Figure` is one number with all that is needed to write it. Sentence, table row, chart and alternative text take their
numbers from the figures of one `Verdict`, and `indicators.csv` lists them, so that none can disagree with another.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
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
LevelClass = Literal[
    "improved", "worsened", "higher", "lower", "changed_little", "signs", "unchanged",
    "no_clear_change", "not_enough_data", "described",
]  # fmt: skip
RelativeClass = Literal[
    "rose_more", "rose_less", "fell_more", "fell_less", "rose_peers_fell", "fell_peers_rose",
    "nearly_as_peers", "as_peers", "no_clear_difference", "not_enough_data", "described",
]  # fmt: skip
ClassB = Literal["unusually_high", "unusually_low", "ordinary", "cannot_assess"]
ClassC = Literal[
    "above", "below", "at_baseline", "no_clear_difference", "described", "cannot_assess"
]  # fmt: skip
ClassTarget = Literal["reached", "likely", "possible", "rather_unlikely", "unlikely", "cannot_assess"]
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
    """Is there a steady trend in the window? `change` is the fitted change over it, with its interval."""

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


@dataclass(frozen=True)
class Level:
    """One indicator's change of level, in its own unit; NaN where it was not tested.

    `early` and `late` are the means of the first and the last `of_years` of the `years` with a value
    in the window; `reason` says why nothing was tested ("" where something was).
    `q` is the p value corrected within its family, NaN outside; `in_family` says whether that is the
    family of judged indicators, whose changes alone are called better or worse. `year_variance` is
    the variance of one year's value (of one cycle's mean where cohorts alternate), on `df` degrees
    of freedom.
    """

    kind: LevelClass
    reason: str = ""
    first: int | None = None
    last: int | None = None
    n: int = 0
    of_years: int = 0
    years: tuple[int, ...] = ()
    early: float = math.nan
    late: float = math.nan
    change: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    q: float = math.nan
    df: float = math.nan
    year_variance: float = math.nan
    common_share: float = math.nan
    sensitive_years: tuple[int, ...] = ()
    year_ago: LevelClass | None = None
    in_family: bool = False


@dataclass(frozen=True)
class RelativeLevel:
    """One indicator's change of level less the mean change of the similar towns, in its own unit.

    `scale` is the declared one, "points" or "ratio"; where both give different classes, `kind` is
    "no_clear_difference" and `reason` is "scales_differ". `towns` are the similar towns used.
    """

    kind: RelativeClass
    reason: str = ""
    change: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    q: float = math.nan
    towns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    other_p: float = math.nan
    in_family: bool = False


@dataclass(frozen=True)
class Newest:
    """Question B: is the newest value unusual for this series? `good` is None where no direction is desired.

    Of the `towns` similar towns for which the same can be asked in the same year, the newest value was unusual in the
    same way in `same`; counted only where ours is unusual.
    """

    kind: ClassB
    reason: str
    expected: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    good: bool | None = None
    same: int = 0
    towns: int = 0


@dataclass(frozen=True)
class SinceBaseline:
    """The plan's stored baseline against the newest value. `method` is counts, variation or described."""

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
    level: Level
    relative: RelativeLevel
    trend: Direction
    unusual: Newest
    since: SinceBaseline | None
    outlook: Outlook | None
    comparisons: tuple[Comparison, ...]
    position: Position | None
    by_sex: tuple[tuple[str, Figure], ...]
    lines: tuple[tuple[str, tuple[Figure, ...]], ...]
    judged: bool
    colour: Literal["good", "bad", ""] = ""

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
        """The colour of the change of level, None where it has none."""
        return self.colour or None

    @property
    def classes(self) -> dict[str, str]:
        """The answer to each question that was asked, for the manifest: a later version is compared by them."""
        classes: dict[str, str] = {
            "level": self.level.kind,
            "relative": self.relative.kind,
            "newest": self.unusual.kind,
        }
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

    @cached_property
    def level_figures(self) -> Mapping[str, Figure]:
        """The numbers of `level` and `relative` that are known, by their measure in the open data."""
        level, relative = self.level, self.relative
        values = {
            "level_early_mean": level.early,
            "level_late_mean": level.late,
            "level_change": level.change,
            "level_low": level.low,
            "level_high": level.high,
            "level_p": level.p,
            "level_q": level.q,
            "level_common_share": level.common_share,
            "relative_change": relative.change,
            "relative_low": relative.low,
            "relative_high": relative.high,
            "relative_p": relative.p,
            "relative_q": relative.q,
            "relative_p_other_scale": relative.other_p,
        }
        return {name: self._level_figure(name, value) for name, value in values.items() if not math.isnan(value)}

    def _level_figure(self, measure: str, value: float) -> Figure:
        unit, decimals, signed = self.indicator.unit, self.indicator.decimals, False
        if measure.endswith(("_p", "_q", "_scale", "_share")):
            unit, decimals = "probability", 3
        elif not measure.endswith("_mean"):
            unit, signed = "percentage_points" if unit == "percent" else unit, True
        return Figure(self.key, self.area, self.level.last, measure, value, unit, decimals, signed)

    def figures(self) -> Iterator[Figure]:
        """Every number of the verdict, each once."""
        seen: set[Figure] = set()
        for figure in (*_figures(self), *self.level_figures.values()):
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
