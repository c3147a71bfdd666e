"""What people decide, as frozen models: catalogue, municipality, plan, one year's assessment; no files here."""

import datetime
import string
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from .personal import Kind as PersonalKind
from .texts import inert, is_blank

Language = Literal["fi", "en"]
Status = Literal[
    "not_started",
    "in_progress",
    "done",
    "partly_done",
    "continuous_as_planned",
    "not_done",
    "postponed",
    "cannot_assess",
]
Desired = Literal["higher", "lower", "none"]
Kind = Literal["flow", "stock", "index", "survey", "fact", "score"]
Unit = Literal["percent", "per_1000", "per_100", "index", "persons", "number", "euros", "points", "years"]
Group = Literal["children", "young", "working_age", "older", "all"]
Theme = Literal["families", "work", "health", "participation", "background"]

# Digits are named one by one: for pydantic \d is a digit of any script.
MunicipalityCode = Annotated[str, Field(pattern=r"^[0-9]{3}$", strict=True)]
AreaCode = Annotated[str, Field(pattern=r"^([0-9]{3}|MK[0-9]{2}|HVA[0-9]{2}|SSS)$", strict=True)]
Year = Annotated[int, Field(ge=1950, le=2100, strict=True)]
SnapshotName = Annotated[str, Field(pattern=r"^(national-)?[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{1,3})?$", strict=True)]


def _visible(text: str) -> str:
    """The text as one inert line; one in which nothing can be seen is not filled in."""
    plain = inert(text)
    if text and is_blank(plain):
        raise ValueError("is blank; write a text, or leave the key without a value")
    return plain


LongText = Annotated[str, Field(min_length=1, max_length=2_000, strict=True), AfterValidator(_visible)]
ShortText = Annotated[str, Field(max_length=500, strict=True), AfterValidator(_visible)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$", strict=True)]
Branch = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,60}$", strict=True)]  # its form is a file of this name
Number = Annotated[float, Field(strict=True, ge=-1e12, le=1e12)]


def _three_places(template: str) -> str:
    """The sentence where its braces name the place, the value and the year, and nothing else."""
    try:
        named = [part[1:] for part in string.Formatter().parse(template) if part[1] is not None]
    except ValueError:  # a brace without its other
        named = []
    if {(name, how, which or "") for name, how, which in named} != {
        (name, "", "") for name in ("place", "value", "year")
    }:
        raise ValueError("must hold {place}, {value} and {year}, and no other braces")
    return template


Template = Annotated[LongText, AfterValidator(_three_places)]


def _no_timestamp(given: Any) -> Any:
    """A number is no date, though pydantic would take it for the seconds since 1970."""
    if isinstance(given, int | float):
        raise ValueError("must be a date such as 2025-03-04")  # noqa: TRY004 - pydantic makes sentences of these
    return given


Day = Annotated[datetime.date, BeforeValidator(_no_timestamp)]


def impossible_date(day: datetime.date | None, year: int) -> str | None:
    """Why nobody can have answered or handled the assessment of a year on a day; None where one can."""
    today = datetime.date.today()
    if day and day > today:
        return f"{day.isoformat()} is in the future; today is {today.isoformat()}"
    if day and day.year < year:
        return f"{day.isoformat()} is before {year}, the year assessed"
    return None


