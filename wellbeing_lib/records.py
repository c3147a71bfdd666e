"""What is recorded of an approved page: its directions and the parameters that decided them, for next year's page.

Old figures lie in their snapshot, but catalogue and limits are edited in place and the code moves on: without a record
nobody could tell whether a verdict turned because of them.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import at_hand
from .faults import InputError
from .files import read_regular
from .params import Indicator, Municipality, Params
from .whole import write_whole

DECIDING = (
    "unit", "decimals", "kind", "counts", "desired", "judged", "min_change", "window", "cycle", "breaks", "ages_change",
    "joined_vintages", "overlap", "cohort", "cyclical", "relative_scale", "price_base", "crude", "level", "max_age",
)  # fmt: skip
LIMITS = ("min_cases", "min_people")
_KEYS = {"municipality", "snapshot", "levels", "limits", "indicators"}
_LARGEST = 10_000_000  # bytes; a record has 30,000


def write_record(root: Path, params: Params, levels: Mapping[str, str]) -> Path:
    """Write what an approved page said, from which snapshot and by which parameters, where next year's page looks."""
    path = at_hand.last_record(root, year=params.year + 1)
    record = {
        "municipality": params.municipality.code,
        "snapshot": params.snapshot,
        "levels": dict(levels),
        "limits": {name: getattr(params.municipality, name) for name in LIMITS},
        "indicators": {
            key: one.model_dump(mode="json", include=set(DECIDING)) for key, one in params.indicators.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())
    return path


def read_record(params: Params, snapshot: str) -> dict[str, Any] | None:
    """The record of last year's page, None unless it is of this municipality and of the snapshot compared with."""
    path = at_hand.last_record(params.folder.parent, year=params.year)
    if params.area != params.municipality.code or not path.is_file():
        return None
    record: Any = None
    try:
        record = json.loads(read_regular(path, most=_LARGEST, shown=f"data/verdicts/{path.name}"))
        whole = set(record) == _KEYS and isinstance(record["levels"], dict)
        if whole:
            params_then(params, record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise InputError([f"data/verdicts/{path.name}: not a record of an approved page: restore it or remove it"])
    ours = record["municipality"] == params.municipality.code
    return record if ours and record["snapshot"] == snapshot else None


def params_then(params: Params, record: Mapping[str, Any]) -> Params:
    """Today's params with what decides as it was; an indicator added since stays as it is."""
    then = record["indicators"]
    catalogue = {
        key: Indicator.model_validate(one.model_dump() | then[key]) if key in then else one
        for key, one in params.indicators.items()
    }
    municipality = Municipality.model_validate(params.municipality.model_dump() | record["limits"])
    return replace(params, indicators=catalogue, municipality=municipality)
