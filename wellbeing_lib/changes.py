"""What differs between two versions, told line by line for the minutes; reads no file.

First what people wrote and decided, then the figures that sources revised, then what follows: verdicts that turned,
figures computed anew, sentences that the page now words otherwise.
"""

import datetime
import difflib
import itertools
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from .faults import InputError
from .versions import Figure, Key, Version
from .wording import Wording
from .wording.catalogue import msg
from .wording.measures import MEASURES

Path = tuple[str, ...]
FILES = {
    "assessment": msg("The year's file"),
    "plan": msg("Plan"),
    "indicators": msg("Catalogue of indicators"),
    "municipality": msg("Municipality's file"),
}
SECTIONS = {
    "measures": msg("Measure {name}"),
    "objectives": msg("Objective {name}"),
    "remarks": msg("Remark on an indicator, {name}"),
    "proposals": msg("Proposal on the measure {name}"),
    "findings": msg("First screen, {name}"),
    "sentences": msg("Sentence of the first screen, {name}"),
    "council": msg("What the council is asked, item {name}"),
    "handling": msg("Handling, step {name}"),
}
FIELDS = {
    "status": msg("status"),
    "remark": msg("remark"),
    "evidence": msg("evidence"),
    "answered_by": msg("answered by"),
    "judgement": msg("the group's assessment"),
    "reasoning": msg("reasoning"),
    "decision": msg("decision"),
    "text": msg("wording"),
    "reason": msg("reason"),
    "well": msg("what is well"),
    "worries": msg("what worries"),
    "proposed": msg("what is proposed"),
    "body": msg("body"),
    "date": msg("date"),
    "section": msg("section of the minutes"),
    "version": msg("version"),
    "year": msg("year assessed"),
    "municipality": msg("municipality"),
    "snapshot": msg("snapshot of figures"),
    "baseline": msg("baseline"),
    "target": msg("target value"),
    "value": msg("number"),
    "deadline": msg("deadline"),
    "branch": msg("branch"),
    "resources": msg("resources"),
    "resident": msg("how a resident notices it"),
    "en": msg("in English"),
}
QUESTIONS = {
    "level": msg("change of level"),
    "relative": msg("change against similar towns"),
    "newest": msg("newest value among earlier ones"),
    "since": msg("since the baseline"),
    "target": msg("reaching the target value"),
}
BEFORE, NOW = msg("page before: {sentence}"), msg("page now: {sentence}")
PUBLISHED = ("observation", "observation_count", "area_value", "country", "region")
ECHOES = ("newest", "newest_count", "previous", "now_baseline_basis")  # the same published figure under another name


def differences(before: Version, after: Version, w: Wording) -> list[str]:
    """Every difference as a line of plain text, under headings; one line where there is none."""
    for version in (before, after):
        _refuse_odd(version, w)
    names = _names(before, w) | _names(after, w)
    people, texts = _people(before, after, names, w)
    revised, computed = _figures(before.figures, after.figures, names, w)
    follows = [*_verdicts(before, after, names, w), *computed, *_sentences(before, after, texts, w)]
    lines = [w.text("Changes: {before} → {after}", before=before.name, after=after.name)]
    for heading, found in (
        (w.text("What people wrote and decided"), people),
        (w.text("Figures that the sources revised or added"), revised),
        (w.text("What follows from these"), follows),
    ):
        lines += ["", heading, *(f"- {one}" for one in found)] if found else []
    lines += [] if len(lines) > 1 else ["", w.text("Nothing differs.")]
    return [*lines, *_notes(before, after, w)]


def _refuse_odd(version: Version, w: Wording) -> None:
    """Stop at params of a shape that has no names to tell a difference by; a version may be of any time."""
    try:
        names = _names(version, w)
        leaves = [path for file in FILES for path, _ in _leaves(version.params[file])]
        whole = all(isinstance(part, str) for part in (*names, *names.values(), *itertools.chain(*leaves)))
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        why = f"{type(error).__name__} at {str(error)[:80]}"
    else:
        why = "" if whole else "a name in it is no text"
    if why:
        raise InputError([f"{version.name}: its params cannot be compared, for they have another shape ({why})"])


def _notes(before: Version, after: Version, w: Wording) -> Iterator[str]:
    """What a reader must know of the comparison itself."""
    if before.figures is None or after.figures is None:
        yield ""
        yield w.text("Only what people wrote was compared: a year of params holds no figures.")
    elif before.code_version != after.code_version:
        yield ""
        codes = {"before": before.code_version, "after": after.code_version}
        yield w.text("The two were computed by different programs ({before}, {after}): that can show above.", **codes)


def _names(version: Version, w: Wording) -> dict[str, str]:
    """What a person calls each indicator, objective and measure."""
    catalogue = version.params["indicators"]["indicators"]
    names = {key: entry["name"]["fi"] for key, entry in catalogue.items()}
    names |= {f"{side} {key}": f"{w.side_label(side)}: {names[key]}" for side in ("joy", "worry") for key in catalogue}
    for priority in version.params["plan"]["priorities"]:
        for objective in priority["objectives"]:
            for one in (priority, objective, *objective.get("measures", ())):
                names[one["id"]] = f"{one['id']} ({textwrap.shorten(one['fi'], 60, placeholder=' …')})"
    return names


# what people wrote


def _people(before: Version, after: Version, names: Mapping[str, str], w: Wording) -> tuple[list[str], set[str]]:
    """A line for each value that differs in params, and the texts told in them."""
    lines, texts = [], set()
    for file in FILES:
        old, new = dict(_leaves(before.params[file])), dict(_leaves(after.params[file]))
        changed = [path for path in dict.fromkeys([*new, *old]) if old.get(path) != new.get(path)]
        english = [path for path in changed if path[-1] == "en" and (*path[:-1], "fi") in changed]
        for path in (path for path in changed if path not in english):
            values = old.get(path), new.get(path)
            texts |= {str(text) for text in values if text and path[-1] in ("fi", "en")}
            lines.append(f"{_subject(file, path, names, w)}: {_change(path, *values, w)}")
    return lines, texts