class Model(BaseModel):
    """Frozen, and strict about keys: a misspelt one is a fault, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Text(Model):
    """The same words in each language of the page."""

    fi: LongText
    en: LongText

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


class Says(Text):
    """A sentence about a figure, with places for where, how much and when."""

    fi: Template
    en: Template


class Said(Model):
    """What a branch wrote, in Finnish; English only once somebody has translated it."""

    fi: LongText
    en: LongText | None = None

    def __getitem__(self, language: str) -> str:
        return (self.en if language == "en" else None) or self.fi

    def spoken(self, language: str) -> Language:
        """The language that a page in `language` shows it in, for the page to mark a passage in another one."""
        return "en" if language == "en" and self.en else "fi"


NOT_FILLED = Text(fi="(täyttämättä)", en="(not filled in)")


def _or_not_filled(text: Any) -> Any:
    return NOT_FILLED if text is None else text


def _without_empty(entries: Any) -> Any:
    """Take out what waits for a person: a key without a value."""
    entries = {} if entries is None else entries
    return {key: one for key, one in entries.items() if one is not None} if isinstance(entries, dict) else entries


ToFill = Annotated[Text, BeforeValidator(_or_not_filled)]
Waiting = BeforeValidator(_without_empty)


class AllowedText(Model):
    """A text that looks like personal data and is not: where it stands, and which role allows it and why.

    `where` is the path of the key as the message gives it, such as measures.M05.remark; the role is
    not a person's name. An entry allows one kind in one text.
    """

    where: LongText
    kind: PersonalKind
    role: LongText
    reason: LongText


Allowed = Annotated[tuple[AllowedText, ...], BeforeValidator(lambda given: given or ())]


class Allowances(Model):
    """The part of `indicators.yaml` that is no catalogue."""

    allowed_texts: Allowed = ()


class Break(Model):
    """A year from which a series no longer continues the one before it, everywhere or in the `areas` named."""

    year: Year
    areas: tuple[AreaCode, ...] = ()
    reason: Text
    source: ShortText

    def applies_to(self, area: str) -> bool:
        """Whether the series of an area is broken here."""
        return not self.areas or area in self.areas


class MinChange(Model):
    """The smallest change over the window that matters, in the indicator's own unit, and why."""

    value: Annotated[Number, Field(gt=0)]
    reason: Text
    people: Text | None = None


class Indicator(Model):
    """What can be followed: one entry of `params/indicators.yaml`; it does not change with the year."""

    key: Key
    source: Literal["sotkanet", "statfin", "city"]
    id: Annotated[StrictInt, Field(gt=0, lt=10**9)] | Key
    title: Text
    title_confirmed: StrictBool = True
    name: Text
    says: Says
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=3, strict=True)]
    producer: Text
    own_calculation: Text | None = None
    kind: Kind
    counts: StrictBool = False
    desired: Desired = "none"
    judged: StrictBool = False
    min_change: MinChange | None = None
    people_group: ShortText | None = None
    window: Annotated[int, Field(ge=5, le=40, strict=True)] = 10
    cycle: Annotated[int, Field(ge=1, le=8, strict=True)] = 1
    breaks: tuple[Break, ...] = ()
    ages_change: Text | None = None
    joined_vintages: Text | None = None
    influence: Literal["own", "shared", "follow"]
    group: Group
    theme: Theme
    overlap: ShortText | None = None
    stands_in_for: Key | None = None
    cyclical: StrictBool = False
    cohort: StrictBool = False
    relative_scale: Literal["points", "ratio"] = "points"
    price_base: Year | None = None
    known_about: Annotated[int, Field(ge=0, le=60, strict=True)] | None = None
    level: Literal["municipality", "region"] = "municipality"
    crude: StrictBool = False
    max_age: Annotated[int, Field(ge=0, le=10, strict=True)] = 2
    note: Text | None = None

    @property
    def code(self) -> str:
        """The name of the series in a snapshot, such as `sotkanet:228`."""
        return f"{self.source}:{self.id}"

    @model_validator(mode="after")
    def _consistent(self) -> "Indicator":
        if self.judged and (self.desired == "none" or self.min_change is None):
            raise ValueError("a judged indicator needs a desired direction and a min_change")
        if self.min_change and self.min_change.value < 2 * 10**-self.decimals - 1e-12:
            raise ValueError(f"min_change must be at least twice the rounding step {10**-self.decimals:g}")
        if self.price_base is not None and self.unit != "euros":
            raise ValueError("price_base belongs to an indicator in euros")
        if self.stands_in_for == self.key:
            raise ValueError("stands_in_for must name another indicator")
        return self


class Place(Model):
    """A place name as each language uses it; Finnish inflection follows local usage, never a rule."""

    fi: ShortText
    fi_in: ShortText
    en: ShortText
    en_in: ShortText


class PeopleGroup(Model):
    """How many people of a municipality a share is a share of, where the figures themselves do not tell."""

    municipality: MunicipalityCode
    people: Annotated[int, Field(gt=0, strict=True)]
    year: Year
    source: ShortText


class Similarity(Model):
    """A background figure by which similar towns are found, and how much it weighs."""

    indicator: ShortText
    weight: Annotated[Number, Field(gt=0)]
    log: StrictBool = False


