"""Writes answers into a params file in place: what is not changed keeps its bytes, its comments and its order.

The places come from the parser, the text from here. (ruamel.yaml hangs the comment between two sections on the last
value of the first, and loses it together with that value: the very one that an answer replaces.)
"""

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ..faults import InputError
from ..whole import write_whole
from .reading import parsed, read_text

WIDTH = 120
Pairs = list[tuple[yaml.ScalarNode, yaml.Node]]


def with_entries(text: str, section: str, entries: Mapping[str, Mapping[str, Any]], *, order: Sequence[str]) -> str:
    """The text of a params file with some entries of a section as given; one that is so already is not touched.

    A new entry comes after the one before it in `order`. The values are texts, numbers, dates and mappings of them.
    """
    for key in [key for key in order if key in entries]:
        old = (parsed(text, section) or {}).get(section) or {}
        if old.get(key) != entries[key]:
            before = [one for one in order[: order.index(key)] if one in old]
            text = _with_entry(text, section, key, entries[key], after=before[-1] if before else None)
    return text


def with_items(text: str, section: str, lines: Sequence[str]) -> str:
    """The text with lines added at the end of a section that is a list; the lines are YAML, two spaces in."""
    found = _section(text, section)
    if found is None:
        return f"{text.rstrip()}\n\n{section}:\n" + "".join(f"{line}\n" for line in lines)
    key, node = found
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _inserted(text, _end(text, node), lines)
    return _inserted(text[: key.end_mark.index] + ":" + text[_end(text, node) :], key.end_mark.index + 1, lines)


def write_text(path: Path, text: str, *, before: str | None = None) -> None:
    """Replace a file by a text, whole or not at all.

    `before` is the text that the new one was made from; raises `InputError` where the file holds another by now, so
    that what a person has saved in the meantime is not lost.
    """
    if before is not None and read_text(path) != before:
        shown = f"{path.parent.name}/{path.name}"
        raise InputError([f"{shown}: has been changed in the meantime; nothing was written, run the command again"])
    write_whole(path, text.encode())


def _with_entry(text: str, section: str, key: str, entry: Mapping[str, Any], *, after: str | None) -> str:
    found = _section(text, section)
    if found is None:
        return f"{text.rstrip()}\n\n{section}:\n  {key}:\n" + "".join(f"{line}\n" for line in _lines(entry, 4))
    name, node = found
    pairs: Pairs = node.value if isinstance(node, yaml.MappingNode) and not node.flow_style else []
    there = next(((one, value) for one, value in pairs if one.value == key), None)
    if there:
        return _replaced(text, *there, entry)
    lines = [f"  {key}:", *_lines(entry, 4)]
    if not pairs and node.value:
        raise InputError([f"{section}: must have each entry on a line of its own before anything can be added"])
    if not pairs:
        rest = text[: name.end_mark.index] + ":" + text[_end(text, node) :]
        return _inserted(rest, name.end_mark.index + 1, lines)
    place = next((_end(text, value) for one, value in pairs if one.value == after), None)
    return _inserted(text, name.end_mark.index + 1 if place is None else place, lines)


def _replaced(text: str, key: yaml.ScalarNode, node: yaml.Node, entry: Mapping[str, Any]) -> str:
    """One entry rewritten: fields that stay keep their lines, comments that would be lost stand above the rest."""
    pairs: Pairs = node.value if isinstance(node, yaml.MappingNode) else []
    old = {one.value: value for one, value in pairs}
    kept: dict[str, tuple[int, int]] = {}
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        content = parsed(text[_line_start(text, node.start_mark.index) : _end(text, node)], key.value)
        kept = {
            one.value: (_line_start(text, one.start_mark.index), _end(text, value))
            for one, value in pairs
            if content[one.value] == entry.get(one.value)
        }
    start, end = key.end_mark.index, _end(text, node)
    lines = _comments(text, start, end, [*kept.values(), *map(_span, _scalars(node))])
    for field in [*(name for name in old if name in entry), *(name for name in entry if name not in old)]:
        before = old.get(field)
        laid_out = isinstance(before, yaml.MappingNode) and not before.flow_style
        lines += [text[slice(*kept[field])]] if field in kept else _lines({field: entry[field]}, 4, flow=not laid_out)
    return text[:start] + ":\n" + "\n".join(lines) + text[end:]


def _section(text: str, section: str) -> tuple[yaml.ScalarNode, yaml.Node] | None:
    """The key and the value of a section, with their places in the text."""
    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    pairs: Pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == section), None)


def _inserted(text: str, place: int, lines: Sequence[str]) -> str:
    """Lines put in after the line that `place` is on."""
    text = text if text.endswith("\n") else text + "\n"
    at = text.index("\n", place) + 1
    return text[:at] + "".join(f"{line}\n" for line in lines) + text[at:]


def _end(text: str, node: yaml.Node) -> int:
    """Where a value ends: a block's own mark lies beyond the comments that follow it, its last leaf's does not."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start, end = _span(node)
    if start == end:  # no value: the place before the comment, not after it
        return len(text[: text.rindex(":", 0, end + 1) + 1]) if text[end : end + 1] == ":" else end
    return start + len(text[start:end].rstrip())


def _span(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _scalars(node: yaml.Node) -> list[yaml.Node]:
    """Every key and value at the ends of the tree."""
    if isinstance(node, yaml.ScalarNode):
        return [node]
    inner = node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
    return [leaf for one in inner for leaf in _scalars(one)]


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _comments(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The comments between two places, outside the spans, each as a line four spaces in."""
    for first, last in spans:
        if start <= first:
            text = text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:]
    return [f"    {found.strip()}" for found in re.findall(r"(?m)(?<=\s)#.*$", text[start:end])]


def _lines(entry: Mapping[str, Any], indent: int, *, flow: bool = True) -> list[str]:
    """A mapping as lines of YAML; the inner ones on one line where they fit, unless they are to be laid out."""
    lines = []
    for key, value in entry.items():
        name = " " * indent + f"{key}:"
        if not isinstance(value, Mapping):
            lines.append(f"{name} {_scalar(value)}")
            continue
        line = f"{name} {{{', '.join(f'{one}: {_scalar(said)}' for one, said in value.items())}}}"
        fits = flow and len(line) <= WIDTH and not any(isinstance(said, Mapping) for said in value.values())
        lines += [line] if fits else [name, *_lines(value, indent + 2)]
    return lines


def _scalar(value: Any) -> str:
    """A value as YAML: a word or a date as it is, any other text in double quotes, in which nothing is special."""
    if isinstance(value, str) and not (re.fullmatch(r"[a-z_]+", value) and yaml.safe_load(value) == value):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
