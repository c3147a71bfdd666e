"""The one tidy table of observations: its contract, its snapshots on disk, and cuts of it; no network, no statistics.

A snapshot is one fetch, never edited: `observations.csv` (or `.parquet` for the whole country), `national.csv.gz` where
it also holds figures of every municipality, `areas.csv`, and a Frictionless `datapackage.json` that names the source,
producer, licence and hash of what lies beside it.
"""

import datetime
import gzip
import hashlib
import io
import itertools
import json
import os
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .at_hand import snapshot_names
from .faults import InputError
from .params.texts import inert

KEY = ["indicator", "area", "year", "sex"]
COLUMNS = [*KEY, "value", "count", "population", "vintage"]
AREA_COLUMNS = ["area", "name", "category", "member_of"]
SERIES_TEXTS = ("indicator", "source", "title", "producer", "licence", "address", "fetched")
SEXES = ("total", "female", "male")
_TYPES = {"indicator": "str", "area": "str", "year": "int64", "sex": "str", "value": "float64"}
_TYPES |= {"count": "float64", "population": "float64", "vintage": "str"}
NATIONAL = "national.csv.gz"
_TABLES = ("observations", "default", "national")


@dataclass(frozen=True)
class Snapshot:
    """One fetch of figures: the observations, the areas they are of, and where they come from.

    `observations` has the columns of `COLUMNS`, `areas` those of `AREA_COLUMNS`; `package` is `datapackage.json`.
    """

    name: str
    folder: Path
    package: Mapping[str, Any]

    @cached_property
    def observations(self) -> pd.DataFrame:
        """The one tidy table: `default` and what only `national` holds; of a figure in both, the row of `default`."""
        if self.national.empty:
            return self.default
        return pd.concat([self.default, only_in(self.national, self.default)], ignore_index=True)

    @cached_property
    def default(self) -> pd.DataFrame:
        """The figures of the default areas: `observations.csv`."""
        return _verified_table(self.folder, self.package, "observations", _TYPES)

    @cached_property
    def national(self) -> pd.DataFrame:
        """The figures of every municipality in `national.csv.gz`; without rows where the snapshot has no such file."""
        if not any(one["name"] == "national" for one in self.package["resources"]):
            return self.default.iloc[:0]
        return _verified_table(self.folder, self.package, "national", _TYPES)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """The areas that the figures are of."""
        return _verified_table(self.folder, self.package, "areas", dict.fromkeys(AREA_COLUMNS, "str"))

    def __getstate__(self) -> dict[str, Any]:
        """Send all but the large tables to another process; there they are read and verified if they are asked for."""
        return {name: value for name, value in vars(self).items() if name not in _TABLES}

    @property
    def date(self) -> datetime.date:
        """The day on which the figures were gathered."""
        return datetime.date.fromisoformat(self.package["created"][:10])


def check_observations(observations: pd.DataFrame, *, shown: str) -> None:
    """Hold a table against the contract; every breach is a sentence with the observation it is in.

    The contract: the columns of `COLUMNS`, finite values, counts and populations at least 0, one observation for
    each indicator, area, year and sex of a vintage, years and codes that look like such.
    """
    import pandera.pandas as pandera  # costs over a second, and only writers and the builder need it

    column, check = pandera.Column, pandera.Check
    schema = pandera.DataFrameSchema(
        {
            "indicator": column(str, check.str_matches(r"^(sotkanet:[0-9]+|(statfin|city):[a-z0-9_]+)\Z")),
            "area": column(str, check.str_matches(r"^([0-9]{3}|MK[0-9]{2}|HVA[0-9]{2}|SSS)\Z")),
            "year": column(int, check.in_range(1950, 2100)),
            "sex": column(str, check.isin(SEXES)),
            "value": column(float, check(lambda value: value.abs() < 1e12, error="is a finite number")),
            "count": column(float, check.ge(0), nullable=True),
            "population": column(float, check.gt(0), nullable=True),
            "vintage": column(str, check.str_matches(r"^[0-9]{4}(-[0-9]{2}){0,2}\Z")),
        },
        strict=True,
        ordered=True,
    )
    table = observations.reset_index(drop=True)
    try:
        schema.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise InputError(_breaches(error.failure_cases, table, shown)) from None
    twice = table[table.duplicated(KEY, keep=False)]
    if len(twice):
        raise InputError(
            f"{shown}: {_named(row)} stands {len(rows)} times; an observation may stand once"
            for (_, rows) in list(twice.groupby(KEY))[:20]
            for row in [rows.iloc[0]]
        )