class Municipality(Model):
    """Who we are, whom we are compared with, and how the page addresses its readers."""

    code: MunicipalityCode
    country: AreaCode
    region: AreaCode
    peers: tuple[MunicipalityCode, ...]
    peers_reason: Text | None = None
    similarity: tuple[Similarity, ...] = ()
    languages: tuple[Language, ...] = Field(min_length=1)
    min_cases: Annotated[int, Field(ge=1, strict=True)]
    min_people: Annotated[int, Field(ge=1, strict=True)]
    places: Mapping[AreaCode, Place]
    people_groups: Mapping[ShortText, PeopleGroup] = {}
    accessibility: Text
    feedback: Text
    case_number: ShortText | None = None
    allowed_texts: Allowed = ()


class Measure(Model):
    """One measure of the plan and the branch that answers for it."""

    id: ShortText = Field(pattern=r"^[MN][0-9]{2}$")
    branch: ShortText
    type: Literal["one_off", "continuous"]
    deadline: Year
    partners: tuple[ShortText, ...] = ()
    resources: Text | None = None
    resident: Text | None = None
    since: Year | None = None
    until: Year | None = None
    fi: LongText
    en: LongText

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


class Objective(Model):
    """What a priority wants to reach, the indicators that tell and the measures taken."""

    id: ShortText = Field(pattern=r"^P[0-9]{1,2}\.[0-9]{1,2}$")
    fi: LongText
    en: LongText
    indicators: tuple[ShortText, ...]
    measures: tuple[Measure, ...]
    note: Text | None = None
    own_evidence: Text | None = None

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


class Priority(Model):
    """One of the few things that the council has put first."""

    id: ShortText = Field(pattern=r"^P[0-9]{1,2}$")
    fi: LongText
    en: LongText
    objectives: tuple[Objective, ...] = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure of the priority, objective by objective."""
        return tuple(measure for objective in self.objectives for measure in objective.measures)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator key of the priority, each once."""
        return tuple(dict.fromkeys(key for objective in self.objectives for key in objective.indicators))


class Baseline(Model):
    """The last value known when the plan was adopted, stored with its vintage so that a revision cannot move it."""

    year: Year
    value: Number
    vintage: ShortText
    price_base: Year | None = None
    note: Text | None = None


class Target(Model):
    """The value that the council wants to see, and by which year."""

    value: Number
    year: Year
    price_base: Year | None = None


class Setting(Model):
    """What the plan fixes for an indicator: where it starts and where it should end."""

    baseline: Baseline | None = None
    target: Target | None = None


class Term(Model):
    """The council term of a plan, both years included."""

    from_: Year = Field(alias="from")
    to: Year


class Plan(Model):
    """One council term: priorities -> objectives -> measures -> evaluation indicators."""

    municipality: MunicipalityCode
    illustrative: StrictBool
    banner: Text | None = None
    term: Term
    adopted: Text
    branches: Mapping[Branch, Text]
    partners: Mapping[Branch, Text]
    priorities: tuple[Priority, ...] = Field(min_length=1)
    indicators: Mapping[ShortText, Setting]
    left_out: Mapping[ShortText, Text] = {}
    allowed_texts: Allowed = ()

    @property
    def measures(self) -> dict[str, Measure]:
        """id -> measure, in the order of the plan."""
        return {measure.id: measure for priority in self.priorities for measure in priority.measures}

    @property
    def objectives(self) -> dict[str, Objective]:
        """id -> objective, in the order of the plan."""
        return {objective.id: objective for priority in self.priorities for objective in priority.objectives}

    def in_force(self, year: int) -> "Plan":
        """The plan as it stands in one year: without measures that came later or were dropped before it."""

        def kept(one: Measure) -> bool:
            return (one.since or year) <= year <= (one.until or year)

        def of(one: Objective) -> Objective:
            return one.model_copy(update={"measures": tuple(filter(kept, one.measures))})

        priorities = [one.model_copy(update={"objectives": tuple(map(of, one.objectives))}) for one in self.priorities]
        return self.model_copy(update={"priorities": tuple(priorities)})

    def priority_of(self, indicator: str) -> Priority | None:
        """The priority that follows an indicator, None where the plan does not."""
        return next((priority for priority in self.priorities if indicator in priority.indicators), None)


class MeasureStatus(Model):
    """What a branch (or a partner) answered of one measure for one year."""

    status: Status
    remark: Said | None = None
    evidence: Said | None = None
    resources: Said | None = None
    answered_by: LongText | None = None
    answered_on: Day | None = None


