"""A page proves what it is and is made from, no byte changes unseen, and nothing of the machine is in it."""

import io
import json
import random
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import matplotlib
import pytest

from tests.conftest import Project
from tests.whole_pages import contents
from wellbeing_lib import integrity, manifest
from wellbeing_lib.faults import InputError

ODD = {
    "USER": "zyxw-person", "LOGNAME": "zyxw-person", "HOSTNAME": "zyxw-host", "EMAIL": "zyxw@mail.example",
    "GIT_AUTHOR_EMAIL": "zyxw@mail.example", "WELLBEING_SECRET": "zyxw-secret", "TZ": "Pacific/Apia",
}  # fmt: skip


@pytest.fixture
def copy(built: Project, tmp_path: Path) -> Project:
    """A copy of the project with its pages, to tamper with."""
    subprocess.run(["cp", "-r", f"{built.root}/.", str(tmp_path)], check=True)
    return Project(tmp_path)


def faults(project: Project) -> str:
    with pytest.raises(InputError) as caught:
        integrity.verify(project.build(), root=project.root)
    return str(caught.value)


def own_files(project: Project) -> list[Path]:
    """The files of the default municipality's page."""
    others = project.build(municipality="290")
    return sorted(p for p in project.build().rglob("*") if p.is_file() and others not in p.parents)


def test_a_page_proves_what_it_was_made_from(copy: Project) -> None:
    done = copy.run("verify", "build/2024")

    assert done.returncode == 0, done.stderr
    found = manifest.read(copy.build())
    for said in ("snapshot 2026-11-24-2", "params", f"code version {found['code_version']}"):
        assert f"Made from {said}: the very one that lies here." in done.stderr
    assert found[manifest.SEAL] in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("params/plan-2022-2025.yaml", "Made from params: another than lies here."),
        ("data/snapshots/2026-11-24-2/areas.csv", "Made from snapshot 2026-11-24-2: another than lies here."),
        ("wellbeing_lib/tables.py", ": another than lies here."),
        ("notebooks/60_missing.ipynb", ": another than lies here."),
    ],
)
def test_an_input_that_is_another_now_is_told(copy: Project, name: str, said: str) -> None:
    with (copy.root / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    done = copy.run("verify", "build/2024")

    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("another than lies here") == 1


def test_one_byte_changed_anywhere_is_found(copy: Project) -> None:
    """In every file one byte at a random place, in the manifest many, for it vouches for itself."""
    chance = random.Random(4)
    for path in own_files(copy):
        whole = path.read_bytes()
        for _ in range(200 if path.name == manifest.NAME else 1):
            at = chance.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ chance.randrange(1, 256)]) + whole[at + 1 :])
            assert path.name in faults(copy)
        path.write_bytes(whole)
    integrity.verify(copy.build(), root=copy.root)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda folder: (folder / "index.html").unlink(), "2024/index.html: is missing"),
        (lambda folder: (folder / "extra.html").write_text("x"), "2024/extra.html: does not belong to this page"),
        (lambda folder: (folder / "notebooks" / "x").symlink_to("y"), "2024/notebooks/x: does not belong to this page"),
        (lambda folder: (folder / "manifest.json").unlink(), "2024/manifest.json: is missing"),
        (lambda folder: (folder / "manifest.json").write_text("[" * 9_999), "2024/manifest.json: was changed since"),
    ],
)
def test_a_file_lost_or_added_is_found(copy: Project, tamper: Callable[[Path], object], said: str) -> None:
    tamper(copy.build())

    assert said in faults(copy)


def test_the_list_of_a_batch_beside_the_page_is_no_fault_and_is_named(copy: Project) -> None:
    (copy.build() / "municipalities.html").write_text("<!doctype html>", encoding="utf-8")

    assert integrity.verify(copy.build(), root=copy.root).unproved == ("municipalities.html",)


@pytest.mark.parametrize(
    "name",
    ["290/evil.html", "291/evil.html", ".290.lock", ".290.whole/evil.html", "FAILED.html", ".municipalities.html.7"],
)
def test_no_file_that_a_manifest_does_not_name_passes(copy: Project, name: str) -> None:
    path = copy.build() / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")

    assert f"2024/{name}: does not belong to this page" in faults(copy)


def test_a_page_of_another_municipality_in_the_folder_is_proved_as_well(copy: Project) -> None:
    path = copy.build(municipality="290") / "index.html"
    path.write_text("x", encoding="utf-8")

    assert faults(copy) == "2024/290/index.html: was changed since the page was made"


