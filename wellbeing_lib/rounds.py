"""The yearly round: a new year's params from the last, and the rule's proposals for people to decide on.

Both write a params file for a person to go on with; what waits for one is marked TÄYTÄ / FILL IN.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from .appendix import Appendix
from .at_hand import refuse_later, snapshot_names
from .faults import InputError
from .locks import alone
from .params import (
    AnnualAssessment,
    Params,
    load_assessment,
    load_indicators,
    load_municipality,
    load_plan,
    require_same,
    years_at_hand,
)
from .params.loading import PLAN
from .params.models import Plan, Status
from .params.reading import checked, parsed, read_text, read_yaml, short
from .params.writing import with_items, write_text
from .verdict import Proposed, proposals

MARK = "TÄYTÄ / FILL IN"
SCHEMA = "# yaml-language-server: $schema=schemas/assessment.schema.json\n"


def new_year(year: int, *, root: Path) -> Path:
    """Write params/<year>.yaml from the year before: what carries over, and a mark where a person has to write.

    Raises `InputError` where the file is there already, where the year before is not, or where no plan's term holds
    the year.
    """
    folder = root / "params"
    path = folder / f"{year}.yaml"
    with alone(folder / ".new-year.lock", otherwise=f"params/{year}.yaml: another new-year is under way"):
        if os.path.lexists(path):
            why = "is there already; a year that somebody has begun is not overwritten"
            raise InputError([f"params/{year}.yaml: {why}"])
        text = _text(year, folder)
        checked(AnnualAssessment, parsed(text, path.name), f"params/{year}.yaml")
        write_text(path, text)
    return path


def _text(year: int, folder: Path) -> str:
    """The text of the new year's file."""
    years = years_at_hand(folder)
    municipality, indicators = load_municipality(folder), load_indicators(folder)
    name = _plan_of(year, folder)
    whole = load_plan(folder, name, indicators)
    if year - 1 not in years:
        there = ", ".join(map(str, years)) or "none"
        raise InputError([f"params/{year - 1}.yaml: does not exist, there is {there}; a new year follows the last"])
    before = checked(AnnualAssessment, read_yaml(folder / f"{year - 1}.yaml"), f"params/{year - 1}.yaml")
    require_same(municipality, folder, {f"{name}.yaml": whole, f"{year - 1}.yaml": before})
    same_term = before.plan == name
    previous = load_assessment(folder, year - 1, whole, indicators) if same_term else None
    snapshot = _newest(folder.parent, before.snapshot)
    return "\n".join(_lines(year, name, whole.in_force(year), previous, snapshot)) + "\n"


def _plan_of(year: int, folder: Path) -> str:
    """The plan whose term holds the year."""
    terms = {}
    for path in sorted(folder.glob("plan-*.yaml")):
        if PLAN.fullmatch(path.stem):
            term = checked(Plan, read_yaml(path), f"params/{path.name}").term
            terms[path.stem] = f"{term.from_}–{term.to}"
            if term.from_ <= year <= term.to:
                return path.stem
    there = ", ".join(f"{name}.yaml ({term})" for name, term in terms.items()) or "none"
    raise InputError(
        [
            f"YEAR = {year}: is outside the term of every plan; there is {there}. A new term needs a plan file of its "
            f"own: copy the last one to params/plan-{year}-{year + 3}.yaml and set its term, priorities, objectives, "
            "measures, baselines and target values"
        ]
    )


def _newest(root: Path, carried: str) -> str:
    """The newest snapshot at hand, the one that the year before pins where there is none."""
    names = snapshot_names(root / "data" / "snapshots", national=False)
    if names:
        refuse_later(names[-1], f"snapshots/{names[-1]}")
    return names[-1] if names else carried


