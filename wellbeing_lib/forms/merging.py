"""Brings the forms of a year together: who has answered, what contradicts, and the params file that follows.

The forms add to params/<year>.yaml and take nothing out of it: an answer given by telephone stays, and a branch whose
form did not come simply has no entry, which is what the page then says. A form is a branch's whole answer on status
and remark; an empty cell for evidence or resources says nothing, so what stands in the file stays.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..faults import InputError
from ..params import AnnualAssessment, Params
from ..params.personal import NAMES, kinds_of, refuse_personal
from ..params.reading import checked, parsed, read_text, short
from ..params.writing import with_entries, with_items
from ..spreadsheet_texts import shown_name
from .layout import Respondent, respondents
from .reading import Answer, Form, personal_faults, read_form

_OTHER_SPREADSHEETS = {".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".numbers"}


@dataclass(frozen=True)
class Answered:
    """How one branch or partner stands: its form files, and the measures it has and has not answered."""

    respondent: Respondent
    files: tuple[str, ...]
    answered: tuple[str, ...]
    missing: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """The params file as it is and as the forms make it, and each change in words."""

    before: str
    text: str
    changes: tuple[str, ...]


def answers_of(folder: Path, params: Params) -> tuple[list[Answered], list[str]]:
    """How everyone stands, in the order of the plan, and the faults of files that are nobody's form."""
    forms = _forms(folder, params)
    standing = []
    for one in respondents(params.plan).values() if params.plan else ():
        own = [form for form in forms if form.respondent and form.respondent.key == one.key]
        ids = [measure.id for measure in one.measures]
        answered = tuple(key for key in ids if any(key in form.answers for form in own))
        standing.append(
            Answered(
                respondent=one,
                files=tuple(form.path.name for form in own),
                answered=answered,
                missing=tuple(key for key in ids if key not in answered),
                faults=tuple(fault for form in own for fault in form.faults),
            )
        )
    return standing, [fault for form in forms if form.respondent is None for fault in form.faults]


def merged(folder: Path, params: Params) -> Merged:
    """What the forms make of params/<year>.yaml; raises `InputError` with every fault of every form."""
    forms = _forms(folder, params)
    order = list(params.plan.measures) if params.plan else []
    faults = [fault for form in forms for fault in form.faults]
    faults += [fault for one in _by_respondent(forms).values() for fault in (*_conflicts(one), *_gaps(one))]
    if faults:
        raise InputError(faults)
    path = params.folder / f"{params.year}.yaml"
    before = read_text(path)
    content = parsed(before, path.name)
    measures, partners = dict(content.get("measures") or {}), dict(content.get("partners") or {})
    changes: list[str] = []
    for key, one, answer in _answers(forms):
        of_measure = dict(partners.get(key) or {}) if one.partner else measures
        name = one.key if one.partner else key
        entry = _entry(answer, of_measure.get(name) or {})
        changes += _differences(f"{key} ({one.name.fi})", of_measure.get(name) or {}, entry)
        of_measure[name] = entry
        if one.partner:
            partners[key] = of_measure
    text = with_entries(before, "measures", {key: one for key, one in measures.items() if one}, order=order)
    text = with_entries(text, "partners", partners, order=order)
    text, allowed = _with_permissions(text, forms)
    changes += allowed
    refuse_personal(parsed(text, path.name), text, f"{path.parent.name}/{path.name}")
    checked(AnnualAssessment, parsed(text, path.name), f"{path.parent.name}/{path.name}")
    return Merged(before, text, tuple(changes))


def personal_in_forms(folder: Path, params: Params) -> list[str]:
    """What of the forms in a folder, if there is one, is personal data that nobody has allowed."""
    paths = _paths(folder) if folder.is_dir() else []
    return [fault for path in paths if _is_form(path) for fault in personal_faults(path, params)]


