"""The one tidy table of observations: its contract, its snapshots on disk, and cuts of it; no network, no statistics.

A snapshot is one fetch, never edited: `observations.csv` (or `.parquet` for the whole country), `national.csv.gz` where
it also holds figures of every municipality, `areas.csv`, and a Frictionless `datapackage.json` that names the source,
producer, licence and hash of what lies beside it.
"""

import datetime
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from .at_hand import NAME, refuse_later, snapshot_names
from .faults import InputError
from .files import read_regular
from .params.reading import checked
from .params.texts import inert
from .plain_numbers import DECIMAL

KEY = ["indicator", "area", "year", "sex"]
COLUMNS = [*KEY, "value", "count", "population", "vintage"]
AREA_COLUMNS = ["area", "name", "category", "member_of"]
SEXES = ("total", "female", "male")
_TYPES = {"indicator": "str", "area": "str", "year": "int64", "sex": "str", "value": "float64"}
_TYPES |= {"count": "float64", "population": "float64", "vintage": "str"}
NATIONAL = "national.csv.gz"
_TABLES = ("observations", "default", "national")
_LARGEST_TABLE = 200_000_000  # bytes; the whole country has 2 MB
_LARGEST_PACKAGE = 10_000_000  # bytes; the largest has 70,000


def _unchanged(text: str) -> str:
    if inert(text) != text:
        raise ValueError("holds a line break or a mark that turns text round")
    return text


def _day(text: str) -> str:
    datetime.date.fromisoformat(text)
    return text


_Inert = Annotated[str, AfterValidator(_unchanged)]


class _Record(BaseModel):
    """What a datapackage tells of one thing; more than is asked may stand there, and no text may act on a page."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Resource(_Record):
    name: _Inert
    path: _Inert
    hash: str


class _Series(_Record):
    indicator: _Inert
    source: _Inert
    title: _Inert
    producer: _Inert
    licence: _Inert
    address: _Inert
    fetched: Annotated[str, AfterValidator(_day)]
    licence_address: _Inert = ""
    data_updated: str = ""
    asked: str = ""
    own_calculation: _Inert = ""
    vintages: list[_Inert]


class _Asked(_Record):
    date: str
    asked: str


class _Gathered(_Record):
    sources: dict[str, _Asked] = {}
    missing: dict[str, _Inert] = {}
    counties: dict[str, str] = {}


class _Licence(_Record):
    title: _Inert
    path: _Inert


class _Package(_Record):
    """The shape of datapackage.json as far as anything is read from it."""

    created: str
    licenses: list[_Licence]
    resources: list[_Resource]
    series: list[_Series] = Field(min_length=1)
    gathered: _Gathered = _Gathered()


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
    if table.empty:
        raise InputError([f"{shown}: holds no row; a snapshot holds observations"])
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
    if NAME.fullmatch(folder.name):
        refuse_later(folder.name, shown)
    try:
        snapshot = Snapshot(folder.name, folder, _read_package(folder, shown))
        faults = [
            f"{shown}/{name}.csv: holds no row" for name in ("observations", "areas") if getattr(snapshot, name).empty
        ]
        if faults:
            raise InputError(faults)
        _check_areas(snapshot.areas, f"{shown}/areas.csv")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError([f"{shown}: not a whole snapshot: {type(error).__name__} at {str(error)[:200]}"]) from None
    return snapshot


def _read_package(folder: Path, shown: str) -> dict[str, Any]:
    """The datapackage of a snapshot, which tells of every series what a page tells of it; as it is written there."""
    name = f"{shown}/datapackage.json"
    content = read_regular(folder / "datapackage.json", most=_LARGEST_PACKAGE, shown=name)
    try:
        package = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError([f"{name}: not readable as JSON: {str(error)[:200]}"]) from None
    found = checked(_Package, package, name)
    refuse_later(found.created, f"{name}: created")
    for one in found.series:
        refuse_later(one.fetched, f"{name}: series {one.indicator}: fetched")
    return package


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
    resource = next((one for one in package["resources"] if one["name"] == name), None)
    if resource is None:
        raise InputError([f"{shown}/datapackage.json: resources: {name} is missing"])
    path = Path(resource["path"]).name
    if not os.path.lexists(folder / path):
        raise InputError([f"{shown}/{path}: is missing; never take a file out of a snapshot: restore it"])
    content = read_regular(folder / path, most=_LARGEST_TABLE, shown=f"{shown}/{path}")
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
            _refuse_odd_numbers(content, list(empty), f"{shown}/{path}")
            with np.errstate(invalid="raise"):  # a year that is no number
                table = pd.read_csv(io.BytesIO(content), dtype=dict(types), keep_default_na=False, na_values=empty)
    except (ValueError, LookupError, ArithmeticError, MemoryError, EOFError, OSError, zlib.error) as error:
        raise InputError([f"{shown}/{path}: not readable: {str(error)[:200]}"]) from None
    if list(table.columns) != list(types):
        raise InputError([f"{shown}/{path}: columns {', '.join(table.columns)}: must be {', '.join(types)}"])
    return table


def _refuse_odd_numbers(content: bytes, columns: Sequence[str], shown: str) -> None:
    """Stop at a number that is not written with the digits 0 to 9; pandas would take 1_0 and other scripts too."""
    if not columns:
        return
    table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, usecols=lambda name: name in columns)
    for name in table.columns:
        written = pd.Series(table[name].unique(), dtype="str")
        pattern = {"year": "[0-9]{4}", "value": DECIMAL.pattern}.get(str(name), f"({DECIMAL.pattern})?")
        odd = written[~written.str.fullmatch(pattern)]
        if len(odd):
            line = 2 + int((table[name] == odd.iloc[0]).argmax())
            raise InputError([f'{shown}: {name} = "{odd.iloc[0][:40]}" (line {line}): must be a plain number'])


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
    try:
        temporary.mkdir(parents=True)
        for name, content in contents.items():
            (temporary / name).write_bytes(content)
        text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        (temporary / "datapackage.json").write_text(text, encoding="utf-8")
        temporary.rename(folder)
    except BaseException:  # a full disk, Ctrl-C
        shutil.rmtree(temporary, ignore_errors=True)
        raise
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
    """The name of a new snapshot of a day: the day itself, or one number more than the day's last has.

    A number that is free below the last stays free: the newest snapshot is the last by name.
    """
    first = f"national-{day}" if national else day
    taken = [path.name.removeprefix(first) for path in folder.glob(f"{first}*")]
    numbers = [int(end[1:]) if end else 1 for end in taken if not end or re.fullmatch(r"-[1-9]\d{0,5}", end)]
    return f"{first}-{max(numbers) + 1}" if numbers else first


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
