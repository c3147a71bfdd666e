"""Fixtures that several modules share: a copy of the project to break, and the pages built from it once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

ROOT = Path(__file__).parent.parent
PARTS = ("wellbeing_lib", "notebooks", "params", "data", "requirements.lock")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, for tests wait half of their time: for kernels, a browser, one another."""
    return (os.cpu_count() or 1) + 1


@dataclass(frozen=True)
class Project:
    """A copy of the project in a folder of its own, with the command line run inside it."""

    root: Path

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `wellbeing` as `make` does, on the copy's own library."""
        return subprocess.run(
            [sys.executable, "-m", "wellbeing_lib", *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)} | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `wellbeing` and do not wait for it, so that it can be killed; what it says comes from `stderr`."""
        return subprocess.Popen(
            [sys.executable, "-m", "wellbeing_lib", *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)} | environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self, year: str = "2024", municipality: str = "") -> subprocess.CompletedProcess[str]:
        return self.run("report", "--year", year, "--municipality", municipality)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change one file, and fail where there was nothing to change."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def build(self, year: int = 2024, municipality: str = "") -> Path:
        return self.root / "build" / str(year) / municipality

    def page(self, year: int = 2024, language: str = "fi", municipality: str = "") -> BeautifulSoup:
        html = (self.build(year, municipality) / f"appendix.{language}.html").read_text(encoding="utf-8")
        return BeautifulSoup(html, "html.parser")


def copied(target: Path) -> Project:
    """The project's own files, without what was built."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(source, target / part)
    return Project(target)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh copy to break."""
    return copied(tmp_path)


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """What takes long to make: made in a folder by the first worker that needs it, while the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not folder.is_dir():
                making = shared / f"{name}.being-made"  # where it fails, the next one tries again
                shutil.rmtree(making, ignore_errors=True)
                making.mkdir()
                make(making)
                making.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def built(once: Once) -> Project:
    """A copy with the pages of three years and of another municipality; tests read it and change nothing."""
    return Project(once("built", _build))


def _build(folder: Path) -> None:
    project = copied(folder)
    for year, municipality in (("2022", ""), ("2023", ""), ("2024", ""), ("2024", "290")):
        done = project.report(year, municipality)
        assert done.returncode == 0, done.stderr
