"""Hands the runner's pages to its kernels, and lets a kernel tell what its chapter looked at; no notebook runs here.

A page is assessed once and read by every chapter in every language. What a chapter asks of the year's assessment is
written down with the answers: as long as all of those stay the same, and all else that went in, so does the chapter.
"""

import json
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import forks

PAGES = "WELLBEING_PAGES"  # where the runner's pages lie, for as long as the chapters run
WHOLE = "*"  # a question that only the whole assessment answers
ABSENT = "absent"

_asked: set[str] | None = None  # None: this process has not been handed the page it shows


@contextmanager
def handed_over(pages: Mapping[tuple, object], folder: Path) -> Iterator[None]:
    """Let every kernel that starts in this block find `pages`, keyed as `handed` asks for them, in a private folder."""
    path = folder / f"pages-{os.getpid()}.pickle"
    path.write_bytes(pickle.dumps(dict(pages)))
    os.environ[PAGES] = str(path)
    try:
        yield
    finally:
        del os.environ[PAGES]
        path.unlink(missing_ok=True)


def handed(key: tuple) -> Any:
    """The page that the runner has handed over under `key`, None where there is none: then one has to be loaded."""
    global _asked
    if PAGES not in os.environ:
        return None
    page = pickle.loads(Path(os.environ[PAGES]).read_bytes()).get(key)  # noqa: S301 - written by our own runner
    if page is None:
        os.environ.pop(PAGES)  # what is loaded instead is not watched, and so the chapter must always be run
        _asked = None
    elif _asked is None:
        _asked = set()
    return page


def watched(assessment: Any) -> Any:
    """The assessment as it is, with every question that is put to it written down."""
    return None if assessment is None or _asked is None else Watched(assessment, _asked)


def told() -> str:
    """What the chapter of this kernel asked and which files it opened, as JSON; null where that is not known.

    What was asked is null also where the chapter has loaded a page of its own.
    """
    if forks.opened is None:
        return "null"
    asked = None if _asked is None else sorted(_asked)
    return json.dumps({"asked": asked, "opened": sorted(forks.opened - {os.environ.get(PAGES)})})


def answers(assessment: Any, asked: Iterable[str]) -> dict[str, str]:
    """What an assessment answers to each question today, so that it can be compared with what it answered before."""
    return {question: _answer(assessment, question) for question in asked}


def _answer(assessment: Any, question: str) -> str:
    name, _, key = question.partition("/")
    if question == WHOLE or assessment is None:
        return repr(assessment)
    value: Any = getattr(assessment, name, ABSENT)  # an older library may have known other names
    return repr(value.get(key, ABSENT) if key else value)


class Watched:
    """Stands in for an assessment in a kernel. What it does not know how to watch counts as asking for the whole."""

    def __init__(self, assessment: Any, asked: set[str]) -> None:
        self._assessment, self._asked = assessment, asked

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._assessment, name)
        if isinstance(value, Mapping):
            return WatchedMapping(value, name, self._asked)
        self._asked.add(WHOLE if callable(value) or name.startswith("_") else name)
        return value

    def _whole(self) -> Any:
        self._asked.add(WHOLE)
        return self._assessment

    def __eq__(self, other: object) -> bool:
        return self._whole() == other

    def __hash__(self) -> int:
        return hash(self._whole())

    def __repr__(self) -> str:
        return repr(self._whole())

    def __str__(self) -> str:
        return str(self._whole())

    def __iter__(self) -> Iterator:
        return iter(self._whole())

    def __reduce__(self) -> Any:
        return _itself, (self._whole(),)


class WatchedMapping(Mapping):
    """A mapping of the assessment: asking for one key is written down as that, all else as asking for all of it."""

    def __init__(self, mapping: Mapping, name: str, asked: set[str]) -> None:
        self._mapping, self._name, self._asked = mapping, name, asked

    def __getitem__(self, key: str) -> Any:
        self._asked.add(f"{self._name}/{key}")
        return self._mapping[key]

    def __contains__(self, key: object) -> bool:
        self._asked.add(f"{self._name}/{key}")
        return key in self._mapping

    def __iter__(self) -> Iterator:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def __repr__(self) -> str:
        return repr(self._whole())

    def __reduce__(self) -> Any:
        return _itself, (self._whole(),)

    def _whole(self) -> Mapping:
        self._asked.add(self._name)
        return self._mapping


def _itself(value: Any) -> Any:
    return value
