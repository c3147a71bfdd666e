"""The measures' forms as people use them: written, filled, spoilt in every way, read back into params."""

import datetime
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import ROOT, Project
from wellbeing_lib.faults import InputError
from wellbeing_lib.forms import answers_of, merged, write_forms
from wellbeing_lib.forms.layout import FIRST_ROW, respondents
from wellbeing_lib.params import Params, load_params, read_yaml
from wellbeing_lib.params.texts import inert
from wellbeing_lib.params.writing import write_text

DAY = datetime.date(2025, 2, 28)


@pytest.fixture
def params(tmp_path: Path) -> Params:
    return load_params(2024, folder=Path(shutil.copytree(ROOT / "params", tmp_path / "params")))


@pytest.fixture
def folder(params: Params, tmp_path: Path) -> Path:
    """Last year's answers beside empty cells: a form for everyone who has a measure."""
    write_forms(params, tmp_path / "forms")
    return tmp_path / "forms"


def opened(path: Path) -> tuple[Worksheet, dict[str, int]]:
    """The sheet to fill and the row of each measure."""
    sheet = load_workbook(path)["Toimenpiteet"]
    return sheet, {str(sheet.cell(row, 1).value): row for row in range(FIRST_ROW, sheet.max_row + 1)}


def filled(
    path: Path,
    answers: dict[str, tuple[str | None, ...]],
    *,
    by: str | None = "Maija Meikäläinen",
    on: datetime.date | str | None = DAY,
) -> Path:
    """Type answers (status, remark, evidence, resources, permission) into a form and sign it, as a director would."""
    sheet, rows = opened(path)
    for key, answer in answers.items():
        for column, value in zip("FGHIJ", answer, strict=False):
            sheet[f"{column}{rows[key]}"] = value
    sheet["C5"], sheet["C6"] = by, on
    sheet.parent.save(path)
    return path


def faults(folder: Path, params: Params) -> list[str]:
    with pytest.raises(InputError) as caught:
        merged(folder, params)
    return list(caught.value.faults)


# ---------------------------------------------------------------- the form


def test_everyone_with_a_measure_gets_a_form_in_finnish_with_english_below(folder: Path) -> None:
    names = sorted(path.stem for path in folder.glob("*.xlsx"))
    sheet, rows = opened(folder / "tyollisyys.xlsx")

    assert len(names) == 14
    assert {"hyvinvointialue", "jarjestot"} <= set(names)
    assert list(rows) == ["M02", "M05", "M06"]
    assert sheet["A1"].value == "Hyvinvointisuunnitelman toimenpiteet: mitä tehtiin vuonna 2024 – Työllisyyspalvelut"
    assert (sheet["G8"].value, sheet["G9"].value) == (
        "HUOMAUTUS 2024: enintään 600 merkkiä", "REMARK 2024: at most 600 characters",
    )  # fmt: skip
    assert sheet[f"D{rows['M02']}"].value == "käynnissä"
    assert sheet[f"E{rows['M02']}"].value == "Vastaanotto alkoi lokakuussa."
    assert sheet[f"F{rows['M02']}"].value is None


def test_the_structure_is_locked_and_widths_and_answers_are_not(folder: Path) -> None:
    sheet, rows = opened(folder / "tyollisyys.xlsx")
    book = sheet.parent
    offered = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
    choices = [cell.value for cell in book["Luettelot"]["A"]]

    assert book.security.lockStructure
    assert sheet.protection.sheet
    assert not sheet.protection.formatColumns
    assert sheet.protection.insertRows
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {"C5", "C6", *(f"{column}{row}" for column in "FGHIJ" for row in rows.values())}
    assert choices[0] == "ei muutosta"
    assert "jatkuva, toteutui suunnitellusti" in choices
    assert offered["F10:F12"].formula1 == "'Luettelot'!$A$1:$A$9"
    assert (offered["G10:G12"].type, offered["G10:G12"].formula1) == ("textLength", "600")


