"""Versions: handed over once and for good, and compared so that the minutes name exactly what differs."""

import ast
import hashlib
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages import pofile

from tests.conftest import Project
from wellbeing_lib import changes, manifest, versions
from wellbeing_lib.faults import InputError
from wellbeing_lib.params import load_municipality
from wellbeing_lib.versions import Figure, Version
from wellbeing_lib.wording import Wording, wording
from wellbeing_lib.wording.catalogue import LOCALE

ROOT = Path(__file__).parent.parent
SNAPSHOT = "data/snapshots/2026-11-24-2"


@pytest.fixture
def words() -> Wording:
    return wording("fi", load_municipality(ROOT / "params").places)


@pytest.fixture
def rebuilt(built: Project, tmp_path: Path) -> Project:
    subprocess.run(["cp", "-r", f"{built.root}/.", str(tmp_path)], check=True)
    return Project(tmp_path)


def revise(project: Project, row: str, old: str, new: str) -> None:
    """Change one observation as a source would revise it, with a datapackage that vouches for the new table."""
    table, package = project.root / SNAPSHOT / "observations.csv", project.root / SNAPSHOT / "datapackage.json"
    before = table.read_bytes()
    line = next(line for line in before.decode().splitlines() if line.startswith(row))
    after = before.replace(line.encode(), line.replace(old, new).encode())
    assert after != before
    table.write_bytes(after)
    old_hash, new_hash = (hashlib.sha256(content).hexdigest() for content in (before, after))
    package.write_text(package.read_text(encoding="utf-8").replace(old_hash, new_hash), encoding="utf-8")


# handing over


def test_a_version_is_packed_whole_and_the_same_each_time(rebuilt: Project) -> None:
    target = versions.hand_over(2024, root=rebuilt.root)
    first = target.read_bytes()

    assert target.relative_to(rebuilt.root).as_posix() == "build/handover/2024-luonnos-2.zip"
    assert versions.hand_over(2024, root=rebuilt.root) == target
    target.unlink()
    assert versions.hand_over(2024, root=rebuilt.root).read_bytes() == first

    with zipfile.ZipFile(target) as packed:
        names = set(packed.namelist())
        built = {p.relative_to(rebuilt.build()).as_posix() for p in rebuilt.build().rglob("*") if p.is_file()}
        assert {name for name in built if not name.startswith("290/")} <= names
        assert {"params/2024.yaml", "params/plan-2022-2025.yaml", f"{SNAPSHOT}/observations.csv"} <= names
        listed = dict(line.split("  ")[::-1] for line in packed.read(versions.CONTENTS).decode().splitlines())
        assert set(listed) == names - {versions.CONTENTS}
        assert all(manifest.sha256(packed.read(name)) == digest for name, digest in listed.items())


def test_a_page_that_is_not_up_to_date_is_not_handed_over(rebuilt: Project) -> None:
    rebuilt.replace("params/2024.yaml", "Otanmäen ryhmä alkoi syksyllä.", "Otanmäen ryhmä alkoi.")

    done = rebuilt.run("handover", "--year", "2024")

    assert done.returncode == 1
    assert done.stderr == "build/2024/ is not up to date with notebooks and params: first make report YEAR=2024\n"
    assert not (rebuilt.root / "build" / "handover").exists()


def test_an_approved_version_says_so_in_its_name(built: Project) -> None:
    facts = manifest.read(built.build(2023))

    assert facts is not None
    assert facts["approved"]
    assert versions.hand_over(2023, root=built.root).name == f"2023-hyvaksytty-{facts['version']}.zip"


# telling what differs


