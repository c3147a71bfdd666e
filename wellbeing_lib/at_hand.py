"""Which snapshots and which years' pages lie here, and which of them a page is made from or leads to; names only.

Nothing is read but the line that pins a snapshot, so that a command can tell what has changed without importing pandas.
"""

import datetime
import re
from pathlib import Path

from .faults import InputError

RELEASED = datetime.date(2026, 11, 24)  # a clock that tells an earlier day than this code is of is wrong
NAME = re.compile(r"(?:national-)?([0-9]{4}-[0-9]{2}-[0-9]{2})(?:-([0-9]{1,3}))?")


def snapshot_names(folder: Path, *, national: bool | None = None) -> list[str]:
    """The snapshots at hand, oldest first: a day's second comes after its first, its tenth after its ninth.

    `national` chooses those of the whole country (True) or the others (False). A folder that is not named as one is
    no snapshot.
    """
    names = [path.name for path in folder.glob("*") if NAME.fullmatch(path.name)]
    there = [name for name in names if (folder / name / "datapackage.json").is_file()]
    chosen = [name for name in there if national is None or name.startswith("national-") == national]
    return sorted(chosen, key=_order)


def _order(name: str) -> tuple[bool, str, int]:
    """Those of the whole country first, then by day and number."""
    day = name.removeprefix("national-")
    return name == day, day[:10], int(day[11:] or 1)


def refuse_later(day: str, shown: str) -> None:
    """Stop at a day that is none or has not come yet: as the newest snapshot it would be taken for ever after.

    `day` is a date such as 2026-11-24 or a snapshot's name; one day is allowed for, as it begins earlier elsewhere.
    """
    today = max(datetime.date.today(), RELEASED)
    try:
        given = datetime.date.fromisoformat(day.removeprefix("national-")[:10])
    except ValueError:
        raise InputError([f"{shown}: {day[:40]} is no date, such as {today.isoformat()}"]) from None
    if given > today + datetime.timedelta(days=1):
        raise InputError([f"{shown}: {given.isoformat()} has not come yet (today is {today.isoformat()}); remove it"])


def pinned(params_folder: Path, year: int) -> str | None:
    """The snapshot that the assessment of a year pins, read from its line; None where there is no such file or line."""
    path = params_folder / f"{year}.yaml"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    named = next((line.partition(":")[2] for line in lines if line.startswith("snapshot:")), "")
    return named.partition("#")[0].strip().strip("\"'") or None


def compared(params_folder: Path, snapshots_folder: Path, *, year: int) -> str | None:
    """The snapshot that a year's page is compared with, None where there is nothing to compare with.

    It is the one that last year's page was made from or, where that is the same (or not at hand), the newest one
    before it of the same kind.
    """
    ours, last = pinned(params_folder, year), pinned(params_folder, year - 1)
    if ours is None:
        return None
    names = snapshot_names(snapshots_folder)
    if last != ours and last in names:
        return last
    kind = snapshot_names(snapshots_folder, national=ours.startswith("national-"))
    earlier = kind[: kind.index(ours)] if ours in kind else []
    return earlier[-1] if earlier else None


def neighbours(folder: Path, *, year: int, language: str) -> list[int]:
    """The years before and after whose page in a language stands beside `folder`, where the page of `year` does.

    None for another municipality's folder, which lies in that of the year: no year's folder stands beside it.
    """
    return [one for one in (year - 1, year + 1) if (folder.parent / str(one) / f"appendix.{language}.html").is_file()]


def last_record(root: Path, *, year: int) -> Path:
    """Where it stands recorded what last year's approved page said, and by which parameters."""
    return root / "data" / "verdicts" / f"{year - 1}.json"
