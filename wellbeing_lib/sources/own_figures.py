"""The city's own figures: the form to fill, the forms filled, and what of them may be published.

Small counts never leave this module: what `read_own_figures` gives has them hidden already, so no page, table or
manifest made from it can hold them. A figure is a total of the municipality, so nothing else tells a hidden one.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
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

THRESHOLD = 5
REASON = "small_numbers"
_HELP = (
    ("Kaupungin omat luvut", "The city's own figures"),
    ("Yksi rivi = yhden mittarin yhden vuoden luku. Useita mittareita ja vuosia voi olla samassa tiedostossa.",
     "One row = one indicator's figure for one year. One file can hold several indicators and years."),
    ("Jätä tyhjäksi se, mitä ei tiedetä: nolla tarkoittaa nollaa.", "Leave empty what is not known: zero means zero."),
    ("Kirjoita luvut lukuina, älä kaavoina.", "Type numbers, not formulas."),
    ("Luku koskee koko kuntaa: ei osia sukupuolen tai alueen mukaan, ei myöskään omina mittareinaan.",
     "A figure is of the whole municipality: no parts by sex or by area, nor as indicators of their own."),
    ("Alle {} hengen luvut jätetään julkaisematta, samoin osuus, jonka ulkopuolelle jää alle {}. Anna siis lukumäärä.",
     "Figures of fewer than {} people are not published, nor a share that leaves fewer than {} outside. So give the "
     "count."),
)  # fmt: skip


@dataclass(frozen=True)
class OwnFigures:
    """What may be published of the filled forms.

    `figures` has the columns of `FIGURE_COLUMNS`; `hidden` names the years hidden as small, by indicator.
    """

    figures: pd.DataFrame
    hidden: Mapping[str, list[int]]

    @property
    def content(self) -> list:
        """All that may be known of the forms: a mark of anything else, such as of a file, could be tried against."""
        rows = [[str(part) for part in row] for row in self.figures.to_numpy().tolist()]
        return [rows, {key: list(years) for key, years in self.hidden.items()}]


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
    choices = {"indicator": f"Lists!$A$2:$A${1 + len(ours)}", "municipality": "Lists!$F$2:$F$2"}
    for name, source in choices.items():
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
            put_text(sheet, row, column, text.replace("{}", str(threshold))).alignment = Alignment(
                wrap_text=True, vertical="top"
            )
    for row, line in enumerate(COLUMN_HELP, start=len(_HELP) + 2):
        for column, text in enumerate((line[1], line[2], line[0]), start=1):
            put_text(sheet, row, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    for row in range(1, sheet.max_row + 1):
        make_room(sheet, row)


def _write_lists(sheet: Worksheet, indicators: Sequence[Indicator], municipality: Municipality) -> None:
    for column, heading in enumerate(("indicator", "fi", "en", "unit", "decimals", "municipality", "name"), start=1):
        put_text(sheet, 1, column, heading).font = Font(bold=True)
    for row, one in enumerate(indicators, start=2):
        for column, text in enumerate((one.key, one.name.fi, one.name.en, one.unit, str(one.decimals)), start=1):
            put_text(sheet, row, column, text)
    put_text(sheet, 2, 6, municipality.code)
    put_text(sheet, 2, 7, municipality.places[municipality.code].fi)


def read_own_figures(
    paths: Sequence[Path],
    *,
    indicators: Mapping[str, Indicator],
    municipality: str,
    last_year: int,
    threshold: int = THRESHOLD,
) -> OwnFigures:
    """Read filled forms (xlsx or csv), check them cell by cell, and hide what is small.

    `municipality` is the code that every row has to name. A figure may stand in one of the forms only. Raises
    `InputError` with every fault of every form.
    """
    ours = {key: one for key, one in indicators.items() if one.source == "city"}
    figures = read_forms(paths, indicators=ours, municipality=municipality, last_year=last_year)
    small = is_small(figures, units={key: one.unit for key, one in ours.items()}, threshold=threshold)
    hidden: dict[str, list[int]] = {}
    for key, year in figures.loc[small, ["indicator", "year"]].sort_values(["indicator", "year"]).to_numpy().tolist():
        hidden.setdefault(str(key), []).append(int(year))
    shown = figures[~small].sort_values(["indicator", "year"])
    return OwnFigures(shown.reset_index(drop=True), hidden)


def is_small(figures: pd.DataFrame, *, units: Mapping[str, str], threshold: int = THRESHOLD) -> pd.Series:
    """Which rows rest on fewer people than the threshold and are hidden whole: value, count and population.

    None at all is small too, and so is a share that leaves fewer than the threshold outside (but all: "everybody" is
    no small group). `figures` has the columns of `FIGURE_COLUMNS`, `units` the unit of each indicator.
    """
    unit = figures["indicator"].map(dict(units))
    people = figures["count"].where(unit != "persons", np.fmin(figures["count"], figures["value"]))
    outside = figures["population"] - people
    few_outside = (unit != "persons") & (outside > 0) & (outside < threshold)
    return (people < threshold) | (figures["population"] < threshold) | few_outside


def forms_of(folder: Path) -> list[Path]:
    """The filled forms in a folder; what a spreadsheet program leaves beside an open file is none."""
    if not folder.is_dir():
        raise InputError([f"{folder.name}/: there is no such folder with the city's filled forms"])
    return sorted(path for path in folder.iterdir() if path.suffix in (".xlsx", ".csv") and path.name[0] not in ".~")


def read_folder(folder: Path, *, indicators: Sequence[Indicator], municipality: str, last_year: int) -> OwnFigures:
    """What may be published of the filled forms in a folder."""
    catalogue = {one.key: one for one in indicators}
    return read_own_figures(forms_of(folder), indicators=catalogue, municipality=municipality, last_year=last_year)


def gather(own: OwnFigures, errand: Errand) -> Part:
    """The city's part of a snapshot; an indicator without a figure to publish is named, and so is every hidden year."""
    day = errand.today.isoformat()
    rows, series, missing = [], [], {}
    for one in errand.indicators:
        found = own.figures[own.figures["indicator"] == one.key]
        years = own.hidden.get(one.key, [])
        if found.empty:
            why = "every figure of it is hidden, for it is of too few people" if years else "no form has a figure of it"
            missing[one.code] = f"{one.code} ({one.key}): {why}"
            continue
        rows += [
            (one.code, row["municipality"], row["year"], "total", row["value"], row["count"], row["population"], day)
            for row in found.to_dict("records")
        ]
        series.append(
            {"indicator": one.code, "source": "The city's own figures", "title": one.title.fi,
             "producer": one.producer.en, "licence": "the producer's own terms", "address": "",
             "fetched": day, "data_updated": "", "asked": errand.asked, "vintages": [day],
             **({"hidden": [{"year": year, "reason": REASON} for year in years]} if years else {})}
        )  # fmt: skip
    notes = [
        f"city:{key}: hidden as of fewer than {THRESHOLD} people: {', '.join(map(str, years))}"
        for key, years in own.hidden.items()
    ]
    return Part(rows, series, missing=missing, notes=notes)
