"""Writes docs/reference.md from docstrings, commands and models: `.venv/bin/python -m tests.reference`."""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import wellbeing_lib as wl
from wellbeing_lib import charts, lab, show
from wellbeing_lib.cli import app
from wellbeing_lib.params import models
from wellbeing_lib.verdict import types

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
HEAD = """\
# Reference

Written from the docstrings by `.venv/bin/python -m tests.reference`; a test holds it equal. What the keys of
`params/` mean in words stands at the head of their files, and an editor that reads JSON Schemas completes them.
"""
PIECES = (
    types.Verdict, types.Direction, types.Newest, types.SinceBaseline, types.Outlook, types.Comparison, types.Position,
    types.Point, types.Figure,
)  # fmt: skip


def reference() -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## Commands\n",
        *_commands(typer.main.get_command(app), "wellbeing"),
        "\n## In a notebook: `import wellbeing_lib as wl`\n",
        *(_function(f"wl.{name}", getattr(wl, name)) for name in ("load", "explore")),
        _fields(wl.Book),
        *_members(wl.Book),
        "### `from wellbeing_lib import show`\n",
        *(_function(f"show.{name}", getattr(show, name)) for name in show.__all__),
        _fields(wl.Appendix),
        *_members(wl.Appendix),
        f"\n### Keys\n\n`appendix.verdicts` and `appendix.params.indicators`: {_said(lab.Keyed)}\n",
        "## What a verdict holds\n",
        *(_fields(kind) for kind in PIECES),
        "## Charts\n",
        _fields(charts.Chart),
        *(_function(f"charts.{name}", getattr(charts, name)) for name in charts.__all__ if name[0].islower()),
        "## Params\n\nA key in brackets may be left out.\n",
        *(_model(model) for model in vars(models).values() if _is_ours(model)),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _commands(command: Any, name: str) -> Iterator[str]:
    """A line for each command; `typer` carries its own copy of click, so its shape is asked for and not its class."""
    if hasattr(command, "commands"):
        for sub, one in command.commands.items():
            yield from _commands(one, f"{name} {sub}")
        return
    given = [p.name.upper() if p.param_type_name == "argument" else p.opts[0] for p in command.params]
    yield f"- `{' '.join([name, *given])}`: {_one_line(command.help or '')}"


def _function(name: str, function: Any) -> str:
    return f"### `{name}({_given(function)})`\n\n{_said(function)}\n"


def _given(function: Any, *, skip: int = 0) -> str:
    """The names of the parameters; those that may be left out in brackets."""
    given = list(inspect.signature(function).parameters.values())[skip:]
    return ", ".join(p.name if p.default is inspect.Parameter.empty else f"[{p.name}]" for p in given)


def _members(kind: type) -> Iterator[str]:
    for name, member in vars(kind).items():
        said = getattr(member, "__doc__", None)
        if name.startswith("_") or not said or not (callable(member) or hasattr(type(member), "__get__")):
            continue
        given = f"({_given(member, skip=1)})" if inspect.isfunction(member) else ""
        yield f"- `{name}{given}`: {_one_line(said)}"


def _fields(kind: type) -> str:
    names = ", ".join(f"`{field.name}`" for field in fields(kind)) if is_dataclass(kind) else ""
    return f"### `{kind.__name__}`\n\n{_said(kind)}\n\nFields: {names}.\n"


def _is_ours(model: Any) -> bool:
    own = isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == models.__name__
    return own and bool(model.model_fields)


def _model(model: type[BaseModel]) -> str:
    keys = [
        f"`{field.alias or name}`"
        if field.default is PydanticUndefined and not field.default_factory
        else f"[`{name}`]"
        for name, field in model.model_fields.items()
    ]
    return f"- **{model.__name__}**: {_one_line(model.__doc__ or '')} Keys: {', '.join(keys)}."


def _said(of: Any) -> str:
    return inspect.cleandoc(of.__doc__ or "").partition("\n\n>>>")[0]


def _one_line(text: str) -> str:
    return " ".join(inspect.cleandoc(text).partition("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
