"""Sotkanet's regions as areas of ours: 94 is Kajaani is `205`; matched on category and code, for codes repeat.

Kept are municipalities, regions, wellbeing counties and the country; the other categories (hospital districts,
sub-regions, Nordic countries, among them a second "Suomi") have no area code of ours.
"""

import collections
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..faults import InputError
from ..observations import AREA_COLUMNS
from ..plain_numbers import whole_number
from .titles import shown_title
from .web import ODD, OddAnswerError

_CATEGORIES = {
    "KUNTA": ("municipality", "{:0>3}"),
    "MAAKUNTA": ("region", "MK{:0>2}"),
    "HYVINVOINTIALUE": ("wellbeing_county", "HVA{:0>2}"),
    "MAA": ("country", "SSS"),
}


@dataclass(frozen=True)
class Region:
    """One region of Sotkanet's; `area` is our code for it, None for a category that we do not keep."""

    id: int
    area: str | None
    name: str
    category: str
    member_of: tuple[int, ...]


def read_regions(answer: Any) -> dict[int, Region]:
    """Read /regions: id -> Region; an id or a kept area that stands for two things is a fault."""
    if not isinstance(answer, list) or not answer:
        raise OddAnswerError("not a list of regions")
    regions: dict[int, Region] = {}
    areas: dict[str, Region] = {}
    for entry in answer:
        try:
            region = _region(entry)
        except ODD as error:
            raise OddAnswerError(f"not a list of regions ({type(error).__name__}: {error})") from None
        twin = regions.get(region.id) or areas.get(region.area or "")
        if twin and twin != region:
            raise InputError(
                [f"/regions: {region.name} (id {region.id}, {region.category}) and {twin.name} (id {twin.id}, "
                 f"{twin.category}) have the same id or code: their figures cannot be told apart"]
            )  # fmt: skip
        regions[region.id] = region
        if region.area:
            areas[region.area] = region
    return regions


def _region(entry: Mapping[str, Any]) -> Region:
    category, pattern = _CATEGORIES.get(str(entry["category"]).upper(), (str(entry["category"]), ""))
    members = tuple(whole_number(member) for member in entry.get("memberOf") or ())
    area = pattern.format(str(entry["code"])) or None
    return Region(whole_number(entry["id"]), area, shown_title(entry["title"]["fi"]), category, members)


def area_table(regions: Mapping[int, Region]) -> pd.DataFrame:
    """The areas of ours, and the region that each belongs to; a wellbeing county lies where most of its towns lie."""
    homes = {region.id: _home(region, regions, "region") for region in regions.values()}
    votes: dict[int, collections.Counter] = collections.defaultdict(collections.Counter)
    for region in regions.values():
        for county in region.member_of if region.category == "municipality" else ():
            votes[county][homes[region.id]] += 1
    rows = []
    for region in regions.values():
        if region.area is None:
            continue
        home = {
            "municipality": homes[region.id],
            "wellbeing_county": max(sorted(votes[region.id]), key=votes[region.id].__getitem__, default=""),
            "region": "SSS",
        }.get(region.category, "")
        rows.append((region.area, region.name, region.category, home))
    return pd.DataFrame.from_records(rows, columns=AREA_COLUMNS).astype("str")


def counties(regions: Mapping[int, Region]) -> dict[str, str]:
    """Municipality -> its wellbeing county, which the region alone does not tell (Uusimaa has several)."""
    found = {
        region.area: _home(region, regions, "wellbeing_county")
        for region in regions.values()
        if region.area and region.category == "municipality"
    }
    return {area: county for area, county in sorted(found.items()) if county}


def _home(region: Region, regions: Mapping[int, Region], category: str) -> str:
    """The area of a category that a region belongs to, empty where upstream names none."""
    homes = (regions[id_] for id_ in region.member_of if id_ in regions)
    return next((home.area for home in homes if home.area and home.category == category), "")