def check_shares(observations: pd.DataFrame, units: Mapping[str, str], *, shown: str) -> None:
    """Stop at a percentage outside 0-100; `units` are the catalogue's, which a snapshot does not know."""
    percent = [code for code, unit in units.items() if unit == "percent"]
    outside = observations[~observations["value"].between(0, 100) & observations["indicator"].isin(percent)]
    if len(outside):
        raise InputError(
            f"{shown}: value = {row['value']:g} ({_named(row)}): must be from 0 to 100, for it is a percentage"
            for _, row in outside.head(20).iterrows()
        )


def only_in(table: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table of observations whose figure (see `KEY`) does not stand in the other one."""
    return table[~pd.MultiIndex.from_frame(table[KEY]).isin(pd.MultiIndex.from_frame(other[KEY]))]


def check_national(national: pd.DataFrame, default: pd.DataFrame, *, shown: str) -> None:
    """Stop where a figure that stands in both tables of a snapshot differs; a count that one lacks is no difference.

    Raises `InputError` with a sentence for each figure, the first twenty of them.
    """
    both = default.merge(national, on=KEY, suffixes=("", "_national"))
    names = ("value", "count", "population")
    faults = []
    for row in both.to_dict("records"):
        pairs = [(name, row[name], row[f"{name}_national"]) for name in names]
        faults += [
            f"{shown}/{NATIONAL}: {name} = {theirs:.10g} ({row['indicator']}, area {row['area']}, {row['year']}, "
            f"{row['sex']}): observations.csv has {ours:.10g}; a figure in both must be the same"
            for name, ours, theirs in pairs
            if not (np.isclose(ours, theirs, rtol=1e-9, atol=1e-12) or (name != "value" and np.isnan(ours + theirs)))
        ]
    if faults:
        raise InputError(faults[:20])


def _breaches(cases: pd.DataFrame, table: pd.DataFrame, shown: str) -> list[str]:
    """One sentence a breach, the first twenty of them."""
    sentences = []
    for case in cases.head(20).to_dict("records"):
        where = f" ({_named(table.iloc[int(case['index'])])})" if pd.notna(case["index"]) else ""
        sentences.append(f"{shown}: {case['column']} = {case['failure_case']}{where}: must hold {case['check']}")
    return sentences


def _named(row: pd.Series) -> str:
    return f"{row['indicator']}, area {row['area']}, {row['year']}, {row['sex']}"


def _sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def load_snapshot(folder: Path) -> Snapshot:
    """Read a snapshot and refuse one whose files are not those that its datapackage vouches for."""
    shown = f"{folder.parent.name}/{folder.name}"
    if not folder.is_dir():
        there = snapshot_names(folder.parent)
        raise InputError(
            [f'snapshot = "{folder.name}": not in {folder.parent.name}/; there is {", ".join(there) or "none"}']
        )
    try:
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        _check_package(package)
        snapshot = Snapshot(folder.name, folder, package)
        _ = snapshot.observations, snapshot.date  # refused here and now, if they have to be
        _check_areas(snapshot.areas, f"{shown}/areas.csv")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError([f"{shown}: not a whole snapshot: {type(error).__name__} at {str(error)[:200]}"]) from None
    return snapshot


def _check_package(package: Mapping[str, Any]) -> None:
    """Raise ValueError or the like unless a datapackage tells of every series what a page tells of it."""
    for one in package["series"]:
        datetime.date.fromisoformat(one["fetched"])
        for text in (*(one[name] for name in SERIES_TEXTS), *one["vintages"]):
            if inert(text) != text:
                raise ValueError(f"series {one['indicator']}: {text}")


def _check_areas(areas: pd.DataFrame, shown: str) -> None:
    """Stop at an area that stands twice, or one whose code or name is none."""
    twice = areas["area"][areas["area"].duplicated()]
    odd = areas["area"][~areas["area"].str.fullmatch(r"[0-9]{3}|MK[0-9]{2}|HVA[0-9]{2}|SSS")]
    faults = [f'{shown}: area "{area}" stands twice' for area in twice[:20]]
    faults += [f'{shown}: area = "{area}": must be a code such as 205, MK18, HVA20 or SSS' for area in odd[:20]]
    for name in areas["name"]:
        if inert(name) != name:
            raise ValueError(f"area {name}")
    if faults:
        raise InputError(faults)


def _verified_table(folder: Path, package: Mapping[str, Any], name: str, types: Mapping[str, str]) -> pd.DataFrame:
    """One table of a snapshot, refused unless it is the very one that the datapackage vouches for."""
    shown = f"{folder.parent.name}/{folder.name}"
    resource = {one["name"]: one for one in package["resources"]}[name]
    path = resource["path"]
    file = folder / Path(path).name
    if not file.is_file():
        raise InputError([f"{shown}/{path}: is missing; never take a file out of a snapshot: restore it"])
    content = file.read_bytes()
    if _sha256(content) != resource.get("hash"):
        raise InputError(
            [
                f"{shown}/{path}: hash = {_sha256(content)[:19]}…: datapackage.json says "
                f"{str(resource.get('hash'))[:19]}…; never edit a snapshot: restore it or make a new one"
            ]
        )
    return _read_table(content, path, types, shown)


def _read_table(content: bytes, path: str, types: Mapping[str, str], shown: str) -> pd.DataFrame:
    """Read the bytes that were verified, not the file again: it may have changed in between.

    Only a number can be missing; an empty text stays an empty text.
    """
    try:
        if path.endswith(".gz"):
            content = gzip.decompress(content)
        if path.endswith(".parquet"):
            table = pd.read_parquet(io.BytesIO(content)).astype(dict(types))
        else:
            empty = {name: [""] for name, kind in types.items() if kind != "str"}
            with np.errstate(invalid="raise"):  # a year that is no number
                table = pd.read_csv(io.BytesIO(content), dtype=dict(types), keep_default_na=False, na_values=empty)
    except (ValueError, LookupError, ArithmeticError, MemoryError, EOFError, OSError, zlib.error) as error:
        raise InputError([f"{shown}/{path}: not readable: {str(error)[:200]}"]) from None
    if list(table.columns) != list(types):
        raise InputError([f"{shown}/{path}: columns {', '.join(table.columns)}: must be {', '.join(types)}"])
    return table


def write_snapshot(
    folder: Path,
    observations: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    national: pd.DataFrame | None = None,
    created: str,
    series: list[dict],
    description: str,
    gathered: Mapping[str, Any] | None = None,
) -> Path:
    """Write a snapshot whole or not at all: to a temporary folder first, then renamed.

    `series` holds, for each indicator, its source, title, producer, licence, address, date fetched and vintage;
    `gathered` what the fetch says of itself, such as what it could not get. `national` holds figures of every
    municipality; one that stands in `observations` too must be the same there.
    A national snapshot (`national-…`) is Parquet; any other is CSV, so that a person can read its difference.
    """
    check_observations(observations, shown=f"snapshot {folder.name}")
    observations = _in_order(observations)
    areas = areas.sort_values("area", kind="stable")[AREA_COLUMNS].reset_index(drop=True)
    ending = "parquet" if folder.name.startswith("national-") else "csv"
    contents = {f"observations.{ending}": _table_bytes(observations, ending), "areas.csv": _table_bytes(areas, "csv")}
    if national is not None and len(national):
        check_observations(national, shown=f"snapshot {folder.name}, {NATIONAL}")
        check_national(national, observations, shown=f"snapshot {folder.name}")
        contents[NATIONAL] = _compressed(_table_bytes(_in_order(national), "csv"))
    package = _package(folder.name, contents, created=created, series=series, description=description)
    package |= {"gathered": dict(gathered)} if gathered else {}
    if folder.exists():
        raise InputError([f"{folder.parent.name}/{folder.name}: exists already; a snapshot is never overwritten"])
    temporary = folder.parent / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name, content in contents.items():
        (temporary / name).write_bytes(content)
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (temporary / "datapackage.json").write_text(text, encoding="utf-8")
    temporary.rename(folder)
    return folder


def _in_order(observations: pd.DataFrame) -> pd.DataFrame:
    return observations.sort_values(KEY, kind="stable")[COLUMNS].reset_index(drop=True)


def _compressed(content: bytes) -> bytes:
    """The same content gives the same bytes: gzip without a name and without the time."""
    made = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=made, mtime=0) as file:
        file.write(content)
    return made.getvalue()


def _table_bytes(table: pd.DataFrame, ending: str) -> bytes:
    if ending == "parquet":
        return table.to_parquet(index=False, compression="zstd")
    return table.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode()


def _package(name: str, contents: Mapping[str, bytes], *, created: str, series: list[dict], description: str) -> dict:
    """A Frictionless data package that says what is where, from whom, and under which terms."""
    number = {"count": "number", "population": "number", "value": "number", "year": "integer"}
    schemas = {
        "observations": {
            "fields": [{"name": column, "type": number.get(column, "string")} for column in COLUMNS],
            "primaryKey": KEY,
            "missingValues": [""],
        },
        "areas": {"fields": [{"name": column, "type": "string"} for column in AREA_COLUMNS], "primaryKey": ["area"]},
    }
    schemas["national"] = schemas["observations"]
    licences = {(one["licence"], one["licence_address"]) for one in series if one.get("licence_address")}
    return {
        "name": f"wellbeing-{name}",
        "title": "Indicators of wellbeing",
        "description": description,
        "created": f"{created}T00:00:00Z",
        "licenses": [{"name": title, "title": title, "path": path} for title, path in sorted(licences)],
        "sources": [{"title": title} for title in sorted({one["producer"] for one in series})],
        "resources": [
            {
                "name": path.partition(".")[0],
                "path": path,
                "format": path.removesuffix(".gz").rpartition(".")[2],
                **({"compression": "gz"} if path.endswith(".gz") else {}),
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": _sha256(content),
                "schema": schemas[path.partition(".")[0]],
            }
            for path, content in contents.items()
        ],
        "series": series,
    }


def known_by(observations: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """The observations that the assessment of `year` may use: those of that year or earlier."""
    return observations[observations["year"] <= year].reset_index(drop=True)


def next_name(folder: Path, day: str, *, national: bool) -> str:
    """The name of a new snapshot of a day: the day itself, or `-2`, `-3`... where the day has some already."""
    first = f"national-{day}" if national else day
    names = itertools.chain([first], (f"{first}-{number}" for number in itertools.count(2)))
    return next(name for name in names if not (folder / name).exists())


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What changed between two tables of observations, one row for each published value that did.

    The columns: `KEY`, `what` (changed, appeared, disappeared), `before` and `after` (NaN where there was none),
    `change`, and the two vintages. Only what is published counts: the same value of a newer vintage is no change.
    """
    both = before[[*KEY, "value", "vintage"]].merge(
        after[[*KEY, "value", "vintage"]], on=KEY, how="outer", suffixes=("_before", "_after"), indicator="side"
    )
    both["what"] = (
        both["side"].map({"both": "changed", "left_only": "disappeared", "right_only": "appeared"}).astype(str)
    )
    both["change"] = both["value_after"] - both["value_before"]
    same = np.isclose(both["value_before"], both["value_after"], rtol=1e-9, atol=1e-12)
    renamed = both[~same].rename(columns={"value_before": "before", "value_after": "after"}).sort_values(KEY)
    return renamed[[*KEY, "what", "before", "after", "change", "vintage_before", "vintage_after"]].reset_index(
        drop=True
    )
