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
    "statement", "previous", "unusual", "direction", "paragraph", "since", "target", "compare", "finding", "plain",
    "alt_trend", "alt_dots", "alt_target", "caption_trend", "caption_dots", "caption_target",
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
    return params, assess(params, snapshot.observations, snapshot.areas)


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
    for part in ("13,6 % vuonna 2023", "3,1 prosenttiyksikköä", "poikkeuksellisen korkea", "suuntaa ei voi päätellä"):
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
    assert "kasvanut selvästi" in fi.direction(v)
    assert fi.since(v) == "Muutosta lähtötasosta (76,2\u00a0% vuonna 2021) ei voi erottaa sattumasta."


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
    graded = re.compile(r"parantu|heikenty|improved|got worse|better|worse\b", re.IGNORECASE)
    for v in verdicts():
        if v.indicator.desired == "none":
            for language in LANGUAGES:
                assert not [text for text in _generated(words(language), v) if graded.search(text)], v.key


def test_unchanged_is_said_of_the_class_unchanged_only() -> None:
    for v in verdicts():
        said = "ennallaan" in words("fi").direction(v)
        assert not said or v.direction.kind == "unchanged"


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
    counts = {str(n) for n in range(max(v.position.among if v.position else 0, v.direction.n) + 1)}
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
        ("direction_label", types.ClassA),
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
    "described", "wandering", "revised",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_a_sentence(language: str) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    assert set(reasons.REASONS) <= set(CODES)
    for code in CODES:
        said = words(language).reason(code, v)
        assert said[0].isupper()
        assert said.endswith(".")


@pytest.mark.parametrize("kind", get_args(types.ClassA))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_direction_can_be_said(language: str, kind: types.ClassA) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    for signs in (False, True):
        told = replace(v, direction=replace(v.direction, kind=kind, signs_only=signs))
        said = words(language).direction(told)
        assert said.endswith(".")
        assert ("ennallaan" in said or "unchanged" in said) == (kind == "unchanged")


@pytest.mark.parametrize("kind", get_args(types.ClassC))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_since_the_baseline_can_be_said(language: str, kind: types.ClassC) -> None:
    v = page(2024, "205")[1]["child_low_income"]
    assert v.since is not None
    for method in ("counts", "band", "described"):
        told = replace(v, since=replace(v.since, kind=kind, method=method))
        assert words(language).since(told).endswith(".")


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
    ours = {_strings(message.id)[0] for message in read_po() if message.id}  # the templates' part also names licences
    assert ours - asked_for() == set(), "nothing asks for these"


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
    assert [fi.direction_label(kind) for kind in get_args(types.ClassA)] == [
        "parantunut", "heikentynyt", "muuttunut vähän", "ennallaan", "kasvanut", "pienentynyt",
        "suuntaa ei voi päätellä", "seuranta liian lyhyt", "ei voida arvioida",
    ]  # fmt: skip
    assert fi.status_label("partly_done") == "toteutunut osittain"
    assert fi.whole_label("rest", fi.place("MK18")) == "muu Kainuu"
    assert set(labels.METHOD) >= {"line", "ranks", "counts"}
