"""Reads a json-stat2 dataset into a plain table; dimensions are known by their role or label, never by their code.

Our own reader, because pyjstat's way to a table warns that it is deprecated and drops `status`, and pxwebpy speaks
version 2 of the PxWeb API only, while Statistics Finland answers version 1 (both tried in November 2026).
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..plain_numbers import decimal_number, whole_number
from .web import ODD, OddAnswerError

_LABELS = {
    "area": ("alue", "kunta", "maakunta", "vaalipiiri", "area", "region", "municipality"),
    "time": ("vuosi", "kuukausi", "vuosineljännes", "year", "month", "quarter"),
    "content": ("tiedot", "information", "data"),
    "sex": ("sukupuoli", "gender", "sex"),
}
_MOST_CELLS = 200_000  # twice what may be asked for at once; a sparse dataset can claim any number
_ROLES = {"geo": "area", "time": "time", "metric": "content"}


class Cell(NamedTuple):
    """One cell: its categories as (code, label) by the meaning of their dimension; `value` is None where missing."""

    categories: Mapping[str, tuple[str, str]]
    value: float | None
    status: str | None


def meaning(label: str) -> str:
    """What a dimension of this label is about: area, time, content, sex, or the label itself.

    >>> meaning("Alue 2017"), meaning("Vaalipiiri ja kunta"), meaning("Tiedot"), meaning("Ikä")
    ('area', 'area', 'content', 'ikä')
    """
    words = label.casefold().split()
    return next((known for known, labels in _LABELS.items() if words and words[0] in labels), label.casefold())


def read_cells(answer: Any) -> list[Cell]:
    """Every cell of a json-stat2 dataset, in the order of the dataset."""
    try:
        names, categories = _dimensions(answer)
        size = [whole_number(number) for number in answer["size"]]
        values, status = answer["value"], answer.get("status")
        if [len(each) for each in categories] != size:
            raise OddAnswerError("a json-stat dataset whose sizes do not fit its categories")
        total = math.prod(size)
        if total > _MOST_CELLS:
            raise OddAnswerError(f"a json-stat dataset of {total:,} cells")
        if isinstance(values, list) and len(values) != total:
            raise OddAnswerError(f"a json-stat dataset with {len(values)} values for {total} cells")
        combined = itertools.product(*categories)
        return [
            Cell(dict(zip(names, each, strict=True)), _value(_at(values, index, None)), _at(status, index, None))
            for index, each in enumerate(combined)
        ]
    except ODD as error:
        raise OddAnswerError(f"no json-stat2 dataset ({type(error).__name__}: {error})") from None


def _dimensions(answer: Mapping[str, Any]) -> tuple[list[str], list[list[tuple[str, str]]]]:
    """The meaning of each dimension and its categories as (code, label), both in the dataset's order."""
    roles = {
        code: _ROLES[role] for role, codes in (answer.get("role") or {}).items() if role in _ROLES for code in codes
    }
    names, categories = [], []
    for code in answer["id"]:
        dimension = answer["dimension"][code]
        names.append(roles.get(code) or meaning(dimension.get("label") or code))
        categories.append(_categories(dimension["category"]))
    if len(set(names)) != len(names):
        raise OddAnswerError(f"a json-stat dataset whose dimensions cannot be told apart: {', '.join(names)}")
    return names, categories


def _categories(category: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Codes in their order: the index is a list, a mapping to positions, or absent for a single category."""
    labels = category.get("label") or {}
    index = category.get("index", list(labels))
    codes: Sequence[str] = sorted(index, key=index.__getitem__) if isinstance(index, Mapping) else index
    return [(str(code), str(labels.get(code, code))) for code in codes]


def _value(written: Any) -> float | None:
    """A cell's value as JSON has it: a number or nothing, never a text."""
    if written is None:
        return None
    if isinstance(written, str):
        raise TypeError(f'"{written[:40]}" is no number')
    return decimal_number(written)


def _at(values: Any, index: int, default: Any) -> Any:
    """The value at a position of a dense list or a sparse mapping; a lone status is everyone's."""
    if isinstance(values, Mapping):
        return values.get(str(index), default)
    return values[index] if isinstance(values, list) else values
