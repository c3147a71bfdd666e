"""What of a year still waits for a person: whether its page may be made, in plain words; nothing is computed."""

from ..faults import InputError
from .loading import Params
from .models import NOT_FILLED


def unfilled(params: Params) -> list[str]:
    """What is missing from a year's assessment, one sentence each; nothing for a municipality without a plan.

    A measure without a status is not among them as long as others have one: then its branch did not answer, which the
    page says.
    """
    said, plan = params.assessment, params.plan
    if said is None or plan is None:
        return []
    shown = f"{params.folder.name}/{params.year}.yaml"
    missing = [
        f"{shown}: sentences.{name} is not filled in"
        for name in ("well", "worries", "proposed")
        if getattr(said.sentences, name) == NOT_FILLED
    ]
    if plan.measures and not said.measures:
        missing.append(f"{shown}: measures: no branch has answered yet (make forms, then wellbeing forms read)")
    missing += [
        f"{shown}: objectives.{key}: the group's assessment is not filled in"
        for key in plan.objectives
        if key not in said.objectives
    ]
    missing += [f"{shown}: council: what the council is asked is not filled in"] if NOT_FILLED in said.council else []
    missing += [] if said.handling else [f"{shown}: handling: no body has handled the paper yet"]
    return missing


def require_ready(params: Params, *, draft: bool = False) -> None:
    """Stop a page that is not ready; a draft may be made of one, unless the paper says that it is approved."""
    missing = unfilled(params)
    if not missing:
        return
    if draft and not (params.assessment and params.assessment.approved):
        return
    way = "the last entry of handling says approved, so DRAFT=1 cannot make a draft of it" if draft else (
        f"fill these in, or make a draft of what there is: make report YEAR={params.year} DRAFT=1"
    )  # fmt: skip
    raise InputError([f"{params.year} is not ready for a page:", *missing, way])
