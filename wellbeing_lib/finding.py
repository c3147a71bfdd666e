"""Finds an indicator by words, in the catalogue and in the snapshot; no verdicts."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup, escape

from .appendix import ROOT
from .observations import load_snapshot
from .params import Indicator, load_indicators, load_params, years_at_hand

SHORTEST = 3  # letters of a word that is looked for; shorter ones ("ja", "of") say nothing
HEAD, CELL = Markup("<th scope='col'>{}</th>"), Markup("<td>{}</td>")
ENOUGH = 0.3  # how well the words of a question must be met, of 1


@dataclass(frozen=True)
class Match:
    """One indicator that was found: its key in the catalogue ("" where it is only in the snapshot) and its figures."""

    key: str
    code: str
    fi: str
    en: str
    figures: str


@dataclass(frozen=True)
class Matches:
    """What `explore` found, the best first; shows itself as a small table."""

    heads = ("key", "suomeksi", "in English", "series", "figures")
    rows: tuple[Match, ...]

    def __iter__(self) -> Iterator[Match]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys that are in the catalogue."""
        return tuple(row.key for row in self.rows if row.key)

    def _lines(self) -> list[tuple[str, ...]]:
        return [(row.key or "(not in the catalogue)", row.fi, row.en, row.code, row.figures) for row in self.rows]

    def __repr__(self) -> str:
        if not self.rows:
            return "Nothing found. Try one word, or its beginning."
        table = [self.heads, *self._lines()]
        widths = [max(len(line[n]) for line in table) for n in range(len(self.heads))]
        return "\n".join(
            "  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)) for line in table
        )

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{escape(repr(self))}</p>"
        head = _row(HEAD, self.heads)
        return (
            f"<table><thead>{head}</thead><tbody>{''.join(_row(CELL, line) for line in self._lines())}</tbody></table>"
        )


def explore(words: str, *, root: Path = ROOT) -> Matches:
    """Find indicators by words in Finnish or English, in the catalogue and in the newest assessment's snapshot.

    Endings, capitals and dots above letters do not matter ("tyottomia" finds "työttömien"); the best match is first.
    """
    indicators = load_indicators(root / "params")
    params = load_params(max(years_at_hand(root / "params")), folder=root / "params")
    snapshot = load_snapshot(root / "data" / "snapshots" / params.snapshot)
    own = snapshot.observations[snapshot.observations["area"] == params.area]
    years = {str(code): f"{rows.min()}–{rows.max()}" for code, rows in own.groupby("indicator")["year"]}
    series = {one["indicator"]: one["title"] for one in snapshot.package["series"]}
    catalogued = {indicator.code for indicator in indicators.values()}
    found = [
        (
            _met(words, _titles(one, series.get(one.code, "")), _notes(one)),
            Match(one.key, one.code, one.name.fi, one.name.en, years.get(one.code, "none yet")),
        )
        for one in indicators.values()
    ]
    found += [
        (_met(words, f"{title} {code}", ""), Match("", code, title, "", years.get(code, "none here")))
        for code, title in series.items()
        if code not in catalogued
    ]
    ranked = sorted((pair for pair in found if pair[0] >= ENOUGH), key=lambda pair: -pair[0])
    return Matches(tuple(match for _, match in ranked[:12]))


def _titles(indicator: Indicator, upstream: str) -> str:
    texts = (indicator.name, indicator.title)
    return " ".join([indicator.key, indicator.code, upstream, *(text[code] for text in texts for code in ("fi", "en"))])


def _notes(indicator: Indicator) -> str:
    texts = [indicator.says, *([indicator.note] if indicator.note else [])]
    return " ".join([indicator.group, indicator.theme, *(text[code] for text in texts for code in ("fi", "en"))])


def _met(words: str, titles: str, notes: str) -> float:
    """How well the words are met on average; what only a note says counts for less than a title."""
    asked = [word for word in _tokens(words) if len(word) >= SHORTEST or word.isdigit()]
    first, second = set(_tokens(titles)), set(_tokens(notes))
    best = [max(_nearness(word, first), 0.7 * _nearness(word, second)) for word in asked]
    return sum(best) / len(best) if best else 0.0


def _nearness(word: str, tokens: Iterable[str]) -> float:
    return max((_alike(word, token) for token in tokens), default=0.0)


def _alike(word: str, token: str) -> float:
    """1 for the same word, less for another ending, for a part of a compound, and for a slip of the finger."""
    if word == token:
        return 1.0
    if len(word) > SHORTEST and word in token:
        return 0.9 if token.startswith(word) else 0.75
    shared = next((n for n, pair in enumerate(zip(word, token, strict=False)) if pair[0] != pair[1]), len(token))
    shorter, longer = sorted((len(word), len(token)))
    ending = 0.4 * (shared / shorter + shared / longer) if shared >= max(4, 0.5 * shorter) else 0.0
    close = difflib.SequenceMatcher(None, word, token)
    if shorter < 5 or close.real_quick_ratio() < 0.8 or close.quick_ratio() < 0.8 or close.ratio() < 0.8:
        return ending
    return max(ending, 0.7 * close.ratio())


def _tokens(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain)


def _row(cell: Markup, texts: Iterable[str]) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(cell.format(text) for text in texts))
