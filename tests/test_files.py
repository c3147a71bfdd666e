"""Files that somebody else has put there: only regular ones are opened, and none is read beyond what it may hold."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.conftest import ROOT
from wellbeing_lib import manifest, records
from wellbeing_lib.at_hand import last_record
from wellbeing_lib.faults import InputError
from wellbeing_lib.files import read_regular
from wellbeing_lib.forms import merged
from wellbeing_lib.forms.reading import is_filled
from wellbeing_lib.observations import load_snapshot
from wellbeing_lib.params import load_params, read_yaml
from wellbeing_lib.sources.own_reading import read_forms
from wellbeing_lib.spreadsheets import sheet_lines

Make = Callable[[Path], object]
ODD: dict[str, tuple[Make, str]] = {
    "pipe": (os.mkfifo, "is a named pipe; it must be a file"),
    "folder": (Path.mkdir, "is a folder; it must be a file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a device; it must be a file"),
    "dangling": (lambda path: path.symlink_to("nowhere"), "is a link to a file that is not there"),
    "round": (lambda path: path.symlink_to(path.name), "cannot be read: "),
}


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """End a test that waits for a pipe."""
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail("waits for a pipe, or reads without end"))
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest) -> tuple[Make, str]:
    return ODD[request.param]


def snapshot(path: Path) -> None:
    """Put an odd datapackage, and an odd table, where a snapshot's are."""
    for name in ("observations.csv", "areas.csv", "national.csv.gz", "datapackage.json"):
        if name != path.name:
            (path.parent / name).write_bytes((ROOT / "data/snapshots/2026-11-24-2" / name).read_bytes())
    load_snapshot(path.parent)


def forms(path: Path) -> None:
    merged(path.parent, load_params(2024, folder=ROOT / "params"))


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "params": ("2024.yaml", read_yaml),
    "form": ("kirjasto.xlsx", forms),
    "own csv": ("own.csv", lambda path: read_forms([path], indicators={}, municipality="205", last_year=2026)),
    "own xlsx": ("own.xlsx", lambda path: read_forms([path], indicators={}, municipality="205", last_year=2026)),
    "datapackage": ("datapackage.json", snapshot),
    "observations": ("observations.csv", snapshot),
    "areas": ("areas.csv", snapshot),
}


@pytest.mark.parametrize("reader", READERS)
def test_only_regular_files_are_opened(tmp_path: Path, reader: str, odd: tuple[Make, str]) -> None:
    make, said = odd
    name, read = READERS[reader]
    make(tmp_path / name)

    with pytest.raises(InputError) as caught:
        read(tmp_path / name)

    (fault,) = caught.value.faults
    assert f"{name}: {said}" in fault


def test_a_manifest_and_a_record_that_are_no_files_are_none(tmp_path: Path, odd: tuple[Make, str]) -> None:
    make, _ = odd
    make(tmp_path / manifest.NAME)
    assert manifest.read(tmp_path) is None
    assert is_filled(tmp_path / manifest.NAME)  # what is no form is left alone

    params = load_params(2024, folder=ROOT / "params")
    record = last_record(tmp_path, year=2024)
    record.parent.mkdir(parents=True)
    make(record)
    assert records.read_record(replace(params, folder=tmp_path / "params"), "2026-11-24") is None


def test_a_socket_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's address is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("own.csv")
        with pytest.raises(InputError, match=r"own\.csv: is a socket; it must be a file"):
            read_regular(Path("own.csv"), most=10)


SWAP = """
import os, sys
from pathlib import Path
from wellbeing_lib.files import read_regular

path = sys.argv[1]

def swap(event, arguments):
    if event == "open" and arguments[0] == path and os.path.isfile(path):
        os.unlink(path)
        os.mkfifo(path)

sys.addaudithook(swap)
read_regular(Path(path), most=10)
"""


def test_a_file_that_becomes_a_pipe_just_before_it_is_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(b"x")
    command = [sys.executable, "-c", SWAP, str(tmp_path / "own.csv")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.stderr.splitlines()[-1].endswith("InputError: own.csv: is a named pipe; it must be a file")


def test_a_name_that_is_not_utf8_is_said_so(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.xlsx"))
    path.write_bytes(b"")

    for read in (forms, READERS["own xlsx"][1], READERS["params"][1]):
        with pytest.raises(InputError, match=r"\\udcff\.xlsx: its name is not UTF-8; give it another one"):
            read(path)


def test_a_file_is_read_to_its_largest_size_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * 10)

    assert read_regular(path, most=10) == b"x" * 10
    with pytest.raises(InputError, match=r"x: has 10 bytes; at most 9 are possible"):
        read_regular(path, most=9)
    with pytest.raises(InputError, match="there is no such file"):
        read_regular(tmp_path / "y", most=9)


# workbooks


def workbook(change: dict[str, bytes], added: dict[str, bytes] | None = None) -> bytes:
    """A small workbook with some of its parts as given."""
    made, packed = io.BytesIO(), io.BytesIO()
    Workbook().save(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        parts = {name: before.read(name) for name in before.namelist()} | (added or {})
        for name, content in parts.items():
            after.writestr(name, change.get(name, content))
    return packed.getvalue()


def part(name: str) -> str:
    """A part of a small workbook as text."""
    with zipfile.ZipFile(io.BytesIO(workbook({}))) as packed:
        return packed.read(name).decode()


def read_book(tmp_path: Path, content: bytes) -> list:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    return list(sheet_lines(path, "Sheet", columns=3, rows=10))


def test_a_small_workbook_is_read(tmp_path: Path) -> None:
    assert read_book(tmp_path, workbook({})) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("xl/styles.xml", "<cellXfs", "<xf/>" * 2_000_000 + "<cellXfs", "styles.xml has 2,000,"),
        ("xl/workbook.xml", "</sheets>", "<sheet/>" * 50_000 + "</sheets>", "workbook.xml has 50,"),
        ("xl/worksheets/sheet1.xml", "<sheetData", "<c/>" * 3_000_000 + "<sheetData", "has more than 1,500,000 tags"),
    ],
)
def test_a_workbook_of_endless_parts_is_refused_before_it_is_built(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    text = part(name)
    assert old in text
    with pytest.raises(InputError, match=re.escape(said)):
        read_book(tmp_path, workbook({name: text.replace(old, new, 1).encode()}))


def test_a_workbook_of_endless_parts_by_number_is_refused(tmp_path: Path) -> None:
    sheets = {f"xl/worksheets/sheet{number}.xml": b"<worksheet/>" for number in range(2, 50_000)}
    with pytest.raises(InputError, match=r"has 50,0\d\d parts; a form has at most 500"):
        read_book(tmp_path, workbook({}, sheets))


@pytest.mark.parametrize("sums_fit", [False, True])
def test_a_header_that_says_less_than_a_part_holds_is_not_believed(tmp_path: Path, sums_fit: bool) -> None:
    """The sizes stand in the list at the end of a zip; zipfile gives no more of a part than is said there."""
    sheet = b"<worksheet>" + b" " * 40_000_000
    content = bytearray(workbook({"xl/worksheets/sheet1.xml": sheet}))
    at = content.index(b"xl/worksheets/sheet1.xml", content.index(b"PK\x01\x02")) - 46
    content[at + 24 : at + 28] = (11).to_bytes(4, "little")
    if sums_fit:
        content[at + 16 : at + 20] = zlib.crc32(sheet[:11]).to_bytes(4, "little")
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"form\.xlsx: not readable as xlsx: (BadZipFile|ParseError)"):
            read_book(tmp_path, bytes(content))
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
