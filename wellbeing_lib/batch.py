"""Pages of many municipalities on Dask, one task a page; makes no chapter itself and knows no command line.

What the pages share is read once and scattered once. A page that is there and was made from the same things is left as
it is, so that a batch that was cut short goes on where it was; one that fails takes no other with it.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from . import kernels, manifest, report
from .appendix import ROOT, Appendix, assessed
from .faults import InputError
from .homes import at_home
from .observations import Snapshot, check_observations, check_shares, load_snapshot, snapshot_names
from .params import load_params
from .params.readiness import require_ready
from .tables import TEMPLATES, render
from .verdict import Panel
from .whole import write_whole
from .wording import wording

if TYPE_CHECKING:
    from distributed import Client

INDEX = "municipalities.html"


@dataclass(frozen=True)
class Shared:
    """All that the pages of a batch have in common."""

    root: Path
    year: int
    language: str
    made_from: Mapping[str, str]
    snapshot: Snapshot
    panel: Panel


@dataclass(frozen=True)
class Outcome:
    """What became of a page: made, as it was, or why not."""

    area: str
    state: Literal["made", "unchanged", "failed"]
    said: str = ""
    seconds: float = 0.0
    memory: int = 0  # bytes that the worker holds afterwards


def prepare(year: int, *, snapshot: str | None = None, language: str = "fi", root: Path = ROOT) -> Shared:
    """Read and check what the pages share; `snapshot` is by default the newest national one, else the pinned one."""
    params = load_params(year, folder=root / "params")
    if language not in params.municipality.languages:
        raise InputError([f'language = "{language}": not one of {", ".join(params.municipality.languages)}'])
    folder = root / "data" / "snapshots"
    name = snapshot or next(reversed(snapshot_names(folder, national=True)), params.snapshot)
    figures = load_snapshot(folder / name)
    check_observations(figures.observations, shown=f"snapshots/{name}/observations")
    units = {one.code: one.unit for one in params.indicators.values()}
    check_shares(figures.observations, units, shown=f"snapshots/{name}/observations")
    made_from = manifest.inputs(root, year=year, snapshot=name)
    return Shared(root, year, language, made_from, figures, Panel.of(figures.observations))


def municipalities(shared: Shared, asked: str) -> list[str]:
    """The codes of a list such as "205,290", or of every municipality of the snapshot that has a figure for "all"."""
    areas = shared.snapshot.areas
    known = set(areas.loc[areas["category"] == "municipality", "area"])
    if asked == "all":
        return sorted(known & {area for _, area, _ in shared.panel.rows})
    codes = list(dict.fromkeys(code.strip() for code in asked.split(",") if code.strip()))
    unknown = [code for code in codes if code not in known] if codes else [""]
    if unknown:
        there = f"not in snapshot {shared.snapshot.name}"
        raise InputError(f'MUNICIPALITIES = "{code}": {there}' for code in unknown)
    return codes


def make_pages(areas: Sequence[str], shared: Shared, dask: "Client") -> Iterator[Outcome]:
    """Make the pages, telling of each when it is done. A dead worker's page is made by another."""
    from distributed import as_completed

    there = dask.scatter(shared, broadcast=True, hash=False)
    futures = {dask.submit(make_page, area, there, pure=False, key=f"page-{area}"): area for area in areas}
    for future in as_completed(futures):
        error = future.exception()
        yield (
            future.result() if error is None else Outcome(futures[future], "failed", f"{type(error).__name__}: {error}")
        )
        future.release()


def make_page(area: str, shared: Shared) -> Outcome:
    """Make the page of one municipality, unless it is there already; what goes wrong is told, not raised."""
    started, folder = time.monotonic(), report.folder_of(shared.year, area, root=shared.root)
    if manifest.unchanged(folder, made_from=shared.made_from, languages=[shared.language]):
        return Outcome(area, "unchanged")
    kernels.warm("wellbeing_lib.warmed")
    try:
        report.make(
            {shared.language: page_of(area, shared)},
            folder,
            made_from=shared.made_from,
            root=shared.root,
            threads=1,
            snapshot=shared.snapshot.name,
        )
    except (InputError, report.ChapterError) as error:
        return Outcome(area, "failed", str(error), time.monotonic() - started)
    return Outcome(area, "made", "", time.monotonic() - started, memory_held())


def page_of(area: str, shared: Shared) -> Appendix:
    """The page of one municipality, which is at home in its own region and has the names that the snapshot knows.

    Raises `InputError` where it has a plan and its year is not ready.
    """
    params = load_params(shared.year, area=area, folder=shared.root / "params")
    require_ready(params)
    return assessed(at_home(params, shared.snapshot), shared.snapshot, shared.language, panel=shared.panel)


def memory_held() -> int:
    """The bytes of memory that this process holds, 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.is_file() else 0


def write_index(shared: Shared) -> Path:
    """A page that names every municipality that has a page of the year, and finds one by its name."""
    folder = shared.root / "build" / str(shared.year)
    names = dict(zip(shared.snapshot.areas["area"], shared.snapshot.areas["name"], strict=True))
    page = f"appendix.{shared.language}.html"
    there = [code for code in names if (folder / code / page).is_file()]
    pages = sorted(((names[code], f"{code}/{page}") for code in there), key=_finnish_order)
    words = wording(shared.language, {})
    script = (TEMPLATES / "search.js").read_text(encoding="utf-8")
    html = render(
        "municipalities", words, year=shared.year, pages=pages, script=script, script_hash=report.source_hash(script)
    )
    path = folder / INDEX
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, html.markup.encode())
    return path


def _finnish_order(page: tuple[str, str]) -> tuple[str, str]:
    """Names as a Finnish list has them: å, ä and ö come after z."""
    return page[0].casefold().translate(str.maketrans("åäö", "{|}")), page[1]
