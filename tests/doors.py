"""The five doors through which something comes in, each with a way to try it: a right result, sentences, or a fault.

A trial takes its chance from a seed and gives what came of it. Whatever it raises is a fault of ours: another exception
than `InputError`, a result that is not what the input says, a hang, a text that acts.
"""

import csv
import gzip
import io
import json
import math
import random
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.mutating import NUMBERS, WORDS, changed, mutated
from tests.replica import STATFIN, small_world
from wellbeing_lib import observations, params
from wellbeing_lib.faults import InputError
from wellbeing_lib.forms.reading import read_form
from wellbeing_lib.forms.writing import write_forms
from wellbeing_lib.params.reading import checked, read_yaml
from wellbeing_lib.sources import jsonstat, pxweb, sotkanet, web
from wellbeing_lib.sources.answers import Asked, read_figures
from wellbeing_lib.sources.own_figures import write_template
from wellbeing_lib.sources.own_reading import FIGURE_COLUMNS, read_forms
from wellbeing_lib.sources.regions import read_regions

ROOT = Path(__file__).parent.parent
ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
Trial = Callable[[random.Random, Path], None]


def tried(trial: Trial, chance: random.Random, folder: Path) -> str:
    """What came of one trial: accepted or refused; sentences that are none are a fault."""
    try:
        trial(chance, folder)
    except InputError as error:
        assert error.faults, "refused without a sentence"  # noqa: PT017 - the message is what is held here
        assert not [fault for fault in error.faults if not fault.strip() or ACTIVE.search(fault)]  # noqa: PT017
        return "refused"
    return "accepted"


# params


@cache
def _params_bases() -> list[tuple[str, dict, type | None]]:
    folder = ROOT / "params"
    catalogue = read_yaml(folder / "indicators.yaml")["indicators"]
    keys = list(catalogue)
    plan, year = read_yaml(folder / "plan-2022-2025.yaml"), read_yaml(folder / "2024.yaml")
    first = plan["priorities"][0]
    small = plan | {"priorities": [first | {"objectives": first["objectives"][:1]}]}
    few = {
        name: dict(list(part.items())[:2]) if isinstance(part, dict) and name != "sentences" else part
        for name, part in year.items()
    }
    some = [{key: catalogue[key] for key in keys[start : start + 2]} for start in range(0, 12, 2)]
    return [
        ("municipality", read_yaml(folder / "municipality.yaml"), params.Municipality),
        ("plan", small, params.Plan),
        ("2024", few, params.AnnualAssessment),
        *(("indicators", {"indicators": one}, None) for one in some),
    ]


@cache
def _params_texts() -> list[bytes]:
    return [yaml.dump(base, Dumper=yaml.CSafeDumper, allow_unicode=True).encode() for _, base, _ in _params_bases()]


def try_params(chance: random.Random, folder: Path) -> None:
    """A params file changed by byte or by value: refused, or a model that says what the file says."""
    number = chance.randrange(len(_params_bases()))
    name, base, model = _params_bases()[number]
    if chance.random() < 0.5:
        content = mutated(_params_texts()[number], chance)
    else:
        content = _dumped(changed(base, chance), plain=chance.random() < 0.5)
    path = folder / f"{name}.yaml"
    path.write_bytes(content)
    if model is None:
        said = [one.model_dump(exclude_unset=True) for one in params.load_indicators(folder).values()]
    else:
        said = checked(model, read_yaml(path), f"params/{name}.yaml").model_dump(exclude_unset=True)
    _hold_against_text(said, content.decode("utf-8"))


def _dumped(tree: Any, *, plain: bool) -> bytes:
    """A tree as YAML; half a character, which the dumper cannot write, as the escape that a person could type."""
    tree = json.loads(json.dumps(tree, default=str).replace("\\ud800", "@half@"))
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=plain).replace("@half@", "\\ud800").encode()


