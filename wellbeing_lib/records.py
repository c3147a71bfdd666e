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
from .params import Indicator, Municipality, Params

DECIDING = (
    "unit", "decimals", "kind", "counts", "desired", "judged", "min_change", "window", "cycle", "breaks", "ages_change",
    "joined_vintages", "overlap", "cohort", "level", "max_age",
)  # fmt: skip
LIMITS = ("min_cases", "min_people")


def write_record(root: Path, params: Params, directions: Mapping[str, str]) -> Path:
    """Write what an approved page said, from which snapshot and by which parameters, where next year's page looks."""
    path = at_hand.last_record(root, year=params.year + 1)
    record = {
        "snapshot": params.snapshot,
        "directions": dict(directions),
        "limits": {name: getattr(params.municipality, name) for name in LIMITS},
        "indicators": {
            key: one.model_dump(mode="json", include=set(DECIDING)) for key, one in params.indicators.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


def read_record(params: Params, snapshot: str) -> dict[str, Any] | None:
    """The record of last year's page, None unless it is of this municipality and of the snapshot compared with."""
    path = at_hand.last_record(params.folder.parent, year=params.year)
    if params.area != params.municipality.code or not path.is_file():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        record = None
    if not isinstance(record, dict) or set(record) != {"snapshot", "directions", "limits", "indicators"}:
        raise InputError([f"data/verdicts/{path.name}: not a record of an approved page: restore it or remove it"])
    return record if record["snapshot"] == snapshot else None


def params_then(params: Params, record: Mapping[str, Any]) -> Params:
    """Today's params with what decides as it was; an indicator added since stays as it is."""
    then = record["indicators"]
    catalogue = {
        key: Indicator.model_validate(one.model_dump() | then[key]) if key in then else one
        for key, one in params.indicators.items()
    }
    municipality = Municipality.model_validate(params.municipality.model_dump() | record["limits"])
    return replace(params, indicators=catalogue, municipality=municipality)
