"""Every text of a spreadsheet, seen or not, searched for personal data before any of it is read.

A form is somebody else's file and is kept: what stands in a comment, on a hidden sheet, in a drawing
or in the document's properties gets out with it. openpyxl shows only some of these, so that the
parts of the file are read one by one; no tree is built of them, and no entity is expanded.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError, XMLParser

from openpyxl.utils.escape import unescape

from .faults import InputError
from .params.personal import NAMES, Kind, kinds_of
from .spreadsheets import csv_lines, read_packed

_SEARCHED = (".xml", ".rels", ".vml")
_RUNS = {"si", "is", "comment", "threadedComment", "p"}  # a text may come in runs, each of its own style
_SAID_IN = {
    *("name", "descr", "title", "prompt", "promptTitle", "error", "errorTitle", "tooltip", "location", "display"),
    *("displayName", "author", "userId", "Target", "alt", "oddHeader", "oddFooter"),
}
_FIGURE = re.compile(r"-?\d[\d\s]*(?:[.,]\d+)?\s*")
_MOBILE = re.compile(r"4\d{8}|50\d{6,8}")  # a phone number that a spreadsheet took for a number


@dataclass(frozen=True)
class CellHit:
    """Where a spreadsheet seems to hold personal data, and of which kind; never the text.

    `sheet` and `cell` are empty where it is no cell, such as a comment or the document's properties.
    """

    at: str
    kind: Kind
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.at}: holds what looks like {NAMES[self.kind]}"


def shown_name(path: Path) -> str:
    """A file's name as a message gives it: its number in the folder where the name is itself a hit."""
    if not kinds_of(path.stem.replace("_", " ")):
        return path.name
    number = sorted(path.parent.iterdir()).index(path) + 1
    return f"{path.parent.name}/, file {number} by name"


def sheet_hits(path: Path, *, known: Collection[str] = (), numbers: bool = True) -> list[CellHit]:
    """Every hit in the name, the cells, the comments and all other parts of a spreadsheet.

    `known` are texts that have been looked at before. Without `numbers` a cell that holds a number
    is a figure, never a phone number. Raises `InputError` where the file cannot be searched.
    """
    shown = shown_name(path)
    hits = [CellHit(f"{shown}: the name of the file", kind) for kind in kinds_of(path.stem.replace("_", " "))]
    try:
        for at, sheet, cell, text in _csv_texts(path, shown) if path.suffix == ".csv" else _texts(path, shown, numbers):
            if text not in known:
                hits += [CellHit(f"{shown}, {at}", kind, sheet, cell) for kind in kinds_of(text)]
    except InputError:
        raise
    except Exception as error:  # whatever zipfile and expat make of a file that somebody has spoilt
        raise InputError([f"{shown}: not readable as xlsx: {type(error).__name__}: {str(error)[:200]}"]) from None
    return list(dict.fromkeys(hits))


def refuse_personal_sheets(paths: Collection[Path], *, numbers: bool = True) -> None:
    """Stop at spreadsheets that hold personal data; raises `InputError` with every hit of every file."""
    hits = [hit for path in paths for hit in sheet_hits(path, numbers=numbers)]
    if hits:
        raise InputError(f"{hit}; take it out" for hit in hits)


def _csv_texts(path: Path, shown: str) -> Iterator[tuple[str, str, str, str]]:
    for row, line in enumerate(csv_lines(path, shown=shown), start=1):
        for column, one in enumerate(line, start=1):
            if not _FIGURE.fullmatch(one):  # a figure is no phone number
                yield f"row {row}, column {column}", "", "", one


