"""What a notebook analyses: `load` gives a `Book` of plain pandas tables; nothing is shown here.

book = wl.load(year=2024, municipality="205", language="fi")
book.results.query("judged and level_class == 'worsened'")
book.series(["child_low_income", "gini"], years=range(2015, 2025))
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from . import lab
from .appendix import ROOT, Appendix
from .faults import InputError
from .observations import known_by
from .params import load_municipality
from .params.loading import years_at_hand
from .params.reading import near
from .verdict import Figure, Panel, results_of, towns_compared

RECENT = 10  # years: an area whose newest value is older is not compared
WHOLE_NUMBERS = (
    "latest_year", "age", "previous_year", "first_year", "last_year", "baseline_year", "target_year", "peers_n",
    "peers_year", "country_year", "extreme_since", "extreme_among",
)  # fmt: skip

TABLES = (
    "observations", "catalogue", "plan", "objectives", "measures", "findings", "results", "comparison", "areas",
)  # fmt: skip

_MEASURED = ("value", "count", "population")
_latest: list["Book"] = []  # the book that this kernel loaded last, which `show` presents


def load(
    year: int | None = None,
    municipality: str | None = None,
    language: str | None = None,
    *,
    root: Path = ROOT,
) -> "Book":
    """The tables of one page: what is known of a municipality at the end of a year.

    `year` is the year assessed (without it, the newest that has a file in `params/`),
    `municipality` its code of three digits as text (without it, this town), `language` "fi" or "en"
    (without it, the first of this town), `root` the folder of the project. Until another one is
    loaded, `show` presents in this language and values show themselves in it. Params and snapshot
    are read anew each time. Raises `InputError` with one sentence per fault; IPython shows the
    sentences alone.
    """
    if year is None:
        years = years_at_hand(root / "params")
        if not years:
            raise InputError(["params/: no file of a year is there, such as 2024.yaml"])
        year = years[-1]
    if municipality is None or language is None:
        own = load_municipality(root / "params")
        municipality, language = municipality or own.code, language or own.languages[0]
    book = Book(lab.load(year=year, municipality=municipality, language=language, root=root))
    _latest[:] = [book]
    return book


def latest() -> "Book":
    """The book that was loaded last; raises `InputError` where none was."""
    if not _latest:
        raise InputError(["nothing is loaded yet: begin with book = wl.load(year=year)"])
    return _latest[0]


@dataclass(frozen=True, repr=False, eq=False)
class Book:
    """Plain tables of one year, municipality and language.

    Every table is a copy: a cell that changes one changes its own alone. Missing numbers are NaN
    (`<NA>` in whole numbers), missing texts "", classes and statuses are codes; `show.table` writes
    them in words. `page` is the finished appendix with its pieces, for chapters that show those.
    """

    page: Appendix

    def __repr__(self) -> str:
        page = self.page
        return f"Book of {page.place} {page.params.year} ({page.language}): {', '.join(TABLES)}, peers, series(keys)"

    @property
    def year(self) -> int:
        """The year assessed."""
        return self.page.params.year

    @property
    def municipality(self) -> str:
        """The code of the municipality."""
        return self.page.params.area

    @property
    def language(self) -> str:
        """The language of the texts: "fi" or "en"."""
        return self.page.language

    @property
    def peers(self) -> list[str]:
        """The codes of the similar towns."""
        return list(self.page.similar.areas)

    @property
    def observations(self) -> pd.DataFrame:
        """One row a published figure of the year assessed or older, of every area.

        Columns: key, name, indicator, area, year, sex, value, count, population, vintage.
        """
        return self._observations.copy()

    @property
    def catalogue(self) -> pd.DataFrame:
        """One row an indicator that can be followed.

        Columns: key, name, title, indicator, producer, unit, decimals, kind, desired, judged,
        min_change, theme, group, influence, window, max_age, note.
        """
        language = self.language
        rows = [
            {
                "key": one.key, "name": one.name[language], "title": one.title[language], "indicator": one.code,
                "producer": one.producer[language], "unit": one.unit, "decimals": one.decimals, "kind": one.kind,
                "desired": one.desired, "judged": one.judged,
                "min_change": one.min_change.value if one.min_change else float("nan"), "theme": one.theme,
                "group": one.group, "influence": one.influence, "window": one.window, "max_age": one.max_age,
                "note": one.note[language] if one.note else "",
            }
            for one in self.page.params.indicators.values()
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def plan(self) -> pd.DataFrame:
        """One row an indicator under an objective of the plan; none without a plan.

        Columns: priority, objective, key, leading (the first of its objective), baseline,
        baseline_year, target, target_year.
        """
        plan = self.page.params.plan
        rows = []
        for priority in plan.priorities if plan else ():
            for objective in priority.objectives:
                for key in objective.indicators:
                    setting = plan.indicators.get(key) if plan else None
                    start, end = (setting.baseline, setting.target) if setting else (None, None)
                    rows.append({
                        "priority": priority.id, "objective": objective.id, "key": key,
                        "leading": key == objective.indicators[0],
                        "baseline": start.value if start else None, "baseline_year": start.year if start else None,
                        "target": end.value if end else None, "target_year": end.year if end else None,
                    })  # fmt: skip
        types = {
            "leading": bool,
            "baseline": float,
            "baseline_year": "Int64",
            "target": float,
            "target_year": "Int64",
        }
        return _table(rows, ("priority", "objective", "key", *types), types)

    @property
    def objectives(self) -> pd.DataFrame:
        """One row an objective of the plan; none without a plan.

        Columns: priority, objective, text, judgement (the group's, "" before it), reasoning.
        """
        params, language = self.page.params, self.language
        given = params.assessment.objectives if params.assessment else {}
        rows = []
        for priority in params.plan.priorities if params.plan else ():
            for one in priority.objectives:
                judged = given.get(one.id)
                rows.append({
                    "priority": priority.id, "objective": one.id, "text": one[language],
                    "judgement": judged.judgement if judged else "",
                    "reasoning": judged.reasoning[language] if judged else "",
                })  # fmt: skip
        return _table(rows, ("priority", "objective", "text", "judgement", "reasoning"), {})

    @property
    def measures(self) -> pd.DataFrame:
        """One row a measure of the plan; none without a plan.

        Columns: id, priority, objective, text, branch, partners, type, deadline, status
        ("unanswered" where no answer came), remark, remark_language (the branch writes Finnish;
        English where it is translated), proposal (a decision), proposal_text.
        """
        params, language, page = self.page.params, self.language, self.page
        plan, said = params.plan, params.assessment
        rows = []
        for priority in plan.priorities if plan else ():
            for objective in priority.objectives:
                for one in objective.measures:
                    answer = said.measures.get(one.id) if said else None
                    remark = answer.remark if answer else None
                    proposal = said.proposals.get(one.id) if said else None
                    rows.append({
                        "id": one.id, "priority": priority.id, "objective": objective.id, "text": one[language],
                        "branch": plan.branches[one.branch][language] if plan else "",
                        "partners": ", ".join(plan.partners[name][language] for name in one.partners) if plan else "",
                        "type": one.type, "deadline": one.deadline, "status": page.status_of(one),
                        "remark": remark[language] if remark else "",
                        "remark_language": remark.spoken(language) if remark else "",
                        "proposal": proposal.decision if proposal else "",
                        "proposal_text": proposal.text[language] if proposal else "",
                    })  # fmt: skip
        names = (
            "id", "priority", "objective", "text", "branch", "partners", "type", "deadline", "status", "remark",
            "remark_language", "proposal", "proposal_text",
        )  # fmt: skip
        return _table(rows, names, {"deadline": "int64"})

    @property
    def findings(self) -> pd.DataFrame:
        """One row a finding that people decided on; columns: key, side, decision, text, reason."""
        said, language = self.page.params.assessment, self.language
        rows = [
            {
                "key": one.indicator, "side": one.side, "decision": one.decision,
                "text": one.text[language] if one.text else "", "reason": one.reason[language],
            }
            for one in (said.findings if said else ())
        ]  # fmt: skip
        return _table(rows, ("key", "side", "decision", "text", "reason"), {})

    @property
    def results(self) -> pd.DataFrame:
        """One row an indicator assessed: values, changes, classes, as `docs/reference.md` lists
        them.

        `on_page` tells whether the page follows it. Classes and corrected p values are computed
        once, over the family of the page: never correct them again.
        """
        return self._results.copy()

    @property
    def comparison(self) -> pd.DataFrame:
        """One row an indicator in an area; columns: key, area, value, year.

        Of each indicator the latest year that all compared areas share: ours, the similar towns,
        the region and the country, as far as they have a value in the last ten years. Without ours
        or without such a year it has no row.
        """
        return self._comparison.copy()

    @property
    def areas(self) -> pd.DataFrame:
        """One row an area; columns: code, name, name_in ("Kajaanissa"), region, role.

        The role is own, peer, region or country, "" for any other.
        """
        words, own = self.page.words, self.page.params.municipality
        roles = {own.country: "country", own.region: "region"} | dict.fromkeys(self.peers, "peer")
        roles[self.municipality] = "own"
        areas = self.page.snapshot.areas
        codes = areas["area"].tolist()
        return pd.DataFrame(
            {
                "code": codes,
                "name": [words.place(code) for code in codes],
                "name_in": [words.place_in(code) for code in codes],
                "region": areas["member_of"].fillna("").tolist(),
                "role": [roles.get(code, "") for code in codes],
            }
        )

    def series(
        self,
        keys: str | Iterable[str],
        areas: str | Iterable[str] | None = None,
        years: Iterable[int] | None = None,
    ) -> pd.DataFrame:
        """Values of all people together, a row a year (ascending).

        `keys` are indicators, `areas` codes of areas (without them ours), `years` the only ones
        wanted. The columns are the keys, or the areas where `areas` are given with one key, or both
        (key, area) with several; a year without any value has no row. A break in a series is not
        marked here: see the catalogue's `note` and the trend chart. Raises `InputError` for a key
        or an area that is not known.
        """
        keys = [keys] if isinstance(keys, str) else list(keys)
        wanted = [self.municipality] if areas is None else [areas] if isinstance(areas, str) else list(areas)
        known = {
            "key": self.page.params.indicators,
            "area": dict.fromkeys(self.page.snapshot.areas["area"]),
        }
        wrong = [("key", one) for one in keys if one not in known["key"]]
        wrong += [("area", one) for one in wanted if one not in known["area"]]
        if wrong:
            raise InputError(f"series: {kind} = {one!r} is not known{near(one, known[kind])}" for kind, one in wrong)
        rows = self._observations
        rows = rows[rows["key"].isin(keys) & rows["area"].isin(wanted) & (rows["sex"] == "total")]
        if years is not None:
            rows = rows[rows["year"].isin(list(years))]
        wide = rows.pivot(index="year", columns=["key", "area"], values="value").sort_index()
        wide = wide.reindex(columns=pd.MultiIndex.from_product([keys, wanted], names=["key", "area"]))
        if areas is None:
            return wide.droplevel("area", axis=1)
        if len(keys) == 1:
            wide = wide.droplevel("key", axis=1)
            wide.attrs["key"] = keys[0]
        return wide

    # kept, so that asking twice costs once; what is handed out is a copy

    @cached_property
    def _observations(self) -> pd.DataFrame:
        catalogue = self.page.params.indicators.values()
        keys = {one.code: one.key for one in catalogue}
        names = {one.code: one.name[self.language] for one in catalogue}
        rows = known_by(self.page.snapshot.observations, year=self.year)
        rows = rows[rows["indicator"].isin(list(keys))].reset_index(drop=True)
        rows.insert(0, "key", rows["indicator"].map(keys))
        rows.insert(1, "name", rows["indicator"].map(names))
        return rows

    @cached_property
    def _results(self) -> pd.DataFrame:
        page = self.page
        panel = Panel.of(page.snapshot.observations).until(self.year)
        towns = towns_compared(page.params, page.snapshot.areas, page.similar.areas)
        table = results_of(page.verdicts, panel, towns)
        on_page = {verdict.key for verdict in page.shown}
        table = table.astype(dict.fromkeys(WHOLE_NUMBERS, "Int64"))
        table.insert(1, "on_page", table["key"].isin(list(on_page)))
        return table

    @cached_property
    def _comparison(self) -> pd.DataFrame:
        areas = self.areas
        compared = areas.loc[areas["role"] != "", "code"]
        rows = self._observations
        rows = rows[rows["area"].isin(compared) & (rows["sex"] == "total") & rows["value"].notna()]
        rows = rows[rows["year"] > self.year - RECENT]
        there = rows.groupby("key")["area"].nunique()
        sharing = rows.groupby(["key", "year"])["area"].nunique().rename("areas").reset_index()
        whole = sharing[sharing["areas"] == sharing["key"].map(there)]
        latest_year = whole.groupby("key")["year"].max()
        ours = rows.loc[rows["area"] == self.municipality, "key"].unique()
        kept = rows[(rows["year"] == rows["key"].map(latest_year)) & rows["key"].isin(ours)]
        order = {key: number for number, key in enumerate(self.page.params.indicators)}
        kept = kept.assign(order=kept["key"].map(order)).sort_values(["order", "area"])
        return kept[["key", "area", "value", "year"]].reset_index(drop=True)

    @cached_property
    def place_codes(self) -> frozenset[str]:
        """The codes of all areas."""
        return frozenset(self.page.snapshot.areas["area"])

    @cached_property
    def indexed_results(self) -> pd.DataFrame:
        """`results` by their key, to look up in; not a copy, so read it only."""
        return self._results.set_index("key")

    def compared_year(self, key: str) -> int | None:
        """The year that `comparison` holds of an indicator, None where it has no row."""
        years = self._comparison.loc[self._comparison["key"] == key, "year"]
        return int(years.iloc[0]) if len(years) else None

    def observed(self, key: str, area: str, year: int, sex: str = "total") -> Mapping[str, float]:
        """The value, count and population of one observation; nothing where there is none."""
        row = self._observed_rows.get((key, area, year, sex))
        return {} if row is None else dict(zip(_MEASURED, self._measured[row], strict=True))

    @cached_property
    def _observed_rows(self) -> dict[tuple[str, str, int, str], int]:
        names = (self._observations[name] for name in ("key", "area", "year", "sex"))
        return {row: number for number, row in enumerate(zip(*names, strict=True))}

    @cached_property
    def _measured(self) -> Any:
        return self._observations[list(_MEASURED)].to_numpy()

    @cached_property
    def figures(self) -> Mapping[tuple[str, str, int | None, str], Figure]:
        """Every number of the finished appendix by indicator, area, year and measure."""
        return {(one.indicator, one.area, one.year, one.measure): one for one in self.page.figures()}


def _table(rows: list[dict], columns: Iterable[str], types: Mapping[str, object]) -> pd.DataFrame:
    """A table with its columns and their types also where it has no rows."""
    columns = list(columns)
    texts = {name: "str" for name in columns if name not in types}
    return pd.DataFrame(rows, columns=pd.Index(columns)).astype({**texts, **types})  # pyright: ignore
