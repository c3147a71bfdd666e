"""The whole country from the harvested observations: a national snapshot for trials; nothing of it goes into data/."""

import gzip
import json
from pathlib import Path

import pandas as pd

from wellbeing_lib.observations import COLUMNS, write_snapshot
from wellbeing_lib.sources.regions import area_table, read_regions

NAME = "national-2026-05-31"


def harvested(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations and areas as a snapshot has them: of each indicator the vintage that reaches furthest."""
    regions = read_regions(json.loads((folder / "sotkanet" / "regions-2016.json").read_text(encoding="utf-8")))
    areas = area_table(regions)
    with gzip.open(folder / "sotkanet" / "observations.csv.gz", "rt", encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype={"vintage": "str", "gender": "str"})
    reach = pd.DataFrame(rows.groupby(["indicator", "vintage"])["year"].max()).reset_index()
    chosen = reach.sort_values(["indicator", "year", "vintage"]).drop_duplicates("indicator", keep="last")
    rows = rows.merge(chosen[["indicator", "vintage"]], on=["indicator", "vintage"])
    rows["area"] = rows["region"].map({region.id: region.area for region in regions.values()})
    rows = rows.rename(columns={"gender": "sex", "abs_value": "count"}).dropna(subset=["area", "value"])
    rows["indicator"] = "sotkanet:" + rows["indicator"].astype("str")
    rows["population"] = float("nan")
    rows = rows.astype({"value": "float64", "count": "float64", "year": "int64", "area": "str"})
    return rows[COLUMNS].reset_index(drop=True), areas[
        areas["area"].isin([*rows["area"], "SSS"]) | ~areas["area"].str.isdigit()
    ]


def write_national(root: Path, folder: Path) -> str:
    """Write the national snapshot into the copy of the project at `root` and return its name."""
    observations, areas = harvested(folder)
    series = [
        {
            "indicator": code, "source": "Sotkanet (THL)", "title": code, "producer": "THL", "licence": "CC BY 4.0",
            "licence_address": "https://creativecommons.org/licenses/by/4.0/", "address": "https://sotkanet.fi",
            "fetched": "2026-05-31", "vintages": sorted(set(rows["vintage"])),
        }
        for code, rows in observations.groupby("indicator")
    ]  # fmt: skip
    write_snapshot(
        root / "data" / "snapshots" / NAME, observations, areas, created="2026-05-31", series=series,
        description="Every municipality, from harvested observations, for trials.",
    )  # fmt: skip
    return NAME