def test_a_remark_a_status_and_a_figure_are_named_with_what_follows(rebuilt: Project) -> None:
    """And the second version cannot take the place of the first, whose number it has."""
    first = versions.hand_over(2024, root=rebuilt.root)
    bytes_of_first = first.read_bytes()
    rebuilt.replace("params/2024.yaml", "Otanmäen ryhmä alkoi syksyllä.", "Otanmäen ryhmä alkoi jo keväällä.")
    rebuilt.replace("params/2024.yaml", "M12: {status: in_progress}", "M12: {status: done}")
    revise(rebuilt, "sotkanet:228,205,2023,total,", "13.6", "11.6")
    assert rebuilt.report().returncode == 0

    refused = rebuilt.run("handover", "--year", "2024")
    done = rebuilt.run("diff", str(first), str(rebuilt.build()))

    assert refused.returncode == 1
    assert "build/handover/2024-luonnos-2.zip holds another content and is never overwritten" in refused.stderr
    assert first.read_bytes() == bytes_of_first
    assert done.returncode == 0, done.stderr
    people, figures, follows = parts(done.stdout)
    assert people == [
        "Toimenpide M11 (Maksuttomat lähiliikuntaryhmät yli 65-vuotiaille kuudessa …), huomautus: "
        "”Otanmäen ryhmä alkoi syksyllä.” → ”Otanmäen ryhmä alkoi jo keväällä.”",
        "Toimenpide M12 (Kävely- ja pyöräilyreittien talvikunnossapidon luokitus …), tilanne: käynnissä → toteutunut",
    ]
    assert figures == ["Lasten pienituloisuus, Kajaani 2023: 13,6\u00a0% → 11,6\u00a0%"]
    assert "Lasten pienituloisuus, uusin luku aiempiin verrattuna: poikkeuksellisen korkea → tavanomainen" in follows
    assert "sivulla nyt: Lasten pienituloisuusaste oli Kajaanissa 11,6\u00a0% vuonna 2023." in {
        one.replace(" %", "\u00a0%") for one in follows
    }
    assert not [one for one in follows if "Otanmäen" in one]
    assert "eri ohjelmaversioilla" not in done.stdout


def parts(told: str) -> list[list[str]]:
    """The lines under each heading."""
    blocks = [block.splitlines() for block in told.strip().split("\n\n")]
    return [[line.removeprefix("- ") for line in block[1:]] for block in blocks if block[-1].startswith("- ")]


def test_a_build_whose_params_have_changed_cannot_be_compared(rebuilt: Project) -> None:
    rebuilt.replace("params/2024.yaml", "M12: {status: in_progress}", "M12: {status: done}")

    with pytest.raises(InputError, match="params/ has changed since it was built"):
        versions.read_version(str(rebuilt.build()), root=rebuilt.root)


def test_two_years_of_params_are_compared_without_figures(words: Wording) -> None:
    before, after = (versions.read_version(year, root=ROOT) for year in ("2023", "2024"))

    told = changes.differences(before, after, words)

    assert told[0] == "Muutokset: 2023 → 2024"
    assert any(line.startswith("- Toimenpide M06 (") and line.endswith("käynnissä → siirretty") for line in told)
    assert "- Ehdotus toimenpiteestä N15, päätös: lisätty: uusi toimenpide" in told
    assert told[-1] == "Vain ihmisten kirjauksia verrattiin. Pelkissä parametreissa ei ole lukuja."
    assert not [line for line in told if "None" in line or "{" in line]