def _hold_against_text(said: Any, text: str) -> None:
    """Every number of the model stands in the file as it is, and no text of it can act."""
    written = {float(one) for one in re.findall(r"[-+]?\.?\d[\d.]*(?:[eE][-+]?\d+)?", text) if _is_number(one)}
    for leaf in _leaves(said):
        if isinstance(leaf, str):
            assert not ACTIVE.search(leaf), f"an active text came in: {leaf!r}"
        elif isinstance(leaf, (int, float)) and not isinstance(leaf, bool):
            assert math.isfinite(leaf), "a number that is none came in"
            assert float(leaf) in written, f"{leaf} is not what the file says"


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _leaves(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _leaves(value)
    elif isinstance(tree, (list, tuple)):
        for one in tree:
            yield from _leaves(one)
    else:
        yield tree


# snapshots


@cache
def _snapshot_base() -> dict[str, bytes]:
    """A real snapshot cut to a few rows: file -> content."""
    folder = max((ROOT / "data" / "snapshots").glob("2*"))
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    lines = (folder / "observations.csv").read_bytes().splitlines(keepends=True)
    package["series"] = package["series"][:3]
    national = gzip.decompress((folder / "national.csv.gz").read_bytes()).splitlines(keepends=True)
    return {
        "observations.csv": b"".join(lines[:60]),
        "national.csv.gz": gzip.compress(b"".join(national[:20]), mtime=0),
        "areas.csv": (folder / "areas.csv").read_bytes(),
        "datapackage.json": json.dumps(package, ensure_ascii=False).encode(),
    }


def vouched(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with hashes that fit, as somebody would make them who wants to be believed."""
    package = json.loads(files["datapackage.json"])
    for resource in package["resources"]:
        resource["hash"] = observations._sha256(files[resource["path"]])
    return files | {"datapackage.json": json.dumps(package, ensure_ascii=False).encode("utf-8", "surrogatepass")}


def try_snapshot(chance: random.Random, folder: Path) -> None:
    """A snapshot changed with or without a hash that fits: refused, or read as an independent reader reads it."""
    files = dict(vouched(_snapshot_base()))
    name = chance.choice(["observations.csv", "observations.csv", "national.csv.gz", "areas.csv", "datapackage.json"])
    if name == "datapackage.json" and chance.random() < 0.7:
        tree = changed(json.loads(files[name]), chance)
        files[name] = json.dumps(tree, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
        fits = True
    else:
        files[name] = mutated(files[name], chance)
        fits = name != "datapackage.json" and chance.random() < 0.9
        files = vouched(files) if fits else files
    place = folder / "snapshots" / "2026-11-24"
    place.mkdir(parents=True, exist_ok=True)
    for one, content in files.items():
        (place / one).write_bytes(content)
    snapshot = observations.load_snapshot(place)
    assert fits or files[name] == vouched(_snapshot_base())[name] or name == "datapackage.json", (
        "a changed file came in"
    )
    observations.check_observations(snapshot.observations, shown="snapshots/2026-11-24/observations.csv")
    _hold_against_csv(snapshot, files)


def _hold_against_csv(snapshot: observations.Snapshot, files: dict[str, bytes]) -> None:
    assert snapshot.date.year > 1900
    rows = list(csv.reader(io.StringIO(files["observations.csv"].decode("utf-8-sig"), newline="")))
    rows = [row for row in rows if row]
    assert len(rows) - 1 == len(snapshot.default), "rows were lost or made"
    for row, read in zip(rows[1:], snapshot.default.itertuples(index=False), strict=True):
        assert row[:2] == [read.indicator, read.area], "a row was read as another"
        assert (int(row[2]), float(row[4])) == (read.year, read.value), "a figure was read as another"


# upstream answers


@cache
def _answers() -> list[tuple[Any, Callable[[Any], Any]]]:
    """An answer of each kind that the services give, with the reader of it."""
    world = small_world()
    id_ = max(world.rows, key=lambda one: len(world.rows[one]))
    rows = [
        {"indicator": id_, "region": region, "year": year, "gender": sex, "value": value, "absValue": count}
        for region, year, sex, value, count in world.rows[id_][:12]
    ]
    asked = Asked(id_, frozenset(row["year"] for row in rows), frozenset(("total", "female", "male")))
    listed = [{"id": one["id"], "title": one["title"]} for one in list(world.indicators.values())[:4]]
    table = json.loads(STATFIN.read_text(encoding="utf-8"))[0]
    tables = [{"id": "142h.px", "type": "t", "text": table["text"], "updated": table["updated"]}]
    return [
        (rows, lambda answer: _figures(answer, asked)),
        (world.regions[:12], read_regions),
        (next(iter(world.indicators.values())), sotkanet.read_metadata),
        (listed, sotkanet._read_list),
        (tables, lambda answer: pxweb._read_tables(answer, "folder")),
        ({"title": "x", "variables": table["variables"][:2]}, pxweb._read_variables),
        (_dataset(), jsonstat.read_cells),
    ]


def _figures(answer: Any, asked: Asked) -> Any:
    found = read_figures(answer, asked)
    for figure in found:
        assert math.isfinite(figure.value), "a figure that is none came in"
        assert figure.year in asked.years, "a year came in that was not asked for"
    assert len({figure[:3] for figure in found}) == len(found), "a figure came in twice"
    return found


def _dataset() -> dict:
    years, areas = ["2023", "2024"], ["KU205", "SSS"]
    return {
        "version": "2.0", "class": "dataset", "role": {"time": ["v"], "geo": ["a"]}, "id": ["v", "a"], "size": [2, 2],
        "dimension": {
            "v": {"label": "Vuosi", "category": {"index": {"2023": 0, "2024": 1}, "label": {y: y for y in years}}},
            "a": {"label": "Alue", "category": {"index": areas, "label": {"KU205": "Kajaani", "SSS": "KOKO MAA"}}},
        },
        "value": [1.5, 2, None, 4], "status": {"2": "."},
    }  # fmt: skip


@cache
def _payloads() -> list[bytes]:
    return [json.dumps(answer, ensure_ascii=False).encode() for answer, _ in _answers()]


def try_upstream(chance: random.Random, folder: Path) -> None:
    """An answer changed by byte or by value: odd, which is asked for again, or refused, or right."""
    number = chance.randrange(len(_answers()))
    answer, read = _answers()[number]
    if chance.random() < 0.5:
        content = mutated(_payloads()[number], chance)
    else:
        tree = changed(answer, chance)
        content = json.dumps(tree, ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass")
    kind = "text/csv" if chance.random() < 0.02 else "application/json"
    try:
        found = read(web._parsed(bytearray(content), kind, web.Patience().most_values))
    except web.OddAnswerError as error:
        raise InputError([f"the answer is {error}"]) from None
    repr(found).encode()  # can be written down


# spreadsheets


@cache
def _indicators() -> dict[str, params.Indicator]:
    return params.load_indicators(ROOT / "params")


@cache
def _year() -> params.Params:
    return params.load_params(2024, folder=ROOT / "params")


@cache
def _books(folder: Path) -> list[tuple[str, dict[str, bytes]]]:
    """The two forms as their writers make them: reader, and the members of the zip."""
    from openpyxl import load_workbook

    own = write_template(folder / "own.xlsx", indicators=_indicators(), municipality=_year().municipality)
    book = load_workbook(own)
    for row in (("free_hobbies", 2023, "205", 45.5, 1365, 3000), ("library_loans", 2024, "205", 12.5, 450, 36050)):
        book["Figures"].append(row)
    book.save(own)
    target = folder / "forms"
    target.mkdir(exist_ok=True)
    written, _ = write_forms(_year(), target)
    found = []
    for kind, path in (("own", own), ("form", written[0])):
        with zipfile.ZipFile(path) as packed:
            found.append((kind, {name: packed.read(name) for name in packed.namelist()}))
    shutil.rmtree(target)
    return found


def _figures_of(path: Path) -> None:
    ours = {key: one for key, one in _indicators().items() if one.source == "city"}
    found = read_forms([path], indicators=ours, municipality="205", last_year=2026)
    for row in found.to_dict("records"):
        assert math.isfinite(row["value"]), "a figure that is none came in"
        assert row["indicator"] in ours, "an indicator came in that nobody knows"
        assert row["municipality"] == "205", "an area came in that nobody knows"


def try_csv(chance: random.Random, folder: Path) -> None:
    """The city's figures as a csv of odd bytes."""
    rows = b"free_hobbies;2023;205;45,5;1365;3000\nlibrary_loans;2024;205;12,5;450;36050\n"
    path = folder / "own.csv"
    path.write_bytes(mutated(";".join(FIGURE_COLUMNS).encode() + b"\n" + rows, chance))
    _figures_of(path)


def try_xlsx(chance: random.Random, folder: Path) -> None:
    """A form whose zip, or a part in it, is not what a spreadsheet program writes."""
    kind, parts = chance.choice(_books(folder))
    name = chance.choice([*parts, *[one for one in parts if "sheet1" in one or "sharedStrings" in one] * 4])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for one, content in parts.items():
            file.writestr(one, mutated(content, chance) if one == name else content)
    content = packed.getvalue()
    path = folder / "form.xlsx"
    path.write_bytes(mutated(content, chance) if chance.random() < 0.2 else content)
    if kind == "own":
        _figures_of(path)
        return
    form = read_form(path, _year())
    for answer in form.answers.values():
        for text in (answer.remark, answer.evidence, answer.resources, answer.by):
            assert not ACTIVE.search(text), f"an active text came in: {text!r}"
    if form.faults:
        raise InputError(form.faults)


# the command line

YEARS = ("--year {}", "--year={}")
COMMANDS = (
    *(f"{command} {year}" for command in ("report", "handover", "findings", "forms write") for year in YEARS),
    *("report --year 2024 --municipality {}", "report --year {} --municipality {}", "pdf --year {} --municipality {}"),
    *("batch --year {} --municipalities {}", "batch --year 2024 --municipalities 205 --snapshot {}"),
    *("forms status --year 2024 {}", "forms status --year {}", "forms read --year 2024 {}", "forms read --year {} {}"),
    *("data fetch --source {}", "data fetch --scope {}", "data diff {} {}", "data diff 2026-11-24-2 {}"),
    *("data accept-title {}", "new-year {}", "check --year {}", "verify {}", "diff {} {}", "diff 2023 {}"),
    *("watch --year x{}", "{}", "{} {}", "data {}", "forms {}", "report {}", "report --year 2024 {}"),
)
GOES_ON = {"", " ", "205", "2022", "2023", "2024", "2025"}  # a right year or municipality would make a page


def try_command(chance: random.Random, folder: Path) -> None:
    """A command with odd values: it ends with a code and lines that cannot act, and params stay as they are."""
    from typer.testing import CliRunner

    from wellbeing_lib.cli import app

    words = [word for word in _words() if word not in GOES_ON and "\x00" not in word]
    parts = chance.choice(COMMANDS).split()
    arguments = [part.format(chance.choice(words)) if "{}" in part else part for part in parts]
    before = _state()
    done = CliRunner().invoke(
        app, [one.encode("utf-8", "surrogatepass").decode("utf-8", "ignore") for one in arguments]
    )
    assert done.exit_code in (0, 1, 2), f"{arguments}: ended with {done.exit_code}"
    assert done.exception is None or isinstance(done.exception, SystemExit), f"{arguments}: {done.exception!r}"
    assert "Traceback" not in done.output, f"{arguments}: {done.output}"
    acting = [line for line in done.output.splitlines() if ACTIVE.search(line)]
    assert not acting, f"{arguments}: {acting}"
    assert _state() == before, f"{arguments}: wrote something"
    if done.exit_code:
        raise InputError(done.output.splitlines() or ["refused"])


def _words() -> Iterator[str]:
    """What a person or a script could type as a value; a shell passes half a character as bytes, not as one."""
    for word in (*WORDS, *(str(one) for one in NUMBERS)):
        yield word.encode("utf-8", "surrogatepass").decode("utf-8", "ignore")


def _state() -> dict[str, int]:
    """When the files that commands write were written."""
    return {
        str(path): path.stat().st_mtime_ns
        for part in ("params", "build", "data")
        for path in (ROOT / part).rglob("*")
        if path.is_file()
    }
