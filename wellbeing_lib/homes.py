"""Where a municipality is at home: its own region and wellbeing county, and the names that the snapshot knows."""

from dataclasses import replace

import pandas as pd

from .observations import Snapshot
from .params import Params, Place
from .verdict import region_of

KINDS = {"municipality": "kunta: {}", "region": "maakunta: {}"}  # other names say themselves what they are


def at_home(params: Params, snapshot: Snapshot) -> Params:
    """Params as they hold for any municipality of a snapshot, not only for the one of municipality.yaml.

    Finnish inflects place names by local usage, never by a rule: a name that nobody has entered stands uninflected.
    """
    own = params.municipality
    columns = (snapshot.areas[name] for name in ("area", "name", "category"))
    places = {
        area: Place(fi=name, fi_in=KINDS.get(category, "{}").format(name), en=name, en_in=f"in {name}")
        for area, name, category in zip(*columns, strict=True)
    }
    changes = {"places": places | dict(own.places), "region": region_of(params.area, snapshot.areas) or own.region}
    return replace(params, municipality=own.model_copy(update=changes), snapshot=snapshot.name)


def areas_at_home(snapshot: Snapshot) -> pd.DataFrame:
    """The areas of a snapshot with one column more: the wellbeing county of each municipality, "" where unknown.

    A region can hold several counties, so the fetch writes down which; else the only county of the region is it.
    """
    areas, known = snapshot.areas, snapshot.package.get("gathered", {}).get("counties", {})
    there = areas[areas["category"] == "wellbeing_county"].drop_duplicates("member_of", keep=False)
    only = {} if known else dict(zip(there["member_of"], there["area"], strict=True))
    columns = (areas[name] for name in ("area", "category", "member_of"))
    return areas.assign(
        county=[
            known.get(area, only.get(home, "")) if category == "municipality" else ""
            for area, category, home in zip(*columns, strict=True)
        ]
    )
