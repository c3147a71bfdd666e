"""`wellbeing data`: fetch a new snapshot, list and verify those at hand, tell what differs between two."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..faults import InputError
from .speaking import ROOT, console, out, shown

if TYPE_CHECKING:
    import pandas as pd

    from ..observations import Snapshot
    from ..sources import Fetched

data = typer.Typer(no_args_is_help=True, help="Snapshots of the figures: fetch, list, verify, compare.")
PARAMS, SNAPSHOTS, OWN = ROOT / "params", ROOT / "data" / "snapshots", ROOT / "data" / "own"
SHOWN = 40


class Source(StrEnum):
    """Which source is asked; the others are carried over from the newest snapshot."""

    all = "all"
    sotkanet = "sotkanet"
    statfin = "statfin"
    city = "city"


class Scope(StrEnum):
    """Which areas are kept: those of municipality.yaml, or every one that there is."""

    default = "default"
    national = "national"


Own = Annotated[Path | None, typer.Option("--own", help="The city's filled forms; without it data/own, if there is.")]
Name = Annotated[str, typer.Argument(help="A snapshot, as `wellbeing data list` calls it.")]


@data.command()
def fetch(
    source: Annotated[Source, typer.Option(help="Ask only this one.")] = Source.all,
    scope: Annotated[Scope, typer.Option(help="national keeps every area.")] = Scope.default,
    own: Own = None,
) -> None:
    """Fetch what has changed into a new snapshot; a run that was cut short goes on where it was."""
    from .. import sources

    folder = own or (OWN if OWN.is_dir() or source == Source.city else None)
    fetched = sources.fetch(
        PARAMS, SNAPSHOTS, scope=scope.value, source=source.value, own_folder=folder, progress=sources.Progress(console)
    )
    for sentence in fetched.sentences:
        console.print(sentence, markup=False)
    if fetched.new:
        console.print(_how_to_pin(fetched), markup=False)


def _how_to_pin(fetched: "Fetched") -> str:
    """No page changes by itself: a person chooses the snapshot, in the file of the year."""
    from ..params import years_at_hand

    years = years_at_hand(PARAMS)
    file = f"params/{years[-1]}.yaml" if years else "params/<year>.yaml"
    return f'To use it, change one line of {file}: snapshot: "{fetched.snapshot}"'


@data.command("list")
def list_() -> None:
    """List the snapshots at hand, oldest first, and the years that pin each."""
    from ..at_hand import pinned, snapshot_names
    from ..params import years_at_hand

    pins = {year: pinned(PARAMS, year) for year in years_at_hand(PARAMS)}
    for name in snapshot_names(SNAPSHOTS):
        years = ", ".join(str(year) for year, of in pins.items() if of == name)
        console.print(f"{name}: {f'pinned by {years}' if years else 'not pinned'}", markup=False)
    for year, name in pins.items():
        if name not in snapshot_names(SNAPSHOTS):
            console.print(f"params/{year}.yaml pins {name}, which is not at hand", markup=False)


@data.command()
def verify(name: Annotated[str, typer.Argument(help="Only this snapshot.")] = "") -> None:
    """Hold every snapshot against its hashes and the contract; exit code 1 with a sentence for each fault."""
    from ..at_hand import snapshot_names
    from ..observations import check_observations, load_snapshot

    faults: list[str] = []
    names = [name] if name else snapshot_names(SNAPSHOTS)
    for one in names:
        try:
            check_observations(load_snapshot(SNAPSHOTS / one).observations, shown=f"snapshots/{one}")
            console.print(f"{one}: whole", markup=False)
        except InputError as error:
            faults += error.faults
    for fault in faults:
        console.print(fault, markup=False)
    console.print(f"{len(names)} snapshots, {len(faults)} faults.")
    if faults:
        sys.exit(1)


@data.command()
def diff(before: Name, after: Name, all_: Annotated[bool, typer.Option("--all", help="Every row.")] = False) -> None:
    """Tell which published values differ between two snapshots: changed, disappeared, appeared."""
    from ..observations import differences, load_snapshot

    old, new = (load_snapshot(SNAPSHOTS / name) for name in (before, after))
    found = differences(old.observations, new.observations)
    for what in ("changed", "disappeared", "appeared"):
        rows = found[found["what"] == what]
        out.print(f"{len(rows):,} values {what} from {before} to {after}")
        _print_rows(rows if all_ else rows.head(SHOWN), new)
        if not all_ and len(rows) > SHOWN:
            out.print(f"... and {len(rows) - SHOWN:,} more; --all shows every one")


def _print_rows(rows: "pd.DataFrame", snapshot: "Snapshot") -> None:
    """Under each indicator's Finnish and English name a line for each value."""
    from ..params import load_indicators

    names = {one.code: f"{one.name.fi} / {one.name.en}" for one in load_indicators(PARAMS).values()}
    areas = dict(zip(snapshot.areas["area"], snapshot.areas["name"], strict=True))
    for code, group in rows.groupby("indicator", sort=False):
        out.print(f"{code} {names.get(str(code), '(not in the catalogue)')}")
        for row in group.to_dict("records"):
            before, after, change = (f"{row[name]:.10g}" for name in ("before", "after", "change"))
            values = {"changed": f"{before} -> {after} ({change})", "disappeared": f"{before} -> -"}
            what = values.get(row["what"], f"- -> {after}")
            area = f"{row['area']} {areas.get(row['area'], '')}"
            known = {"changed": ("before", "after"), "disappeared": ("before",)}.get(row["what"], ("after",))
            dates = " -> ".join(str(row[f"vintage_{side}"]) for side in known)
            out.print(f"  {area:<24} {row['year']} {row['sex']:<6} {what:<26} {dates}".rstrip())


@data.command("accept-title")
def accept_title(indicator: Annotated[str, typer.Argument(help="Its id or key, such as 181.")]) -> None:
    """Take upstream's new title of an indicator into params/indicators.yaml, once a person has seen it."""
    from .. import sources

    console.print(sources.accept_title(PARAMS, indicator), markup=False)


def indicators() -> None:
    """Write the empty form for the city's own figures into data/own/; a form that stands there is left as it is."""
    from .. import sources
    from ..params import load_indicators, load_municipality

    path = OWN / "figures.xlsx"
    if path.exists():
        raise InputError([f"{shown(path)}: exists already; fill that one, or give it another name first"])
    sources.write_template(path, indicators=load_indicators(PARAMS), municipality=load_municipality(PARAMS))
    console.print(f"{shown(path)} is written; fill it, then: make data SOURCE=city", markup=False)
