"""Titles of indicators: whether two are the same, and a person's acceptance of a new one; never by likeness.

Likeness would be wrong: the titles of the breast and colorectal screenings are alike by .92. So both are brought to
one spelling, and then they are equal or they are not.
"""

import html
import re
from pathlib import Path

from ..params.reading import parsed, read_text
from ..params.texts import inert
from ..params.writing import with_entries, write_text

_SPELLINGS = (
    (re.compile(r"vastaavan ?ikäis"), "vastaavan ikäis"),
    (re.compile(r"vuotiaaiden"), "vuotiaiden"),
)
_LONGEST = 2000  # letters; the longest of all titles has some 200
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}


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
    """Upstream's title as a person reads it: entities resolved, spaces single, nothing in it that could act.

    Some titles of Sotkanet hold the dash of Windows as a control character; one such title must not stop a fetch.
    Raises ValueError for a text that is too long to be a title.

    >>> shown_title("Overweight (BMI&#8805;25 kg/m2) in those aged 15\x9664")
    'Overweight (BMI≥25 kg/m2) in those aged 15–64'
    """
    if len(title) > _LONGEST:
        raise ValueError(f"a title of {len(title):,} letters")
    return inert(" ".join(html.unescape(html.unescape(title)).translate(_WINDOWS).split()))


def write_title(params_folder: Path, indicator: str, titles: dict[str, str]) -> str:
    """Write an accepted title into indicators.yaml and mark it confirmed; comments and order stay as they are."""
    path = params_folder / "indicators.yaml"
    text = read_text(path)
    entries = parsed(text, f"{params_folder.name}/{path.name}")["indicators"]
    before = entries[indicator]
    after = before | {"title": before["title"] | titles}
    if "title_confirmed" in before:
        after["title_confirmed"] = True
    write_text(path, with_entries(text, "indicators", {indicator: after}, order=list(entries)), before=text)
    return str(before["title"]["fi"])
