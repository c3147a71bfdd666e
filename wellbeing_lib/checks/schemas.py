"""JSON Schemas of the params files, so that an editor completes keys and underlines faults while a person types."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..params import AnnualAssessment, Indicator, Municipality, Plan
from ..params.models import Allowances
from ..params.reading import read_text
from .noticed import Noticed

FOLDER = "schemas"


def schemas() -> dict[str, str]:
    """File name -> schema, as text; made from the models that the files are checked against."""
    models = {"municipality": Municipality, "plan": Plan, "assessment": AnnualAssessment}
    found = {name: model.model_json_schema() for name, model in models.items()}
    found["indicators"] = _catalogue()
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in found.items()
    }


def _catalogue() -> dict[str, Any]:
    """The catalogue is a mapping of entries, each without the key that names it."""
    entry = Indicator.model_json_schema()
    definitions = entry.pop("$defs")
    entry["properties"].pop("key")
    entry["required"].remove("key")
    allowances = Allowances.model_json_schema()
    definitions |= allowances["$defs"]
    return {
        "$defs": {**definitions, "Indicator": entry},
        "additionalProperties": False,
        "properties": {
            "indicators": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Indicator"}},
            **allowances["properties"],
        },
        "required": ["indicators"],
        "title": "Indicators",
        "type": "object",
    }


def write_schemas(params: Path) -> list[Path]:
    """Write the schemas beside the params; those that were written."""
    folder = params / FOLDER
    folder.mkdir(exist_ok=True)
    written = []
    for name, text in schemas().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def schema_faults(params: Path) -> Iterator[Noticed]:
    """Schemas that the models have left behind, and params files that name none."""
    for name, text in schemas().items():
        path = params / FOLDER / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            shown = f"{params.name}/{FOLDER}/{name}"
            yield Noticed(f"{shown}: is not what the models say; run wellbeing schemas", error=True)
    for path in sorted(params.glob("*.yaml")):
        if "yaml-language-server: $schema=" not in read_text(path).partition("\n")[0]:
            yield Noticed(f"{params.name}/{path.name}: its first line names no schema for editors")
