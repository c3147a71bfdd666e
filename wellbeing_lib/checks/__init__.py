"""Looks over what people wrote and what was fetched: one line for each thing noticed, none of them mended here.

An error is something that a page would get wrong; a remark is something that a person should look at.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

from .. import appendix, rounds
from ..faults import InputError
from ..observations import load_snapshot
from ..params import Params, load_params, years_at_hand
from .figures import figure_faults
from .notebooks import notebook_faults
from .noticed import Noticed
from .people import people_remarks
from .schemas import schema_faults, write_schemas

__all__ = ["Noticed", "all_checks", "write_schemas", "year_checks"]


def year_checks(root: Path, year: int) -> Iterator[Noticed]:
    """What of one year is wrong, empty or undecided: what its coordinator has left to do."""
    for params in (yield from _loaded([year], root)):
        yield from people_remarks(params)
        try:
            undecided = rounds.undecided(appendix.load(year=year, root=root))
        except InputError as error:
            yield from (Noticed(fault, error=True) for fault in error.faults)
            continue
        for one in undecided:
            what = f"{one.side}: {one.key} ({', '.join(one.why)})"
            yield Noticed(f"params/{year}.yaml: findings: the rule proposes a {what}; nobody has decided on it")


def all_checks(root: Path) -> Iterator[Noticed]:
    """Everything noticed in the params of all years, the newest one's snapshot, and the notebooks."""
    loaded = yield from _loaded(years_at_hand(root / "params"), root)
    for params in loaded:
        yield from people_remarks(params)
    if loaded:
        try:
            yield from figure_faults(loaded[-1], load_snapshot(root / "data" / "snapshots" / loaded[-1].snapshot))
        except InputError as error:
            yield from (Noticed(fault, error=True) for fault in error.faults)
    yield from notebook_faults(root / "notebooks")
    yield from notebook_faults(root / "notebooks" / "methods")
    yield from schema_faults(root / "params")


def _loaded(years: list[int], root: Path) -> Generator[Noticed, None, list[Params]]:
    """The params of each year; what is wrong with them is told, and nothing else can be of that year."""
    found: list[Params] = []
    told: set[str] = set()
    for year in years:
        try:
            found.append(load_params(year, folder=root / "params"))
        except InputError as error:
            yield from (Noticed(fault, error=True) for fault in error.faults if fault not in told)
            told |= set(error.faults)
    return found
