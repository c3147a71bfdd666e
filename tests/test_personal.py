"""Personal data do not get out in silence: every text of people is searched at every door.

All that is personal here is invented (see `personal`).
"""

import csv
import datetime
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import ROOT, Project
from tests.personal import HARMLESS, PERSONAL, code
from tests.test_forms import faults, filled, opened
from wellbeing_lib.faults import InputError
from wellbeing_lib.forms import answers_of, merged, personal_in_forms, write_forms
from wellbeing_lib.params import Params, load_params, read_yaml
from wellbeing_lib.params.personal import NAMES, kinds_of
from wellbeing_lib.params.reading import short
from wellbeing_lib.params.texts import inert, is_blank
from wellbeing_lib.params.writing import write_text
from wellbeing_lib.sources.own_figures import OwnFigures, read_own_figures
from wellbeing_lib.sources.own_reading import FIGURE_COLUMNS
from wellbeing_lib.spreadsheet_texts import refuse_personal_sheets, sheet_hits

PHONE = "Lisätiedot 040 123 4567"
HETU = f"Asiakas {code('131152', '-', '951')}"
SHEET, PLAN = "Toimenpiteet", "plan-2022-2025.yaml"
COLUMNS_OF_TEXTS = (("F", " (a comment)"), ("G", ""), ("H", ""))
BLANK = [" ", "\u00a0", "\u200b", "\u00ad", "\u3164", "\ufeff \u2060", "\u2800", "\u115f\u1160"]


@pytest.fixture
def params(tmp_path: Path) -> Params:
    return year_of(Path(shutil.copytree(ROOT / "params", tmp_path / "params")))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    write_forms(year_of(ROOT / "params"), folder)
    return folder


@pytest.fixture
def folder(empty: Path, tmp_path: Path) -> Path:
    """The forms that these tests fill; the others would only be read once more each time."""
    (tmp_path / "forms").mkdir()
    for name in ("viestinta", "tyollisyys", "perusopetus", "jarjestot"):
        shutil.copy(empty / f"{name}.xlsx", tmp_path / "forms")
    return tmp_path / "forms"


def year_of(folder: Path, year: int = 2024) -> Params:
    return load_params(year, folder=folder)