def _lines(year: int, name: str, plan: Plan, previous: AnnualAssessment | None, snapshot: str) -> Iterator[str]:
    """The new file, line by line."""
    yield f"{SCHEMA}# The assessment of {year}, written in spring {year + 1}: what people said of the year."
    yield "#"
    yield f"# Made from {year - 1}.yaml. Each {MARK} waits for a person: write the value, take the mark away."
    yield f"# `wellbeing check --year {year}` lists what is still empty; until then only a draft can be made."
    yield f"# status: {', '.join(get_args(Status))}"
    yield f"\nyear: {year}\nmunicipality: {short(plan.municipality)}\nplan: {name}"
    yield f"# {MARK}: the snapshot of spring {year + 1}, once `make data` has fetched it\nsnapshot: {short(snapshot)}"
    yield f"illustrative: {str(plan.illustrative).lower()}"
    yield "\n# The first screen: three sentences that the group has approved.\nsentences:"
    yield from (f'  {part}:  # {MARK}: {{fi: "...", en: "..."}}' for part in ("well", "worries", "proposed"))
    yield f"\n# Joys and worries: `wellbeing findings --year {year}` writes the rule's proposals here, to decide on."
    yield "findings: []"
    yield f"\n# The branches' answers: `make forms YEAR={year}`, then `wellbeing forms read --year {year}`; or by hand."
    yield "measures:"
    yield from _proposed(year, plan, previous)
    yield "\n# The group's own judgement: towards, partly, away, cannot_assess. Beside the figures, not made from them."
    yield "objectives:"
    for key in plan.objectives:
        last = f"; {year - 1}: {previous.objectives[key].judgement}" if previous and key in previous.objectives else ""
        yield f'  {key}:  # {MARK}: {{judgement: ..., reasoning: {{fi: "...", en: "..."}}}}{last}'
    yield "\n# What people want to say beside an indicator. No causes: a measure and a figure stand side by side."
    yield "remarks:"
    if previous and previous.remarks:
        yield f"  # {year - 1} had a remark on: {', '.join(previous.remarks)}"
    yield "\n# For each measure or objective: keep, change, drop, or new (N16, P1.3) with a text of its own."
    yield f'proposals:\n  # {MARK}: M01: {{decision: keep, text: {{fi: "...", en: "..."}}}}'
    yield f'\ncouncil:  # {MARK}: what the council is asked, such as\n  # - {{fi: "...", en: "..."}}'
    yield "\n# The last entry that is not `noted` decides what the page says of itself."
    yield f"handling:  # {MARK}: who has handled it, such as"
    yield f'  # - {{body: {{fi: "...", en: "..."}}, date: {year + 1}-03-10, decision: draft, version: 1}}'
    yield "  # decision: approved needs no_personal_data: true as well: no text names or shows a person"


def _proposed(year: int, plan: Plan, previous: AnnualAssessment | None) -> Iterator[str]:
    """What last year's paper proposed, for a person to carry into the plan; a measure that simply goes on is left out.

    Whether the council approved it is told too: until it has, nothing of it belongs in the plan.
    """
    given = {key: one for key, one in (previous.proposals if previous else {}).items() if one.decision != "keep"}
    if not previous or not given:
        return
    yield f"  # {year - 1} proposed these, and is {'approved' if previous.approved else 'NOT APPROVED YET'}."
    for key, one in given.items():
        yield f"  # {key}: {one.decision}: {one.text.fi}"
        if key in plan.measures and one.decision == "drop":
            yield f"  #   {MARK}: in the plan, {key}: until: {year - 1}"
        elif one.decision == "new" and key not in plan.measures and key not in plan.objectives:
            yield f"  #   {MARK}: in the plan, {key} under its objective, with since: {year}"
        elif one.decision == "change":
            yield f"  #   {MARK}: in the plan, {key}: the changed text or deadline"


def unsettled(params: Params) -> Iterator[str]:
    """What last year's paper proposed to drop or add, and the plan does not show this year."""
    plan, previous = params.plan, params.previous
    for key, one in (previous.proposals if previous else {}).items():
        known = plan is not None and (key in plan.measures or key in plan.objectives)
        if one.decision == "drop" and known:
            yield f"{key}: {params.year - 1} proposed to drop it; the plan still has it (until: {params.year - 1})"
        if one.decision == "new" and not known:
            yield f"{key}: {params.year - 1} proposed it as new; the plan does not have it (since: {params.year})"


def undecided(page: Appendix) -> tuple[Proposed, ...]:
    """The joys and worries that the rule proposes and nobody has decided on."""
    given = page.params.assessment.findings if page.params.assessment else ()
    decided = {(one.side, one.indicator) for one in given}
    found = proposals({verdict.key: verdict for verdict in page.shown})
    return tuple(one for one in found if (one.side, one.key) not in decided)


def write_proposals(page: Appendix) -> list[Proposed]:
    """Write what nobody has decided on into the year's params, each once; what was written.

    A person then sets `decision` (accept, reword with a text, reject) and the reason. Until then the page shows it as
    the rule's proposal in a draft, and not at all once approved.
    """
    path = page.params.folder / f"{page.params.year}.yaml"
    text = read_text(path)
    there = {(one.get("side"), one.get("indicator")) for one in parsed(text, path.name).get("findings") or ()}
    added = [one for one in undecided(page) if (one.side, one.key) not in there]
    lines = [
        line
        for one in added
        for line in (
            f"  # {page.words.finding(page.verdicts[one.key])}  ({', '.join(one.why)})",
            f"  - indicator: {one.key}",
            f"    side: {one.side}",
            f"    decision:  # {MARK}: accept, reword (with text) or reject",
            f'    reason:  # {MARK}: {{fi: "...", en: "..."}}',
        )
    ]
    if added:
        written = with_items(text, "findings", lines)
        checked(AnnualAssessment, parsed(written, path.name), f"{path.parent.name}/{path.name}")
        write_text(path, written, before=text)
    return added
