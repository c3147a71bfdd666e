"""Makes a new snapshot: asks the sources, carries over what has not changed, writes the whole or nothing.

The order: read the catalogue, see whether today's snapshot answers already, gather source by source (a killed run is
taken up again the same day), join with what the newest snapshot holds, write.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from ..faults import InputError
from ..observations import Snapshot, load_snapshot, next_name, snapshot_names, write_snapshot
from ..params import Indicator, Municipality, load_indicators, load_municipality
from . import joining, own_figures, sotkanet, statfin
from .parts import Errand, Part, mark
from .progress import Progress
from .regions import Region, read_regions
from .runs import Run, open_run
from .web import Patience, Service

Scope = Literal["default", "national"]
Chosen = Literal["all", "sotkanet", "statfin", "city"]
_DESCRIPTION = (
    "Gathered from Sotkanet (Finnish Institute for Health and Welfare), Statistics Finland and the city's own figures. "
    "Values are the producers' published figures, unchanged; a series with own_calculation is calculated by us from "
    "published figures. Each series states when it was fetched; small counts of the city's own figures are left out."
)


@dataclass(frozen=True)
class Fetched:
    """What a fetch did: the snapshot that now is the newest, whether it is new, and the sentences for a person."""

    snapshot: str
    new: bool
    fetched: Sequence[str]
    carried: Sequence[str]
    missing: Mapping[str, str]
    notes: Sequence[str]

    @property
    def sentences(self) -> list[str]:
        """The outcome in sentences, the missing ones by name."""
        count = f"{len(self.fetched)} series fetched, {len(self.carried)} carried over"
        first = f"{self.snapshot}: {count}" if self.new else f"Nothing to fetch: {self.snapshot} is up to date"
        return [first, *self.notes, *(f"Missing: {sentence}" for sentence in self.missing.values())]


@dataclass(frozen=True)
class _Ground:
    """What a fetch starts from: who we are, the catalogue, the newest snapshot, and the mark of what is asked."""

    municipality: Municipality
    indicators: Sequence[Indicator]
    last: Snapshot | None
    scope: Scope
    marks: Mapping[str, str]

    def wanted(self, regions: Mapping[int, Region]) -> frozenset[str] | None:
        """The areas that municipality.yaml names and every municipality of our region; None for all there are."""
        if self.scope == "national":
            return None
        known, us = joining.areas_known(self.last, regions), self.municipality
        ours = (known["category"] == "municipality") & (known["member_of"] == us.region)
        return frozenset({*us.places, *us.peers, us.code, us.region, us.country} | set(known.loc[ours, "area"]))


def fetch(
    params_folder: Path,
    snapshots_folder: Path,
    *,
    scope: Scope = "default",
    source: Chosen = "all",
    today: datetime.date | None = None,
    own_folder: Path | None = None,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Fetch what has changed and write a new snapshot; where nothing has changed, write nothing and say so.

    `own_folder` holds the city's filled forms. A fault is one sentence and leaves the snapshots as they were.
    """
    day = today or datetime.date.today()
    patience, progress = patience or Patience.from_environment(), progress or Progress(None)
    ground = _ground(params_folder, snapshots_folder, scope, own_folder)
    chosen = ["sotkanet", "statfin", *(["city"] if own_folder else [])] if source == "all" else [source]
    if source == "city" and own_folder is None:
        raise InputError(["source = city: no folder with the city's filled forms was given"])
    before = ground.last.package.get("gathered", {}).get("sources", {}) if ground.last else {}
    wanted = [name for name in chosen if not _answered(before.get(name), ground.marks[name], day)]
    if ground.last is None and "sotkanet" not in wanted:
        raise InputError(
            [f"source = {source}: there is no {scope} snapshot yet to join it with; fetch all sources first"]
        )
    steps = sum(one.source in wanted for one in ground.indicators)
    with open_run(snapshots_folder, name=scope, day=day.isoformat()) as run:
        with progress.over(steps) as tell:
            parts, regions = _gather(ground, wanted, run, day, patience, own_folder, tell)
        asked = {name: {"date": day.isoformat(), "asked": ground.marks[name]} for name in parts}
        fetched = _finish(ground, parts, regions, dict(before) | asked, snapshots_folder, day)
        run.end()
    return fetched


