"""Fetches indicators from Sotkanet's REST API 1.1: asks, reads leniently, verifies strictly; writes no snapshot.

The service has no region filter: every answer holds all regions of all categories, unordered. A missing or suppressed
figure is a row that is absent, and is never read as zero. THL asks for batches rather than live use, hence snapshots.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..faults import InputError
from ..params import Indicator
from ..plain_numbers import whole_number
from .answers import Asked, Figure, read_figures
from .parts import CC_BY, PRODUCERS_TERMS, Errand, Part, Row, together
from .regions import Region
from .titles import normalised, shown_title
from .web import ODD, OddAnswerError, Patience, Service

ADDRESS = "https://sotkanet.fi/rest/1.1"
_PAGE = "https://sotkanet.fi/sotkanet/fi/metadata/indicators/{}"
_YEARS_A_REQUEST = 10
_YEARS = range(1900, 2200)  # in which the span of an indicator must lie: each ten years of it are one request
_SEXES = ("total", "female", "male")


@dataclass(frozen=True)
class Metadata:
    """What upstream says of an indicator; `updated` is empty where it does not say."""

    id: int
    titles: Mapping[str, str]
    updated: str
    first: int
    last: int
    sexes: tuple[str, ...]
    producer: str


def open_sotkanet(patience: Patience) -> Service:
    """Sotkanet, at the address of WELLBEING_SOTKANET_URL where it is set."""
    return Service(os.environ.get("WELLBEING_SOTKANET_URL") or ADDRESS, patience=patience)


def gather(service: Service, errand: Errand, regions: Mapping[int, Region]) -> Part:
    """Fetch every indicator of the errand whose edition is not at hand; what upstream lacks is named, not guessed."""
    listed = service.get("/indicators", read=_read_list)
    if not listed:
        raise InputError([f"{service.base}/indicators: the list of indicators is empty; nothing was fetched"])
    _check_titles(errand.indicators, listed, service.base)
    parts = [_gather_one(service, errand, one, regions, int(one.id) in listed) for one in errand.indicators]
    return together([Part(notes=_absent_areas(errand, regions)), *parts])


def _absent_areas(errand: Errand, regions: Mapping[int, Region]) -> list[str]:
    """A sentence on the wanted areas that upstream does not have, so that nobody waits for their figures."""
    absent = sorted((errand.areas or frozenset()) - {region.area for region in regions.values()})
    return [f"areas that Sotkanet does not have: {', '.join(absent)}"] if absent else []


def _gather_one(
    service: Service, errand: Errand, indicator: Indicator, regions: Mapping[int, Region], known: bool
) -> Part:  # fmt: skip
    """One indicator: unknown, unchanged, without rows, or fetched."""
    code, named = indicator.code, f"{indicator.code} ({indicator.key})"
    metadata = service.get(f"/indicators/{indicator.id}", read=read_metadata) if known else None
    if metadata is None:
        part = Part(missing={code: f"{named}: Sotkanet knows no such id"})
        errand.tell(part.missing[code])
        return part
    _check_titles([indicator], {int(indicator.id): metadata.titles}, service.base)
    notes = []
    if not indicator.title_confirmed:
        notes.append(f'{named}: title not confirmed yet; upstream\'s is "{metadata.titles.get("fi", "")}"')
    if errand.has(code, metadata.updated):
        errand.tell(f"{named}: unchanged since {metadata.updated}")
        return Part(unchanged=[code], notes=notes)
    rows, strange = _rows(service, errand, metadata, code, regions)
    if strange:
        notes.append(f"{named}: rows of regions that /regions does not know are left out: {strange}")
    if not rows:
        errand.tell(f"{named}: no rows")
        return Part(missing={code: f"{named}: Sotkanet has no rows for it"}, notes=notes)
    errand.tell(f"{named}: {len(rows):,} observations")
    return Part(rows, [_record(indicator, metadata, errand)], notes=notes)


def title_of(service: Service, id_: int) -> dict[str, str]:
    """Upstream's titles of an indicator today, by language."""
    metadata = service.get(f"/indicators/{id_}", read=read_metadata)
    if metadata is None:
        raise InputError([f"id = {id_}: {service.base} knows no such id"])
    return dict(metadata.titles)


def _read_list(answer: Any) -> dict[int, dict[str, str]]:
    if not isinstance(answer, list):
        raise OddAnswerError("not a list of indicators")
    try:
        return {whole_number(entry["id"]): _titles(entry) for entry in answer}
    except ODD as error:
        raise OddAnswerError(f"not a list of indicators ({type(error).__name__}: {error})") from None


def _titles(entry: Mapping[str, Any]) -> dict[str, str]:
    return {language: shown_title(text) for language, text in entry["title"].items() if text and text.strip()}