def test_a_year_that_is_just_begun_can_be_compared(project: Project) -> None:
    """Its places are empty: lists without entries, keys without values."""
    assert project.run("new-year", "2025").returncode == 0

    done = project.run("diff", "2024", "2025")

    assert done.returncode == 0, done.stderr
    assert "- Vuoden tiedot, arviointivuosi: 2024 → 2025" in done.stdout
    assert "tilanne: poistettu: toteutunut" in done.stdout
    assert "None" not in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-such.zip", "no-such.zip: must be a zip from build/handover/, a build folder, or a year of params"),
        ("2050", "params/2050.yaml: there is no such file"),
        (str(ROOT / "docs"), "docs: not a version: it holds no manifest.json"),
        (str(ROOT / "README.md"), "README.md: must be a zip from build/handover/"),
    ],
)
def test_what_is_no_version_is_refused_in_one_sentence(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        versions.read_version(name, root=ROOT)


def packed(target: Path, contents: dict[str, bytes], **sealed: object) -> Path:
    """A zip with a manifest that names what is in it."""
    hashes = {name: manifest.sha256(content) for name, content in contents.items()}
    facts: dict[str, object] = {
        "year": 2024,
        "snapshot": "2026-11-24",
        "code_version": "a",
        "inputs": {name: digest for name, digest in hashes.items() if name.startswith("params/")},
        "outputs": {name: digest for name, digest in hashes.items() if not name.startswith("params/")},
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (contents | {manifest.NAME: manifest.sealed(facts | sealed)}).items():
            file.writestr(name, content)
    return target


@pytest.fixture
def whole() -> dict[str, bytes]:
    names = ("2024", "plan-2022-2025", "indicators", "municipality")
    params = {f"params/{name}.yaml": (ROOT / "params" / f"{name}.yaml").read_bytes() for name in names}
    row = b"indicator,area,year,measure,value,shown_fi\nchild_low_income,205,2023,newest,13.6,13\n"
    return params | {"indicators.csv": row, "appendix.fi.html": b"<main><p>Osuus on suuri.</p></main>"}


def told(path: Path) -> str:
    """The one sentence that a zip of somebody else's is refused with."""

    def compared() -> list[str]:
        old, new = (versions.read_version(name, root=ROOT) for name in (str(path), "2024"))
        return changes.differences(old, new, wording("fi", {}))

    with pytest.raises(InputError) as caught:
        compared()
    assert len(caught.value.faults) == 1
    return caught.value.faults[0]


def test_a_whole_zip_is_read(tmp_path: Path, whole: dict[str, bytes], words: Wording) -> None:
    read = versions.read_version(str(packed(tmp_path / "a.zip", whole)), root=ROOT)

    assert read.sentences == ("Osuus on suuri.",)
    assert changes.differences(read, read, words)[-1] == "Eroja ei ole."


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ({"indicators.csv": b"a,b\n1,2\n"}, "indicators.csv must have in every row the columns indicator, area"),
        ({"indicators.csv": b"indicator,area,year,measure,value,shown_fi\nx,205\n"}, "must have in every row"),
        ({"indicators.csv": b"\xff\xfe"}, "indicators.csv is not readable"),
        ({"indicators.csv": b'indicator\n"' + b"x" * 200_000 + b'"\n'}, "indicators.csv is not readable"),
        ({"params/2024.yaml": b"[]\n"}, "params/2024.yaml: must hold keys with values"),
        ({"params/2024.yaml": b"plan: ../../x\n"}, 'params/2024.yaml: plan = "../../x": must be the name of a file'),
        ({"params/indicators.yaml": b"- 1\n"}, "params/indicators.yaml: must hold keys with values"),
        (
            {"params/indicators.yaml": b"indicators: [1]\n"},
            "its params cannot be compared",
        ),
        (
            {"params/plan-2022-2025.yaml": b"priorities: 7\n"},
            "its params cannot be compared",
        ),
        ({"params/plan-2022-2025.yaml": b"\xff"}, "is not UTF-8 text"),
    ],
)
def test_a_zip_of_another_content_is_refused_in_one_sentence(
    tmp_path: Path, whole: dict[str, bytes], contents: dict[str, bytes], said: str
) -> None:
    assert said in told(packed(tmp_path / "a.zip", whole | contents))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"year": "2024"}, "its manifest.json is cut, changed, or not one of ours"),
        ({"outputs": 3}, "its manifest.json is cut, changed, or not one of ours"),
        ({"inputs": {"../x": "0"}}, "its manifest.json is cut, changed, or not one of ours"),
        ({"outputs": {}}, "indicators.csv is missing or not the one that its manifest.json names"),
        ({"verdicts": {"child_low_income": {"level": "sideways"}}}, "") ,
    ],
)  # fmt: skip
def test_a_zip_with_another_manifest_is_refused_in_one_sentence(
    tmp_path: Path, whole: dict[str, bytes], facts: dict[str, object], said: str
) -> None:
    path = packed(tmp_path / "a.zip", whole, **facts)
    if said:
        assert said in told(path)
    else:  # a code of another time
        versions.read_version(str(path), root=ROOT)


