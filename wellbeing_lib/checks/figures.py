"""Holds the catalogue against a snapshot: title, unit, decimals, coverage, age, and steps that nobody has declared."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..observations import Snapshot, known_by
from ..params import Indicator, Params, Text
from ..sources.titles import normalised
from ..stats import undeclared_step
from .noticed import Noticed

_SHOWN = "params/indicators.yaml"


def figure_faults(params: Params, snapshot: Snapshot) -> Iterator[Noticed]:
    """What is noticed of each indicator of the catalogue, and of the catalogue as a whole."""
    series = {one["indicator"]: one for one in snapshot.package["series"]}
    by_code = dict(list(known_by(snapshot.observations, year=params.year).groupby("indicator")))
    for one in params.indicators.values():
        yield from _entry_faults(one, params)
        if one.code not in by_code:
            continue
        yield from _title_faults(one, series.get(one.code, {}))
        yield from _value_faults(one, by_code[one.code])
        yield from _coverage(one, by_code[one.code], params)
    yield from _idle(params, snapshot.name, {str(code) for code in by_code})
    codes = {one.code for one in params.indicators.values()}
    for code in sorted(set(series) - codes):
        yield Noticed(f"snapshot {snapshot.name}: {code}: no indicator of the catalogue is made of it")


def _entry_faults(one: Indicator, params: Params) -> Iterator[Noticed]:
    """What an entry says that leads nowhere, and whether anything uses it."""
    groups = params.municipality.people_groups
    if one.people_group and one.people_group not in groups:
        known = f"municipality.yaml has {', '.join(groups)}"
        yield Noticed(f"{_SHOWN}: {one.key}.people_group = {one.people_group}: {known}", error=True)
    for name in type(one).model_fields:
        text = getattr(one, name)
        if isinstance(text, Text) and text.fi == text.en:
            yield Noticed(f"{_SHOWN}: {one.key}.{name}: Finnish and English are the same text")


def _idle(params: Params, snapshot: str, known: set[str]) -> Iterator[Noticed]:
    """The entries without figures and those that the plan does not use: many by intention, so a line for all."""
    absent = [one.key for one in params.indicators.values() if one.code not in known]
    if absent:
        yield Noticed(f"{_SHOWN}: no figures by {params.year} in snapshot {snapshot}: {', '.join(absent)}")
    plan = params.plan
    used = {key for priority in plan.priorities for key in priority.indicators} | set(plan.left_out) if plan else set()
    unused = [one.key for one in params.indicators.values() if one.key not in used and one.theme != "background"]
    if plan and unused:
        yield Noticed(f"{_SHOWN}: unused, for no objective follows or left_out names them: {', '.join(unused)}")


def _title_faults(one: Indicator, series: dict[str, Any]) -> Iterator[Noticed]:
    title = str(series.get("title", ""))
    if not one.title_confirmed:
        yield Noticed(f'{_SHOWN}: {one.key}: title is not confirmed; the snapshot has "{title}"')
    elif one.own_calculation is None and normalised(title) not in (normalised(one.title.fi), normalised(one.title.en)):
        yield Noticed(f'{_SHOWN}: {one.key}.title.fi = "{one.title.fi}": the snapshot has "{title}"', error=True)


def _value_faults(one: Indicator, observed: pd.DataFrame) -> Iterator[Noticed]:
    """Values that the unit or the decimals do not allow."""
    values = observed["value"].to_numpy(dtype=float)
    finer = np.abs(values - values.round(one.decimals)) > 1e-9
    if finer.any() and one.own_calculation is None:
        yield Noticed(
            f"{_SHOWN}: {one.key}.decimals = {one.decimals}: {finer.sum()} figures have more, such as "
            f"{values[finer][0]:g}",
            error=True,
        )
    outside = (values < 0) | (values > 100) if one.unit == "percent" else (values < 0) & (one.unit == "number")
    if outside.any():
        yield Noticed(f"{_SHOWN}: {one.key}.unit = {one.unit}: {values[outside][0]:g} is not possible", error=True)


def _coverage(one: Indicator, observed: pd.DataFrame, params: Params) -> Iterator[Noticed]:
    """Whether our own area has figures, how old the newest is, and whether the series jumps."""
    area = params.municipality.region if one.level == "region" else params.municipality.code
    own = observed[(observed["area"] == area) & (observed["sex"] == "total")].sort_values("year")
    if own.empty:
        yield Noticed(f"{_SHOWN}: {one.key}: the snapshot has no figure of area {area}")
        return
    age = params.year - int(own["year"].max())
    if age > one.max_age:
        old = f"{age} years old in {params.year} (max_age {one.max_age})"
        yield Noticed(f"{_SHOWN}: {one.key}: the newest figure is {old}")
    step = undeclared_step(own["value"].to_numpy(dtype=float), own["year"].to_numpy())
    year = float(step.year)
    if np.isfinite(year) and int(year) not in {declared.year for declared in one.breaks}:
        what = "a step: has its definition changed?" if str(step.kind) == "step" else "a glitch: is the figure right?"
        yield Noticed(f"{_SHOWN}: {one.key}: {int(year)}: {float(step.size):+.3g}: {what} Declare a break, or leave it")
