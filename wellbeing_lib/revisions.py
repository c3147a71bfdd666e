"""What changed since last year's page, and why: published values that were revised, verdicts that turned.

Two snapshots at most are compared, and what is recorded of last year's approved page. The cause of a turned verdict is
told by exchanging one thing at a time: the years (new data), the values of the years that both have (revision), the
catalogue and limits (parameters); what none of these explains is left to the method, for old code cannot be run again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from . import at_hand, records
from .observations import KEY, Snapshot, differences, load_snapshot
from .params import Indicator, Params
from .verdict import Figure, Level, levels_of
from .verdict.types import LevelClass
from .wording.catalogue import msg

Cause = Literal["revision", "new_data", "together", "either", "age", "correction", "parameters", "method"]
CAUSES: Mapping[Cause, str] = {
    "revision": msg("revision: the source has changed figures already published"),
    "new_data": msg("new data: figures of years that were not known then"),
    "together": msg("revision and new data together; neither alone would have turned it"),
    "either": msg("revision and new data; either alone would have turned it"),
    "age": msg("age: there is no newer figure, and the newest is too old to be judged"),
    "correction": msg("other indicators' figures, through the correction for many tests"),
    "parameters": msg("parameters: catalogue or limits have been changed"),
    "method": msg("method: the computation has been changed"),
}


@dataclass(frozen=True)
class Revised:
    """A published value that the source has changed since; `after` is NaN where it has been withdrawn."""

    key: str
    before: Figure
    after: Figure
    change: Figure


@dataclass(frozen=True)
class Turned:
    """An indicator whose change of level is told otherwise than last year, and what turned it."""

    key: str
    before: LevelClass
    now: LevelClass
    causes: tuple[Cause, ...]

    @property
    def why(self) -> tuple[str, ...]:
        """The causes as texts to be said in the page's language."""
        return tuple(CAUSES[cause] for cause in self.causes)


@dataclass(frozen=True)
class Revisions:
    """What a page differs by from last year's. `recorded` tells whether last year's verdicts are its own words.

    Without a record they are computed from last year's figures by this year's method and parameters.
    """

    before: Snapshot
    values: tuple[Revised, ...]
    turned: tuple[Turned, ...]
    recorded: bool

    def figures(self, key: str) -> Iterator[Figure]:
        """Every number that the chapter can show of an indicator."""
        for one in self.values:
            yield from (figure for figure in (one.before, one.after, one.change) if one.key == key and figure)


def revisions_of(params: Params, snapshot: Snapshot) -> Revisions | None:
    """Compare a page's snapshot with the one that `at_hand.compared` chooses, None where there is none to compare with.

    Only the municipality's own figures (the region's where an indicator is known only there) are compared; those of
    similar towns have a part in its verdicts.
    """
    name = at_hand.compared(params.folder, snapshot.folder.parent, year=params.year)
    before = load_snapshot(snapshot.folder.parent / name) if name else None
    if before is None or params.area not in set(before.areas["area"]):
        return None
    record = records.read_record(params, before.name)
    values = _revised(params, _own(before.observations, params), _own(snapshot.observations, params))
    turned = _turned(params, _deciding(before.observations, params), _deciding(snapshot.observations, params), record)
    return Revisions(before, values, turned, record is not None)


def _own(observations: pd.DataFrame, params: Params) -> pd.DataFrame:
    """The municipality's observations of the catalogue's indicators."""
    areas = {one.code: _area(one, params) for one in params.indicators.values()}
    wanted = observations["indicator"].map(areas) == observations["area"]
    return observations[wanted & (observations["sex"] == "total")].reset_index(drop=True)


def _deciding(observations: pd.DataFrame, params: Params) -> pd.DataFrame:
    """The observations that decide the municipality's verdicts: its own and those of similar towns.

    Where these are not declared they are sought among all.
    """
    wanted = observations["sex"] == "total"
    if params.area == params.municipality.code:
        areas = {params.area, params.municipality.region, *params.municipality.peers}
        wanted &= observations["area"].isin(areas)
    return observations[wanted].reset_index(drop=True)


def _area(one: Indicator, params: Params) -> str:
    return params.municipality.region if one.level == "region" else params.area


def _revised(params: Params, before: pd.DataFrame, after: pd.DataFrame) -> tuple[Revised, ...]:
    """The values that differ in the years that the page may use, indicator by indicator, the newest year first."""
    catalogue = {one.code: one for one in params.indicators.values()}
    changed = differences(before, after)
    changed = changed[(changed["what"] != "appeared") & (changed["year"] <= params.year)]
    rows: list[Any] = changed.sort_values("year", ascending=False, kind="stable").to_dict("records")
    order = list(catalogue)
    return tuple(
        _revised_value(catalogue[row["indicator"]], row)
        for row in sorted(rows, key=lambda row: order.index(row["indicator"]))
    )