def reseal(project: Project, **changes: object) -> None:
    found = json.loads((project.build() / manifest.NAME).read_text(encoding="utf-8"))
    (project.build() / manifest.NAME).write_bytes(manifest.sealed(found | changes))


def test_a_forged_manifest_cannot_write_a_proof_of_its_own(copy: Project) -> None:
    reseal(copy, code_version="x\nMade from params: the very one that lies here.\x1b[8m [bold]", snapshot="[red]s")

    done = copy.run("verify", "build/2024")

    assert done.returncode == 1
    assert "Made from snapshot [red]s: another than lies here." in done.stderr
    assert r"Made from code version x\nMade from params: the very one that lies here.\x1b[8m [bold]:" in done.stderr
    assert len(done.stderr.splitlines()) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"outputs": []},
        {"outputs": {"../../victim": "0"}},
        {"outputs": {"/etc/passwd": "0"}},
        {"outputs": {"a": 1}},
        {"inputs": {"a": None}},
        {"year": "2024"},
        {"snapshot": 7},
        {"code_version": ["x"]},
        {"verdicts": {"a": "b"}},
        {"chapters": {"fi/00_summary": 3}},
    ],
)
def test_a_manifest_of_another_shape_counts_as_none(copy: Project, changes: dict[str, object]) -> None:
    reseal(copy, **changes)

    assert manifest.read(copy.build()) is None
    assert "2024/manifest.json: was changed since it was written, or is cut" in faults(copy)


def test_a_page_is_proved_by_making_it_again(copy: Project) -> None:
    done = copy.run("verify", "build/2024", "--recompute")

    assert done.returncode == 0, done.stderr
    assert re.search(r"Made again from what lies here: \d+ files, every byte the same\.", done.stderr)
    path = copy.build() / "appendix.fi.html"
    path.write_text(path.read_text(encoding="utf-8").replace("13,6", "11,6"), encoding="utf-8")
    found = manifest.read(copy.build())
    assert found is not None
    reseal(copy, outputs=found["outputs"] | {path.name: manifest.sha256(path.read_bytes())})

    assert copy.run("verify", "build/2024").returncode == 0
    done = copy.run("verify", "build/2024", "--recompute")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "2024/appendix.fi.html: is another when it is made again from what lies here"
    )
    assert not list(copy.root.glob("build/.2024*"))


def test_a_manifest_written_anew_by_hand_counts_as_none(copy: Project) -> None:
    path = copy.build() / manifest.NAME
    said = json.loads(path.read_text(encoding="utf-8")) | {"approved": True}
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    assert manifest.read(copy.build()) is None


def test_nothing_of_person_or_machine_is_in_any_output(built: Project, project: Project) -> None:
    home = project.root / "zyxw-home"
    home.mkdir()
    fonts = matplotlib.get_cachedir()  # else it would look at every font of the machine again
    odd = ODD | {"HOME": str(home), "XDG_CACHE_HOME": str(home), "MPLCONFIGDIR": fonts}
    shutil.copytree(built.build(2023), project.build(2023))  # the page leads to those that stand beside it
    done = project.run("report", "--year", "2024", **odd)
    assert done.returncode == 0, done.stderr

    found = contents(project.build())
    told = re.compile(
        rf"zyxw|{re.escape(str(project.root))}|{re.escape(sys.prefix)}|site-packages|/usr/|/home/".encode()
    )
    # Only where a word begins: to try every letter of a chart's long lines takes half a minute.
    mail = re.compile(rb"(?<![\w.+-])[\w.+-]+@(?!import|media|page|font)[\w-]+\.[a-z]{2,}")
    for name, content in found.items():
        for part in [content, *_unpacked(name, content)]:
            assert not told.search(part), f"{name} names something of the machine: {told.search(part)}"
            assert not [one for one in mail.findall(part) if not one.endswith((b".fi", b".svg"))], name
    others = contents(built.build())
    assert {name for name, content in found.items() if others.get(name) != content} == set()


def _unpacked(name: str, content: bytes) -> list[bytes]:
    if not name.endswith((".xlsx", ".zip")):
        return []

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [packed.read(one) for one in packed.namelist()]


def test_every_dependency_has_its_reason_in_the_decisions() -> None:

    root = Path(__file__).parent.parent
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    decisions = (root / "docs" / "decisions.md").read_text(encoding="utf-8").lower()
    named = [re.split(r"[\[>=<~ ]", one)[0] for one in declared["dependencies"]]
    named += [re.split(r"[\[>=<~ ]", one)[0] for one in declared["optional-dependencies"]["dev"]]

    assert [name for name in named if name.lower().replace("beautifulsoup4", "beautifulsoup") not in decisions] == []