def _finish(
    ground: _Ground, parts: Mapping[str, Part], regions: Mapping[int, Region], sources: dict, folder: Path,
    day: datetime.date,
) -> Fetched:  # fmt: skip
    """Write what was fetched beside what is carried over, unless every series is the one we have."""
    fetched = [record["indicator"] for part in parts.values() for record in part.series]
    notes = [note for part in parts.values() for note in part.notes]
    missing = joining.missing_of(ground.last, parts)
    if ground.last is not None and not fetched:
        return Fetched(ground.last.name, False, [], [], missing, notes)
    if not fetched:
        raise InputError(["nothing could be fetched; no snapshot was written", *missing.values()])
    catalogue = {one.code for one in ground.indicators}
    carried = joining.carried(ground.last, parts, catalogue)
    table = joining.table(ground.last, parts, {record["indicator"] for record in carried})
    notes += joining.losses(ground.last, table, fetched)
    national = joining.national(ground.last, table, catalogue) if ground.scope == "default" else None
    everyone = table if national is None else pd.concat([table, national])
    areas = joining.areas(ground.last, regions, ground.wanted(regions), everyone)
    name = next_name(folder, day.isoformat(), national=ground.scope == "national")
    counties = joining.counties_of(ground.last, regions, areas)
    write_snapshot(
        folder / name,
        table,
        areas,
        national=national,
        created=day.isoformat(),
        series=joining.series(carried, parts, everyone),
        description=_DESCRIPTION,
        gathered={"sources": sources, "missing": missing, "counties": counties},
    )
    return Fetched(name, True, fetched, [record["indicator"] for record in carried], missing, notes)


def _answered(before: Mapping | None, asked: str, day: datetime.date) -> bool:
    """Whether today's snapshot holds the answers to the very same questions."""
    return before is not None and before.get("date") == day.isoformat() and before.get("asked") == asked


def _ground(params_folder: Path, snapshots_folder: Path, scope: Scope, own_folder: Path | None) -> _Ground:
    municipality = load_municipality(params_folder)
    indicators = list(load_indicators(params_folder).values())
    names = snapshot_names(snapshots_folder, national=scope == "national")
    last = load_snapshot(snapshots_folder / names[-1]) if names else None
    named = {name: [_asked_of(one) for one in indicators if one.source == name] for name in ("sotkanet", "statfin")}
    places = sorted([*municipality.places, *municipality.peers, municipality.code, municipality.region])
    marks = {name: mark([scope, places, questions]) for name, questions in named.items()}
    marks["city"] = mark([scope, own_figures.files_mark(own_folder)]) if own_folder else ""
    return _Ground(municipality, indicators, last, scope, marks)


def _asked_of(one: Indicator) -> list:
    return [one.code, one.title.fi, one.title_confirmed, one.decimals]


def _gather(
    ground: _Ground, wanted: Sequence[str], run: Run, day: datetime.date, patience: Patience, own_folder: Path | None,
    tell: Callable[[str], None],
) -> tuple[dict[str, Part], dict[int, Region]]:  # fmt: skip
    """The part of each source, and the regions as Sotkanet has them today where Sotkanet was asked."""
    parts: dict[str, Part] = {}
    regions: dict[int, Region] = {}
    if "sotkanet" in wanted:
        with sotkanet.open_sotkanet(patience) as service:
            regions = _regions(service)
            parts["sotkanet"] = sotkanet.gather(service, _errand(ground, "sotkanet", regions, run, day, tell), regions)
    if "statfin" in wanted:
        with statfin.open_statfin(patience) as service:
            parts["statfin"] = statfin.gather(service, _errand(ground, "statfin", regions, run, day, tell))
    if "city" in wanted and own_folder is not None:
        errand = _errand(ground, "city", regions, run, day, tell)
        parts["city"] = own_figures.gather(own_folder, errand, joining.areas_known(ground.last, regions))
    return parts, regions


def _regions(service: Service) -> dict[int, Region]:
    regions = service.get("/regions", read=read_regions)
    if regions is None:
        raise InputError([f"{service.base}/regions: there is no such address; see WELLBEING_SOTKANET_URL"])
    return regions


def _errand(
    ground: _Ground, name: str, regions: Mapping[int, Region], run: Run, day: datetime.date, tell: Callable[[str], None]
) -> Errand:
    last = ground.last.package.get("series", []) if ground.last else []
    return Errand(
        indicators=[one for one in ground.indicators if one.source == name],
        areas=ground.wanted(regions),
        last={series["indicator"]: series for series in last},
        run=run,
        today=day,
        tell=tell,
    )
