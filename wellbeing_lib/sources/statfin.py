"""Fetches series from Statistics Finland's PxWeb: key figures, population, turnout, the monthly unemployed share."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..faults import InputError
from ..params import Indicator
from . import pxweb
from .jsonstat import Cell
from .parts import CC_BY, Errand, Part, Row, together
from .statfin_tables import SOURCES, Source
from .titles import normalised
from .web import Patience, Service

ADDRESS = "https://pxdata.stat.fi/PxWeb/api/v1/fi"
_PAGE = "https://pxdata.stat.fi/PxWeb/pxweb/fi/{}"

Key = tuple[str, str, str, str]  # area, time, figure, sex
Group = Sequence[tuple[Indicator, Source]]


@dataclass(frozen=True)
class Edition:
    """The tables that hold a group of series, and the newest of their times."""

    tables: Sequence[pxweb.Table]

    @property
    def updated(self) -> str:
        """Upstream's time of the newest edition, empty where it does not say."""
        return max(table.updated for table in self.tables)


def open_statfin(patience: Patience) -> Service:
    """Statistics Finland, at the address of WELLBEING_STATFIN_URL where it is set."""
    return Service(os.environ.get("WELLBEING_STATFIN_URL") or ADDRESS, patience=patience)


def gather(service: Service, errand: Errand) -> Part:
    """Fetch every series of the errand whose table has a new edition, table by table."""
    groups: defaultdict[tuple[str, str], list[tuple[Indicator, Source]]] = defaultdict(list)
    parts = []
    for one in errand.indicators:
        source = SOURCES.get(str(one.id))
        if source is None:
            said = f"{one.code} ({one.key}): no table is known for it; there is {', '.join(SOURCES)}"
            parts.append(Part(missing={one.code: said}))
        else:
            groups[source.folder, source.table].append((one, source))
    for (folder, words), group in groups.items():
        edition = Edition([one for one in pxweb.tables(service, folder) if _is_called(one, words)])
        if edition.tables:
            parts.append(_gather_tables(service, errand, edition, group))
        else:
            absent = f"Statistics Finland has no table {words} in {folder}"
            parts.append(Part(missing={one.code: f"{one.code} ({one.key}): {absent}" for one, _ in group}))
        errand.tell(f"{folder}, {words}: {len(parts[-1].series)} series fetched, {len(parts[-1].unchanged)} unchanged")
    return together(parts)


def _gather_tables(service: Service, errand: Errand, edition: Edition, group: Group) -> Part:
    """The series that lie in the same tables; those at hand in this edition are not asked for again."""
    new = [(one, source) for one, source in group if not errand.has(one.code, edition.updated)]
    unchanged = [one.code for one, _ in group if errand.has(one.code, edition.updated)]
    found = _figures(service, errand, edition, new) if new else {}
    rows: list[Row] = []
    series, earlier, missing = [], [], {}
    for one, source in new:
        mine = _rows(one, source, found, edition.updated[:10] or errand.today.isoformat())
        rows += mine
        if mine:
            series.append(_record(one, source, edition, errand))
            earlier += [one.code] if source.earlier else []
        else:
            figure = f'{edition.tables[0].name}: no figure "{source.figures[0]}" of the areas asked for'
            missing[one.code] = f"{one.code} ({one.key}): {figure}"
    return Part(rows, series, unchanged, earlier, missing)


def _is_called(table: pxweb.Table, words: str) -> bool:
    """Whether a table is meant: by the number in its name or path, or by the words its name begins with."""
    number, _, name = table.name.partition(" -- ")
    names = (number, table.path.rpartition("/")[2].removesuffix(".px").rpartition("_")[2])
    return words in names or normalised(name or number).startswith(normalised(words))


def _figures(service: Service, errand: Errand, edition: Edition, group: Group) -> dict[Key, float]:
    """Every published figure that the group needs; a cell that is missing is absent, never zero."""
    labels = {normalised(label) for _, source in group for label in (*source.figures, *source.cases, *source.share_of)}
    found: dict[Key, float] = {}
    for table in edition.tables:
        name = f"{service.base}|{table.path}|{table.updated}|{sorted(labels)}|{errand.asked}"
        kept = errand.run.recall(name)
        if kept is None:
            chosen = _chosen(pxweb.variables(service, table), errand, labels)
            kept = list(_read(pxweb.cells(service, table, chosen), errand)) if chosen else []
            errand.run.keep(name, kept)
        for *key, value in kept:
            area, time, figure, sex = key
            if pxweb.contradiction(found, (area, time, figure, sex), value):
                raise InputError([f"{table.path}: {', '.join(key)} stands twice with different values"])
            found[area, time, figure, sex] = value
    return found