def _leaves(content: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a file with the keys that lead to it; an entry of a list is known by its id, else its number."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(content, list) and content and isinstance(content[0], Mapping):
        for number, entry in enumerate(content, 1):
            known = entry.get("id") or (f"{entry['side']} {entry['indicator']}" if "side" in entry else str(number))
            rest = {key: value for key, value in entry.items() if key not in ("id", "side", "indicator")}
            yield from _leaves(rest, (*path, known))
    elif content not in (None, []):  # an empty place says nothing yet
        yield path, ", ".join(map(str, content)) if isinstance(content, list) else content


def _subject(file: str, path: Path, names: Mapping[str, str], w: Wording) -> str:
    """What a value is, in words: "Toimenpide M11 (...), huomio"."""
    named = max((at for at, part in enumerate(path) if part in names), default=None)
    if file == "assessment" and path[0] in SECTIONS and len(path) > 1:
        at = 1 if named is None else named
        name = names.get(path[at], w.text(FIELDS[path[at]]) if path[at] in FIELDS else path[at])
        head = [w.text(SECTIONS[path[0]], name=name)]
    else:
        at = -1 if named is None else named
        head = [w.text(FILES[file]), *([names[path[at]]] if named is not None else [])]
    rest = [w.text(FIELDS[part]) if part in FIELDS else part for part in path[at + 1 :] if part != "fi"]
    return ", ".join([*head, *rest])


def _change(path: Path, before: Any, after: Any, w: Wording) -> str:
    if before is None:
        return w.text("added: {value}", value=_value(path, after, w))
    if after is None:
        return w.text("taken away: {value}", value=_value(path, before, w))
    return f"{_value(path, before, w)} → {_value(path, after, w)}"


def _value(path: Path, value: Any, w: Wording) -> str:
    """A code in its words, a text in quotation marks, a date as it is written, anything else as it is."""
    labels = {"status": w.status_label, "judgement": w.judgement_label, "decision": w.decision_label}
    if path[-1] in labels:
        try:
            return labels[path[-1]](value)
        except (LookupError, TypeError):  # a code of another time
            return str(value)
    if isinstance(value, datetime.date):
        return w.date(value)
    return f"”{value}”" if path[-1] in ("fi", "en") else str(value)


# figures and what follows


def _figures(
    before: Mapping[Key, Figure] | None, after: Mapping[Key, Figure] | None, names: Mapping[str, str], w: Wording
) -> tuple[list[str], list[str]]:
    """Lines for published figures that differ, each told once, and for computed ones that are now shown otherwise."""
    old, new = before or {}, after or {}
    pairs = {key: (old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])} if before and after else {}
    revised: dict[tuple[str, str, str, bool], str] = {}
    for key, pair in pairs.items():
        if key[-1] in PUBLISHED and _exact(pair[0]) != _exact(pair[1]):
            revised.setdefault(_published(key), _figure(key, *pair, names, w))
    computed = [
        _figure(key, *pair, names, w)
        for key, pair in pairs.items()
        if _shown(pair[0]) != _shown(pair[1])
        and key[-1] not in PUBLISHED
        and not (key[-1] in ECHOES and _published(key) in revised)
    ]
    return list(revised.values()), computed


def _published(key: Key) -> tuple[str, str, str, bool]:
    """What was published, whatever the page calls it: indicator, area, year, and whether people or the value."""
    return (*key[:3], key[-1].endswith("count"))


def _figure(key: Key, before: Figure | None, after: Figure | None, names: Mapping[str, str], w: Wording) -> str:
    indicator, area, year, measure = key
    what = [names[indicator]] if indicator in names else []
    if measure not in ("observation", "area_value"):
        what.append(w.measure_label(measure) if measure in MEASURES else w.text("mean age of the newest figures"))
    return f"{', '.join([*what, f'{w.place(area)} {year}'.strip()])}: {_shown(before)} → {_shown(after)}"


def _exact(figure: Figure | None) -> str:
    return figure.value if figure else ""


def _shown(figure: Figure | None) -> str:
    return figure.shown if figure else "–"


def _verdicts(before: Version, after: Version, names: Mapping[str, str], w: Wording) -> Iterator[str]:
    """The verdicts that turned, question by question."""
    labels = {
        "level": w.level_label,
        "relative": w.relative_label,
        "newest": w.newest_label,
        "since": w.since_label,
        "target": w.target_label,
    }
    old, new = before.verdicts or {}, after.verdicts or {}
    for key in dict.fromkeys([*old, *new]) if old and new else ():
        for question, said in QUESTIONS.items():
            kinds = [one.get(key, {}).get(question) for one in (old, new)]
            if kinds[0] != kinds[1]:
                was, now = (labels[question](kind) if kind else "–" for kind in kinds)
                yield f"{names.get(key, key)}, {w.text(said)}: {was} → {now}"


def _sentences(before: Version, after: Version, told: set[str], w: Wording) -> Iterator[str]:
    """The page's own sentences that only one version has, in the page's order.

    Those that repeat what people wrote have been told already.
    """
    old, new = before.sentences or (), after.sentences or ()
    matched = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if old and new else ()
    for _, i, j, k, m in matched:
        for side, sentences, others in ((BEFORE, old[i:j], new), (NOW, new[k:m], old)):
            fresh = [one for one in sentences if one not in others]
            yield from (
                w.text(side, sentence=one) for one in fresh if not any(one in text or text in one for text in told)
            )
