"""Speaks to a PxWeb API, version 1: lists a folder, asks a table for some of its cells, never more than it allows."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..faults import InputError
from .jsonstat import Cell, meaning, read_cells
from .titles import normalised
from .web import ODD, OddAnswerError, Service

CELLS = 100_000
_SEXES = {
    "yhteensä": "total",
    "miehet": "male",
    "naiset": "female",
    "total": "total",
    "males": "male",
    "females": "female",
}


@dataclass(frozen=True)
class Table:
    """A table as its folder lists it: `updated` is upstream's own time of the newest edition."""

    path: str
    name: str
    updated: str


@dataclass(frozen=True)
class Variable:
    """One dimension of a table: its code of today, what it is about, and its values as (code, label)."""

    code: str
    about: str
    values: Sequence[tuple[str, str]]
    can_be_left_out: bool


def tables(service: Service, folder: str) -> list[Table]:
    """The tables of a folder; none where there is no such folder."""
    return service.get(f"/{folder}", read=lambda answer: _read_tables(answer, folder)) or []


def _read_tables(answer: Any, folder: str) -> list[Table]:
    try:
        return [
            Table(f"{folder}/{one['id']}", str(one["text"]), str(one.get("updated") or ""))
            for one in answer
            if one.get("type") == "t"
        ]
    except ODD as error:
        raise OddAnswerError(f"no list of tables ({type(error).__name__}: {error})") from None


def variables(service: Service, table: Table) -> list[Variable]:
    """The dimensions of a table; two that are about the same are a fault that only a person can clear."""
    found = service.get(f"/{table.path}", read=_read_variables)
    if found is None:
        raise InputError([f"{service.base}/{table.path}: is listed, but is not there"])
    about = [variable.about for variable in found]
    if len(set(about)) != len(about):
        raise InputError([f"{service.base}/{table.path}: two dimensions cannot be told apart: {', '.join(about)}"])
    return found


def _read_variables(answer: Any) -> list[Variable]:
    try:
        return [
            Variable(
                code=one["code"],
                about="time" if one.get("time") else meaning(one["text"]),
                values=list(zip(map(str, one["values"]), map(str, one["valueTexts"]), strict=True)),
                can_be_left_out=bool(one.get("elimination")),
            )
            for one in answer["variables"]
        ]
    except ODD as error:
        raise OddAnswerError(f"no metadata of a table ({type(error).__name__}: {error})") from None


def cells(service: Service, table: Table, chosen: Sequence[Variable]) -> Iterator[Cell]:
    """The cells of the chosen values, in as many queries as the limit of cells asks for."""
    for query in _split(chosen):
        body = {
            "query": [
                {"code": one.code, "selection": {"filter": "item", "values": [code for code, _ in one.values]}}
                for one in query
            ],
            "response": {"format": "json-stat2"},
        }
        found = service.post(f"/{table.path}", body, read=read_cells)
        if found is None:
            raise InputError([f"{service.base}/{table.path}: is listed, but does not answer a query"])
        yield from found


def _split(chosen: Sequence[Variable]) -> Iterator[Sequence[Variable]]:
    """Halve the longest dimension until each query is under the limit."""
    if math.prod(len(one.values) for one in chosen) <= CELLS:
        yield chosen
        return
    longest = max(range(len(chosen)), key=lambda index: len(chosen[index].values))
    values = chosen[longest].values
    for half in (values[: len(values) // 2], values[len(values) // 2 :]):
        yield from _split([*chosen[:longest], replace(chosen[longest], values=half), *chosen[longest + 1 :]])


def area_of(code: str, label: str) -> str | None:
    """Our code for an area of a table, None for one that is not ours (a sub-region, a polling district).

    >>> area_of("KU205", "Kajaani"), area_of("205", "Kajaani"), area_of("041205", "205 Kajaani")
    ('205', '205', '205')
    >>> area_of("SSS", "KOKO MAA"), area_of("SK181", "Kajaanin seutukunta")
    ('SSS', None)
    """
    found = re.fullmatch(r"(?:KU)?([0-9]{3})|(MK[0-9]{2}|HVA[0-9]{2}|SSS)", code)
    if found:
        return found.group(1) or found.group(2)
    if label.casefold() in ("koko maa", "whole country"):
        return "SSS"
    named = re.match(r"(?:KU)?([0-9]{3})\s+[^\W\d]", label)
    return named.group(1) if named else None


def sex_of(label: str) -> tuple[str, str | None]:
    """A label without the sex at its end, and that sex, None where it names none.

    >>> sex_of("Äänestäneet, naiset"), sex_of("Miehet"), sex_of("Äänestäneet")
    (('äänestäneet', 'female'), ('', 'male'), ('äänestäneet', None))
    """
    words = re.sub(r", \d{4}$", "", normalised(label)).split()
    if words and words[-1] in _SEXES:
        return " ".join(words[:-1]).rstrip(" ,"), _SEXES[words[-1]]
    return " ".join(words), None


def whole(variable: Variable) -> Variable | None:
    """A dimension reduced to its total, None where it has none and cannot be left out."""
    totals = [(code, label) for code, label in variable.values if sex_of(label)[1] == "total" or code == "SSS"]
    return replace(variable, values=totals[:1]) if totals else None


def contradiction(found: Mapping[Any, float], key: Any, value: float) -> bool:
    """Whether a cell was seen before with another value."""
    return key in found and not math.isclose(found[key], value, rel_tol=1e-12)
