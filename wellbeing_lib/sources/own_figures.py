"""The city's own figures: the form to fill, the forms filled, and what of them may be published.

Small counts never leave this module: what `read_own_figures` gives has them hidden already, with the rows that would
reveal them, so no page, table or manifest made from it can hold them.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ..faults import InputError
from ..params import Indicator, Municipality
from ..spreadsheets import make_room, offer, put_text
from ..whole import write_whole
from .own_reading import COLUMN_HELP, FIGURE_COLUMNS, read_forms
from .parts import Errand, Part
from .suppression import THRESHOLD, hidden_rows

_HELP = (
    ("Kaupungin omat luvut", "The city's own figures"),
    ("Yksi rivi = yhden mittarin yhden vuoden luku. Useita mittareita ja vuosia voi olla samassa tiedostossa.",
     "One row = one indicator's figure for one year. One file can hold several indicators and years."),
    ("Jätä tyhjäksi se, mitä ei tiedetä: nolla tarkoittaa nollaa.", "Leave empty what is not known: zero means zero."),
    ("Kirjoita luvut lukuina, älä kaavoina.", "Type numbers, not formulas."),
    ("Alle {} hengen luvut ja ne, joista ne voisi laskea, jätetään julkaisematta. Anna siis lukumäärä (count).",
     "Figures of fewer than {} people, and those that would reveal them, are not published. So do give the count."),
)  # fmt: skip


@dataclass(frozen=True)
class OwnFigures:
    """What may be published of the filled forms: the columns of `FIGURE_COLUMNS`, and how many rows were hidden."""

    figures: pd.DataFrame
    hidden: Mapping[str, int]


def write_template(
    path: Path, *, indicators: Mapping[str, Indicator], municipality: Municipality, threshold: int = THRESHOLD
) -> Path:
    """Write the empty form: a sheet to fill with drop-downs, one that explains it, and one of what is possible."""
    ours = [one for one in indicators.values() if one.source == "city"]
    if not ours:
        raise InputError(["params/indicators.yaml: no indicator has source: city; add one before writing its form"])
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Figures"
    help_sheet, lists = book.create_sheet("Help"), book.create_sheet("Lists")
    for column, (name, _, _) in enumerate(COLUMN_HELP, start=1):
        put_text(sheet, 1, column, name).font = Font(bold=True)
        sheet.cell(1, column).fill = PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(column)].width = 26 if name == "indicator" else 14
    sheet.freeze_panes = "A2"
    _write_help(help_sheet, threshold)
    _write_lists(lists, ours, municipality)
    areas = len(municipality.places)
    choices = {"indicator": f"Lists!$A$2:$A${1 + len(ours)}", "area": f"Lists!$F$2:$F${1 + areas}"}
    for name, source in {**choices, "sex": "Lists!$H$2:$H$4"}.items():
        letter = get_column_letter(FIGURE_COLUMNS.index(name) + 1)
        offer(sheet, f"{letter}2:{letter}2000", source, error=f"{name}: choose one of the list")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())
    return path


def _write_help(sheet: Worksheet, threshold: int) -> None:
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 70
    for row, line in enumerate(_HELP, start=1):
        for column, text in enumerate(line, start=1):
            put_text(sheet, row, column, text.format(threshold)).alignment = Alignment(wrap_text=True, vertical="top")
    for row, line in enumerate(COLUMN_HELP, start=len(_HELP) + 2):
        for column, text in enumerate((line[1], line[2], line[0]), start=1):
            put_text(sheet, row, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    for row in range(1, sheet.max_row + 1):
        make_room(sheet, row)


def _write_lists(sheet: Worksheet, indicators: Sequence[Indicator], municipality: Municipality) -> None:
    for column, heading in enumerate(("indicator", "fi", "en", "unit", "decimals", "area", "name", "sex"), start=1):
        put_text(sheet, 1, column, heading).font = Font(bold=True)
    for row, one in enumerate(indicators, start=2):
        for column, text in enumerate((one.key, one.name.fi, one.name.en, one.unit, str(one.decimals)), start=1):
            put_text(sheet, row, column, text)
    codes = [municipality.code, *(code for code in municipality.places if code != municipality.code)]
    for row, code in enumerate(codes, start=2):
        put_text(sheet, row, 6, code)
        put_text(sheet, row, 7, municipality.places[code].fi)
    for row, sex in enumerate(("total", "female", "male"), start=2):
        put_text(sheet, row, 8, sex)


def read_own_figures(
    paths: Sequence[Path],
    *,
    indicators: Mapping[str, Indicator],
    areas: Mapping[str, str],
    last_year: int,
    threshold: int = THRESHOLD,
) -> OwnFigures:
    """Read filled forms (xlsx or csv), check them cell by cell, and hide what is small or would reveal it.

    `areas` gives the possible area codes and the region each belongs to. The forms are read together, since a total
    in one can reveal a part in another; a figure may stand in one of them only.
    """
    ours = {key: one for key, one in indicators.items() if one.source == "city"}
    figures = read_forms(paths, indicators=ours, areas=areas, last_year=last_year)
    hidden = hidden_rows(
        figures, units={key: one.unit for key, one in ours.items()}, member_of=areas, threshold=threshold
    )
    counts = {str(key): int(number) for key, number in hidden.groupby(figures["indicator"]).sum().items() if number}
    return OwnFigures(figures[~hidden].reset_index(drop=True), counts)


def forms_of(folder: Path) -> list[Path]:
    """The filled forms in a folder; what a spreadsheet program leaves beside an open file is none."""
    if not folder.is_dir():
        raise InputError([f"{folder.name}/: there is no such folder with the city's filled forms"])
    return sorted(path for path in folder.iterdir() if path.suffix in (".xlsx", ".csv") and path.name[0] not in ".~")


def files_mark(folder: Path) -> list[str]:
    """A mark of the forms' content, so that unchanged forms are not read into a new snapshot."""
    return [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in forms_of(folder)]


def gather(folder: Path, errand: Errand, areas: pd.DataFrame) -> Part:
    """The city's part of a snapshot, with small counts hidden; an indicator without a figure is named."""
    indicators = {one.key: one for one in errand.indicators}
    possible = {
        str(area): str(home)
        for area, home in zip(areas["area"], areas["member_of"], strict=True)
        if errand.areas is None or area in errand.areas
    }
    own = read_own_figures(forms_of(folder), indicators=indicators, areas=possible, last_year=errand.today.year)
    day = errand.today.isoformat()
    rows, series = [], []
    for key, found in own.figures.groupby("indicator"):
        one = indicators[str(key)]
        rows += [
            (one.code, row["area"], row["year"], row["sex"], row["value"], row["count"], row["population"], day)
            for row in found.to_dict("records")
        ]
        series.append(
            {"indicator": one.code, "source": "The city's own figures", "title": one.title.fi,
             "producer": one.producer.en, "licence": "the producer's own terms", "address": "",
             "fetched": day, "data_updated": "", "asked": errand.asked, "vintages": [day],
             **({"hidden": own.hidden[one.key]} if one.key in own.hidden else {})}
        )  # fmt: skip
    notes = [f"city:{key}: {number} rows are hidden as small or revealing" for key, number in own.hidden.items()]
    known = {record["indicator"] for record in series}
    missing = {
        one.code: f"{one.code} ({one.key}): no form has a figure of it to publish"
        for one in errand.indicators
        if one.code not in known
    }
    return Part(rows, series, missing=missing, notes=notes)