def test_rows_have_room_for_their_texts_and_a_form_is_printed_on_one_page_across(folder: Path) -> None:
    """LibreOffice does not make rows as high as their texts when it opens a file: they would lie over each other."""
    sheet, rows = opened(folder / "tyollisyys.xlsx")
    help_sheet = sheet.parent.worksheets[1]

    for one, row in [*((sheet, row) for row in (8, 9, *rows.values())), *((help_sheet, row) for row in range(1, 9))]:
        for cell in one[row]:
            letters = one.column_dimensions[cell.column_letter].width
            lines = sum(-(-max(1, len(part)) // letters) for part in str(cell.value or "").split("\n"))
            assert one.row_dimensions[row].height >= 15 * lines, cell.coordinate
    assert sheet.row_dimensions[rows["M02"]].height >= 90
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)


def test_a_form_that_somebody_has_begun_is_never_overwritten(folder: Path, params: Params) -> None:
    begun = filled(folder / "tyollisyys.xlsx", {"M02": ("toteutunut",)}, by=None, on=None)
    strange = folder / "viestinta.xlsx"
    strange.write_text("saved as something else", encoding="utf-8")
    before = {path: path.read_bytes() for path in (begun, strange)}

    written, left = write_forms(params, folder)

    assert sorted(left) == sorted(before)
    assert len(written) == 12
    assert {path: path.read_bytes() for path in left} == before


# ---------------------------------------------------------------- every fault by file, sheet and cell


def test_every_fault_of_every_form_is_named_at_once(folder: Path, params: Params, tmp_path: Path) -> None:
    filled(
        folder / "tyollisyys.xlsx",
        {"M02": ("toteutunu",), "M05": ("", "Vastaamatta jäi tila."), "M06": ("siirretty", "=1+1")},
        by="", on="ensi viikolla",
    )  # fmt: skip
    sheet, _ = opened(filled(folder / "perusopetus.xlsx", {"M04": ("toteutunut", "x" * 601)}))
    sheet["A11"], sheet["B11"], sheet["F11"] = "M77", "Oma lisäys", "toteutunut"
    sheet.parent.save(folder / "perusopetus.xlsx")
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}))
    sheet.title = "Taul1"
    sheet.parent.save(folder / "viestinta.xlsx")
    write_forms(load_params(2023, folder=params.folder), tmp_path / "last")
    filled(tmp_path / "last" / "varhaiskasvatus.xlsx", {"M03": ("toteutunut",)}).replace(
        folder / "varhaiskasvatus.xlsx"
    )
    filled(folder / "liikuntapalvelut.xlsx", {"M11": ("toteutunut", "Kolme ryhmää.")})
    shutil.copy(folder / "liikuntapalvelut.xlsx", folder / "liikunta (2).xlsx")
    filled(folder / "liikunta (2).xlsx", {"M11": ("toteutunut osittain", "Kaksi ryhmää.")})
    before = (params.folder / "2024.yaml").read_bytes()

    found = faults(folder, params)

    starts = [
        'tyollisyys.xlsx, Toimenpiteet!C5: director\'s name is empty',
        'tyollisyys.xlsx, Toimenpiteet!C6: date = "ensi viikolla": must be a date, such as 28.2.2025',
        'tyollisyys.xlsx, Toimenpiteet!F10: status = "toteutunu": not one of ei muutosta, ei aloitettu',
        "tyollisyys.xlsx, Toimenpiteet!F11: status is empty, but there is a remark",
        'tyollisyys.xlsx, Toimenpiteet!G12: remark = "=1+1": is a formula',
        "perusopetus.xlsx, Toimenpiteet!G10: remark = \"xxx",
        'perusopetus.xlsx, Toimenpiteet!A11: code = "M77": no measure of this form (M04)',
        "viestinta.xlsx: sheet Toimenpiteet is missing; there is Taul1",
        'varhaiskasvatus.xlsx, Toimenpiteet!C3: year = "2023": the forms of 2024 are being read',
        "liikunta (2).xlsx, Toimenpiteet!F10 and liikuntapalvelut.xlsx, Toimenpiteet!F10: M11 is answered in two files",
    ]  # fmt: skip
    for start in starts:
        assert [fault for fault in found if fault.startswith(start)], (start, found)
    assert any(fault.endswith('Did you mean "toteutunut"?') for fault in found)
    assert any("has 601 characters; at most 600 are possible" in fault for fault in found)
    assert (params.folder / "2024.yaml").read_bytes() == before


def test_an_empty_status_of_a_form_that_is_begun_is_named(folder: Path, params: Params) -> None:
    filled(folder / "tyollisyys.xlsx", {"M02": ("toteutunut",), "M05": ("toteutunut",)})

    (fault,) = faults(folder, params)

    assert fault.startswith("tyollisyys.xlsx, Toimenpiteet!F12: status of M06 is empty")


def test_no_change_needs_a_status_of_last_year(folder: Path, tmp_path: Path, params: Params) -> None:
    first = load_params(2022, folder=params.folder)
    write_forms(first, tmp_path / "first")
    filled(tmp_path / "first" / "viestinta.xlsx", {"M09": ("ei muutosta",)})

    (fault,) = faults(tmp_path / "first", first)

    assert 'Toimenpiteet!F10: status = "ei muutosta": there is no status of 2021' in fault