@dataclass
class _Part:
    """What one part of a spreadsheet says: a target for the XML parser.

    `cells` holds place, type and value of each cell; `told` every other text with its cell, if any.
    """

    root: str = ""
    cells: list[tuple[str, str, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    sheets: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _block: tuple[int, str, dict[str, str]] | None = None
    _said: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition("}")[2]
        self.root = self.root or name
        self._open.append(name)
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        self.told += [("", value) for key, value in plain.items() if key in _SAID_IN]
        if name == "sheet" and self.root == "workbook":
            self.sheets.append((plain.get("id", ""), plain.get("name", "")))
        if name == "Relationship":
            self.links.append((plain.get("Id", ""), plain.get("Target", "")))
        if self._block is None:
            self._flush("")
            if name in _RUNS or (name == "c" and self.root == "worksheet"):
                self._block = len(self._open), name, plain

    def data(self, text: str) -> None:
        """Text between tags."""
        self._said.append(text)

    def end(self, tag: str) -> None:
        """An element ends, and with it perhaps a text."""
        if self._block is None:
            self._flush("")
        elif self._block[0] == len(self._open):
            _, name, plain = self._block
            self._block = None
            if name == "c":
                self.cells.append((plain.get("r", ""), plain.get("t", "n"), self._taken()))
            elif name == "si":
                self.strings.append(self._taken())
            else:
                self._flush(plain.get("ref", ""))
        elif self._open[-1] in ("f", "br"):
            self._said.append("\n")
        self._open.pop()

    def doctype(self, *_: object) -> None:
        """No part of a spreadsheet has one: what it would define is not looked up."""
        raise ParseError("a document type")

    def close(self) -> None:
        """The end of the part."""
        self._flush("")

    def _taken(self) -> str:
        said = unescape("".join(self._said))
        self._said.clear()
        return said

    def _flush(self, cell: str) -> None:
        if said := self._taken().strip():
            self.told.append((cell, said))


def _texts(path: Path, shown: str, numbers: bool) -> Iterator[tuple[str, str, str, str]]:
    """Where each text stands, in words and as sheet and cell, and the text."""
    parts = dict(_parts(path, shown))
    strings = next((part.strings for part in parts.values() if part.root == "sst"), [])
    names = _sheet_names(parts)
    used: set[str] = set()
    for name, part in parts.items():
        sheet = names.get(name, "")
        place = sheet if sheet and not kinds_of(sheet) else f"sheet {list(names).index(name) + 1}" if sheet else ""
        for cell, kind, said in part.cells:
            text = _cell_text(kind, said, strings, numbers)
            used.add(text)
            if text:
                yield f"{place}!{cell}", sheet, cell, text
        owner = place or _owner(name, parts, names)
        for cell, text in part.told:
            yield (f"{owner}!{cell} (a comment)" if cell else f"{owner} (not in a cell)"), "", "", text
    for text in strings:
        if text not in used:
            yield "a text that no cell shows", "", "", text


def _parts(path: Path, shown: str) -> Iterator[tuple[str, _Part]]:
    """Each part that may hold text."""
    with zipfile.ZipFile(io.BytesIO(read_packed(path, shown=shown))) as packed:
        for entry in packed.infolist():
            if entry.filename.casefold().endswith(_SEARCHED):
                yield entry.filename, _part(packed.read(entry))


def _part(content: bytes) -> _Part:
    part = _Part()
    parser = XMLParser(target=part)  # noqa: S314 - a document type is refused, and no tree is built
    try:
        parser.feed(content)
        parser.close()
    except ParseError:  # searched as it stands: whether a form can be read is told by its reader
        part = _Part()
        part.told = [("", one) for one in re.split(r"<[^>]*>", content.decode("utf-8", "replace")) if one.strip()]
    return part


def _sheet_names(parts: dict[str, _Part]) -> dict[str, str]:
    """The name of the sheet that each part of cells is, in the order of the workbook."""
    found = {}
    for name, part in parts.items():
        links = dict(parts[_links_of(name)].links) if _links_of(name) in parts else {}
        for key, sheet in part.sheets:
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), links.get(key, "")))
            found[target.lstrip("/")] = sheet
    return found


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _owner(part: str, parts: dict[str, _Part], names: dict[str, str]) -> str:
    """What a person calls a part that holds no cells: the sheet it belongs to, or what it is."""
    for name, sheet in names.items():
        linked = [target for _, target in parts[_links_of(name)].links] if _links_of(name) in parts else []
        targets = [posixpath.normpath(posixpath.join("/", posixpath.dirname(name), one)) for one in linked]
        if f"/{part}" in targets or part == _links_of(name):
            return sheet if not kinds_of(sheet) else f"sheet {list(names).index(name) + 1}"
    if part.startswith("docProps/"):
        return "the document's properties"
    return "the list of sheets" if part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels") else "another part"


def _cell_text(kind: str, said: str, strings: list[str], numbers: bool) -> str:
    if kind == "s":
        formula, _, number = said.rpartition("\n")
        place = int(number) if number.strip().isdecimal() else -1
        return formula + (strings[place] if 0 <= place < len(strings) else "")
    if kind == "n":
        formula, _, number = said.rpartition("\n")
        whole = re.sub(r"\.0*$", "", number.strip())
        if formula or not numbers:
            return formula
        return f"0{whole}" if _MOBILE.fullmatch(whole) else whole if whole.startswith("358") else ""
    return said