def _with_permissions(text: str, forms: list[Form]) -> tuple[str, list[str]]:
    """The params file with what the forms allow, and each new permission in words."""
    there: list[dict[str, str]] = parsed(text, "params").get("allowed_texts") or []
    lines, changes = [], []
    for form in forms:
        for one in form.permissions:
            entry = {"where": one.where, "kind": one.kind, "role": one.role, "reason": one.reason}
            if entry not in there:
                there = [*there, entry]
                said = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in entry.items()]
                lines += [f"  - {said[0]}", *(f"    {part}" for part in said[1:])]
                changes.append(f"{entry['where']}: {NAMES[one.kind]} is allowed by {one.role}: {one.reason}")
    return (with_items(text, "allowed_texts", lines) if lines else text), changes


def _forms(folder: Path, params: Params) -> list[Form]:
    """Every form of a folder; what a spreadsheet program leaves beside an open file is none."""
    if not folder.is_dir():
        raise InputError([f"{folder.name}/: there is no such folder with filled forms"])
    paths = _paths(folder)
    forms = [read_form(path, params) for path in paths if _is_form(path)]
    others = [path for path in paths if path.suffix.casefold() in _OTHER_SPREADSHEETS]
    said = "is no .xlsx; save it as an Excel workbook"
    return forms + [Form(path, faults=[f"{shown_name(path)}: {said}"]) for path in others]


def _paths(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.name[0] not in ".~"]


def _is_form(path: Path) -> bool:
    return path.suffix.casefold() == ".xlsx"


def _by_respondent(forms: list[Form]) -> dict[str, list[Form]]:
    found: dict[str, list[Form]] = {}
    for form in forms:
        if form.respondent and form.filled:
            found.setdefault(form.respondent.key, []).append(form)
    return found


def _conflicts(forms: list[Form]) -> Iterator[str]:
    """Each measure that two files of one branch answer differently."""
    for number, form in enumerate(forms):
        for key, answer in form.answers.items():
            for other in forms[:number]:
                first = other.answers.get(key)
                if first and _said(first) != _said(answer):
                    yield (
                        f"{first.at} and {answer.at}: {key} is answered in two files of one branch, and differently "
                        f"({', '.join(_apart(first, answer))}); keep one of them"
                    )


def _said(answer: Answer) -> dict[str, str]:
    return {name: getattr(answer, name) for name in ("status", "remark", "evidence", "resources")}


def _apart(first: Answer, second: Answer) -> Iterator[str]:
    one, two = _said(first), _said(second)
    for name in one:
        if one[name] != two[name]:
            yield f"{name}: {' / '.join(_shown(text) for text in (one[name], two[name]))}"


def _shown(text: str) -> str:
    return short(text) if kinds_of(text) else text or "empty"


def _gaps(forms: list[Form]) -> Iterator[str]:
    """Each status left empty in every file of a branch that has begun to answer."""
    answered = {key for form in forms for key in form.answers}
    for form in forms:
        for key, at in form.empty.items():
            if key not in answered:
                yield f"{at}: status of {key} is empty; choose one, “ei voida arvioida” where it cannot be told"


def _answers(forms: list[Form]) -> Iterator[tuple[str, Respondent, Answer]]:
    """Each answer once: where two files say the same, the first of them."""
    for own in _by_respondent(forms).values():
        first: dict[str, Answer] = {}
        for form in own:
            first |= {key: answer for key, answer in form.answers.items() if key not in first}
        for key, answer in first.items():
            if own[0].respondent:
                yield key, own[0].respondent, answer


def _entry(answer: Answer, old: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of the params file: an English text stays beside a Finnish one that did not change."""
    entry: dict[str, Any] = {"status": answer.status}
    for name in ("remark", "evidence", "resources"):
        said, before = getattr(answer, name), old.get(name) or {}
        if said:
            entry[name] = before if before.get("fi") == said else {"fi": said}
        elif before and name != "remark":
            entry[name] = before
    return entry | {"answered_by": answer.by, "answered_on": answer.on}


def _differences(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What an answer changes, one line each; who signed it is no news."""
    for part in ("status", "remark", "evidence", "resources"):
        before, after = old.get(part), new.get(part)
        if before != after:
            said = [one["fi"] if isinstance(one, Mapping) else one or "–" for one in (before, after)]
            yield f"{name}: {part}: {said[0]} -> {said[1]}"