def _revised_value(one: Indicator, row: Mapping[str, Any]) -> Revised:
    def figure(measure: str, value: float) -> Figure:
        return Figure(one.key, row["area"], row["year"], measure, float(value), one.unit, one.decimals)

    unit = "percentage_points" if one.unit == "percent" else one.unit
    change = replace(figure("revised_by", row["change"]), unit=unit, signed=True)
    return Revised(one.key, figure("revised_from", row["before"]), figure("revised_to", row["after"]), change)


# verdicts that turned


def _turned(
    params: Params, before: pd.DataFrame, after: pd.DataFrame, record: Mapping[str, Any] | None
) -> tuple[Turned, ...]:
    """Judged indicators whose change of level is told otherwise than last year, in the order of the catalogue."""
    last = params.year - 1
    before = before[before["year"] <= last]
    known = after.merge(before[KEY], on=KEY)
    tables = ((before, last), (known, last), (_unrevised(before, after), params.year), (after, params.year))
    then, only_revised, only_new, now = (levels_of(params, table, year=year) for table, year in tables)
    fresh = _newer(params, before, after)
    said: Mapping[str, LevelClass] = record["levels"] if record else {}
    as_then = levels_of(records.params_then(params, record), before, year=last) if record else then
    turned = []
    for key, one in params.indicators.items():
        kinds = (then[key].kind, only_revised[key].kind, only_new[key].kind, now[key].kind)
        kind: LevelClass = said.get(key, kinds[0])
        if not one.judged or kind == kinds[-1]:
            continue
        by_data = _cause(kinds, key in fresh, now[key], same=_same(before, known, one.code))
        chances: tuple[tuple[Cause, bool], ...] = (
            ("method", key in said and kind != as_then[key].kind),
            ("parameters", as_then[key].kind != kinds[0]),
            (by_data, kinds[0] != kinds[-1]),
        )
        turned.append(Turned(key, kind, kinds[-1], tuple(cause for cause, did in chances if did)))
    return tuple(turned)


def _cause(kinds: tuple[LevelClass, ...], fresh: bool, now: Level, *, same: bool) -> Cause:
    """Which exchange turned it. `kinds`: as it was, only revised, only continued, as it is."""
    _, only_revised, only_new, is_now = kinds
    if same and not fresh:
        return "age" if now.reason == "old" else "correction"
    needs_revision, needs_new = only_new != is_now, only_revised != is_now
    if needs_revision == needs_new:
        return "together" if needs_new else "either"
    if needs_revision:
        return "correction" if same else "revision"
    return "new_data" if fresh else "age" if now.reason == "old" else "correction"


def _unrevised(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Today's table as it would be had nothing been revised: old values where there were some, new years added.

    They keep the new vintages: two vintages in one line would make a break, and so another cause, of our own.
    """
    columns = ["value", "count", "population"]
    both = after.merge(before[[*KEY, *columns]], on=KEY, how="left", suffixes=("", "_before"), indicator="side")
    held = both["side"] == "both"
    swapped = {name: np.where(held, both[f"{name}_before"], both[name]) for name in columns}
    gone = before.merge(after[KEY], on=KEY, how="left", indicator="side").query("side == 'left_only'")
    vintage = after.groupby("indicator")["vintage"].max()
    gone = gone.assign(vintage=gone["indicator"].map(vintage).fillna(gone["vintage"]))
    return pd.concat([both.assign(**swapped), gone], ignore_index=True)[list(after.columns)]


def _newer(params: Params, before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    """The indicators that have years which last year's page did not know."""
    after = after[after["year"] <= params.year]
    added = after.merge(before[KEY], on=KEY, how="left", indicator="side").query("side == 'left_only'")
    new = set(added["indicator"])
    return {key for key, one in params.indicators.items() if one.code in new}


def _same(before: pd.DataFrame, known: pd.DataFrame, code: str) -> bool:
    """Whether an indicator's values of the years that both have are the same, its counts too."""
    columns = [*KEY, "value", "count"]
    ours = [table.loc[table["indicator"] == code, columns].sort_values(KEY) for table in (before, known)]
    return bool(ours[0].reset_index(drop=True).equals(ours[1].reset_index(drop=True)))
