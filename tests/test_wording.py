"""Sentences for real verdicts: right numbers, right words, none of the forbidden ones, and a complete catalogue."""

import ast
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args, get_origin

import jinja2
import pytest
from babel.messages import Catalog, pofile
from jinja2 import nodes

from wellbeing_lib.homes import areas_at_home, at_home
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import Params, load_params, models
from wellbeing_lib.verdict import Figure, Verdict, assess, types
from wellbeing_lib.wording import Wording, labels, measures, reasons, wording
from wellbeing_lib.wording.catalogue import LOCALE, translations

ROOT = Path(__file__).parents[1]
SNAPSHOT = ROOT / "data" / "snapshots" / "2026-11-24-2"
LANGUAGES = ("fi", "en")
YEARS, AREAS = (2022, 2023, 2024), ("205", "290", "765")
SENTENCES = (
    "statement", "previous", "unusual", "level_change", "paragraph", "since", "target", "compare",
    "finding", "plain", "alt_trend", "alt_dots", "alt_target", "caption_trend", "caption_dots",
    "caption_target",
)  # fmt: skip
FORBIDDEN = re.compile(
    r"merkittäv|huonontu|epäonnistu|hälyttäv|ei muutosta|työttömyysaste|köyhyy|ansiosta|seurauksena|johtuu|"
    r"sijoitu|paras|huonoin|syynä|vuoksi kasv|pitäisi",
    re.IGNORECASE,
)


@cache
def page(year: int, area: str) -> tuple[Params, dict[str, Verdict]]:
    params = load_params(year, area=area, folder=ROOT / "params")
    snapshot = load_snapshot(SNAPSHOT)
    params = at_home(params, snapshot)
    return params, assess(params, snapshot.observations, areas_at_home(snapshot))


def words(language: str) -> Wording:
    return wording(language, page(2024, "205")[0].municipality.places)


def verdicts() -> Iterator[Verdict]:
    for year in YEARS:
        for area in AREAS:
            yield from page(year, area)[1].values()


def texts(w: Wording, v: Verdict) -> dict[str, str]:
    said: dict[str, str] = {name: getattr(w, name)(v) for name in SENTENCES}
    return said | {f"evidence: {label}": text for label, text in w.evidence(v)}


def figure(value: float, unit: str = "percent", decimals: int = 1, *, signed: bool = False) -> Figure:
    return Figure("x", "205", 2024, "newest", value, unit, decimals, signed)


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("given", "fi", "en"),
    [
        (figure(13.6), "13,6\u00a0%", "13.6%"),
        (figure(13.15), "13,2\u00a0%", "13.2%"),
        (figure(3.0999999, "percentage_points", signed=True), "+3,1\u00a0%-yks.", "+3.1\u00a0pp"),
        (figure(-0.04, "percentage_points", signed=True), "0,0\u00a0%-yks.", "0.0\u00a0pp"),
        (figure(-13.1, "per_1000"), "−13,1", "−13.1"),
        (figure(36433, "persons", 0), "36\u00a0433", "36,433"),
        (figure(1374, "people", 0), "1\u00a0374", "1,374"),
        (figure(0.0082, "probability", 3), "0,008", "0.008"),
        (figure(0.0002, "probability", 3), "<\u00a00,001", "<\u00a00.001"),
        (figure(10, "percent_chance", 0), "10\u00a0%", "10%"),
        (figure(0, "percent_chance", 0), "alle 10\u00a0%", "under 10%"),
        (figure(100, "percent_chance", 0), "yli 90\u00a0%", "over 90%"),
        (figure(float("nan")), "–", "–"),
    ],
)
def test_short_form(given: Figure, fi: str, en: str) -> None:
    assert words("fi").shown(given) == fi
    assert words("en").shown(given) == en


