"""Joins what was fetched with what the newest snapshot holds: tables in, tables out; no network, no files."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..observations import AREA_COLUMNS, COLUMNS, KEY, Snapshot, only_in
from .parts import Part
from .regions import Region, area_table, counties


def missing_of(last: Snapshot | None, parts: Mapping[str, Part]) -> dict[str, str]:
    """What could not be had, by series: of the sources asked now, and as it was of the others.

    A series that upstream does not give keeps the figures that the newest snapshot has of it, and the sentence says so.
    """
    before = last.package.get("gathered", {}).get("missing", {}) if last else {}
    missing = {code: said for code, said in before.items() if code.partition(":")[0] not in parts}
    held = {record["indicator"]: record for record in last.package.get("series", [])} if last else {}
    for code, said in ((code, said) for part in parts.values() for code, said in part.missing.items()):
        kept = held.get(code)
        stays = kept is not None and not code.startswith("city:")  # what the forms no longer have is withdrawn
        missing[code] = f"{said}; figures fetched {kept['fetched']} are kept" if kept and stays else said
    return dict(sorted(missing.items()))


def withdrawn(last: Snapshot | None, parts: Mapping[str, Part]) -> list[str]:
    """The city's own series of the newest snapshot that its forms, read again, no longer have to publish."""
    if last is None or "city" not in parts:
        return []
    given = {record["indicator"] for record in parts["city"].series}
    held = [str(record["indicator"]) for record in last.package.get("series", [])]
    return [code for code in held if code.startswith("city:") and code not in given]


def carried(last: Snapshot | None, parts: Mapping[str, Part], catalogue: set[str]) -> list[dict[str, Any]]:
    """The records of the series that come from the newest snapshot, with their own dates.

    The city's own series are not kept once its forms are read again: what is no longer in a form is withdrawn.
    """
    fetched = {record["indicator"] for part in parts.values() for record in part.series}
    records = last.package.get("series", []) if last else []
    return [
        dict(record)
        for record in records
        if record["indicator"] in catalogue - fetched
        and not (record["indicator"].startswith("city:") and "city" in parts)
    ]


def table(last: Snapshot | None, parts: Mapping[str, Part], kept: set[str]) -> pd.DataFrame:
    """The observations of the new snapshot: fetched, carried over, and earlier years that upstream no longer holds."""
    tables = [part.table for part in parts.values() if part.rows]
    if last is not None:
        old = last.default
        tables.append(old[old["indicator"].isin(kept)])
        for code in (code for part in parts.values() for code in part.earlier):
            new = pd.concat(tables).query("indicator == @code")
            tables.append(old[(old["indicator"] == code) & ~old["year"].isin(new["year"])])
    return pd.concat([one for one in tables if len(one)], ignore_index=True)[COLUMNS]


def national(last: Snapshot | None, table: pd.DataFrame, catalogue: set[str]) -> pd.DataFrame | None:
    """The figures of every municipality that the newest snapshot holds; of the areas of the new table its own count."""
    if last is None or last.national.empty:
        return None
    held = last.national[last.national["indicator"].isin(catalogue)]
    return only_in(held, table).reset_index(drop=True)


def series(carried: Sequence[dict[str, Any]], parts: Mapping[str, Part], table: pd.DataFrame) -> list[dict[str, Any]]:
    """The records of all series by name, each with the vintages that its observations have."""
    vintages = table.groupby("indicator")["vintage"].unique()
    records = [*carried, *(record for part in parts.values() for record in part.series)]
    return [
        {**record, "vintages": sorted(map(str, vintages[record["indicator"]]))}
        for record in sorted(records, key=lambda record: record["indicator"])
        if record["indicator"] in vintages.index
    ]


def losses(last: Snapshot | None, table: pd.DataFrame, fetched: Sequence[str]) -> list[str]:
    """A sentence for each fetched series that has lost observations which the newest snapshot holds."""
    if last is None:
        return []
    old = last.default[last.default["indicator"].isin(list(fetched))]
    both = old[KEY].merge(table[KEY], on=KEY, how="left", indicator="side")
    gone = both[both["side"] == "left_only"].groupby("indicator").size()
    return [f"{code}: {number:,} observations of {last.name} are no longer given" for code, number in gone.items()]


def areas_known(last: Snapshot | None, regions: Mapping[int, Region]) -> pd.DataFrame:
    """The areas as Sotkanet has them today, else as the newest snapshot has them."""
    if regions:
        return area_table(regions)
    return last.areas if last is not None else pd.DataFrame(columns=AREA_COLUMNS, dtype="str")


def areas(
    last: Snapshot | None, regions: Mapping[int, Region], wanted: frozenset[str] | None, table: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """The areas of the new snapshot: those wanted, and those that a series carried over still needs."""
    known = areas_known(last, regions)
    if last is not None:
        known = pd.concat([known, last.areas[~last.areas["area"].isin(known["area"])]], ignore_index=True)
    needed = set(areas_known(last, regions)["area"])
    needed = (needed if wanted is None else needed & wanted) | set(table["area"])
    if last is not None:  # each of their regions keeps its name
        needed |= set(last.areas.loc[last.areas["area"].isin(needed), "member_of"])
    return known[known["area"].isin(needed)].reset_index(drop=True)


def counties_of(last: Snapshot | None, regions: Mapping[int, Region], areas: pd.DataFrame) -> dict[str, str]:
    """Municipality -> its wellbeing county, as Sotkanet has it today, else as the newest snapshot has it."""
    before = last.package.get("gathered", {}).get("counties", {}) if last else {}
    known = counties(regions) if regions else before
    return {area: county for area, county in known.items() if area in set(areas["area"])}
