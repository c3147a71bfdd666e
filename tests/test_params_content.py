"""The content of `params/`: what people wrote there is complete, agrees with the snapshot and keeps to our words."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from wellbeing_lib.params import AnnualAssessment, Indicator, Params, Plan, load_municipality, load_params

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "params"
YEARS = (2022, 2023, 2024)

# Words that say too much of a number, name a cause, or are another word in our reports (docs: words).
FORBIDDEN_FI = re.compile(
    r"merkittäv|huonontu|epäonnistu|hälyttäv|köyh|työttömyysaste|selkokiel|ei muutosta|ansiosta|seurauksena"
    r"|\btakia\b|todennäköisyys|sijoitu|\bparas\b|\bhuonoin\b|vaikutti siihen",
    re.IGNORECASE,
)
FORBIDDEN_EN = re.compile(
    r"significant|poverty|unemployment rate|thanks to|because of|due to|as a result|alarming|fail", re.IGNORECASE
)


@cache
def params(year: int) -> Params:
    return load_params(year, folder=FOLDER)


def the_plan() -> Plan:
    plan = params(2024).plan
    assert plan is not None
    return plan


def assessed(year: int) -> AnnualAssessment:
    assessment = params(year).assessment
    assert assessment is not None
    return assessment


@cache
def observations() -> dict[tuple[str, str, int, str], tuple[float, str]]:
    """The committed snapshot: (indicator, area, year, sex) -> (value, vintage)."""
    path = ROOT / "data" / "snapshots" / params(2024).snapshot / "observations.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["indicator"], row["area"], int(row["year"]), row["sex"]): (float(row["value"]), row["vintage"])
            for row in csv.DictReader(lines)
        }


def observed(indicator: Indicator, year: int) -> tuple[float, str]:
    municipality = params(2024).municipality
    area = municipality.region if indicator.level == "region" else municipality.code
    return observations()[indicator.code, area, year, "total"]


def texts(thing: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Every text of a model with its place and language; official titles are upstream's words and are passed over."""
    if isinstance(thing, BaseModel):
        for name in type(thing).model_fields:
            if name in ("fi", "en"):
                yield where, name, getattr(thing, name)
            elif name != "title":
                yield from texts(getattr(thing, name), f"{where}.{name}")
    elif isinstance(thing, dict):
        for key, inner in thing.items():
            yield from texts(inner, f"{where}.{key}")
    elif isinstance(thing, tuple):
        for number, inner in enumerate(thing):
            yield from texts(inner, f"{where}[{number}]")


def all_texts() -> list[tuple[str, str, str]]:
    found = [*texts(dict(params(2024).indicators), "indicators"), *texts(params(2024).municipality, "municipality")]
    found += texts(the_plan(), "plan")
    for year in YEARS:
        found += texts(assessed(year), str(year))
    return found


# ------------------------------------------------------------------------------------------------ the catalogue


def test_catalogue_holds_the_indicators_of_the_plan_and_more():
    catalogue = params(2024).indicators
    assert len(catalogue) >= 40
    assert sum(indicator.judged for indicator in catalogue.values()) == 9


def test_indicator_ids_are_unique():
    codes = [indicator.code for indicator in params(2024).indicators.values()]
    assert len(codes) == len(set(codes))


def test_a_judged_indicator_says_what_change_matters_and_why():
    for indicator in params(2024).indicators.values():
        if indicator.judged:
            assert indicator.desired != "none", indicator.key
            assert indicator.min_change is not None, indicator.key
            assert indicator.min_change.people is not None, indicator.key


def test_counts_are_declared_exactly_where_the_judged_flows_have_them():
    with_counts = {key for key, indicator in params(2024).indicators.items() if indicator.counts}
    assert with_counts == {"diabetes_40plus", "cervical_screening", "breast_screening", "colorectal_screening"}


def test_decimals_cover_those_of_the_published_values():
    for indicator in params(2024).indicators.values():
        for (code, *_), (value, _) in observations().items():
            if code == indicator.code:
                assert round(value, indicator.decimals) == pytest.approx(value, abs=1e-9), (indicator.key, value)


def test_a_wrongly_declared_unit_shows_in_the_values():
    for indicator in params(2024).indicators.values():
        values = [value for (code, *_), (value, _) in observations().items() if code == indicator.code]
        if indicator.unit == "percent" and values:
            assert min(values) >= 0, indicator.key
            assert max(values) <= 100, indicator.key


def test_people_groups_are_known():
    groups = load_municipality(FOLDER).people_groups
    for indicator in params(2024).indicators.values():
        assert indicator.people_group is None or indicator.people_group in groups, indicator.key


def test_joined_vintages_are_declared_only_where_definition_and_population_are_unchanged():
    joined = {key for key, indicator in params(2024).indicators.items() if indicator.joined_vintages}
    ages = {"population", "population_key_figures", "under15", "aged15_64", "over64", "foreign_citizens"}
    homes = {"families", "households", "small_house_households", "urban_share"}
    moves = {"natural_increase", "net_migration_persons"}
    assert joined == {*ages, *homes, *moves, "municipal_turnout", "unemployed_share"}


def test_names_are_short_and_titles_are_in_both_languages():
    for indicator in params(2024).indicators.values():
        for language in ("fi", "en"):
            assert len(indicator.name[language]) <= 40, indicator.key
            assert indicator.title[language].strip() == indicator.title[language], indicator.key


