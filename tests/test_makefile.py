"""What is typed, what the environment holds and where the project lies never become a command of make or of a shell."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

VARIABLES = ("PYTHON", "YEAR", "MUNICIPALITY", "MUNICIPALITIES", "SOURCE", "SCOPE", "DRAFT", "WELLBEING_DRAFT")
COMMANDS = (
    "$(shell touch {})",
    "$$(touch {})",
    "`touch {}`",
    '"; touch {}; "',
    "'; touch {}; '",
    "$(eval X:=$(shell touch {}))",
)
VERBS = ("report", "batch", "data", "pdf", "watch", "handover", "forms", "lab", "help")
# Stands where python does, and writes down what it is given.
PYTHON = """#!/bin/sh
env -0 > given
printf '%s\\n' "$@" > arguments
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return checked_out(tmp_path / "checkout")


def checked_out(folder: Path) -> Path:
    """The Makefile in a folder that seems to be set up."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(PYTHON, encoding="utf-8")
    python.chmod(0o755)
    (folder / ".venv" / "ready").touch()
    return folder


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if name not in VARIABLES and "MAKE" not in name}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=ours | environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def given(folder: Path) -> dict[str, str]:
    """The environment that a command was started with."""
    pairs = (folder / "given").read_bytes().decode().rstrip("\0").split("\0")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


@pytest.mark.parametrize("name", [*VARIABLES, "VENV", "BIN", "OTHER"])
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "from the environment"])
def test_no_value_is_run(checkout: Path, name: str, typed: bool) -> None:
    touched = checkout / "touched"
    for command in COMMANDS:
        value = command.format(touched)
        for verb in VERBS:
            done = make(checkout, verb, f"{name}={value}") if typed else make(checkout, verb, **{name: value})
            assert done.returncode == 0, done.stderr
            assert not touched.exists(), f"{verb} ran {name}={value}"
        if name in VARIABLES:
            expected = "WELLBEING_DRAFT" if name == "DRAFT" else name
            make(checkout, "report", f"{name}={value}")
            assert given(checkout)[expected] == value


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "from the environment"])
def test_the_python_that_sets_up_is_a_program_and_no_command(checkout: Path, typed: bool) -> None:
    touched = checkout / "touched"
    (checkout / ".venv" / "ready").unlink()
    for command in (*COMMANDS, "true; touch {};"):
        value = command.format(touched)
        done = make(checkout, "setup", f"PYTHON={value}") if typed else make(checkout, "setup", PYTHON=value)
        assert done.returncode != 0
        assert not touched.exists()


def test_a_checkout_may_lie_anywhere(tmp_path: Path) -> None:
    folder = checked_out(tmp_path / "a$(touch touched)`touch touched`';touch touched;'b")
    for verb in VERBS:
        done = make(folder, verb)
        assert done.returncode == 0, done.stderr
    assert make(folder, "lab").returncode == 0
    assert given(folder)["IPYTHONDIR"] == f"{folder}/.ipython"
    assert "jupyterlab" in (folder / "arguments").read_text(encoding="utf-8").splitlines()
    assert not list(tmp_path.rglob("touched"))


def test_what_is_typed_reaches_the_command(checkout: Path) -> None:
    make(checkout, "report", "YEAR=2023", "MUNICIPALITY=290", "DRAFT=1")
    assert (checkout / "arguments").read_text(encoding="utf-8").split() == (
        ["-m", "wellbeing_lib", "report", "--year", "2023", "--municipality", "290"]
    )
    assert given(checkout)["WELLBEING_DRAFT"] == "1"

    make(checkout, "batch", MUNICIPALITIES="205,290", DRAFT="1", WELLBEING_DRAFT="0")
    assert (checkout / "arguments").read_text(encoding="utf-8").split()[-3:] == ["2024", "--municipalities", "205,290"]
    assert given(checkout)["WELLBEING_DRAFT"] == "0"
