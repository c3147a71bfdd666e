"""Which of an indicator's years can be compared with one another, laid out as arrays; nothing is tested here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import stats
from ..params import Indicator
from .types import Figure

Floats = NDArray[np.float64]
_MEASURED = ("value", "count", "people_low", "people_high")


@dataclass(frozen=True)
class Panel:
    """All observations as rows of arrays over the same `years`: one row for each indicator, area and sex."""

    years: NDArray[np.int64]
    rows: Mapping[tuple[str, str, str], int]
    value: Floats
    count: Floats
    vintage: NDArray[np.object_]

    @classmethod
    def of(cls, observations: pd.DataFrame) -> "Panel":
        """Lay out a tidy table; an observation that is absent is NaN."""
        keys = observations[["indicator", "area", "sex"]]
        codes = keys.groupby(list(keys), sort=False, observed=True).ngroup().to_numpy()
        unique = list(keys[~pd.Series(codes).duplicated().to_numpy()].itertuples(index=False, name=None))
        first = int(observations["year"].min()) if len(observations) else 0
        last = int(observations["year"].max()) if len(observations) else -1
        years = np.arange(first, last + 1)
        at = (codes, observations["year"].to_numpy() - first)
        value, count = (np.full((len(unique), len(years)), np.nan) for _ in range(2))
        vintage = np.full(value.shape, "", dtype=object)
        value[at], count[at], vintage[at] = observations["value"], observations["count"], observations["vintage"]
        return cls(years, {key: row for row, key in enumerate(unique)}, value, count, vintage)

    def values(self, code: str, area: str, sex: str = "total") -> Floats:
        """The values of one series over `years`, all NaN where there is none."""
        row = self.rows.get((code, area, sex))
        return np.full(len(self.years), np.nan) if row is None else self.value[row]

    def counts(self, code: str, area: str, sex: str = "total") -> Floats:
        """The cases of one series over `years`."""
        row = self.rows.get((code, area, sex))
        return np.full(len(self.years), np.nan) if row is None else self.count[row]

    def vintages(self, code: str, area: str, sex: str = "total") -> NDArray[np.object_]:
        """When each value of one series was published, "" where there is none."""
        row = self.rows.get((code, area, sex))
        return np.full(len(self.years), "", dtype=object) if row is None else self.vintage[row]

    def until(self, year: int) -> "Panel":
        """The same panel, cut after `year`."""
        keep = self.years <= year
        return Panel(self.years[keep], self.rows, self.value[:, keep], self.count[:, keep], self.vintage[:, keep])


@dataclass(frozen=True)
class Series:
    """One indicator in one area over the panel's `years`.

    `part` numbers the stretches between breaks (-1 where nothing was observed); `window` marks the years that question
    A may use, `current` those of the newest part, of which B, C and the target may use all. `people_low` and
    `people_high` are what rounding leaves open of the people behind a share with its cases.
    """

    indicator: Indicator
    area: str
    years: NDArray[np.int64]
    value: Floats
    count: Floats
    people_low: Floats
    people_high: Floats
    vintage: NDArray[np.object_]
    part: NDArray[np.int64]
    window: NDArray[np.bool_]

    @property
    def present(self) -> NDArray[np.bool_]:
        """The years that have a value."""
        return ~np.isnan(self.value)

    @property
    def newest(self) -> int | None:
        """The position of the newest value, None where there is none."""
        at = np.flatnonzero(self.present)
        return int(at[-1]) if at.size else None

    @property
    def current(self) -> NDArray[np.bool_]:
        """The years of the newest part: those that continue to the newest value without a break."""
        return self.present & (self.part == self.part.max(initial=0))

    def figure(self, measure: str, at: int, value: float | None = None, *, area: str | None = None) -> Figure:
        """The number of the year at position `at` (its own value without another) in the indicator's unit."""
        shown, of = self.value[at] if value is None else value, self.indicator
        return Figure(of.key, area or self.area, int(self.years[at]), measure, float(shown), of.unit, of.decimals)

    def difference(self, measure: str, at: int, value: float) -> Figure:
        """A signed difference of two values, which for shares is in percentage points."""
        figure = self.figure(measure, at, value)
        unit = "percentage_points" if figure.unit == "percent" else figure.unit
        return replace(figure, unit=unit, signed=True)

    def cases(self, measure: str, at: int) -> Figure | None:
        """The number of cases behind a year's value, None where the source gives none."""
        figure = replace(self.figure(measure, at, self.count[at]), unit="people", decimals=0)
        return figure if figure else None

    @property
    def people(self) -> Floats:
        """The people behind each share, the middle of what rounding leaves open."""
        return (self.people_low + self.people_high) / 2

    def within(self, mask: NDArray[np.bool_], values: Floats | None = None) -> Floats:
        """Values (its own by default) where `mask` holds, NaN elsewhere."""
        return np.where(mask, self.value if values is None else values, np.nan)

    def one_cohort(self) -> NDArray[np.bool_]:
        """The current years that are whole cycles before the newest: the same cohort invited again."""
        if self.newest is None:
            return self.current
        return self.current & ((self.years - self.years[self.newest]) % self.indicator.cycle == 0)

    def cycle_ending(self, at: int) -> tuple[float, float, float, float]:
        """Value, cases and people (low, high) of the whole cycle that ends at position `at`.

        With alternating cohorts a single year compares different people; pooling a cycle's years compares all with
        all. NaN where a year of the cycle is missing.
        """
        value, cases, low, high = self._cycles()[:, at].tolist()
        return value, cases, low, high

    def _cycles(self) -> Floats:
        """Value, cases and people (low, high) of the cycle that ends in each year (4, years)."""
        cycle = self.indicator.cycle
        measured = (self.value, self.count, self.people_low, self.people_high)
        if cycle == 1:
            return np.array(measured)
        table = np.full((4, len(self.years)), np.nan)
        if len(self.years) >= cycle:
            windows = np.lib.stride_tricks.sliding_window_view
            table[:, cycle - 1 :] = [windows(part, cycle).sum(axis=-1) for part in measured]
            table[0] /= cycle
        return table

    def moving_cycles(self, mask: NDArray[np.bool_] | None = None) -> Floats:
        """The mean of the whole cycle that ends in each year of `mask`, by default of the newest part.

        The values themselves where there is no cycle.
        """
        return replace(self, value=self.within(self.current if mask is None else mask))._cycles()[0]

    def whole_cycles(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Values, cases and people (low, high) of the window by whole cycles, each at the cycle's last year."""
        table = np.full((4, len(self.years)), np.nan)
        inside = replace(self, **{name: self.within(self.window, getattr(self, name)) for name in _MEASURED})
        last = -1 if self.newest is None else self.newest
        ends = np.arange(last, -1, -self.indicator.cycle)
        table[:, ends] = inside._cycles()[:, ends]
        return table[0], table[1], table[2], table[3]


def series_of(indicator: Indicator, panel: Panel, area: str, sex: str = "total") -> Series:
    """Lay out one indicator in one area, its breaks, vintages and window as the catalogue declares them."""
    value, count = panel.values(indicator.code, area, sex), panel.counts(indicator.code, area, sex)
    vintage = panel.vintages(indicator.code, area, sex)
    breaks = [one.year for one in indicator.breaks if one.applies_to(area)]
    part = _parts(panel.years, value, () if indicator.joined_vintages else vintage, breaks)
    newest = panel.years[~np.isnan(value)].max(initial=0)
    window = ~np.isnan(value) & (part == part.max(initial=0)) & (panel.years > newest - indicator.window)
    low, high = _people(indicator, value, count)
    return Series(indicator, area, panel.years, value, count, low, high, vintage, part, window)


def _parts(years: NDArray, value: Floats, vintage: Sequence[str] | NDArray, breaks: Sequence[int]) -> NDArray[np.int64]:
    """Number the stretches between breaks and between vintages; without `vintage` those are joined."""
    part = np.zeros(len(years), dtype=np.int64)
    for year in breaks:
        part += years >= year
    present = np.flatnonzero(~np.isnan(value))
    if len(vintage):
        for later, earlier in zip(present[1:], present[:-1], strict=True):
            part[later:] += vintage[later] != vintage[earlier]
    part[np.isnan(value)] = -1
    return part


def _people(indicator: Indicator, value: Floats, count: Floats) -> tuple[Floats, Floats]:
    """The fewest and the most people that a rounded share and its cases allow, NaN where they leave 2 % open."""
    if indicator.unit != "percent" or not indicator.counts:
        return np.full_like(value, np.nan), np.full_like(value, np.nan)
    people = stats.counts_from_share(value, count, decimals=indicator.decimals)
    tight = people.reason == ""
    low, high = (np.where(tight, np.maximum(end, count), np.nan) for end in (people.low, people.high))
    return low, high


def stacked(parts: Sequence[Floats]) -> Floats:
    """Rows of equal length as one table, so that one call serves all series."""
    return np.vstack(parts) if parts else np.empty((0, 0))