def test_columns_and_rows_that_were_moved_are_named(folder: Path, params: Params) -> None:
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}))
    sheet.insert_cols(4)
    sheet.parent.save(folder / "viestinta.xlsx")
    sheet, rows = opened(filled(folder / "tyollisyys.xlsx", {"M02": ("toteutunut",), "M05": ("toteutunut",)}))
    sheet.delete_rows(rows["M06"])
    sheet.parent.save(folder / "tyollisyys.xlsx")

    found = faults(folder, params)

    assert any(fault.startswith("viestinta.xlsx, Toimenpiteet!D8: head = ") for fault in found)
    assert "tyollisyys.xlsx, Toimenpiteet: the row of M06 is missing" in found


def test_what_would_be_lost_in_silence_is_named(folder: Path, params: Params) -> None:
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut",)}))
    sheet["K10"] = "Tähän vielä lisää"
    sheet.parent.save(folder / "viestinta.xlsx")
    (folder / "perusopetus.ods").write_bytes((folder / "perusopetus.xlsx").read_bytes())

    assert faults(folder, params) == [
        'viestinta.xlsx, Toimenpiteet!K10: "Tähän vielä lisää": is beside the table, where nothing is read',
        "perusopetus.ods: is no .xlsx; save it as an Excel workbook",
    ]


def test_a_bomb_and_a_thing_that_is_no_form_are_sentences(folder: Path, params: Params) -> None:
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 101_000_000)
    (folder / "letter.xlsx").write_text("Hei!", encoding="utf-8")

    found = faults(folder, params)

    assert "bomb.xlsx: unpacks to more than 30 MB; a form does not" in found
    assert any(fault.startswith("letter.xlsx: not readable as xlsx") for fault in found)


# ---------------------------------------------------------------- a clean set


def test_a_clean_set_changes_exactly_the_statuses_and_remarks(folder: Path, params: Params) -> None:
    path = params.folder / "2024.yaml"
    before, old = path.read_text(encoding="utf-8"), read_yaml(path)
    filled(folder / "tyollisyys.xlsx", {
        "M02": ("toteutunut osittain", "Vastaanotto toimi keväällä, syksyllä ei ohjaajaa."),
        "M05": ("Ei toteutunut", "Määräraha loppui."), "M06": ("ei muutosta", None),
    })  # fmt: skip
    filled(folder / "kulttuuripalvelut.xlsx", {"M14": ("toteutunut",)}, on="3.3.2025")

    result = merged(folder, params)
    write_text(path, result.text)
    new = read_yaml(path)

    assert {key for key in old["measures"] if old["measures"][key] != new["measures"][key]} == {
        "M02",
        "M05",
        "M06",
        "M14",
    }
    assert {key: one for key, one in old.items() if key != "measures"} == {
        key: one for key, one in new.items() if key != "measures"
    }
    assert list(new["measures"]) == list(old["measures"])
    signed = {"answered_by": "Maija Meikäläinen", "answered_on": DAY}
    assert new["measures"]["M02"] == old["measures"]["M02"] | signed  # the same words keep their English
    assert new["measures"]["M05"] == {
        "status": "not_done", "remark": {"fi": "Määräraha loppui."},
        "evidence": old["measures"]["M05"]["evidence"], **signed,
    }  # fmt: skip
    assert new["measures"]["M06"] == {"status": "in_progress", **signed}  # last year's status, not its remark
    assert new["measures"]["M14"]["answered_on"] == datetime.date(2025, 3, 3)
    assert [line for line in before.splitlines() if "#" in line] == [
        line for line in result.text.splitlines() if "#" in line
    ]
    assert "M05 (Työllisyyspalvelut): status: continuous_as_planned -> not_done" in result.changes
    assert merged(folder, load_params(2024, folder=params.folder)).text == path.read_text(encoding="utf-8")


def test_two_files_of_one_branch_that_complete_each_other_are_one_answer(folder: Path, params: Params) -> None:
    shutil.copy(folder / "tyollisyys.xlsx", folder / "tyollisyys kopio.xlsx")
    filled(folder / "tyollisyys.xlsx", {"M02": ("toteutunut",), "M05": ("toteutunut", "Sama.")})
    filled(folder / "tyollisyys kopio.xlsx", {"M05": ("toteutunut", "Sama."), "M06": ("toteutunut",)}, by="Toinen")

    assert {change.partition(" ")[0] for change in merged(folder, params).changes} == {"M02", "M05", "M06"}


def test_a_partners_answer_stands_beside_the_branchs(folder: Path, params: Params) -> None:
    filled(folder / "jarjestot.xlsx", {"M02": ("toteutunut", "Vapaaehtoisia oli 12."), "M14": ("ei voida arvioida",)})

    write_text(params.folder / "2024.yaml", merged(folder, params).text)
    said = load_params(2024, folder=params.folder).assessment

    assert said is not None
    assert said.measures["M02"].status == "partly_done"
    assert said.partners["M02"]["jarjestot"].remark["fi"] == "Vapaaehtoisia oli 12."