@pytest.mark.parametrize(
    ("given", "fi", "en"),
    [
        (figure(-3.1, "percentage_points", signed=True), "3,1 prosenttiyksikköä", "3.1 percentage points"),
        (figure(1, "percentage_points", 0), "1 prosenttiyksikkö", "1 percentage point"),
        (figure(1374, "people", 0), "1\u00a0374 henkilöä", "1,374 people"),
        (figure(13.6), "13,6\u00a0%", "13.6%"),
        (figure(1305, "euros", 0, signed=True), "1\u00a0305\u00a0€", "€1,305"),
        (figure(-13.1, "per_1000"), "−13,1 jokaista tuhatta asukasta kohden", "−13.1 per thousand residents"),
    ],
)
def test_long_form(given: Figure, fi: str, en: str) -> None:
    assert words("fi").long(given) == fi
    assert words("en").long(given) == en


def test_dates_years_and_intervals() -> None:
    fi, en = words("fi"), words("en")
    assert fi.date(date(2023, 5, 30)) == "30.5.2023"
    assert en.date(date(2023, 5, 30)) == "30 May 2023"
    assert fi.years(2014, 2023) == "2014–2023"
    assert fi.years(2023, 2023) == "2023"
    low, high = (figure(value, "percentage_points", signed=True) for value in (-1.3, 4.3))
    assert fi.interval(low, high) == "−1,3\u00a0–\u00a0+4,3\u00a0%-yks."
    assert fi.interval(figure(8.9), figure(12.9)) == "8,9–12,9\u00a0%"


def test_places_are_never_inflected_by_guess() -> None:
    fi, en = words("fi"), words("en")
    assert [fi.place_in(code) for code in ("205", "765", "915")] == ["Kajaanissa", "Sotkamossa", "Varkaudessa"]
    assert (fi.place_in("999"), en.place_in("999")) == ("kunta: 999", "municipality: 999")


# ---------------------------------------------------------------- sentences


def test_child_low_income_of_2024() -> None:
    v = page(2024, "205")[1]["child_low_income"]
    said = words("fi").paragraph(v).replace("\u00a0", " ")
    for part in (
        "13,6 % vuonna 2023",
        "3,1 prosenttiyksikköä",
        "poikkeuksellisen korkea",
        "Vuosina 2021–2023 osuus oli keskimäärin 12,2 %, vuosina 2014–2016 12,8 %: ero on tavallista vuosivaihtelua.",
        "pienimmillään 10,4 % (2020) ja suurimmillaan 13,6 % (2023)",
    ):
        assert part in said
    target = words("fi").target(v)
    assert "epätodennäköistä" in target
    assert "ei ota huomioon tehtyjä toimenpiteitä" in target
    assert words("fi").plain(v).startswith("Lasten pienituloisuus: noin joka seitsemäs lapsi")


def test_each_year_tells_only_what_was_known() -> None:
    v = page(2022, "205")[1]["child_low_income"]
    assert "10,5\u00a0% vuonna 2022" in words("fi").statement(v)
    assert "13,6" not in words("fi").paragraph(v)


def test_cervical_screening_of_2024() -> None:
    v = page(2024, "205")[1]["cervical_screening"]
    fi = words("fi")
    assert "seulonnassa kävi Kajaanissa 77,7\u00a0% kutsutuista vuonna 2024 (1\u00a0374 henkilöä)." in fi.statement(v)
    level = fi.level_change(v).replace("\u00a0", " ")
    assert level.startswith(
        "Vuosina 2022–2024 osuus oli keskimäärin 76,2 %, vuosina 2015–2017 68,2 %: selvästi suurempi. "
    )
    assert "Tilanne on parantunut." in level
    rows = {label: text.replace("\u00a0", " ") for label, text in fi.evidence(v)}
    assert rows["Viimeisten ja ensimmäisten vuosien keskiarvojen ero"] == "+8,1 %-yks."
    assert "+3,2 – +13,0 %-yks." in rows.values()
    assert (
        fi.since(v).replace("\u00a0", " ")
        == "Lähtötasosta (76,2 % vuonna 2021) osuus on kasvanut 1,5 prosenttiyksikköä; ero ei ole selvä."
    )


def test_a_coloured_change_that_hangs_on_single_years_names_them_beside_it() -> None:
    v = page(2024, "205")[1]["cervical_screening"]
    assert v.colour == "good"
    assert v.level.sensitive_years == (2016, 2017)
    for language, named in (("fi", "2016 ja 2017"), ("en", "2016 and 2017")):
        assert f"{named}." in words(language).level_change(v)
        alone = replace(v, level=replace(v.level, sensitive_years=(2016,)))
        assert "2016" in words(language).level_change(alone)
        assert named not in words(language).level_change(replace(v, level=replace(v.level, sensitive_years=())))


