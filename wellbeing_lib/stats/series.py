"""How series are laid out for the other modules: rows, gaps and groups alike in shape; no statistics."""

import math
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Result = TypeVar("Result")

LARGEST = 1e100
FEWEST_POINTS = 5  # below this no direction is told (an exact test of four points cannot reach .05)


def rows(values: ArrayLike, years: ArrayLike | None = None) -> tuple[Floats, bool]:
    """`values` as a table of one series a row, and whether a single series was given.

    Values that are infinite or larger than any figure are missing, so that squares stay finite. Raises ValueError
    where the last axis does not fit `years`.
    """
    table = np.array(values, dtype=float)
    if table.ndim not in (1, 2):
        raise ValueError(f"values must have the shape (years,) or (series, years), not {table.shape}")
    single = table.ndim == 1
    table = np.atleast_2d(table)
    if years is not None and table.shape[1] != np.size(years):
        raise ValueError(f"values have {table.shape[1]} columns, years have {np.size(years)} entries")
    table[~(np.abs(table) < LARGEST)] = np.nan
    return table, single


def leading_rows(values: ArrayLike, years: Floats) -> tuple[Floats, tuple[int, ...]]:
    """`values` (..., years) as a table of one series a row, and the shape of what came before years.

    Odd figures are missing and errors are raised as by `rows`.
    """
    table = np.array(values, dtype=float)
    if not table.ndim:
        raise ValueError("values must have the shape (..., years), not ()")
    shape = table.shape[:-1]
    flat, _ = rows(table.reshape(math.prod(shape), table.shape[-1]), years)
    return flat, shape


def ascending(years: ArrayLike) -> Floats:
    """`years` as floats; raises ValueError unless they rise from each to the next."""
    line = np.asarray(years, dtype=float)
    if line.ndim != 1 or not np.isfinite(line).all() or (np.diff(line) <= 0).any():
        raise ValueError("years must be one ascending row, each year once and none missing")
    return line


def same_shape(*tables: Floats) -> list[Floats]:
    """Tables of one row are repeated so that all have the same number of series."""
    return [np.array(table) for table in np.broadcast_arrays(*tables)]


def groups_of_equal_length(table: Floats, years: Floats) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Yield (row numbers, values, years) for the series with equally many points, gaps squeezed out.

    Working group by group keeps the arrays full, so that no later step has to look out for missing values.
    """
    present = ~np.isnan(table)
    counts = present.sum(axis=1)
    for count in np.unique(counts[counts > 0]):
        members = np.flatnonzero(counts == count)
        inside = present[members]
        calendar = np.broadcast_to(years, inside.shape)[inside].reshape(-1, count)
        yield members, table[members][inside].reshape(-1, count), calendar


def groups_of_equal_years(table: Floats, years: Floats) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Yield (row numbers, values, years) for the series observed in the same years, gaps squeezed out."""
    present = ~np.isnan(table)
    if not table.size:
        return
    keys = np.packbits(present, axis=1)
    order = np.lexsort(keys.T)
    starts = np.flatnonzero((np.diff(keys[order], axis=0, prepend=255 - keys[order[:1]]) != 0).any(axis=1))
    for members in np.split(order, starts[1:]):
        inside = present[members[0]]
        if inside.any():
            yield members, table[np.ix_(members, np.flatnonzero(inside))], years[inside]


def missing(count: int) -> Floats:
    """A row of `count` missing values."""
    return np.full(count, np.nan)


def no_reason(count: int) -> NDArray[np.str_]:
    """A row of `count` empty reasons, wide enough for every code."""
    return np.full(count, "", dtype="<U16")


def as_given(result: Result, single: bool) -> Result:
    """The `result` as it came in: for a single series its arrays lose their only axis."""
    if not single:
        return result
    return shaped(result, ())


def shaped(result: Result, shape: tuple[int, ...]) -> Result:
    """The `result` with each of its arrays (series,) brought into `shape`."""
    names = [field.name for field in fields(result)]  # pyright: ignore[reportArgumentType] - every result is one
    changed: dict[str, Any] = {name: np.asarray(getattr(result, name)).reshape(shape) for name in names}
    return replace(result, **changed)  # pyright: ignore[reportArgumentType] - the same
