"""Titles of indicators: whether two are the same, and a person's acceptance of a new one; never by likeness.

Likeness would be wrong: the titles of the breast and colorectal screenings are alike by .92. So both are brought to
one spelling, and then they are equal or they are not.
"""

import html
import io
import os
import re
from pathlib import Path
from typing import Any

from ..faults import InputError
from ..params.reading import read_yaml

_SPELLINGS = (
    (re.compile(r"vastaavan ?ikäis"), "vastaavan ikäis"),
    (re.compile(r"vuotiaaiden"), "vuotiaiden"),
)


def normalised(title: str) -> str:
    """A title in one spelling: entities, spaces, dashes, case and the known variants of a word.

    >>> normalised("Lihavia (BMI&#8805;30), 0 – 17-vuotiaat, % vastaavanikäisestä&nbsp;väestöstä ")
    'lihavia (bmi≥30), 0-17-vuotiaat, % vastaavan ikäisestä väestöstä'
    """
    text = html.unescape(html.unescape(title))
    text = re.sub(r"[\u2010-\u2015\u2212\u00ad]", "-", text)
    text = re.sub(r"\s*-\s*(?=\d)", "-", " ".join(text.split()).casefold())
    for found, spelling in _SPELLINGS:
        text = found.sub(spelling, text)
    return text


def shown_title(title: str) -> str:
    """Upstream's title as a person reads it: entities resolved, spaces single."""
    return " ".join(html.unescape(html.unescape(title)).split())


def write_title(params_folder: Path, indicator: str, titles: dict[str, str]) -> str:
    """Write an accepted title into indicators.yaml and mark it confirmed; comments and order stay as they are."""
    from ruamel.yaml import YAML  # slow, and only a person's acceptance needs it

    path = params_folder / "indicators.yaml"
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 100_000
    text = path.read_text(encoding="utf-8")
    content = yaml.load(text)
    entry = content["indicators"][indicator]
    before = str(entry["title"]["fi"])
    for language, title in titles.items():
        entry["title"][language] = _like(entry["title"][language], title)
    if "title_confirmed" in entry:
        entry["title_confirmed"] = True
    written = io.StringIO()
    yaml.dump(content, written)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(_lines_kept(text, written.getvalue(), yaml), encoding="utf-8")
    temporary.replace(path)
    read_yaml(path)
    return before


def _like(before: Any, title: str) -> Any:
    """The new title in the quotes that the old one had."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

    return (
        SingleQuotedScalarString(title) if type(before) is SingleQuotedScalarString else DoubleQuotedScalarString(title)
    )


def _lines_kept(before: str, after: str, yaml: Any) -> str:
    """The new text with the old layout wherever only the layout differs from what ruamel would write."""
    untouched = io.StringIO()
    yaml.dump(yaml.load(before), untouched)
    return after if untouched.getvalue() == before else _patched(before, untouched.getvalue(), after)


def _patched(before: str, untouched: str, after: str) -> str:
    """Apply to the old text the lines that the new title has changed between two of ruamel's own writings."""
    import difflib

    old, new, text = untouched.splitlines(True), after.splitlines(True), before
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "insert" or before.count(removed) != 1:
            raise InputError(
                ["indicators.yaml: the title cannot be written in place; change it by hand to the one above"]
            )
        text = text.replace(removed, added)
    return text
