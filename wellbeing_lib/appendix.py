"""What the chapters show: one object loaded in a notebook's second cell, whose attributes are the pieces of the page.

Every piece is made from the same verdicts. Nothing here runs a notebook or writes a file.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from . import sharing
from .faults import InputError
from .homes import areas_at_home, at_home
from .observations import Snapshot, check_shares, load_snapshot
from .params import Finding, Measure, Objective, Params, Priority, load_params
from .params.models import Group, Status, Theme
from .provenance import Source, rows_of, source_of
from .revisions import Revisions, revisions_of
from .tables import Html, render
from .verdict import (
    Figure,
    Panel,
    Proposed,
    RelativeLevel,
    SimilarTowns,
    Verdict,
    assess,
    proposals,
    reckoning,
    relative_by_distance,
    similar_towns,
    tally,
)
from .wording import Wording, wording

if TYPE_CHECKING:
    from .charts import Chart

ROOT = Path(__file__).parent.parent
LATE = {"not_started", "in_progress", "postponed", "not_done", "partly_done"}
UNANSWERED = "unanswered"
MANY = 40  # codes that nobody would read in one sentence


def load(*, year: int, municipality: str | None = None, language: str = "fi", root: Path = ROOT) -> "Appendix":
    """Everything that the appendix of a year shows for a municipality (the default one without a code).

    Raises `InputError` with one sentence per fault where params or snapshot are not in order.
    """
    page = sharing.handed((year, municipality, language, str(root)))
    if page is not None:
        return replace(page, params=replace(page.params, assessment=sharing.watched(page.params.assessment)))
    params = load_params(year, area=municipality, folder=root / "params")
    snapshot = load_snapshot(root / "data" / "snapshots" / params.snapshot)
    if params.area not in set(snapshot.areas["area"]):
        raise InputError([f'MUNICIPALITY = "{params.area}": not in snapshot {snapshot.name}; {_there(snapshot)}'])
    if language not in params.municipality.languages:
        raise InputError([f'language = "{language}": not one of {", ".join(params.municipality.languages)}'])
    units = {one.code: one.unit for one in params.indicators.values()}
    check_shares(snapshot.observations, units, shown=f"snapshots/{snapshot.name}/observations.csv")
    params = at_home(params, snapshot)
    page = assessed(params, snapshot, language, panel=Panel.of(snapshot.observations))
    return replace(page, revised=revisions_of(_unsaid(params), snapshot))


def assessed(params: Params, snapshot: Snapshot, language: str, *, panel: Panel) -> "Appendix":
    """The page of a snapshot whose figures are laid out in `panel`, compared with no other snapshot."""
    verdicts = assess(_unsaid(params), panel, areas_at_home(snapshot))
    words = wording(language, params.municipality.places)
    similar = similar_towns(params, panel.until(params.year), year=params.year)
    by_distance = relative_by_distance(params, panel, similar) if similar.declared else {}
    return Appendix(params, snapshot, verdicts, words, similar, by_distance)


def _there(snapshot: Snapshot) -> str:
    """The municipalities of a snapshot by code, or where they stand when they are too many to read."""
    codes = [code for code in snapshot.areas["area"] if code.isdigit()]
    if len(codes) > MANY:
        return f"data/snapshots/{snapshot.name}/areas.csv has the codes of its {len(codes)} municipalities"
    return f"there is {', '.join(codes)}"


def _unsaid(params: Params) -> Params:
    """Params without what people said, which cannot change a verdict."""
    return replace(params, assessment=None, previous=None)


def _charts() -> Any:
    """What draws, imported when something is drawn: the runner draws nothing, and it takes most of our imports."""
    from . import charts

    return charts


def _with_rest(verdicts: Iterable[Verdict]) -> bool:
    """Whether a table needs a column for the rest of the region, which is another thing than the region."""
    return any(verdict.comparison("rest") for verdict in verdicts)


@dataclass(frozen=True)
class Section:
    """One chapter's subject: a priority of the plan or, where there is no plan, a theme of the catalogue."""

    id: str
    title: str
    objectives: tuple[Objective, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A population group: the indicators that tell of it, and those without figures."""

    group: str
    known: tuple[Verdict, ...]
    lacking: tuple[Verdict, ...]

    @property
    def judged(self) -> int:
        """How many of its indicators are judged."""
        return sum(verdict.judged for verdict in self.known)

    @property
    def counts(self) -> dict[str, int]:
        """The judged ones by their direction."""
        return tally(self.known)

    @property
    def told(self) -> tuple[Verdict, ...]:
        """The indicators worth a sentence: the judged ones that can be told, else the newest figures of the group."""
        fresh = [verdict for verdict in self.known if not verdict.stale]
        return tuple(verdict for verdict in fresh if verdict.judged) or tuple(fresh)


@dataclass(frozen=True)
class Appendix:
    """One page of one year, municipality and language; its attributes are what the notebooks show.

    `params` is what people decided, `snapshot.observations` the published figures as one table (indicator, area, year,
    sex, value, count, population, vintage), `verdicts` what is said of each indicator by its key, `words` the language.
    `revised` is what sources have corrected since the last snapshot, where there is one; `derived` are the numbers
    that chapters have computed themselves, once they have run.
    """

    params: Params
    snapshot: Snapshot
    verdicts: Mapping[str, Verdict]
    words: Wording
    similar: SimilarTowns
    by_distance: Mapping[str, RelativeLevel] = field(default_factory=dict)
    revised: Revisions | None = None
    derived: tuple[Figure, ...] = ()

    def _render(self, template: str, **values: object) -> Html:
        return render(template, self.words, appendix=self, params=self.params, **values)

    def in_language(self, language: str) -> "Appendix":
        """The same page in another language; nothing is assessed again."""
        return replace(self, words=wording(language, self.params.municipality.places))

    # who and when

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.words.language

    @property
    def place(self) -> str:
        """The municipality's name."""
        return self.words.place(self.params.area)

    @property
    def has_plan(self) -> bool:
        """Whether the municipality has a plan in `params/`; another one than the default has none."""
        return self.params.plan is not None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The priorities of the plan or, without one, the themes of the catalogue."""
        if self.params.plan:
            return tuple(
                Section(one.id, one[self.language], one.objectives, one.indicators)
                for one in self.params.plan.priorities
            )
        themes = [theme for theme in get_args(Theme) if theme != "background"]
        return tuple(
            Section(
                theme,
                self.words.theme_label(theme),
                (),
                tuple(v.key for v in self._own if v.indicator.theme == theme),
            )
            for theme in themes
        )

    @cached_property
    def _own(self) -> tuple[Verdict, ...]:
        """The verdicts without those that stand in for one that has a figure."""
        known = {key for key, verdict in self.verdicts.items() if verdict.newest}
        return tuple(v for v in self.verdicts.values() if v.indicator.stands_in_for not in known)

    @cached_property
    def shown(self) -> tuple[Verdict, ...]:
        """The indicators that the page follows: those of its sections and the background, each once."""
        keys = [key for section in self.sections for key in section.keys]
        keys += [verdict.key for verdict in self._own if verdict.indicator.theme == "background"]
        return tuple(self.verdicts[key] for key in dict.fromkeys(keys))

    def figures(self) -> Iterable[Figure]:
        """Every number that the page can show, for the open data beside it."""
        yield self.mean_age
        yield from self._similar_figures.values()
        for verdict in self.verdicts.values():
            yield from verdict.figures()
            yield from self.revised.figures(verdict.key) if self.revised else ()

    def open_figures(self) -> Iterable[Figure]:
        """Every number of the open data: those that the page can show, then those that chapters have computed."""
        yield from self.figures()
        yield from self.derived

    @cached_property
    def rows(self) -> dict[str, tuple[int, int]]:
        """Where each indicator's rows lie in the open data."""
        return rows_of(self.figures())

    def source(self, verdict: Verdict) -> Source | None:
        """Where an indicator's figures come from, as its producer wants it cited."""
        return source_of(verdict.indicator, self.snapshot, self.params.municipality.places)

    @property
    def summary_name(self) -> str:
        """The file that holds the summary as plain text."""
        return {"fi": "tiivistelma.txt", "en": "summary.txt"}[self.language]

    @property
    def mean_age(self) -> Figure:
        """How old the newest figures of the page are on average, in years."""
        ages = [verdict.age for verdict in self.shown if verdict.age is not None]
        mean = sum(ages) / len(ages) if ages else float("nan")
        return Figure("page", self.params.area, self.params.year, "mean_age", mean, "years", 1)

    # 00 summary

    @property
    def sentences(self) -> Html:
        """The three sentences that the group approved."""
        return self._render("sentences")

    @property
    def scoreboard(self) -> Html:
        """Priority by priority: how many indicators improved or got worse, and how many measures were carried out."""
        rows = [(section, tally(self._judged(section)), self._carried_out(section)) for section in self.sections]
        judged = [verdict for section in self.sections for verdict in self._judged(section)]
        told = [v for v in judged if v.level.kind not in ("not_enough_data", "described")]
        clear = [v for v in told if v.level.kind in ("improved", "worsened", "higher", "lower")]
        return self._render(
            "scoreboard", rows=rows, judged=len(judged), told=len(told), clear=len(clear), mean_age=self.mean_age
        )

    def _judged(self, section: Section) -> list[Verdict]:
        return [self.verdicts[key] for key in section.keys if self.verdicts[key].judged]

    def _carried_out(self, section: Section) -> dict[str, int]:
        column = {"done": "done", "continuous_as_planned": "done", "in_progress": "partly", "partly_done": "partly"}
        column |= {"not_started": "not_started", "not_done": "not", "postponed": "not"}
        statuses = [self.status_of(measure) for objective in section.objectives for measure in objective.measures]
        counted = Counter(column.get(status, "cannot_assess") for status in statuses)
        return {name: counted[name] for name in ("done", "partly", "not_started", "not", "cannot_assess")}

    @property
    def findings(self) -> Html:
        """Joys and worries: what the rule proposes, as people decided on it."""
        shown = [self._decided(one) for one in proposals({v.key: v for v in self.shown})]
        known = {(one.key, one.side) for one, _ in shown}
        for finding in self.params.assessment.findings if self.params.assessment else ():
            if (finding.indicator, finding.side) not in known and finding.decision != "reject":
                shown.append((Proposed(finding.side, finding.indicator, ()), finding))
        approved = self.params.assessment is not None and self.params.assessment.approved
        visible = [(one, f) for one, f in shown if (f.decision != "reject" if f else not approved)]
        return self._render("findings", findings=visible)

    def _decided(self, one: Proposed) -> tuple[Proposed, Finding | None]:
        given = self.params.assessment.findings if self.params.assessment else ()
        return one, next((f for f in given if (f.indicator, f.side) == (one.key, one.side)), None)

    @property
    def changes(self) -> Html:
        """What changed since last year's appendix: newer figures, verdicts that turned, measures that moved."""
        judged = [verdict for verdict in self.shown if verdict.judged]
        turned = [v for v in judged if v.level.year_ago and v.level.kind != v.level.year_ago]
        fresh = [v for v in self.shown if v.age == 0]
        return self._render("changes", turned=turned, fresh=fresh, moved=self._moved())

    def _moved(self) -> list[tuple[Measure, str, str]]:
        before = self.params.previous.measures if self.params.previous else {}
        pairs = [(m, before[m.id].status, self.status_of(m)) for m in self.measures if m.id in before]
        return [(measure, old, new) for measure, old, new in pairs if old != new]

    @property
    def council(self) -> Html:
        """What the council is asked to do."""
        return self._render("council")

    @property
    def briefly(self) -> Html:
        """The same in short sentences."""
        found = [self.verdicts[key] for section in self.sections for key in section.keys]
        return self._render(
            "briefly", verdicts=[v for v in dict.fromkeys(found) if v.newest and v.judged and not v.stale]
        )

    # 10 background

    @property
    def background(self) -> Html:
        """Population, age structure, migration, dependency: described, never coloured."""
        verdicts = [v for v in self._own if v.indicator.theme == "background"]
        return self._render(
            "background", verdicts=[v for v in verdicts if v.newest], lacking=[v for v in verdicts if not v.newest]
        )

    # 20 one priority

    def section(self, name: str) -> Section:
        """The priority (or theme) with this id."""
        found = next((section for section in self.sections if section.id == name), None)
        if found is None:
            raise InputError([f'priority = "{name}": not one of {", ".join(section.id for section in self.sections)}'])
        return found

    def heading(self, priority: str) -> Html:
        """The chapter's heading and what it holds at a glance."""
        section = self.section(priority)
        return self._render("heading", section=section, counts=tally(self._judged(section)))

    def indicators(self, priority: str) -> Html:
        """The priority's indicators in one table."""
        known = self._known(priority)
        return self._render("indicators", section=self.section(priority), verdicts=known, with_rest=_with_rest(known))

    def objectives(self, priority: str) -> Html:
        """Objective by objective: the group's assessment, the measures, and each indicator with chart and evidence."""
        section = self.section(priority)
        groups = [(one, [self.verdicts[key] for key in one.indicators]) for one in section.objectives]
        return self._render("objectives", section=section, groups=groups or [(None, self._known(priority))])

    def card(self, key: str) -> Html:
        """One indicator with chart, sentences and evidence."""
        return self._render("objectives", section=None, groups=[(None, [self.verdicts[key]])])

    def _known(self, priority: str) -> list[Verdict]:
        """A plan's indicators all, a theme's only where there is a figure: the rest stands among the missing."""
        verdicts = [self.verdicts[key] for key in self.section(priority).keys]
        return verdicts if self.has_plan else [verdict for verdict in verdicts if verdict.newest]

    def trend(self, verdict: Verdict) -> "Chart":
        """The trend chart of an indicator."""
        return _charts().trend(verdict, self.words)

    def sparkline(self, verdict: Verdict) -> "Chart":
        """The small line of a table row."""
        return _charts().sparkline(verdict, self.words)

    def remark(self, verdict: Verdict) -> str | None:
        """What people said of an indicator this year."""
        remarks = self.params.assessment.remarks if self.params.assessment else {}
        return remarks[verdict.key][self.language] if verdict.key in remarks else None

    # 30 groups and comparison

    @property
    def groups(self) -> Html:
        """The same indicators told by population group, and who is invisible in the figures."""
        groups = [self._group(group) for group in get_args(Group)]
        known = [v for group in groups for v in group.known]
        by_sex = [v for v in self.shown if v.by_sex]
        return self._render("groups", groups=groups, by_sex=by_sex, with_rest=_with_rest(known))

    def _group(self, group: str) -> "Told":
        """What is known of one population group, and what the catalogue would like to know."""
        known = [v for v in self.shown if v.indicator.theme != "background" and v.indicator.group == group and v.newest]
        lacking = [v for v in self._own if v.indicator.group == group and not v.newest]
        return Told(group, tuple(known), tuple(lacking))

    @property
    def comparison(self) -> Html:
        """The municipality among the areas at hand, as a dot plot for each indicator of the plan."""
        found = [v for section in self.sections for v in (self.verdicts[key] for key in section.keys) if v.position]
        plots = [
            (v, _charts().dots(v, self.words, peers=self.similar.areas))
            for v in dict.fromkeys(found)
            if v.indicator.theme != "background" and not v.stale
        ]
        return self._render("comparison", plots=plots)

    @property
    def similar_towns(self) -> Html:
        """Which towns the municipality is held against, why these, and how like it they are."""
        used = set(self.similar.areas)
        towns = sorted(used, key=lambda area: (self._rank(area) or math.inf, area))
        features = [one for one in self.params.indicators.values() if one.code in self.similar.years]
        nearest = [self.words.place(area) for area in self.similar.nearest if area not in used]
        return self._render(
            "similar", towns=towns, features=features, nearest=nearest, figures=self._similar_figures,
            reason=self.params.municipality.peers_reason if self.similar.declared else None,
            changed=self._changed_by_distance(),
        )  # fmt: skip

    def _changed_by_distance(self) -> list[tuple[Verdict, RelativeLevel]]:
        """The indicators of the page that the nearest towns would tell otherwise than those declared."""
        shown = {verdict.key: verdict for verdict in self.shown}
        return [
            (shown[key], other)
            for key, other in self.by_distance.items()
            if key in shown and other.kind != shown[key].relative.kind
        ]

    def _rank(self, area: str) -> int | None:
        """The place of a town among all by distance, None where it has none."""
        found = self.similar.ranked.loc[self.similar.ranked["area"] == area, "rank"]
        return int(found.iloc[0]) if len(found) else None

    @cached_property
    def _similar_figures(self) -> dict[tuple[str, str], Figure]:
        """The background figures, ranks and distances of the similar towns: (area, key or measure) -> figure."""
        catalogue = {one.code: one for one in self.params.indicators.values()}
        by_code = {code: catalogue[code] for code in self.similar.years if code in catalogue}
        table = self.similar.ranked.set_index("area").to_dict("index")
        found: dict[tuple[str, str], Figure] = {}
        if not by_code:
            return found
        first = next(iter(by_code.values()))
        for area in (self.params.area, *self.similar.areas):
            row = self.similar.own if area == self.params.area else table.get(area, {})
            for code, one in by_code.items():
                if code in row:
                    year, unit, decimals = self.similar.years[code], one.unit, one.decimals
                    figure = Figure(one.key, area, year, "background_figure", float(row[code]), unit, decimals)
                    found[area, one.key] = figure
            for measure, decimals in (("similar_rank", 0), ("similar_distance", 2)):
                name = measure.removeprefix("similar_")
                if name in row:
                    found[area, measure] = Figure(first.key, area, None, measure, float(row[name]), "number", decimals)
        return found

    # 40 measures

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure of the plan, none without one."""
        return tuple(self.params.plan.measures.values()) if self.params.plan else ()

    def status_of(self, measure: Measure) -> str:
        """The status that the branch gave, or that it did not answer."""
        answers = self.params.assessment.measures if self.params.assessment else {}
        return answers[measure.id].status if measure.id in answers else UNANSWERED

    @property
    def measures_by_status(self) -> Html:
        """All measures: a bar by status, the table, the late ones, the answers that did not come."""
        counts = Counter(self.status_of(measure) for measure in self.measures)
        ordered = {status: counts[status] for status in (*get_args(Status), UNANSWERED) if counts[status]}
        late = [m for m in self.measures if m.deadline <= self.params.year and self.status_of(m) in LATE]
        silent = [m for m in self.measures if self.status_of(m) == UNANSWERED]
        bar = _charts().status_bar(ordered, self.words) if ordered else None
        return self._render("measures", bar=bar, late=late, silent=silent)

    @property
    def proposals(self) -> Html:
        """What is proposed for each measure next year."""
        given = self.params.assessment.proposals if self.params.assessment else {}
        return self._render("proposals", proposals=given)

    def priority_of(self, measure: Measure) -> Priority | None:
        """The priority that a measure belongs to."""
        plan = self.params.plan
        return next((p for p in plan.priorities if measure in p.measures), None) if plan else None

    # 50 outlook

    @property
    def outlook(self) -> Html:
        """Each target value: the pace required and seen, how likely it is, when the deciding figure will exist."""
        aimed = [v for v in self.shown if v.outlook]
        plots = {v.key: _charts().target(v, self.words) for v in aimed if v.outlook and v.outlook.low and v.newest}
        return self._render("outlook", verdicts=aimed, plots=plots)

    @property
    def refinements(self) -> Html:
        """Objectives and indicators that could be refined: stale, untestable, or without a target value."""
        judged = [v for v in self.shown if v.judged]
        stale = [v for v in judged if v.stale or not v.newest]
        untargeted = [v for v in judged if not v.outlook]
        return self._render("refinements", stale=stale, untargeted=untargeted)

    # 60 missing

    @property
    def missing(self) -> Html:
        """What could not be judged and why, what is old, what was never fetched, what the plan leaves out."""
        unjudged = [v for v in self.shown if v.judged and v.level.kind in ("not_enough_data", "described")]
        stale = [v for v in self.shown if v.stale]
        absent = [v for v in self._own if not v.newest]
        left_out = self.params.plan.left_out if self.params.plan else {}
        return self._render("missing", unjudged=unjudged, stale=stale, absent=absent, left_out=left_out)

    # 80 revisions

    @property
    def revisions(self) -> Html:
        """Values revised since last year's page, verdicts that turned and why, and the same verdicts a year ago."""
        shown = {verdict.key for verdict in self.shown}
        found = self.revised
        return self._render(
            "revisions",
            values=[one for one in found.values if one.key in shown] if found else [],
            turned=[one for one in found.turned if one.key in shown] if found else [],
            baselines=[v for v in self.shown if v.since and v.since.revised],
            judged=[v for v in self.shown if v.judged],
        )

    # 90 methods and data

    @property
    def rules(self) -> Html:
        """How many were judged, tested, to be expected by chance, and found."""
        return self._render("rules", counts=reckoning(self.shown))

    @property
    def sources(self) -> Html:
        """Definition, source, producer, licence, citation and vintage of every indicator on the page."""
        return self._render("sources", verdicts=[v for v in self.shown if self.source(v)])