def _chosen(every: Sequence[pxweb.Variable], errand: Errand, labels: set[str]) -> list[pxweb.Variable] | None:
    """What to ask of each dimension; None where the table lacks a figure, an area, or a total that we need."""
    chosen = []
    for one in every:
        if one.about == "area":
            picked: pxweb.Variable | None = replace(one, values=[each for each in one.values if _wanted(each, errand)])
        elif one.about == "content":
            picked = replace(one, values=[each for each in one.values if pxweb.sex_of(each[1])[0] in labels])
        elif one.about == "sex":
            picked = replace(one, values=[each for each in one.values if pxweb.sex_of(each[1])[1]])
        elif one.about == "time":
            picked = one
        else:
            picked = pxweb.whole(one)
            if picked is None and one.can_be_left_out:
                continue
        if picked is None or not picked.values:
            return None
        chosen.append(picked)
    return chosen


def _wanted(value: tuple[str, str], errand: Errand) -> bool:
    area = pxweb.area_of(*value)
    return area is not None and (errand.areas is None or area in errand.areas)


def _read(cells: Iterable[Cell], errand: Errand) -> Iterable[tuple[str, str, str, str, float]]:
    """Each cell that has a value as (area, time, figure, sex, value)."""
    for cell in cells:
        about = cell.categories
        area = pxweb.area_of(*about["area"])
        if cell.value is None or area is None or (errand.areas is not None and area not in errand.areas):
            continue
        figure, sex = pxweb.sex_of(about["content"][1])
        if "sex" in about:
            sex = pxweb.sex_of(about["sex"][1])[1]
        time = about["time"][0] if "time" in about else about["content"][1][-4:]
        yield area, time, figure, sex or "total", float(cell.value)


def _rows(indicator: Indicator, source: Source, found: Mapping[Key, float], vintage: str) -> list[Row]:
    """The observations of one series: as published, or our own calculation where the source says so."""
    figure = _present(source.figures, found)
    cases, whole = _present(source.cases, found), _present(source.share_of, found)
    if figure is None or (source.share_of and whole is None):
        return []
    found = _with_totals(found) if whole else found
    times: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    for area, time, label, sex in found:
        if label == figure and re.fullmatch(r"[0-9]{4}(M[0-9]{2})?", time):
            times[area, sex, int(time[:4])].append(time)
    rows: list[Row] = []
    for (area, sex, year), at in times.items():
        if source.monthly and len(at) != 12:
            continue
        value = _mean([found[area, time, figure, sex] for time in at])
        people = _mean([found.get((area, time, whole, sex)) for time in at]) if whole else None
        count = _mean([found.get((area, time, cases, sex)) for time in at]) if cases else None
        if whole:
            value = 100 * value / people if value is not None and people else None
        if value is not None:
            value = round(value, indicator.decimals) if whole or source.monthly else value
            rows.append((indicator.code, area, year, sex, value, _rounded(count), people, vintage))
    return rows


def _present(labels: Sequence[str], found: Mapping[Key, float]) -> str | None:
    """The first of the labels that a figure has, in our one spelling."""
    known = {figure for _, _, figure, _ in found}
    return next((normalised(label) for label in labels if normalised(label) in known), None)


def _with_totals(found: Mapping[Key, float]) -> dict[Key, float]:
    """Add the total of women and men where the table gives only these."""
    sums = dict(found)
    for area, time, figure, sex in found:
        total = (area, time, figure, "total")
        other = found.get((area, time, figure, "male"))
        if sex == "female" and total not in found and other is not None:
            sums[total] = found[area, time, figure, sex] + other
    return sums


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean, None unless every value is known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _rounded(count: float | None) -> float | None:
    return None if count is None else round(count, 1)


def _record(indicator: Indicator, source: Source, edition: Edition, errand: Errand) -> dict[str, Any]:
    """Where a series comes from, and whether the value is ours rather than published."""
    calculation = "mean of the twelve published months" if source.monthly else ""
    calculation = f"100 x {source.figures[0]} / {source.share_of[0]}" if source.share_of else calculation
    return {
        "indicator": indicator.code,
        "source": "Statistics Finland",
        "title": indicator.title.fi if calculation else source.figures[0],
        **({"own_calculation": calculation} if calculation else {}),
        "producer": indicator.producer.en,
        **CC_BY,
        "table": edition.tables[-1].name,
        "address": _PAGE.format(edition.tables[-1].path),
        "fetched": errand.today.isoformat(),
        "data_updated": edition.updated,
        "asked": errand.asked,
        "vintages": [edition.updated[:10] or errand.today.isoformat()],
    }