def test_sentences_read_whole_in_every_place():
    for indicator in params(2024).indicators.values():
        for place in params(2024).municipality.places.values():
            for language, where, value in (("fi", place.fi_in, "13,6\u00a0%"), ("en", place.en_in, "13.6%")):
                said = indicator.says[language].format(place=where, value=value, year=2023)
                assert "  " not in said, indicator.key
                assert not re.search(r"\s[,.;]|[{}]", said), indicator.key
                assert not said.endswith("."), indicator.key
                assert said == said.strip(), indicator.key
                assert not said[0].isdigit(), f"{indicator.key}: a sentence does not begin with a number"
                if indicator.unit == "percent":
                    assert "%" not in indicator.says[language], indicator.key


# ------------------------------------------------------------------------------------------------ the plan


def test_baselines_are_the_published_values():
    plan = the_plan()
    for key, setting in plan.indicators.items():
        indicator = params(2024).indicators[key]
        baseline = setting.baseline
        assert baseline is not None, key
        cycle = [observed(indicator, baseline.year - back) for back in range(indicator.cycle)]
        mean = sum(value for value, _ in cycle) / indicator.cycle
        assert baseline.value == pytest.approx(mean, abs=1e-6), key
        assert {vintage for _, vintage in cycle} == {baseline.vintage}, key


def test_every_indicator_of_an_objective_has_a_baseline():
    plan = the_plan()
    used = {key for priority in plan.priorities for key in priority.indicators}
    assert used <= set(plan.indicators)


def test_a_target_lies_in_the_desired_direction_and_inside_the_term():
    plan = the_plan()
    for key, setting in plan.indicators.items():
        if setting.target and setting.baseline:
            desired = params(2024).indicators[key].desired
            better = setting.target.value > setting.baseline.value
            assert desired == ("higher" if better else "lower"), key
            assert plan.term.from_ <= setting.target.year <= plan.term.to, key


def test_an_indicator_is_either_followed_or_left_out():
    plan = the_plan()
    assert not set(plan.left_out) & {key for priority in plan.priorities for key in priority.indicators}
    assert not set(plan.left_out) & set(plan.indicators)


def test_the_plan_says_that_it_is_an_example():
    plan = the_plan()
    assert plan.illustrative
    assert plan.banner is not None
    assert "ei ole hyväksynyt" in plan.banner.fi
    assert "Not adopted" in plan.banner.en
    assert all(assessed(year).illustrative for year in YEARS)


def test_every_measure_says_how_a_resident_notices_it():
    assert all(measure.resident for measure in the_plan().measures.values())


# ------------------------------------------------------------------------------------------------ the assessments


@pytest.mark.parametrize("year", YEARS)
def test_every_measure_has_a_status_and_every_objective_a_judgement(year):
    plan, assessment = the_plan(), assessed(year)
    assert set(assessment.measures) == set(plan.measures)
    assert set(assessment.objectives) == set(plan.objectives)


def test_the_example_shows_every_status():
    shown = {status.status for year in YEARS for status in assessed(year).measures.values()}
    assert len(shown) == 8


@pytest.mark.parametrize("year", YEARS)
def test_an_indicator_is_decided_on_once_a_side(year):
    decided = [(finding.indicator, finding.side) for finding in assessed(year).findings]
    assert len(decided) == len(set(decided))


@pytest.mark.parametrize("year", YEARS)
def test_joys_and_worries_are_of_judged_indicators(year):
    for finding in assessed(year).findings:
        assert params(year).indicators[finding.indicator].judged, finding.indicator


@pytest.mark.parametrize("year", YEARS)
def test_handling_goes_forward_in_the_spring_after_the_year(year):
    steps = assessed(year).handling
    assert [step.date for step in steps] == sorted(step.date for step in steps)
    assert [step.version for step in steps] == sorted(step.version for step in steps)
    assert {step.date.year for step in steps} == {year + 1}


def test_two_years_are_approved_and_the_last_is_a_second_draft():
    assert [assessed(year).approved for year in YEARS] == [True, True, False]
    assert assessed(2024).version == 2


def test_proposals_of_2024_cover_all_measures_and_one_new():
    decisions = [proposal.decision for proposal in assessed(2024).proposals.values()]
    assert {name: decisions.count(name) for name in set(decisions)} == {"keep": 10, "change": 2, "drop": 2, "new": 1}


@pytest.mark.parametrize("year", YEARS)
def test_the_group_writes_no_numbers_of_the_indicators(year):
    """Figures come from the verdict: a number typed by hand would stay when the data are revised."""
    assessment = assessed(year)
    for part in (assessment.sentences, assessment.findings, assessment.objectives, assessment.remarks):
        for where, language, text in texts(dict(part) if isinstance(part, dict) else part, str(year)):
            assert not re.search(r"\d+[.,]\d|\d\s*%", text), f"{where}.{language}: {text}"


# ------------------------------------------------------------------------------------------------ words


def test_forbidden_words_are_absent():
    for where, language, text in all_texts():
        found = (FORBIDDEN_FI if language == "fi" else FORBIDDEN_EN).search(text)
        assert not found, f"{where}.{language}: {found.group()!r} in {text!r}"


def test_texts_are_set_in_clean_type():
    for where, language, text in all_texts():
        assert "  " not in text, f"{where}.{language}"
        assert text == text.strip(), f"{where}.{language}"
        if language == "fi":
            assert not re.search(r"\d%", text), f"{where}: a space stands before % in Finnish"
        else:
            assert not re.search(r"\d %", text), f"{where}: no space stands before % in English"


def test_the_two_languages_are_not_the_same_text():
    names = {indicator.name.fi for indicator in params(2024).indicators.values()}
    assert not names & {indicator.name.en for indicator in params(2024).indicators.values()}


def test_the_head_of_the_catalogue_tells_of_every_key() -> None:
    head = (ROOT / "params" / "indicators.yaml").read_text(encoding="utf-8").partition("\nindicators:")[0]
    told = set(re.findall(r"[a-z_]+", head))

    assert set(Indicator.model_fields) <= told