def test_a_zip_that_cannot_be_unpacked_is_refused_in_one_sentence(tmp_path: Path, whole: dict[str, bytes]) -> None:
    path = packed(tmp_path / "a.zip", whole)
    content = path.read_bytes()

    def spoilt(change: bytes) -> str:
        path.write_bytes(change)
        return told(path)

    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    encrypted = bytearray(content)
    for at in (m.start() for m in re.finditer(rb"PK\x03\x04", content)):
        encrypted[at + 6] |= 1
    for at in (m.start() for m in re.finditer(rb"PK\x01\x02", content)):
        encrypted[at + 8] |= 1
    wrong = bytearray(content)
    for at in (m.start() for m in re.finditer(rb"PK\x01\x02", content)):
        wrong[at + 16 : at + 20] = b"\0\0\0\0"
    method = bytearray(content)
    for at in (m.start() for m in re.finditer(rb"PK\x01\x02", content)):
        method[at + 10] = 97
    huge = bytearray(content)
    huge[central + 24 : central + 28] = (3_000_000_000).to_bytes(4, "little")
    noise = bytearray(content)
    noise[local + 60 : central] = bytes(central - local - 60)

    assert "cannot be unpacked" in spoilt(bytes(encrypted))
    assert "cannot be unpacked" in spoilt(bytes(wrong))
    assert "cannot be unpacked" in spoilt(bytes(method))
    assert "holds more than 200 MB" in spoilt(bytes(huge))
    assert "cannot be unpacked" in spoilt(bytes(noise))
    assert "must be a zip" in spoilt(content[: len(content) // 2])
    assert "must be a zip" in spoilt(b"")


@pytest.fixture
def version() -> Version:
    year = versions.read_version("2024", root=ROOT)
    return replace(
        year,
        figures={
            ("child_low_income", "205", "2023", "newest"): Figure("13.6", "13,6 %"),
            ("child_low_income", "205", "2023", "observation"): Figure("13.6", "13,6 %"),
            ("page", "205", "2024", "mean_age"): Figure("1.875", "1,9"),
        },
        verdicts={"child_low_income": {"level": "no_clear_change", "newest": "unusually_high"}},
        sentences=("Osuus kasvoi.", "Osuus on suuri."),
        code_version="a",
    )


def test_the_same_version_does_not_differ(version: Version, words: Wording) -> None:
    assert changes.differences(version, version, words) == ["Muutokset: 2024 → 2024", "", "Eroja ei ole."]


def test_a_published_figure_is_told_once_and_a_new_one_as_new(version: Version, words: Wording) -> None:
    figures = dict(version.figures or {}) | {("child_low_income", "205", "2024", "observation"): Figure("12", "12,0 %")}
    figures |= {
        ("child_low_income", "205", "2023", name): Figure("13.7", "13,7 %") for name in ("newest", "observation")
    }

    told = changes.differences(version, replace(version, figures=figures), words)

    assert told[3:] == [
        "- Lasten pienituloisuus, Kajaani 2023: 13,6 % → 13,7 %",
        "- Lasten pienituloisuus, Kajaani 2024: – → 12,0 %",
    ]


def test_turned_verdicts_changed_sentences_and_another_program_are_told(version: Version, words: Wording) -> None:
    turned = {"child_low_income": {"level": "worsened", "newest": "unusually_high", "target": "unlikely"}}
    after = replace(version, verdicts=turned, sentences=("Osuus kasvoi.", "Osuus on pieni."), code_version="b")

    told = changes.differences(version, after, words)

    assert told[2:7] == [
        "Mitä näistä seuraa",
        "- Lasten pienituloisuus, tason muutos: ei selvää muutosta → heikentynyt",
        "- Lasten pienituloisuus, tavoitearvon saavuttaminen: – → epätodennäköistä",
        "- sivulla ennen: Osuus on suuri.",
        "- sivulla nyt: Osuus on pieni.",
    ]
    assert "eri ohjelmaversioilla (a, b)" in told[-1]


def test_every_changed_value_of_params_has_a_line(version: Version, words: Wording) -> None:
    """A key that no table knows is told by its own name: nothing that people change may pass unnoticed."""
    params = json.loads(json.dumps(version.params, default=str))
    params["assessment"]["measures"]["M07"]["resources"] = {"fi": "Kaksi tuntia", "en": "Two hours"}
    params["assessment"]["sentences"]["well"]["en"] = "All is well."
    params["plan"]["indicators"]["child_low_income"]["target"]["value"] = 10.0
    params["indicators"]["indicators"]["child_low_income"]["window"] = 12
    params["municipality"]["min_cases"] = 6
    before = replace(version, params=json.loads(json.dumps(version.params, default=str)))

    told = changes.differences(before, replace(version, params=params), words)

    assert told[3:] == [
        f"- Etusivun lause, mikä on hyvin, englanniksi: ”{before.params['assessment']['sentences']['well']['en']}” → "
        "”All is well.”",
        "- Toimenpide M07 (Opinto-ohjaus jatkuu peruskoulun jälkeen, kunnes nuori on …), resurssit: "
        "lisätty: ”Kaksi tuntia”",
        "- Suunnitelma, Lasten pienituloisuus, tavoitearvo, luku: 11.0 → 10.0",
        "- Mittariluettelo, Lasten pienituloisuus, window: lisätty: 12",
        "- Kunnan tiedot, min_cases: 5 → 6",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("2024.yaml", "plan: plan-2022-2025", "plan: [1]", "params/2024.yaml: plan = [1]: must be the name of a file"),
        ("2024.yaml", "plan: plan-2022-2025", 'plan: "../2023"', 'params/2024.yaml: plan = "../2023": must be the'),
        ("2024.yaml", None, "[]\n", "params/2024.yaml: must hold keys with values"),
        ("municipality.yaml", None, "5\n", "params/municipality.yaml: must hold keys with values"),
        ("plan-2022-2025.yaml", None, "priorities: [1]\n", "2024: its params cannot be compared"),
        ("plan-2022-2025.yaml", None, "priorities: {a: 1}\n", "2024: its params cannot be compared"),
        ("indicators.yaml", None, "indicators: []\n", "2024: its params cannot be compared"),
        ("indicators.yaml", None, "indicators: {a: {name: {fi: [1]}}}\n", "2024: its params cannot be compared"),
        ("2024.yaml", "findings:\n", "findings:\n  - {side: joy}\n", "2024: its params cannot be compared"),
    ],
)
def test_params_of_another_shape_are_a_sentence(
    project: Project, words: Wording, name: str, old: str | None, new: str, said: str
) -> None:
    path = project.root / "params" / name
    text = path.read_text(encoding="utf-8")
    assert old is None or old in text
    path.write_text(new if old is None else text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        changes.differences(again := versions.read_version("2024", root=project.root), again, words)

    assert caught.value.faults[0].startswith(said)


def test_a_status_of_another_time_is_told_as_it_is(project: Project, words: Wording) -> None:
    before = versions.read_version("2024", root=project.root)
    project.replace("params/2024.yaml", "M12: {status: in_progress}", "M12: {status: begun}")

    told = changes.differences(before, versions.read_version("2024", root=project.root), words)

    assert told[3].endswith("tilanne: käynnissä → begun")


def test_every_text_of_the_comparison_has_finnish_words() -> None:
    said = {
        call.args[0].value
        for call in ast.walk(ast.parse(Path(changes.__file__).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        and (getattr(call.func, "id", "") == "msg" or getattr(call.func, "attr", "") == "text")
    }  # fmt: skip
    there = set()
    for path in LOCALE.glob("fi*.po"):
        with path.open("rb") as file:
            there |= {str(message.id) for message in pofile.read_po(file) if message.string}

    assert len(said) > 50
    assert said <= there
