"""Loads `params/` and holds its files against one another; every reference must lead somewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..faults import InputError
from .models import Allowances, AnnualAssessment, Indicator, Municipality, Plan, Text
from .personal import refuse_personal
from .reading import checked, guess, near, read_yaml, sentences, short, there_is

PLAN = re.compile("plan-[0-9]{4}-[0-9]{4}")  # never a path out of the folder


@dataclass(frozen=True)
class Params:
    """Everything that people have decided for one municipality's page of one year.

    `plan` and `assessment` are None for a municipality other than the default one: it has no plan here. `previous` is
    the assessment of the year before in the same term, None for the first.
    """

    year: int
    municipality: Municipality
    area: str
    indicators: Mapping[str, Indicator]
    snapshot: str
    plan: Plan | None
    assessment: AnnualAssessment | None
    previous: AnnualAssessment | None
    folder: Path

    @property
    def banner(self) -> Text | None:
        """What the page says where its plan, or what was answered of the year, is an illustration; else None."""
        known = self.plan and self.assessment and (self.plan.illustrative or self.assessment.illustrative)
        return self.plan.banner if self.plan and known else None


def _read(folder: Path, name: str) -> Any:
    """The content of a params file; one whose texts hold personal data is refused before any of it is repeated."""
    path = folder / name
    content = read_yaml(path)
    refuse_personal(content, path.read_text(encoding="utf-8-sig"), f"{folder.name}/{name}")
    return content


def load_indicators(folder: Path) -> dict[str, Indicator]:
    """Read the catalogue: key -> `Indicator`, in the order of the file."""
    content = _read(folder, "indicators.yaml")
    shown = f"{folder.name}/indicators.yaml"
    entries = content.get("indicators") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or set(content) - {"allowed_texts"} != {"indicators"}:
        raise InputError([f"{shown}: must hold one key, indicators, with an entry for each indicator"])
    checked(Allowances, {key: one for key, one in content.items() if key != "indicators"}, shown)
    faults: list[str] = []
    catalogue: dict[str, Indicator] = {}
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            faults.append(f"{shown}: {key} = {short(entry)}: must be an entry with keys such as source, id, title")
            continue
        try:
            catalogue[key] = Indicator.model_validate({"key": key, **entry})
        except ValidationError as error:
            faults += sentences(error, Indicator, f"{shown}: {key}")
    codes = [indicator.code for indicator in catalogue.values()]
    faults += [f"{shown}: {code} is used by two indicators" for code in dict.fromkeys(codes) if codes.count(code) > 1]
    faults += [
        f"{shown}: {one.key}.stands_in_for = {short(one.stands_in_for)}: no such entry"
        + near(one.stands_in_for, entries)
        for one in catalogue.values()
        if one.stands_in_for and one.stands_in_for not in entries
    ]
    if faults:
        raise InputError(faults)
    return catalogue


def load_plan(folder: Path, name: str, indicators: Mapping[str, Indicator]) -> Plan:
    """Read a term's plan and hold its references against the catalogue."""
    shown = f"{folder.name}/{name}.yaml"
    plan = checked(Plan, _read(folder, f"{name}.yaml"), shown)
    faults = []
    used = [key for priority in plan.priorities for key in priority.indicators]
    for key in dict.fromkeys([*used, *plan.indicators]):
        if key not in indicators:
            faults.append(
                f"{shown}: indicator {short(key)}: not in {folder.name}/indicators.yaml" + near(key, indicators)
            )
    faults += [
        f"{shown}: {key} is left out but has no entry in indicators.yaml"
        for key in plan.left_out
        if key not in indicators
    ]
    for measure in plan.measures.values():
        if measure.branch not in plan.branches:
            faults.append(
                f"{shown}: {measure.id}.branch = {short(measure.branch)}{guess(measure.branch, plan.branches)}"
            )
        faults += [
            f"{shown}: {measure.id}.partners = {short(partner)}{guess(partner, plan.partners)}"
            for partner in measure.partners
            if partner not in plan.partners
        ]
    ids = [m.id for p in plan.priorities for m in p.measures] + [o.id for p in plan.priorities for o in p.objectives]
    ids += [priority.id for priority in plan.priorities]
    faults += [f"{shown}: {id_} stands twice" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1]
    faults += [
        f"{shown}: {key}.target: the indicator has no desired direction in indicators.yaml, so it can have no target"
        for key, setting in plan.indicators.items()
        if setting.target and key in indicators and indicators[key].desired == "none"
    ]
    faults += [
        f"{shown}: {key}.{name}.price_base is {one.price_base or 'missing'}: the figures of indicators.yaml are "
        + (f"at {base} prices" if (base := indicators[key].price_base) else "not at the prices of one year")
        for key, setting in plan.indicators.items()
        for name, one in (("baseline", setting.baseline), ("target", setting.target))
        if one and key in indicators and one.price_base != indicators[key].price_base
    ]
    if plan.illustrative and plan.banner is None:
        faults.append(f"{shown}: banner is missing: an illustrative plan says so on the page")
    if faults:
        raise InputError(faults)
    return plan