def test_who_has_answered_and_what_is_missing(folder: Path, params: Params) -> None:
    filled(folder / "tyollisyys.xlsx", {"M02": ("toteutunut",)})
    (folder / "viestinta.xlsx").unlink()

    standing, strange = answers_of(folder, params)
    found = {one.respondent.key: one for one in standing}

    assert params.plan is not None
    assert list(found) == list(respondents(params.plan))
    assert (found["tyollisyys"].answered, found["tyollisyys"].missing) == (("M02",), ("M05", "M06"))
    assert found["viestinta"].files == ()
    assert found["perusopetus"].missing == ("M04",)
    assert strange == []


# ---------------------------------------------------------------- texts are texts


HOSTILE = {
    "markup": "<script>alert(1)</script> & <b>x</b>",
    "template": "{{ 7 * 7 }} {% raw %} ${HOME} %s",
    "yaml": 'status: done # not a comment, "quoted" \\n - & * !!python/object',
    "emoji": "Toimii 😀 👩‍👩‍👧",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_comes_back_word_for_word(folder: Path, params: Params, text: str) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", text)})

    write_text(params.folder / "2024.yaml", merged(folder, params).text)
    said = load_params(2024, folder=params.folder).assessment

    assert said is not None
    assert said.measures["M09"].remark["fi"] == text


def test_a_formula_typed_as_a_text_stays_one_in_next_years_form(folder: Path, params: Params, tmp_path: Path) -> None:
    text = '=HYPERLINK("http://example.invalid","Klikkaa")'
    sheet, _ = opened(filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", text)}))
    assert faults(folder, params)[0].startswith('viestinta.xlsx, Toimenpiteet!G10: remark = "=HYPERLINK')
    sheet["G10"].data_type = "s"  # as Excel keeps '=HYPERLINK(...)
    sheet.parent.save(folder / "viestinta.xlsx")
    write_text(params.folder / "2024.yaml", merged(folder, params).text)
    following = read_yaml(params.folder / "2024.yaml") | {"year": 2025}
    (params.folder / "2025.yaml").write_text(yaml.safe_dump(following), encoding="utf-8")

    write_forms(load_params(2025, folder=params.folder), tmp_path / "next")
    cell = opened(tmp_path / "next" / "viestinta.xlsx")[0]["E10"]

    assert (cell.value, cell.data_type) == (text, "s")


def test_marks_that_turn_the_text_around_are_taken_out_and_line_breaks_are_spaces() -> None:
    assert inert("a\u202eb\u2066c\u200f d\r\ne\u2028f\ufeff") == "abc d e f"
    assert inert("20\u00a0% שלום") == "20\u00a0% שלום"
    with pytest.raises(ValueError, match="control character"):
        inert("a\x07b")


@pytest.mark.parametrize(("text", "said"), [("x" * 10_000, "has 10,000 characters"), ("a\x7fb", "holds a control")])
def test_what_no_page_could_show_is_refused(folder: Path, params: Params, text: str, said: str) -> None:
    filled(folder / "viestinta.xlsx", {"M09": ("toteutunut", text)})

    assert said in faults(folder, params)[0]


def test_an_edit_saved_while_the_forms_are_read_is_not_lost(project: Project) -> None:
    """A person saves the year's file between the command's reading and its writing."""
    assert project.run("forms", "write", "--year", "2024").returncode == 0
    answers: dict[str, tuple[str | None, ...]] = dict.fromkeys(("M02", "M05", "M06"), ("toteutunut",))
    filled(project.root / "data" / "forms" / "2024" / "tyollisyys.xlsx", answers)
    path = project.root / "params" / "2024.yaml"
    edited = path.read_text(encoding="utf-8") + "# saved in the meantime\n"
    program = (
        "import pathlib, sys\n"
        "from wellbeing_lib import forms\n"
        "from wellbeing_lib.cli import app\n"
        "merged = forms.merged\n"
        "def then_edited(*given):\n"
        "    found = merged(*given)\n"
        "    pathlib.Path(sys.argv[1]).write_text(sys.argv[2], encoding='utf-8')\n"
        "    return found\n"
        "forms.merged = then_edited\n"
        "app(['forms', 'read', '--year', '2024'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), edited], cwd=project.root, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(project.root)}, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    said = "has been changed in the meantime; nothing was written, run the command again"
    assert done.stderr == f"params/2024.yaml: {said}\n"
    assert path.read_text(encoding="utf-8") == edited
    assert project.run("forms", "read", "--year", "2024").returncode == 0
    assert "# saved in the meantime\n" in path.read_text(encoding="utf-8")