def read_metadata(answer: Any) -> Metadata:
    """Read /indicators/{id}; sexes may be absent or empty, which means that there is the total only."""
    try:
        span = answer.get("range") or {}
        first, last = whole_number(span.get("start") or 1990), whole_number(span.get("end") or 0)
        if first not in _YEARS or not (last == 0 or last in _YEARS):
            raise OddAnswerError(f"the metadata of an indicator with figures of the years {first} to {last}")
        sexes = ((answer.get("classifications") or {}).get("sex") or {}).get("values") or ()
        organization = (answer.get("organization") or {}).get("title") or {}
        return Metadata(
            id=whole_number(answer["id"]),
            titles=_titles(answer),
            updated=str(answer.get("data-updated") or "")[:10],
            first=first,
            last=last,
            sexes=tuple(sex for sex in _SEXES if sex in [str(one).casefold() for one in sexes]) or ("total",),
            producer=shown_title(organization.get("en") or organization.get("fi") or ""),
        )
    except ODD as error:
        raise OddAnswerError(f"not the metadata of an indicator ({type(error).__name__}: {error})") from None


def _check_titles(indicators: Sequence[Indicator], titles: Mapping[int, Mapping[str, str]], base: str) -> None:
    """Stop where a confirmed title is not upstream's: the id may be another's (1806 is asthma, not alcohol)."""
    faults = []
    for one in indicators:
        upstream = titles.get(int(one.id), {}).get("fi", "")
        if one.title_confirmed and int(one.id) in titles and normalised(one.title.fi) != normalised(upstream):
            faults.append(
                f'params/indicators.yaml: {one.key}.id = {one.id}: the catalogue\'s title is "{one.title.fi}", but '
                f'{base} has "{upstream}" under this id; correct the id, or accept the new title with '
                f"`wellbeing data accept-title {one.id}`"
            )
    if faults:
        raise InputError(faults)


def _rows(
    service: Service, errand: Errand, metadata: Metadata, code: str, regions: Mapping[int, Region]
) -> tuple[list[Row], str]:
    """The rows of the wanted areas, and the ids of regions that nobody knows."""
    rows: list[Row] = []
    strange: set[int] = set()
    vintage = metadata.updated or errand.today.isoformat()
    for region_id, year, sex, value, cases in _figures(service, errand, metadata, regions):
        region = regions.get(region_id)
        if region is None:
            strange.add(region_id)
        elif region.area and (errand.areas is None or region.area in errand.areas):
            rows.append((code, region.area, year, sex, value, cases, None, vintage))
    return rows, ", ".join(map(str, sorted(strange)))


def _figures(
    service: Service, errand: Errand, metadata: Metadata, regions: Mapping[int, Region]
) -> Iterator[Figure]:  # fmt: skip
    """Every verified figure of an indicator, some years a request; what this day's run has kept is not asked again."""
    last = min(metadata.last or errand.today.year, errand.today.year)
    every = list(range(metadata.first, last + 1))
    for start in range(0, len(every), _YEARS_A_REQUEST):
        years = every[start : start + _YEARS_A_REQUEST]
        key = f"{service.base}|{metadata.id}|{years[0]}-{years[-1]}|{metadata.sexes}|{metadata.updated}|{errand.asked}"
        kept = errand.run.recall(key)
        if kept is None:
            figures = _ask(service, metadata, years)
            kept = [figure for figure in figures if _wanted(figure[0], errand, regions)]
            errand.run.keep(key, kept)
        yield from map(Figure._make, kept)


def _ask(service: Service, metadata: Metadata, years: Sequence[int]) -> list[Figure]:
    params = [("indicator", metadata.id), *(("years", year) for year in years)]
    params += [("genders", sex) for sex in metadata.sexes]
    asked = Asked(metadata.id, frozenset(years), frozenset(metadata.sexes))
    figures = service.get("/json", params, read=lambda answer: read_figures(answer, asked))
    if figures is None:
        raise InputError([f"{service.base}/json: there is no such address; see WELLBEING_SOTKANET_URL"])
    return figures


def _wanted(region_id: int, errand: Errand, regions: Mapping[int, Region]) -> bool:
    """Whether to keep a row: of a wanted area, or of a region that nobody knows, which has to be reported."""
    region = regions.get(region_id)
    return region is None or (region.area is not None and (errand.areas is None or region.area in errand.areas))


def _record(indicator: Indicator, metadata: Metadata, errand: Errand) -> dict[str, Any]:
    """Where a series comes from; THL's own indicators are CC BY, other producers' keep their producers' terms."""
    producer = metadata.producer or indicator.producer.en
    return {
        "indicator": indicator.code,
        "source": "Sotkanet (THL)",
        "title": metadata.titles.get("fi", indicator.title.fi),
        "producer": producer,
        **(CC_BY if "THL" in producer or "Health and Welfare" in producer else PRODUCERS_TERMS),
        "address": _PAGE.format(indicator.id),
        "fetched": errand.today.isoformat(),
        "data_updated": metadata.updated,
        "asked": errand.asked,
        "vintages": [metadata.updated or errand.today.isoformat()],
    }