def load_assessment(folder: Path, year: int, plan: Plan, indicators: Mapping[str, Indicator]) -> AnnualAssessment:
    """Read one year's assessment and hold its references against the catalogue and the plan in force that year."""
    plan = plan.in_force(year)
    shown = f"{folder.name}/{year}.yaml"
    assessment = checked(AnnualAssessment, _read(folder, f"{year}.yaml"), shown)
    faults = []
    if assessment.year != year:
        faults.append(f"{shown}: year = {assessment.year}: the file is named {year}")
    if not plan.term.from_ <= year <= plan.term.to:
        faults.append(f"{shown}: plan = {short(assessment.plan)}: its term is {plan.term.from_}-{plan.term.to}")
    if assessment.illustrative and plan.banner is None:
        faults.append(f"{shown}: illustrative = true: {assessment.plan}.yaml has no banner to say so on the page")
    for section, given, known in (
        ("measures", assessment.measures, plan.measures),
        ("partners", assessment.partners, plan.measures),
        ("objectives", assessment.objectives, plan.objectives),
        ("remarks", assessment.remarks, indicators),
        ("findings", [finding.indicator for finding in assessment.findings], indicators),
    ):
        faults += [
            f"{shown}: {section}.{name}: not in {assessment.plan}.yaml or indicators.yaml" + near(name, known)
            for name in given
            if name not in known
        ]
    known = [*plan.measures, *plan.objectives]
    faults += [
        f"{shown}: proposals.{name}: no measure or objective of {assessment.plan}.yaml, and not new" + near(name, known)
        for name, proposal in assessment.proposals.items()
        if name not in known and proposal.decision != "new"
    ]
    faults += [
        f"{shown}: partners.{name}.{partner}: no partner of {name}" + near(partner, plan.measures[name].partners)
        for name, answers in assessment.partners.items()
        for partner in answers
        if name in plan.measures and partner not in plan.measures[name].partners
    ]
    if faults:
        raise InputError(faults)
    return assessment


def load_municipality(folder: Path) -> Municipality:
    """Read who we are."""
    shown = f"{folder.name}/municipality.yaml"
    municipality = checked(Municipality, _read(folder, "municipality.yaml"), shown)
    needed = [municipality.code, municipality.country, municipality.region, *municipality.peers]
    faults = [
        f"{shown}: places.{code} is missing: the page has to name it"
        for code in needed
        if code not in municipality.places
    ]
    if faults:
        raise InputError(faults)
    return municipality


def require_same(municipality: Municipality, folder: Path, named: Mapping[str, Plan | AnnualAssessment]) -> None:
    """Stop where a file is of another municipality than `code` in municipality.yaml; one sentence a file.

    `named` gives each plan and year by the name of its file. A page of another municipality, which has no plan here,
    is made with MUNICIPALITY and leaves `code` as it is.
    """
    code = municipality.code
    groups = {key: one.municipality for key, one in municipality.people_groups.items() if one.municipality != code}
    other = {name: one.municipality for name, one in named.items() if one.municipality != code}
    possible = f"must be {short(code)}, the code in municipality.yaml: change the code back, or write"
    faults = []
    if groups:
        key, given = next(iter(groups.items()))
        of = f"people_groups.{key}.municipality = {short(given)}"
        faults.append(f"{folder.name}/municipality.yaml: {of}: {possible} its own people_groups or none")
    faults += [
        f"{folder.name}/{name}: municipality = {short(given)}: {possible} a file of its own for {code}"
        for name, given in other.items()
    ]
    if faults:
        raise InputError(faults)


def years_at_hand(folder: Path) -> list[int]:
    """The years that have an assessment file."""
    return sorted(int(path.stem) for path in folder.glob("[0-9][0-9][0-9][0-9].yaml"))


def _plan_of(folder: Path, year: int) -> object:
    """What a year's file says its plan is."""
    header = read_yaml(folder / f"{year}.yaml")
    return header.get("plan") if isinstance(header, dict) else None


def load_params(year: int, *, area: str | None = None, folder: Path) -> Params:
    """Read all of `params/` for one page, every fault of the first broken file at once."""
    municipality = load_municipality(folder)
    indicators = load_indicators(folder)
    if year not in years_at_hand(folder):
        there = ", ".join(map(str, years_at_hand(folder))) or "none"
        raise InputError([f"YEAR = {year}: {folder.name}/{year}.yaml does not exist; there is {there}"])
    name = _plan_of(folder, year)
    if not isinstance(name, str) or not PLAN.fullmatch(name) or not (folder / f"{name}.yaml").is_file():
        raise InputError([f"{folder.name}/{year}.yaml: plan = {short(name)}: no such file; {there_is(folder)}"])
    plan = load_plan(folder, name, indicators)
    assessment = load_assessment(folder, year, plan, indicators)
    earlier = year - 1 in years_at_hand(folder) and _plan_of(folder, year - 1) == name
    previous = load_assessment(folder, year - 1, plan, indicators) if earlier else None
    named = {f"{name}.yaml": plan, f"{year}.yaml": assessment}
    named |= {f"{year - 1}.yaml": previous} if previous else {}
    require_same(municipality, folder, named)
    own = area is None or area == municipality.code
    return Params(
        year=year,
        municipality=municipality,
        area=area or municipality.code,
        indicators=indicators,
        snapshot=assessment.snapshot,
        plan=plan.in_force(year) if own else None,
        assessment=assessment if own else None,
        previous=previous if own else None,
        folder=folder,
    )
