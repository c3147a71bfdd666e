"""Whether anything changed: told from hashes alone, and publishing leaves nothing half done."""

from pathlib import Path

import pytest

from wellbeing_lib import manifest, publishing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (
        "wellbeing_lib/a.py",
        "notebooks/00_x.ipynb",
        "params/2024.yaml",
        "data/snapshots/2026-01-01/observations.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('snapshot: "2026-01-01"  # pinned\n' if name == "params/2024.yaml" else name, encoding="utf-8")
    return tmp_path


def made(root: Path, content: str = "page") -> Path:
    folder = root / "made"
    folder.mkdir(exist_ok=True)
    (folder / "page.html").write_text(content, encoding="utf-8")
    manifest.write(folder, made_from=manifest.inputs(root, year=2024), facts={"approved": False})
    return folder


def test_the_pinned_snapshot_is_an_input(root: Path) -> None:
    assert "data/snapshots/2026-01-01/observations.csv" in manifest.inputs(root, year=2024)


@pytest.mark.parametrize(
    "name",
    ["wellbeing_lib/a.py", "notebooks/00_x.ipynb", "params/2024.yaml", "data/snapshots/2026-01-01/observations.csv"],
)
def test_touching_any_input_is_seen(root: Path, name: str) -> None:
    publishing.publish(made(root), root / "build")
    assert manifest.unchanged(root / "build", made_from=manifest.inputs(root, year=2024))

    with (root / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert not manifest.unchanged(root / "build", made_from=manifest.inputs(root, year=2024))


def test_a_changed_or_lost_output_is_seen(root: Path) -> None:
    publishing.publish(made(root), root / "build")
    (root / "build" / "page.html").write_text("tampered", encoding="utf-8")

    assert not manifest.unchanged(root / "build", made_from=manifest.inputs(root, year=2024))


def test_publishing_takes_away_what_is_no_longer_made(root: Path) -> None:
    old = made(root)
    (old / "gone.csv").write_text("x", encoding="utf-8")
    manifest.write(old, made_from={}, facts={})
    publishing.publish(old, root / "build")
    (root / "build" / "290").mkdir()
    (root / "build" / "290" / "other.html").write_text("another municipality's", encoding="utf-8")

    publishing.publish(made(root, "new"), root / "build")

    assert not (root / "build" / "gone.csv").exists()
    assert (root / "build" / "290" / "other.html").exists()
    assert (root / "build" / "page.html").read_text(encoding="utf-8") == "new"


def test_a_manifest_that_cannot_be_read_counts_as_none(root: Path) -> None:
    (root / "build").mkdir()
    (root / "build" / manifest.NAME).write_text("{", encoding="utf-8")

    assert manifest.read(root / "build") is None