def test_unemployment_of_2024_is_lower_and_why_it_has_no_colour() -> None:
    """A swing that every town shares: points and ratio disagree on the rest, so nothing is called better."""
    v = page(2024, "205")[1]["unemployed_share"]
    said = words("fi").level_change(v).replace("\u00a0", " ")
    assert "osuus oli keskimäärin 9,3 %, vuosina 2015–2017 14,1 %: selvästi pienempi." in said
    assert "riippuu siitä, mitataanko sitä erotuksena vai suhdelukuna" in said
    assert not re.search("parantu|heikenty", said)
    rows = {text.replace("\u00a0", " ") for _, text in words("fi").evidence(v)}
    assert {"−4,8 %-yks.", "−7,6 – −1,9 %-yks."} <= rows


def test_alternating_cohorts_are_compared_with_their_own() -> None:
    v = page(2024, "205")[1]["breast_screening"]
    assert words("fi").previous(v).startswith("Vuoteen 2022 verrattuna")
    assert "vuosien 2023–2024 keskiarvo" in words("fi").since(v)


def test_other_municipality_is_named_in_its_own_case() -> None:
    assert "Kuhmossa" in words("fi").statement(page(2024, "290")[1]["child_low_income"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_kajaani_2024(language: str, snapshot: object) -> None:
    said = {v.key: texts(words(language), v) for v in page(2024, "205")[1].values()}
    assert said == snapshot


def test_no_forbidden_word_in_any_finnish_text() -> None:
    found = [(v.key, text) for v in verdicts() for text in _generated(words("fi"), v) if FORBIDDEN.search(text)]
    assert found == []


def test_followed_indicators_get_no_good_or_bad_words() -> None:
    graded = re.compile(r"parantu|heikenty|improved|worsened|got worse|better|worse\b", re.IGNORECASE)
    for v in verdicts():
        if v.indicator.desired == "none":
            for language in LANGUAGES:
                assert not [text for text in _generated(words(language), v) if graded.search(text)], v.key


def test_unchanged_is_said_of_the_class_unchanged_only() -> None:
    for v in verdicts():
        for language, word in (("fi", "ennallaan"), ("en", "unchanged")):
            assert (word in words(language).level_change(v)) == (v.level.kind == "unchanged")


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_sentences_are_short(language: str) -> None:
    for v in verdicts():
        said = words(language).plain(v)
        assert len(said.split()) <= 12, said
        assert "prosenttiyksik" not in said
        assert "percentage point" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole(language: str) -> None:
    """No unfilled places, doubled blanks or stops, missing figures, or sentences without a large first letter."""
    for v in verdicts():
        for name, text in texts(words(language), v).items():
            assert not re.search(r"[{}<>]|  | [.,;]|\.\.|\bNone\b|\bnan\b", text.replace("<\u00a0", "")), (
                v.key,
                name,
                text,
            )
            if text and name in SENTENCES:
                assert text[0].isupper() or not text[0].isalpha(), (v.key, name, text)
                assert text.endswith((".", "!")), (v.key, name, text)


@pytest.mark.parametrize(
    ("year", "key", "fi", "en"),
    [
        (
            2024, "in_care_or_emergency",  # 6 lower, 7 higher and 2 the same
            "Muista 15 kunnasta osuus oli suurempi seitsemässä, pienempi kuudessa ja sama kahdessa.",
            "Among the 15 other municipalities, the share was higher in seven, lower in six and the same in two.",
        ),
        (
            2024, "employment_rate",
            "Muista 17 kunnasta osuus oli suurempi neljässä ja pienempi 13 kunnassa.",
            "Among the 17 other municipalities, the share was higher in four and lower in 13.",
        ),
        (
            2024, "municipal_turnout",
            "Osuus oli vertailun 18 kunnasta pienin.",
            "The share was the lowest of the 18 municipalities compared.",
        ),
        (
            2024, "unemployed_share",
            "Vuonna 2022 osuus oli Kajaanissa 8,9 %, koko maassa 9,5 % ja Kainuussa 9,1 %.",
            "In 2022, the share was 8.9% in Kajaani, 9.5% in Finland and 9.1% in Kainuu.",
        ),
    ],
)  # fmt: skip
def test_a_comparison_names_like_years_and_leaves_no_tie_out(year: int, key: str, fi: str, en: str) -> None:
    v = page(year, "205")[1][key]

    assert fi in words("fi").compare(v).replace("\u00a0", " ")
    assert en in words("en").compare(v)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_caption_claims_no_data_after_the_newest(language: str) -> None:
    for v in verdicts():
        for caption in (words(language).caption_trend(v), words(language).caption_target(v)):
            known = [int(year) for year in re.findall(r"(?:Tiedot|Data): (?:\d{4}\u2013)?(\d{4})", caption)]
            assert known == ([v.newest.year] if v.newest and caption else [])


# ---------------------------------------------------------------- every number is a figure

NUMBER = re.compile(r"[−+]?\d+(?:[\u00a0,.]\d+)*")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_a_figure_a_year_or_a_count(language: str) -> None:
    w = words(language)
    for v in verdicts():
        known = _numbers_of(w, v)
        for name, text in _computed(w, v).items():
            unknown = set(NUMBER.findall(text)) - known
            assert not unknown, (v.key, v.year, v.area, name, text, unknown)


def _numbers_of(w: Wording, v: Verdict) -> set[str]:
    """Figures as written, with and without sign; years from 1950; counts of areas and years up to what is at hand."""
    figures = {number for one in v.figures() for form in (w.shown(one), w.long(one)) for number in NUMBER.findall(form)}
    unsigned = {number.lstrip("−+") for number in figures}
    at_hand = (v.position.among if v.position else 0, v.level.n, v.unusual.towns)
    counts = {str(n) for n in range(max(at_hand) + 1)}
    return figures | unsigned | counts | {str(year) for year in range(1950, 2101)}


def _computed(w: Wording, v: Verdict) -> dict[str, str]:
    """The texts with the catalogue's own words taken out: their numbers are definitions, not findings.

    The plain sentence is left out: its number is the newest value rounded.
    """
    own = [model[w.language].strip() for model in _texts_of(v.indicator)]
    own = sorted((text for text in own if re.search(r"\d", text)), key=len, reverse=True)
    rest = {}
    for name, text in texts(w, v).items():
        left = _without_template(text, v.indicator.says[w.language])
        for words_of_catalogue in own:
            left = left.replace(words_of_catalogue, "")
        if name != "plain":
            rest[name] = left
    return rest


def _without_template(text: str, says: str) -> str:
    """Take out the fixed parts of the sentence in the catalogue ("0–17-vuotiaista", "8. ja 9. luokan")."""
    for literal, *_ in string.Formatter().parse(says):
        if re.search(r"\d", literal):
            text = text.replace(literal.strip(), "").replace(literal.strip()[:1].upper() + literal.strip()[1:], "")
    return text


def _texts_of(model: object) -> Iterator[models.Text]:
    if isinstance(model, models.Text):
        yield model
    elif isinstance(model, models.Model):
        for name in type(model).model_fields:
            yield from _texts_of(getattr(model, name))
    elif isinstance(model, tuple):
        for one in model:
            yield from _texts_of(one)


def _generated(w: Wording, v: Verdict) -> list[str]:
    return list(_computed(w, v).values())


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("label", "kinds"),
    [
        ("level_label", types.LevelClass),
        ("relative_label", types.RelativeClass),
        ("trend_label", types.ClassA),
        ("newest_label", types.ClassB),
        ("since_label", types.ClassC),
        ("target_label", types.ClassTarget),
        ("comparison_label", types.ClassComparison),
        ("status_label", models.Status),
        ("judgement_label", models.ObjectiveAssessment.model_fields["judgement"].annotation),
        ("decision_label", models.Handling.model_fields["decision"].annotation),
        ("decision_label", models.Proposal.model_fields["decision"].annotation),
        ("decision_label", models.Finding.model_fields["decision"].annotation),
        ("side_label", models.Finding.model_fields["side"].annotation),
        ("measure_type_label", models.Measure.model_fields["type"].annotation),
        ("group_label", models.Group),
        ("theme_label", models.Theme),
        ("kind_label", models.Kind),
        ("influence_label", models.Indicator.model_fields["influence"].annotation),
        ("desired_label", models.Desired),
        ("unit", models.Unit),
    ],
)
def test_every_code_has_a_label(label: str, kinds: object, language: str) -> None:
    assert get_origin(kinds) is Literal
    say: Callable[[str], str] = getattr(words(language), label)
    assert all(say(kind) for kind in get_args(kinds))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_open_data_has_a_name_and_a_unit(language: str) -> None:
    w = words(language)
    seen = {(one.measure, one.unit) for v in verdicts() for one in v.figures()}
    assert all(w.measure_label(measure) and w.unit(unit) for measure, unit in seen)
    assert len(set(map(w.measure_label, measures.MEASURES))) == len(measures.MEASURES)


CODES = (
    "few_points", "gap", "break", "vintage", "cycle", "ages_changed", "no_counts", "rounding", "small_numbers",
    "stock", "survey", "survey_area", "ceiling", "ties", "old", "not_published", "direction_none", "constant",
    "described", "wandering", "revised", "index", "few_peers", "scales_differ", "no_ratio",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_a_sentence(language: str) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    assert set(reasons.REASONS) <= set(CODES)
    for code in CODES:
        said = words(language).reason(code, v)
        assert said[0].isupper()
        assert said.endswith(".")


@pytest.mark.parametrize("kind", get_args(types.LevelClass))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_of_level_can_be_said(language: str, kind: types.LevelClass) -> None:
    """What happened comes first; each finding is said of its own class and of no other."""
    v, w = page(2024, "205")[1]["child_low_income"], words(language)
    reason = "few_points" if kind in ("not_enough_data", "described") else ""
    told = replace(v, level=replace(v.level, kind=kind, reason=reason))
    said = w.level_change(told)
    if kind == "described":
        assert said == ""
        assert w.level_label(kind) in dict(w.evidence(told)).values()
        return
    assert said.endswith(".")
    assert w.shown(v.level_figures["level_late_mean"]) in said or kind == "not_enough_data"
    for of, word in FINDINGS[language].items():
        assert (word in said) == (kind in of), (kind, word, said)


FINDINGS = {  # what is said of which class
    "fi": {
        ("improved",): "Tilanne on parantunut.",
        ("worsened",): "Tilanne on heikentynyt.",
        ("improved", "worsened", "higher", "lower"): ": selvästi ",
        ("changed_little",): "muuttunut vain vähän",
        ("signs",): "viitteitä muutoksesta, mutta sattuma voi selittää sen",
        ("unchanged",): "ennallaan",
        ("no_clear_change",): "tavallista vuosivaihtelua",
        ("not_enough_data",): "ei ole riittävästi tietoa",
        ("signs", "no_clear_change", "not_enough_data"): "pienimmillään",
    },
    "en": {
        ("improved",): "The situation has improved.",
        ("worsened",): "The situation has worsened.",
        ("improved", "worsened", "higher", "lower"): ": clearly ",
        ("changed_little",): "changed only a little",
        ("signs",): "signs of change, but chance could explain it",
        ("unchanged",): "unchanged",
        ("no_clear_change",): "within usual yearly variation",
        ("not_enough_data",): "not enough data",
        ("signs", "no_clear_change", "not_enough_data"): "at its lowest",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", [-3.0, 3.0])
def test_higher_and_lower_follow_the_sign_of_the_change(language: str, change: float) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    told = replace(v, level=replace(v.level, kind="higher" if change > 0 else "lower", change=change))
    higher, lower = {"fi": ("selvästi suurempi", "selvästi pienempi"), "en": ("clearly higher", "clearly lower")}[
        language
    ]
    said = words(language).level_change(told)
    assert (higher in said, lower in said) == (change > 0, change < 0)


@pytest.mark.parametrize("kind", get_args(types.RelativeClass))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_beside_similar_towns_can_be_said(language: str, kind: types.RelativeClass) -> None:
    v, w = page(2024, "205")[1]["child_low_income"], words(language)
    untold = ("not_enough_data", "described")
    reason = "few_peers" if kind in untold else ""
    up = kind in ("rose_more", "rose_less", "rose_peers_fell")
    level = replace(v.level, change=2.0 if up else -2.0)
    told = replace(v, level=level, relative=replace(v.relative, kind=kind, reason=reason))
    said = w.level_change(told)
    nothing = w.level_change(replace(told, relative=replace(told.relative, kind="described")))
    beside = said.removeprefix(nothing).strip()
    assert bool(beside) == (kind not in untold)
    assert not beside or (beside[0].isupper() and beside.endswith("."))
    moved = {"fi": ("Osuus kasvoi", "Osuus pieneni"), "en": ("The share rose", "The share fell")}[language]
    if kind.startswith(("rose", "fell")):
        assert beside.startswith(moved[0] if up else moved[1])
        assert w.long(told.level_figures["relative_change"]) in beside
    if kind != "described":
        assert w.relative_label(kind) in dict(w.evidence(told)).values()
    by_scale = replace(told, relative=replace(told.relative, kind="no_clear_difference", reason="scales_differ"))
    assert {"fi": "suhdelukuna", "en": "as a ratio"}[language] in w.level_change(by_scale)


@pytest.mark.parametrize("kind", get_args(types.ClassA))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trend_has_its_row_in_the_evidence(language: str, kind: types.ClassA) -> None:
    """The drift is a question of its own: in the fold, and in no sentence above it."""
    v, w = page(2024, "205")[1]["child_low_income"], words(language)
    told = replace(v, trend=replace(v.trend, kind=kind))
    assert dict(w.evidence(told))[w.text("Is there a steady trend?")] == w.trend_label(kind)
    assert w.paragraph(told) == w.paragraph(v)
    if kind not in ("too_short", "cannot_assess"):
        assert w.trend_label(kind) not in {w.level_label(one) for one in get_args(types.LevelClass)}


@pytest.mark.parametrize("kind", get_args(types.ClassC))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_since_the_baseline_can_be_said(language: str, kind: types.ClassC) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    assert v.since is not None
    for method in ("counts", "variation", "described"):
        told = replace(v, since=replace(v.since, kind=kind, method=method))
        said = words(language).since(told)
        assert said.endswith(".")
        assert words(language).shown(v.since.baseline) in said
        for of, word in SINCE[language].items():
            assert (word in said) == (kind in of), (kind, word, said)


SINCE = {
    "fi": {
        ("above", "below"): "selvästi enemmän",
        ("at_baseline",): "lähtötasolla",
        ("no_clear_difference",): "ero ei ole selvä",
        ("described",): "ei testata",
        ("cannot_assess",): "ei ole riittävästi tietoa",
    },
    "en": {
        ("above", "below"): "clearly more than the variation",
        ("at_baseline",): "the level is that of the baseline",
        ("no_clear_difference",): "the difference is not clear",
        ("described",): "not tested",
        ("cannot_assess",): "not enough data",
    },
}


@pytest.mark.parametrize("kind", get_args(types.ClassTarget))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outlook_can_be_said(language: str, kind: types.ClassTarget) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    assert v.outlook is not None
    said = words(language).target(replace(v, outlook=replace(v.outlook, kind=kind)))
    assert said.endswith(".")
    assert words(language).target_label(kind) in said or kind in ("reached", "cannot_assess")


def test_evidence_rows_have_a_label_each() -> None:
    for v in verdicts():
        for language in LANGUAGES:
            rows = [label for label, _ in words(language).evidence(v)]
            assert len(rows) == len(set(rows)), (v.key, rows)


# ---------------------------------------------------------------- catalogue


def asked_for() -> set[str]:
    """Every English text that code (`text`, `plural`, `msg`) and templates (`t`, `tn`) ask for."""
    library = ROOT / "wellbeing_lib"
    found: set[str] = set()
    for path in library.rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        for call in calls:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            first = call.args[0] if call.args else None
            if name in ("text", "plural", "msg") and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    for path in library.rglob("*.j2"):
        template = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for call in template.find_all(nodes.Call):
            first = call.args[0] if call.args else None
            if getattr(call.node, "name", "") in ("t", "tn"):
                found |= {one.value for one in (first, *_choices(first)) if isinstance(one, nodes.Const)}
    return found


def _choices(node: nodes.Node | None) -> Iterator[nodes.Node]:
    """Both ends of `a if condition else b`."""
    if isinstance(node, nodes.CondExpr):
        yield from (one for one in (node.expr1, node.expr2) if one is not None)


def read_po(name: str = "fi.po") -> Catalog:
    with (LOCALE / name).open("rb") as file:
        return pofile.read_po(file, abort_invalid=True)


def test_finnish_is_complete_and_holds_nothing_else() -> None:
    messages = [message for path in LOCALE.glob("*.po") for message in read_po(path.name) if message.id]
    assert not [message.id for message in messages if message.fuzzy]
    assert not [message.id for message in messages if not all(_strings(message.string))]
    there = {_strings(message.id)[0] for message in messages}
    assert asked_for() - there == set(), "these have no Finnish words"
    assert there - asked_for() == set(), "nothing asks for these"


def test_placeholders_agree() -> None:
    for path in LOCALE.glob("*.po"):
        for message in read_po(path.name):
            for said in _strings(message.string) if message.id else ():
                assert _places(said) in [_places(one) for one in _strings(message.id)], message.id


def _strings(text: object) -> list[str]:
    return [str(one) for one in text] if isinstance(text, (list, tuple)) else [str(text)]


def _places(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_no_two_catalogues_disagree() -> None:
    """All are read as one: of two translations of the same English text only one would ever be seen."""
    said: dict[str, object] = {}
    for path in sorted(LOCALE.glob("*.po")):
        for message in read_po(path.name):
            if message.id:
                english = _strings(message.id)[0]
                assert said.setdefault(english, message.string) == message.string, (path.name, english)


def test_missing_words_stop_the_page() -> None:
    with pytest.raises(LookupError, match=r"fi\.po has no words for 'Nobody said this'"):
        words("fi").text("Nobody said this")
    assert words("en").text("Nobody said this") == "Nobody said this"


def test_catalogue_is_read_once() -> None:
    assert translations("fi") is translations("fi")


def test_labels_are_words_of_the_report() -> None:
    fi = words("fi")
    assert [fi.level_label(kind) for kind in get_args(types.LevelClass)] == [
        "parantunut", "heikentynyt", "selvästi suurempi", "selvästi pienempi",
        "muuttunut vain vähän", "viitteitä muutoksesta, mutta sattuma voi selittää sen",
        "ennallaan", "ei selvää muutosta", "ei riittävästi tietoa", "kuvataan, ei testata",
    ]  # fmt: skip
    assert [fi.relative_label(kind) for kind in get_args(types.RelativeClass)] == [
        "kasvoi enemmän kuin vertailukunnissa", "kasvoi vähemmän kuin vertailukunnissa",
        "pieneni enemmän kuin vertailukunnissa", "pieneni vähemmän kuin vertailukunnissa",
        "kasvoi, vertailukunnissa pieneni", "pieneni, vertailukunnissa kasvoi",
        "lähes samoin kuin vertailukunnissa", "samoin kuin vertailukunnissa",
        "ei selvää eroa vertailukuntiin", "ei riittävästi tietoa", "kuvataan, ei testata",
    ]  # fmt: skip
    assert [fi.since_label(kind) for kind in get_args(types.ClassC)] == [
        "selvästi suurempi kuin lähtötaso", "selvästi pienempi kuin lähtötaso", "lähtötasolla",
        "ei selvää eroa lähtötasoon", "kuvataan, ei testata", "ei riittävästi tietoa",
    ]  # fmt: skip
    assert [fi.target_label(kind) for kind in get_args(types.ClassTarget)] == [
        "tavoitearvo on jo saavutettu", "todennäköistä", "mahdollista", "melko epätodennäköistä",
        "epätodennäköistä", "ei riittävästi tietoa",
    ]  # fmt: skip
    assert fi.status_label("partly_done") == "toteutunut osittain"
    assert fi.whole_label("rest", fi.place("MK18")) == "muu Kainuu"
    assert set(labels.METHOD) >= {"line", "ranks", "counts", "variation", "described"}
