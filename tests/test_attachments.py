"""What lies beside the page: workbook, plain summary, charts and PDF files, as other programs read them."""

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import frictionless
import openpyxl
import pikepdf
import pytest

from tests.browsing import pango
from tests.conftest import Once, Project
from wellbeing_lib import pdf, workbook
from wellbeing_lib.appendix import load
from wellbeing_lib.faults import InputError

# the open data


@pytest.mark.parametrize("municipality", ["", "290"])
def test_the_open_data_are_a_valid_package_of_the_very_file(built: Project, municipality: str) -> None:
    folder = built.build(municipality=municipality)
    found = frictionless.validate(str(folder / "datapackage.json"))
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    content = (folder / "indicators.csv").read_bytes()

    assert found.valid, found.to_summary()
    assert described["resources"][0]["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert all(len(field["description"]) > 10 for field in described["resources"][0]["schema"]["fields"])
    assert {"CC BY 4.0"} <= {one["name"] for one in described["licenses"]}
    assert len(described["sources"]) > 15


# the workbook


@pytest.fixture(scope="module")
def book(built: Project) -> openpyxl.Workbook:
    return openpyxl.load_workbook(built.build() / "indicators.xlsx")


def test_the_workbook_holds_the_figures_of_the_csv_in_typed_cells(built: Project, book: openpyxl.Workbook) -> None:
    with (built.build() / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert book.sheetnames == ["Luvut", "Figures"]
    for sheet, language in (("Luvut", "fi"), ("Figures", "en")):
        table = list(book[sheet].iter_rows(values_only=True))
        heading, figures = table[0], [dict(zip(table[0], row, strict=True)) for row in table[1:]]
        assert heading == tuple(workbook.COLUMNS)
        assert len(figures) == len(rows)
        for figure, row in zip(figures, rows, strict=True):
            assert [figure[name] for name in ("indicator", "area", "measure")] == [
                row[name] for name in ("indicator", "area", "measure")
            ]
            assert isinstance(figure["value"], int | float)
            assert figure["value"] == float(row["value"])
            assert figure["year"] == (int(row["year"]) if row["year"] else None)
            assert figure["shown"] == row[f"shown_{language}"]


def test_each_column_of_the_workbook_is_explained(book: openpyxl.Workbook) -> None:
    for sheet in book:
        notes = [cell.comment.text if cell.comment else "" for cell in sheet[1]]
        assert all(len(note) > 10 for note in notes)
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == f"A1:J{sheet.max_row}"
    assert book["Luvut"]["A1"].comment.text != book["Figures"]["A1"].comment.text


def test_the_same_figures_give_the_same_workbook(built: Project, tmp_path: Path) -> None:
    pages = {code: load(year=2024, language=code, root=built.root) for code in ("fi", "en")}
    workbook.write_workbook(pages, tmp_path / "again.xlsx")

    assert (tmp_path / "again.xlsx").read_bytes() == (built.build() / "indicators.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "again.xlsx") as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("text", ["=1+1", "+358", "-1", "@x", "=cmd|' /C calc'!A0", "a\x07b", "020"])
def test_a_text_never_becomes_a_formula(text: str) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([workbook.text_cell(sheet, text)])
    raw = io.BytesIO()
    book.save(raw)
    cell = openpyxl.load_workbook(raw).worksheets[0]["A1"]

    assert cell.data_type == "s"
    assert cell.value == text.replace("\x07", "")


def test_a_text_too_long_for_a_cell_is_not_cut_in_silence() -> None:
    sheet = openpyxl.Workbook(write_only=True).create_sheet()

    with pytest.raises(ValueError, match="32768 characters does not fit"):
        workbook.text_cell(sheet, "x" * 32_768)


# the summary as plain text


@pytest.mark.parametrize(("language", "name"), [("fi", "tiivistelma.txt"), ("en", "summary.txt")])
def test_the_plain_summary_says_what_the_first_chapter_says(built: Project, language: str, name: str) -> None:
    text = (built.build() / name).read_text(encoding="utf-8")
    page = built.page(2024, language)
    flat = text.replace("\u00a0", " ")

    assert not re.search(r"[<>]|&\w+;|\u00ad| ,| {2}", text)
    assert page.select_one(".paper .banner").get_text(strip=True) in text
    assert " ".join(page.select_one(".paper .status").get_text().split()) in " ".join(text.split())
    for heading in page.select("section.chapter:first-of-type h3"):
        assert f"\n{heading.get_text(strip=True)}\n" in text
    for item in page.select(".sentences li, #council + ol li, .briefly li"):
        assert " ".join(item.get_text().replace("\u00a0", " ").split()) in flat
    for row in page.select(".scoreboard tbody tr"):
        line = next(one for one in text.splitlines() if one.startswith(f"– {row.th.get_text()}: "))
        assert re.findall(r"\d+", line) == [cell.get_text() for cell in row.find_all("td")]


# the charts


@pytest.mark.parametrize("language", ["fi", "en"])
def test_every_chart_is_a_file_in_light_colours_with_its_words_inside(built: Project, language: str) -> None:
    figures = built.page(2024, language).select("figure.chart")
    files = {path.name: path.read_text(encoding="utf-8") for path in (built.build() / "figures" / language).glob("*")}

    assert len(files) == len(figures)
    assert {"trend-child_low_income.svg", "dots-child_low_income.svg", "measures-bar.svg"} <= set(files)
    alternatives = {str(figure.img["alt"]) for figure in figures}
    for name, svg in files.items():
        root = ElementTree.fromstring(svg)
        assert root.findtext("{http://www.w3.org/2000/svg}title") in alternatives, name
        assert "prefers-color-scheme" not in svg
        assert "href=" not in svg.replace('href="#', ""), name


# the PDF files


@pytest.fixture(scope="module")
def parts(built: Project, once: Once) -> dict[str, pikepdf.Pdf]:
    """The summary part in both languages and the data part in Finnish, as PDF."""

    def print_parts(folder: Path) -> None:
        pango()
        wanted: list[tuple[pdf.Part, str]] = [("summary", "fi"), ("data", "fi"), ("summary", "en")]
        for kind, language in wanted:
            (folder / f"{kind}.{language}").write_bytes(pdf.pdf_of(built.page(2024, language), kind, language))

    return {path.name: pikepdf.open(path) for path in once("parts", print_parts).iterdir()}


def tags(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the structure tree, in reading order."""

    def walk(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
        if isinstance(node, pikepdf.Array):
            return [tag for one in node for tag in walk(one)]
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            return [node, *(walk(node.K) if "/K" in node else [])]
        return []

    root = document.Root.StructTreeRoot
    return walk(root.K)


def text_of(document: pikepdf.Pdf, tmp_path: Path, *, most: int = 12) -> list[str]:
    """The text of the first pages as a program that copies it sees it."""
    from pypdf import PdfReader

    document.save(tmp_path / "part.pdf")
    return [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "part.pdf").pages[:most]]


@pytest.mark.parametrize("name", ["summary.fi", "data.fi", "summary.en"])
def test_a_part_is_tagged_named_and_told_its_language(parts: dict[str, pikepdf.Pdf], name: str) -> None:
    document, language = parts[name], name[-2:]
    title = str(document.docinfo["/Title"])

    assert str(document.Root.Lang) == language
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert title.startswith("Hyvinvointikertomus" if language == "fi" else "Wellbeing report")
    assert title.endswith({"summary.fi": "tiivistelmäosa", "data.fi": "tieto-osa", "summary.en": "summary part"}[name])
    with document.open_metadata() as metadata:
        assert str(metadata["pdfuaid:part"]) == "1"
    kinds = {str(tag.S) for tag in tags(document)}
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/LI"} <= kinds
    with document.open_outline() as outline:
        assert len(outline.root) >= 1
        assert len(outline.root[0].children) >= 3


@pytest.mark.parametrize("name", ["summary.fi", "data.fi"])
def test_every_figure_of_a_part_has_an_alternative_text(
    built: Project, parts: dict[str, pikepdf.Pdf], name: str
) -> None:
    told = [str(tag["/Alt"]) if "/Alt" in tag else None for tag in tags(parts[name]) if str(tag.S) == "/Figure"]
    charts = {str(image["alt"]) for image in built.page().select("figure img")}
    lines = {alternative.partition(". ")[0] for alternative in charts}

    assert None not in told
    assert "" not in told
    assert set(told) <= charts | lines
    assert len([one for one in told if one in charts]) == (1 if name == "summary.fi" else len(charts))


def test_the_summary_part_is_short_and_says_on_each_page_what_it_is(
    parts: dict[str, pikepdf.Pdf], tmp_path: Path
) -> None:
    for name, state in (("summary.fi", "LUONNOS 2"), ("summary.en", "DRAFT 2")):
        pages = text_of(parts[name], tmp_path)
        assert len(parts[name].pages) <= 12
        for number, text in enumerate(pages, start=1):
            assert state in text
            assert "Kajaani" in text
            assert f"{number} / {len(pages)}" in text


def test_finnish_letters_can_be_selected(parts: dict[str, pikepdf.Pdf], tmp_path: Path) -> None:
    whole = " ".join(text_of(parts["summary.fi"], tmp_path))

    for word in (
        "Lähtötasosta",
        "päätellä",
        "Äänestäminen",
        "työttömien",
        "yhteistyöryhmä",
        "Ilonaiheet",
        "Huolenaiheet",
    ):
        assert word.casefold() in whole.casefold(), word
    assert "\u2013" in whole


def test_what_is_not_in_one_part_is_in_the_other(parts: dict[str, pikepdf.Pdf], tmp_path: Path) -> None:
    summary, data = (" ".join(text_of(parts[name], tmp_path)) for name in ("summary.fi", "data.fi"))

    assert "Tulostaulu" in summary
    assert "Mitä valtuustolta pyydetään" in summary
    assert "Viitattu" not in summary
    assert "Viitattu" in data
    assert "p-arvo" in data
    assert "Kuvion luvut" in data


def test_case_number_and_approval_stand_on_every_page(built: Project, tmp_path: Path) -> None:
    page = built.page(2022)
    assert page.body is not None
    case = page.new_tag("span", attrs={"class": "case"}, string='asianumero KAJ/12"}</style>/2025')
    page.select_one(".paper .status").append(case)
    pango()
    document = pikepdf.open(io.BytesIO(pdf.pdf_of(page, "summary", "fi")))

    for text in text_of(document, tmp_path):
        assert "HYVÄKSYTTY" in text
        assert 'asianumero KAJ/12"}</style>/2025' in text


def test_the_same_page_gives_the_same_pdf(built: Project) -> None:
    pango()
    page = built.page(2024, "en", "290")

    assert pdf.pdf_of(page, "summary", "en") == pdf.pdf_of(page, "summary", "en")


def test_a_missing_pango_is_told_in_one_sentence(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *rest: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return original(name, *rest)

    import builtins

    original = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(InputError, match=r"apt-get install libpango-1\.0-0"):
        pdf.pdf_of(built.page(), "summary", "fi")


def test_a_folder_without_a_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no page; run `make report` first"):
        pdf.write_pdfs(tmp_path / "2024")
