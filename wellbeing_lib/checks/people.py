"""Remarks on what people decided: what is still empty, not translated, or leads nowhere; no figures are read."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from ..params import Params, Text
from ..params.models import Said
from ..params.readiness import unfilled
from ..rounds import unsettled
from .noticed import Noticed

_SHORTEST = 12  # a name or a unit can be the same in two languages, a sentence cannot


def people_remarks(params: Params) -> Iterator[Noticed]:
    """What is empty, untranslated or unused in one year's params."""
    shown = f"{params.folder.name}/{params.year}.yaml"
    yield from (Noticed(missing) for missing in unfilled(params))
    yield from (Noticed(f"{shown}: {text}") for text in unsettled(params))
    yield from (Noticed(f"{shown}: {text}") for text in _untranslated(params.assessment, ""))
    plan = params.plan
    answered = params.assessment.measures if params.assessment else {}
    if plan is None:
        return
    silent = [key for key in plan.measures if key not in answered] if answered else []
    if silent:
        yield Noticed(f"{shown}: measures: no answer for {', '.join(silent)}")
    followed = {key for priority in plan.priorities for key in priority.indicators}
    background = {key for key, one in params.indicators.items() if one.theme == "background"}
    for key in params.assessment.remarks if params.assessment else ():
        if key not in followed | background:
            yield Noticed(f"{shown}: remarks.{key}: the plan does not follow it, so the page does not show the remark")


def _untranslated(value: Any, at: str) -> Iterator[str]:
    """Texts without English, and those whose two languages are the same."""
    if isinstance(value, Said) and value.en is None:
        yield f"{at}: has no English; the English page shows it in Finnish"
    elif isinstance(value, Text) and value.fi == value.en and len(value.fi) >= _SHORTEST:
        yield f"{at}: Finnish and English are the same text"
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _untranslated(getattr(value, name), f"{at}.{name}".lstrip("."))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _untranslated(one, f"{at}.{key}".lstrip("."))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _untranslated(one, f"{at}.{number}")