def refused(call: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        call()
    return list(caught.value.faults)


def edited(params: Params, name: str, old: str, new: str) -> None:
    path = params.folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def with_council(params: Params, texts: Sequence[str]) -> None:
    """What the council is asked: one item for each text."""
    path = params.folder / "2024.yaml"
    before, _, after = path.read_text(encoding="utf-8").partition("\ncouncil:\n")
    items = "".join(f'  - fi: {json_text(one)}\n    en: "Said in Finnish."\n' for one in texts)
    after = after[after.index("\n# The dates") :]
    path.write_text(f"{before}\ncouncil:\n{items}{after}", encoding="utf-8")


def json_text(text: str) -> str:
    return '"' + "".join(f"\\u{ord(one):04x}" if one < " " or one in '"\\' else one for one in text) + '"'


def repeated(text: str, said: list[str]) -> list[str]:
    """The parts of a text, those that could tell a person, which a message repeats."""
    parts = [one for one in re.split(r"[\s,;:()]+", text) if len(one) > 4 and re.search(r"[\d@]", one)]
    return [one for one in parts for line in said if one in line]


# ---------------------------------------------------------------- what is found, and what is not


def test_every_kind_is_found_however_it_is_written() -> None:
    assert len(PERSONAL) >= 60
    assert {kind for kind, _ in PERSONAL} == set(NAMES)
    assert [(text, kinds_of(text)) for kind, text in PERSONAL if kinds_of(text) != (kind,)] == []


def test_what_branches_write_is_not_stopped() -> None:
    assert len(set(HARMLESS)) >= 200
    assert [(text, kinds_of(text)) for text in HARMLESS if kinds_of(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        f"{code('131152', '-', '951')[:-1]}Q",  # no such check character
        "131152-9519" if code("131152", "-", "951")[-1] != "9" else "131152-9518",
        code("310252", "-", "900"),  # no such day
        "FI21 1234 5600 0007 86",
        "131152Z951T",
    ],
)
def test_a_number_that_its_check_refuses_is_none(text: str) -> None:
    assert kinds_of(text) == ()


def test_a_long_text_takes_no_time() -> None:
    for part in ("a.", "0 1", "A1", "AA11 ", "x@", "@ ", "auto ", "+1 ", "at ", "0 -", "rek. nro ", "1-"):
        kinds_of(part * 5_000)  # hangs where a pattern tries again and again


# ---------------------------------------------------------------- the door of params


def test_every_text_stops_the_year_by_its_path_and_is_not_repeated(params: Params) -> None:
    with_council(params, [text for _, text in PERSONAL])

    said = refused(lambda: year_of(params.folder))

    assert len(said) == len(PERSONAL)
    for number, (kind, text) in enumerate(PERSONAL):
        start = f"params/2024.yaml: council.{number}.fi: holds what looks like {NAMES[kind]}; take it out"
        assert said[number].startswith(start)
        assert repeated(text, said) == []


def test_harmless_texts_stop_no_year(params: Params) -> None:
    with_council(params, HARMLESS)

    assert len(year_of(params.folder).assessment.council) == len(HARMLESS)


def planned(params: Params, titles: Sequence[str], answers: Sequence[str] = ()) -> Params:
    """The year with a plan of one branch: a measure for each title, and for each answer its remark and evidence."""
    ids = [f"{letter}{number:02}" for letter in "MN" for number in range(100)]
    plan, year = (yaml.safe_load((params.folder / name).read_text(encoding="utf-8")) for name in (PLAN, "2024.yaml"))
    objective = plan["priorities"][0]["objectives"][0]
    given = {"branch": "viestinta", "type": "continuous", "deadline": 2025, "en": "Said in Finnish."}
    objective["measures"] = [given | {"id": id_, "fi": title} for id_, title in zip(ids, titles, strict=False)]
    plan["priorities"] = [plan["priorities"][0] | {"objectives": [objective]}]
    plan["indicators"] = {key: one for key, one in plan["indicators"].items() if key in objective["indicators"]}
    year["measures"] = {
        id_: {"status": "done", **{name: {"fi": text, "en": "Said in Finnish."} for name in ("remark", "evidence")}}
        for id_, text in zip(ids, answers, strict=False)
    }
    year |= {"partners": {}, "objectives": {}, "proposals": {}}
    (params.folder / "2023.yaml").unlink(missing_ok=True)
    for name, content in ((PLAN, plan), ("2024.yaml", year)):
        (params.folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return year_of(params.folder)


def parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many texts at a time as a plan may have measures."""
    return (texts[first : first + 150] for first in range(0, len(texts), 150))


def test_every_text_stops_the_year_as_a_title_a_remark_and_as_evidence(params: Params) -> None:
    texts = [text for _, text in PERSONAL]
    titles = refused(lambda: planned(params, texts))
    answers = refused(lambda: planned(params, [f"Toimenpide {number}" for number in range(len(texts))], texts))

    places = [f"params/{PLAN}: priorities.0.objectives.0.measures.{number}.fi" for number in range(len(texts))]
    assert [one.partition(": holds")[0] for one in titles] == places
    assert [one.partition(": holds")[0] for one in answers] == [
        f"params/2024.yaml: measures.M{number:02}.{name}.fi"
        for number in range(len(texts))
        for name in ("evidence", "remark")
    ]
    assert [text for text in texts if repeated(text, [*titles, *answers])] == []


def test_harmless_texts_are_titles_remarks_and_evidence(params: Params) -> None:
    for texts in parts(HARMLESS):
        found = planned(params, texts, texts).assessment.measures.values()

        assert [(one.remark.fi, one.evidence.fi) for one in found] == [(text, text) for text in texts]


PLACES = {
    "the title of a measure": (
        "plan-2022-2025.yaml",
        'fi: "Jokaiselle 1.–9.-luokkalaiselle',
        "priorities.0.objectives",
    ),
    "a note of the plan": ("plan-2022-2025.yaml", 'fi: "Kaupunki vaikuttaa', "priorities.0.objectives.0.note.fi"),
    "the name of a branch": ("plan-2022-2025.yaml", '{fi: "Varhaiskasvatus', "branches.varhaiskasvatus.fi"),
    "a remark": ("2024.yaml", 'fi: "Tarjolla kaikissa kouluissa;', "measures.M01.remark.fi"),
    "evidence": ("2024.yaml", '{fi: "Koulujen ilm', "measures.M01.evidence.fi"),
    "a sentence": ("2024.yaml", 'fi: "Kymmentä toimenpidettä', "sentences.proposed.fi"),
    "a reason": ("2024.yaml", 'fi: "Ryhmä halusi', "findings.2.reason.fi"),
    "reasoning": ("2024.yaml", 'fi: "Tutkintoja kuvaavat', "objectives.P2.2.reasoning.fi"),
    "a remark on an indicator": ("2024.yaml", 'fi: "Pienempi osuus', "remarks.children_in_care.fi"),
    "a proposal": ("2024.yaml", 'fi: "Yläluokkien', "proposals.M01.text.fi"),
    "a body": ("2024.yaml", '{fi: "Hyvinvoinnin', "handling.0.body.fi"),
    "English": ("2024.yaml", 'en: "63 jobs', "measures.M05.remark.en"),
    "a comment": ("2024.yaml", "# The dates ", " line "),
    "last year": ("2023.yaml", 'fi: "Kolmas ryhmä', "proposals.M08.text.fi"),
    "the municipality": ("municipality.yaml", "fi: >-\n    Jos sivulla", "feedback.fi"),
    "the catalogue": ("indicators.yaml", 'name: {fi: "', "indicators."),
    "a key": ("2024.yaml", "remarks:\n  ", "remarks.(key 1)"),
    "what is no model's": ("2024.yaml", "measures:\n  M01:\n    status: ", "measures.M01.status"),
}


@pytest.mark.parametrize(("name", "before", "where"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("text", [PHONE, HETU], ids=["phone", "code"])
def test_every_place_in_params_is_searched(params: Params, name: str, before: str, where: str, text: str) -> None:
    edited(params, name, before, f"{before}{text} ")

    said = refused(lambda: year_of(params.folder))

    assert [one for one in said if one.startswith(f"params/{name}") and where in one], said
    assert repeated(text, said) == []


def test_a_value_that_may_be_personal_is_shown_by_no_message() -> None:
    assert "040" not in short(PHONE)
    assert short({"remark": HETU}) == "(not repeated here: it may be personal data)"
    assert short("x" * 90 + PHONE) == short(PHONE)  # though only the beginning would be shown
    assert short(2024) == "2024"


ALLOWED = """
allowed_texts:
  - where: measures.M05.remark
    kind: phone
    role: "viestintäpäällikkö"
    reason: "palvelun yleinen numero"
"""


def test_an_allowed_text_passes_and_nothing_else(params: Params) -> None:
    edited(params, "2024.yaml", '{fi: "63 paikkaa.", en: "63 jobs."}', f'{{fi: "{PHONE}", en: "{PHONE}"}}')
    path = params.folder / "2024.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + ALLOWED, encoding="utf-8")

    assert year_of(params.folder).assessment.measures["M05"].remark.fi == PHONE

    for old, new in (
        ("kind: phone", "kind: email"),
        ("where: measures.M05.remark", "where: measures.M06.remark"),
        ("where: measures.M05.remark", "where: measures"),
        ('role: "viestintäpäällikkö"', 'role: " "'),
        ('    reason: "palvelun yleinen numero"\n', ""),
    ):
        path.write_text(before + ALLOWED.replace(old, new), encoding="utf-8")
        assert refused(lambda: year_of(params.folder))[0].startswith("params/2024.yaml: measures.M05.remark.fi: holds")


def test_the_plan_and_the_catalogue_allow_their_own_texts(params: Params) -> None:
    for name, before, section in (
        ("plan-2022-2025.yaml", '{fi: "Varhaiskasvatus', "branches:"),
        ("indicators.yaml", 'name: {fi: "', "indicators:"),
    ):
        edited(params, name, before, f"{before} {PHONE} ")
        (said,) = refused(lambda: year_of(params.folder))
        where = re.match(rf"params/{name}: (.*)\.fi: holds", said)[1]
        edited(params, name, f"\n{section}", f"{ALLOWED.replace('measures.M05.remark', where)}\n{section}")

    assert PHONE in year_of(params.folder).plan.branches["varhaiskasvatus"].fi


def test_who_approves_confirms_that_no_person_is_named(params: Params) -> None:
    edited(params, "2023.yaml", "    no_personal_data: true\n", "")
    first = refused(lambda: year_of(params.folder, 2023))
    edited(params, "2023.yaml", "decision: approved\n", "decision: approved\n    no_personal_data: false\n")

    for said in (first, refused(lambda: year_of(params.folder, 2023))):
        assert [one.startswith("params/2023.yaml: handling.4: no_personal_data: true goes with") for one in said] == [
            True
        ]
    edited(params, "2023.yaml", "no_personal_data: false", "no_personal_data: true")
    assert year_of(params.folder, 2023).assessment.approved


# ---------------------------------------------------------------- the door of the forms


def test_every_text_in_a_form_is_named_by_its_cell_and_not_repeated(folder: Path, params: Params) -> None:
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}))
    other = sheet.parent["Täyttöohje"]
    for row, (_, text) in enumerate(PERSONAL, start=1):
        other.cell(row, 5, text).data_type = "s"
    sheet.parent.save(folder / "viestinta.xlsx")

    said = faults(folder, params)

    for row, (kind, text) in enumerate(PERSONAL, start=1):
        assert f"viestinta.xlsx, Täyttöohje!E{row}: holds what looks like {NAMES[kind]}; take it out" in said
        assert repeated(text, said) == []
    assert len(said) == len(PERSONAL)


def with_texts(params: Params, folder: Path, texts: Sequence[str]) -> Path:
    """The form of a branch that gives each text as a remark, as evidence and as the comment of a cell."""
    write_forms(params, folder)
    path = filled(folder / "viestinta.xlsx", {})
    sheet, rows = opened(path)
    for text, row in zip(texts, rows.values(), strict=True):
        sheet[f"F{row}"] = "toteutunut"
        sheet[f"F{row}"].comment = Comment(text, "johtaja")
        for column in "GH":
            sheet[f"{column}{row}"] = text
            sheet[f"{column}{row}"].data_type = "s"
    sheet.parent.save(path)
    return path


def test_every_text_is_stopped_as_a_remark_as_evidence_and_as_a_comment(params: Params, tmp_path: Path) -> None:
    texts = [text for _, text in PERSONAL]
    many = planned(params, [f"Toimenpide {number}" for number in range(len(texts))])
    path = with_texts(many, tmp_path / "many", texts)
    _, rows = opened(path)

    said, before_a_page = faults(path.parent, many), personal_in_forms(path.parent, many)

    cells = {f"{SHEET}!{column}{row}{told}" for row in rows.values() for column, told in COLUMNS_OF_TEXTS}
    for found in (said, before_a_page):
        assert {one.removeprefix("viestinta.xlsx, ").partition(": holds")[0] for one in found} == cells
        assert len(found) == len(cells)
        assert [text for text in texts if repeated(text, found)] == []


def test_harmless_texts_in_a_form_are_read(params: Params, tmp_path: Path) -> None:
    for number, texts in enumerate(parts(HARMLESS)):
        many = planned(params, texts)
        path = with_texts(many, tmp_path / str(number), texts)

        assert personal_in_forms(path.parent, many) == []
        write_text(many.folder / "2024.yaml", merged(path.parent, many).text)
        found = year_of(many.folder).assessment.measures.values()
        assert [(one.remark.fi, one.evidence.fi) for one in found] == [(inert(text), inert(text)) for text in texts]


def test_a_form_is_searched_however_its_ending_is_written(folder: Path, params: Params) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", HETU)}).rename(folder / "VIESTINTA.XLSX")

    place = f"VIESTINTA.XLSX, {SHEET}!G10: holds what looks like a personal identity code; take it out"
    assert faults(folder, params) == personal_in_forms(folder, params) == [place]


def _remark(sheet: Worksheet, text: str) -> None:
    sheet["G10"] = text


def _comment(sheet: Worksheet, text: str) -> None:
    sheet["G10"].comment = Comment(text, "johtaja")


def _author(sheet: Worksheet, text: str) -> None:
    sheet["G10"].comment = Comment("Kysy tästä", text)


def _hidden_sheet(sheet: Worksheet, text: str) -> None:
    hidden = sheet.parent.create_sheet("Muistio")
    hidden["XFD1048576"], hidden.sheet_state = text, "veryHidden"


def _sheet_name(sheet: Worksheet, text: str) -> None:
    sheet.parent.create_sheet(text[:31])


def _header(sheet: Worksheet, text: str) -> None:
    sheet.oddHeader.center.text = text


def _property(sheet: Worksheet, text: str) -> None:
    sheet.parent.properties.keywords = text


def _link(sheet: Worksheet, text: str) -> None:
    sheet["B10"].hyperlink = f"https://example.invalid/?{text}"


def _formula(sheet: Worksheet, text: str) -> None:
    sheet["G10"] = f'="{text}"'


def _prompt(sheet: Worksheet, text: str) -> None:
    sheet.data_validations.dataValidation[0].prompt = text


PARTS: dict[str, tuple[Callable[[Worksheet, str], None], str]] = {
    "a remark": (_remark, f"{SHEET}!G10"),
    "evidence": (lambda sheet, text: sheet.__setitem__("H10", text), f"{SHEET}!H10"),
    "the name": (lambda sheet, text: sheet.__setitem__("C5", text), f"{SHEET}!C5"),
    "the date": (lambda sheet, text: sheet.__setitem__("C6", text), f"{SHEET}!C6"),
    "the title of the form": (lambda sheet, text: sheet.__setitem__("A1", text), f"{SHEET}!A1"),
    "a head": (lambda sheet, text: sheet.__setitem__("G8", text), f"{SHEET}!G8"),
    "beside the table": (lambda sheet, text: sheet.__setitem__("AZ900", text), f"{SHEET}!AZ900"),
    "the permission": (lambda sheet, text: sheet.__setitem__("J10", text), f"{SHEET}!J10"),
    "a formula": (_formula, f"{SHEET}!G10"),
    "a comment": (_comment, f"{SHEET}!G10 (a comment)"),
    "a hidden sheet": (_hidden_sheet, "Muistio!XFD1048576"),
    "the name of a sheet": (_sheet_name, "the list of sheets"),
    "the header": (_header, SHEET),
    "the properties": (_property, "the document's properties"),
    "a link": (_link, SHEET),
    "a prompt": (_prompt, SHEET),
    "who commented": (_author, SHEET),
}


@pytest.mark.parametrize(("put", "where"), PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("text", [PHONE, HETU], ids=["phone", "code"])
def test_every_part_of_a_form_is_searched(
    folder: Path, params: Params, put: Callable[[Worksheet, str], None], where: str, text: str
) -> None:
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}))
    put(sheet, text)
    sheet.parent.save(folder / "viestinta.xlsx")
    before = (params.folder / "2024.yaml").read_bytes()

    said = faults(folder, params)
    _, strange = answers_of(folder, params)

    assert [one for one in said if one.startswith(f"viestinta.xlsx, {where}") and "holds what looks like" in one], said
    assert repeated(text, [*said, *strange, *personal_in_forms(folder, params)]) == []
    assert personal_in_forms(folder, params)
    assert (params.folder / "2024.yaml").read_bytes() == before


def test_a_text_in_runs_of_a_drawing_or_split_by_style_is_one_text(folder: Path, params: Params) -> None:
    path = filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)})
    runs = "<a:p><a:r><a:t>040 12</a:t></a:r><a:r><a:t>3 4567</a:t></a:r></a:p>"
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/drawings/drawing9.xml", f'<x xmlns:a="a">{runs}</x>')
        packed.writestr("xl/persons/person.xml", '<personList><person userId="maija@example.fi"/></personList>')

    said = faults(folder, params)

    assert said == [
        "viestinta.xlsx, another part (not in a cell): holds what looks like a phone number; take it out",
        "viestinta.xlsx, another part (not in a cell): holds what looks like an e-mail address; take it out",
    ]


def test_a_phone_number_that_became_a_number_is_found(folder: Path, params: Params) -> None:
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}))
    sheet["L2"], sheet["L3"] = 401234567, 12_500_000
    sheet.parent.save(folder / "viestinta.xlsx")

    assert faults(folder, params) == [f"viestinta.xlsx, {SHEET}!L2: holds what looks like a phone number; take it out"]


def test_a_file_named_by_personal_data_is_not_named(folder: Path, params: Params) -> None:
    (folder / "viestinta.xlsx").rename(folder / f"viestinta_{code('131152', '-', '951')}.xlsx")

    said = faults(folder, params)

    assert said == [
        "forms/, file 4 by name: the name of the file: holds what looks like a personal identity code; take it out"
    ]


def test_a_form_allows_its_own_text_by_a_role_and_a_reason(folder: Path, params: Params, tmp_path: Path) -> None:
    path = params.folder / "2024.yaml"
    text = "Neuvonta vastaa numerossa 08 123 4567."
    answer = ("toteutunut", text, "", "", "viestintäpäällikkö: palvelun yleinen numero")
    filled(folder / "viestinta.xlsx", {"M09": answer})
    filled(folder / "jarjestot.xlsx", {"M02": ("toteutunut", "", text, "", answer[-1]), "M14": ("toteutunut",)})
    result = merged(folder, params)
    write_text(path, result.text)

    assert read_yaml(path)["allowed_texts"] == [
        {"where": where, "kind": "phone", "role": "viestintäpäällikkö", "reason": "palvelun yleinen numero"}
        for where in ("partners.M02.jarjestot.evidence", "measures.M09.remark")
    ]
    assert any(
        change.startswith("measures.M09.remark: a phone number is allowed by viest") for change in result.changes
    )
    again = year_of(params.folder)
    assert again.assessment.measures["M09"].remark.fi == text
    assert merged(folder, again).changes == ()
    assert personal_in_forms(folder, again) == []
    shutil.copy(path, params.folder / "2025.yaml")
    edited(params, "2025.yaml", "year: 2024", "year: 2025")
    edited(params, "2025.yaml", "2025-03-11", "2026-03-11")
    edited(params, "2025.yaml", "2025-04-08", "2026-04-08")
    text_of = params.folder / "2025.yaml"
    dated = re.sub(r"(answered_on: )[0-9-]+", r"\g<1>2026-02-28", text_of.read_text(encoding="utf-8"))
    text_of.write_text(dated, encoding="utf-8")
    following = year_of(params.folder, 2025)
    write_forms(following, tmp_path / "next")
    filled(tmp_path / "next" / "viestinta.xlsx", {"M09": ("toteutunut",)}, on=datetime.date(2026, 2, 28))
    assert opened(tmp_path / "next" / "viestinta.xlsx")[0]["E10"].value == text
    assert merged(tmp_path / "next", following).changes


@pytest.mark.parametrize(
    ("text", "permission"),
    [
        (PHONE, "saa julkaista"),
        (PHONE, ": yleinen numero"),
        (PHONE, "johtaja: \u3164"),
        (HETU, "johtaja: ei ole oikea"),
    ],
)
def test_a_form_does_not_allow_without_both_nor_an_identity_code(
    folder: Path, params: Params, text: str, permission: str
) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", text, "", "", permission)})

    (said,) = faults(folder, params)

    assert said.startswith(f"viestinta.xlsx, {SHEET}!G10: holds what looks like a p")
    assert repeated(text, [said]) == []


# ---------------------------------------------------------------- own figures


def own_sheet(path: Path, *texts: str) -> Path:
    """A figure that may be published, and texts beside it: each in a cell and as the comment of another one."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Figures"
    sheet.append(FIGURE_COLUMNS)
    sheet.append(["library_loans", 2024, "205", 12.5, 450, 36050])
    for row, text in enumerate(texts, start=2):
        sheet.cell(row, 8, text).data_type = "s"
        sheet.cell(row, 9).comment = Comment(text, "x")
    path.parent.mkdir(exist_ok=True, parents=True)
    book.save(path)
    return path


def own_csv(path: Path, *texts: str) -> Path:
    """The same as a csv, which has no comments."""
    path.parent.mkdir(exist_ok=True, parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerows([FIGURE_COLUMNS, ["library_loans", 2024, "205", "12,5", 450, 36050]])
        lines.writerows([*[""] * 7, text] for text in texts)
    return path


def read_own(params: Params, path: Path) -> OwnFigures:
    return read_own_figures([path], indicators=params.indicators, municipality="205", last_year=2026)


def test_every_text_in_own_figures_is_stopped(params: Params, tmp_path: Path) -> None:
    texts = [text for _, text in PERSONAL]
    sheet, lines = own_sheet(tmp_path / "own.xlsx", *texts), own_csv(tmp_path / "own.csv", *texts)

    of_sheet, of_csv = refused(lambda: read_own(params, sheet)), refused(lambda: read_own(params, lines))

    kinds = [f"holds what looks like {NAMES[kind]}; take it out" for kind, _ in PERSONAL]
    cells = [f"own.xlsx, Figures!H{row}: {one}" for row, one in enumerate(kinds, start=2)]
    comments = [f"own.xlsx, Figures!I{row} (a comment): {one}" for row, one in enumerate(kinds, start=2)]
    assert of_sheet == cells + comments
    assert of_csv == [f"own.csv, row {row}, column 8: {one}" for row, one in enumerate(kinds, start=3)]
    assert refused(lambda: refuse_personal_sheets([sheet, lines], numbers=False)) == of_sheet + of_csv
    assert [text for text in texts if repeated(text, of_sheet + of_csv)] == []


def test_harmless_texts_stop_no_own_figures(params: Params, tmp_path: Path) -> None:
    for path in (own_sheet(tmp_path / "own.xlsx", *HARMLESS), own_csv(tmp_path / "own.csv", *HARMLESS)):
        assert read_own(params, path).figures["value"].tolist() == [12.5]


@pytest.mark.parametrize("text", [code("131152", "-", "945"), "040-1234567", "+358401234567"])
def test_a_cell_of_a_csv_that_is_no_figure_is_searched(tmp_path: Path, text: str) -> None:
    assert sheet_hits(own_csv(tmp_path / "own.csv", text))


def test_a_csv_of_own_figures_is_searched_and_figures_are_no_phone_numbers(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"indicator;value;note\nx;0401234567;\ny;12,5;{PHONE}\n", encoding="utf-8")

    assert [str(hit) for hit in sheet_hits(path)] == ["own.csv, row 3, column 3: holds what looks like a phone number"]


# ---------------------------------------------------------------- the commands


def test_each_command_stops_at_params_forms_and_own_figures(project: Project) -> None:
    assert project.run("forms", "write", "--year", "2024").returncode == 0
    filled(project.root / "data" / "forms" / "2024" / "viestinta.xlsx", {"M09": ("toteutunut", HETU)})
    own_sheet(project.root / "data" / "own" / "own.xlsx", PHONE)
    returned = [
        "viestinta.xlsx, Toimenpiteet!G10: holds what looks like a personal identity code",
        "own.xlsx, Figures!H2: holds what looks like a phone number",
    ]
    commands = [
        ("check",), ("check", "--year", "2024"), ("report", "--year", "2024"), ("pdf", "--year", "2024"),
        ("batch", "--year", "2024", "--municipalities", "290"), ("forms", "read", "--year", "2024"),
    ]  # fmt: skip
    for command in commands:
        done = project.run(*command)
        said = " ".join(done.stderr.split())
        here = returned[:1] if command[0] == "forms" else returned  # the forms hold none of the city's own figures
        assert (done.returncode, [one for one in here if one not in said]) == (1, []), command
        assert repeated(f"{PHONE} {HETU}", [done.stdout, done.stderr]) == []
    assert not (project.root / "build").exists() or not list((project.root / "build").rglob("*.html"))

    project.replace("params/2024.yaml", "63 paikkaa.", HETU)
    for command in [commands[1], commands[2], ("forms", "read", "--year", "2024")]:
        done = project.run(*command)
        said = " ".join(done.stderr.split())
        assert done.returncode == 1
        assert "params/2024.yaml: measures.M05.remark.fi: holds what looks like a personal identity code" in said
        assert repeated(HETU, [done.stdout, done.stderr]) == []


# ---------------------------------------------------------------- blank texts, odd cells, odd dates


def test_what_shows_nothing_is_blank() -> None:
    assert [one for one in ["", *BLANK] if not is_blank(one)] == []
    assert [one for one in ("–", "0", "e\u0301", "\u00adsana", "😀", "ㅎ") if is_blank(one)] == []


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_a_blank_text_is_not_filled_in_params(params: Params, blank: str) -> None:
    edited(params, "2024.yaml", "63 paikkaa.", blank)

    (said,) = refused(lambda: year_of(params.folder))

    assert said.startswith("params/2024.yaml: measures.M05.remark.fi = ")
    assert said.endswith("is blank; write a text, or leave the key without a value")


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_a_blank_cell_is_not_filled_in_a_form(folder: Path, params: Params, blank: str) -> None:
    filled(folder / "perusopetus.xlsx", {"M04": (blank, blank)}, by=blank, on=blank)
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", blank, blank, blank)}, by=blank)
    filled(folder / "tyollisyys.xlsx", dict.fromkeys(("M02", "M05", "M06"), ("toteutunut", blank)))

    said = faults(folder, params)
    (folder / "viestinta.xlsx").unlink()
    written = merged(folder, params).text

    assert said == [f"viestinta.xlsx, {SHEET}!C5: director's name is empty"]
    assert blank == " " or blank not in written
    assert {key for key in ("M02", "M05") if "remark" in read_measures(written)[key]} == set()


def read_measures(text: str) -> dict:
    return yaml.safe_load(text)["measures"]


def test_an_escaped_line_break_is_a_space(folder: Path, params: Params) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", "Ensin_x000D_\nsitten _x005F_x000D_.")})

    assert 'remark: {fi: "Ensin sitten _x000D_."}' in merged(folder, params).text


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALUE!", "Tulos #PUUTTUU!", "#DIV/0!", "#NIMI?"])
def test_a_cell_that_holds_a_spreadsheets_error_is_refused(folder: Path, params: Params, error: str) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", error)})

    (said,) = faults(folder, params)

    assert said.startswith(f'viestinta.xlsx, {SHEET}!G10: remark = "{error}": holds the spreadsheet\'s error #')


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("1.1.0001", "0001-01-01 is before 2024, the year assessed"),
        (datetime.datetime(1900, 1, 1), "1900-01-01 is before 2024, the year assessed"),
        ("31.12.2023", "2023-12-31 is before 2024, the year assessed"),
        (datetime.datetime(9999, 12, 31), "9999-12-31 is in the future; today is "),
        ("tomorrow", "is in the future; today is "),
    ],
)
def test_a_form_signed_on_an_impossible_day_is_refused(folder: Path, params: Params, day, why: str) -> None:
    if day == "tomorrow":
        day = (datetime.date.today() + datetime.timedelta(days=1)).isoformat()
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}, on=day)

    (said,) = faults(folder, params)

    assert said.startswith(f"viestinta.xlsx, {SHEET}!C6: date = ")
    assert why in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("date: 2025-03-11", "date: 9999-01-01", "handling.0.date: 9999-01-01 is in the future; today is "),
        ("date: 2025-03-11", "date: 0001-01-01", "handling.0.date: 0001-01-01 is before 2024"),
        (
            "  M10: {status: done}",
            "  M10: {status: done, answered_on: 9999-12-31}",
            "measures.M10.answered_on: 9999-12-31 is",
        ),
        (
            "",
            "partners: {M02: {jarjestot: {status: done, answered_on: 1999-12-31}}}\n",
            "partners.M02.jarjestot.answered_on: 1999-12-31 is before 2024",
        ),
    ],
)
def test_an_impossible_day_in_params_is_refused(params: Params, old: str, new: str, said: str) -> None:
    text = (params.folder / "2024.yaml").read_text(encoding="utf-8")
    if "partners:" in new:
        (params.folder / "2024.yaml").write_text(f"{text}\n{new}", encoding="utf-8")
    else:
        edited(params, "2024.yaml", old, new)

    assert [one for one in refused(lambda: year_of(params.folder)) if one.startswith(f"params/2024.yaml: {said}")]


def test_today_is_possible(folder: Path, params: Params) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}, on=datetime.date.today())

    assert merged(folder, params).changes
    assert load_workbook(folder / "viestinta.xlsx")