class Proposal(Model):
    """What the group proposes for a measure or an objective next year."""

    decision: Literal["keep", "change", "drop", "new"]
    text: Text


class ObjectiveAssessment(Model):
    """The group's own judgement of an objective, beside the figures and not made from them."""

    judgement: Literal["towards", "partly", "away", "cannot_assess"]
    reasoning: Text


class Finding(Model):
    """A person's decision on a proposed joy or worry."""

    indicator: ShortText
    side: Literal["joy", "worry"]
    decision: Literal["accept", "reword", "reject"]
    text: Text | None = None
    reason: Text

    @model_validator(mode="after")
    def _reworded(self) -> "Finding":
        if (self.decision == "reword") != (self.text is not None):
            raise ValueError("text goes with decision reword, and only with it")
        return self


def _decided(findings: Any) -> Any:
    """Leave out the proposals that wait for a decision: for the page they are still the rule's alone."""
    if not isinstance(findings or [], list):
        return findings
    given = {"decision", "text", "reason"}
    return [one for one in findings or () if not isinstance(one, dict) or any(one.get(name) for name in given)]


class Handling(Model):
    """One step of the paper's way through the bodies."""

    body: Text
    date: Day
    section: ShortText | None = None
    decision: Literal["draft", "reviewed", "approved", "noted"]
    version: Annotated[int, Field(ge=1, strict=True)]
    no_personal_data: StrictBool | None = None

    @model_validator(mode="after")
    def _confirmed(self) -> "Handling":
        if self.decision == "approved" and not self.no_personal_data:
            raise ValueError(
                "no_personal_data: true goes with decision approved: whoever approves the paper confirms that "
                "no text of it names or shows a resident, a customer or a pupil"
            )
        return self


class Sentences(Model):
    """The three sentences that the group has approved for the first screen."""

    well: ToFill = NOT_FILLED
    worries: ToFill = NOT_FILLED
    proposed: ToFill = NOT_FILLED


class AnnualAssessment(Model):
    """One assessment: what people said of a year, and which snapshot of figures they looked at.

    What nobody has filled in yet is a key without a value; `readiness` tells what that is.
    """

    year: Year
    municipality: MunicipalityCode
    plan: ShortText = Field(pattern=r"^plan-[0-9]{4}-[0-9]{4}$")
    snapshot: SnapshotName
    illustrative: StrictBool
    sentences: Annotated[Sentences, BeforeValidator(lambda given: given or {})] = Sentences()
    findings: Annotated[tuple[Finding, ...], BeforeValidator(_decided)] = ()
    measures: Annotated[Mapping[ShortText, MeasureStatus], Waiting] = {}
    partners: Annotated[Mapping[ShortText, Mapping[ShortText, MeasureStatus]], Waiting] = {}
    objectives: Annotated[Mapping[ShortText, ObjectiveAssessment], Waiting] = {}
    remarks: Annotated[Mapping[ShortText, Text], Waiting] = {}
    proposals: Annotated[Mapping[ShortText, Proposal], Waiting] = {}
    council: Annotated[tuple[Text, ...], BeforeValidator(lambda given: given or (NOT_FILLED,))] = (NOT_FILLED,)
    handling: Annotated[tuple[Handling, ...], BeforeValidator(lambda given: given or ())] = ()
    allowed_texts: Allowed = ()

    @model_validator(mode="after")
    def _possible_dates(self) -> "AnnualAssessment":
        dates = [(f"handling.{number}.date", step.date) for number, step in enumerate(self.handling)]
        dates += [(f"measures.{key}.answered_on", one.answered_on) for key, one in self.measures.items()]
        dates += [
            (f"partners.{key}.{name}.answered_on", one.answered_on)
            for key, answers in self.partners.items()
            for name, one in answers.items()
        ]
        wrong = {where: why for where, day in dates if (why := impossible_date(day, self.year))}
        if wrong:
            raise ValueError("; ".join(f"{where}: {why}" for where, why in wrong.items()))
        return self

    @property
    def approved(self) -> bool:
        """Whether the last body that decided has approved the paper; a body that only notes it decides nothing."""
        decided = [step.decision for step in self.handling if step.decision != "noted"]
        return decided[-1:] == ["approved"]

    @property
    def version(self) -> int:
        """The version that the last body had before it; the first, before any body has met."""
        return self.handling[-1].version if self.handling else 1
