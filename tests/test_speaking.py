"""What is printed cannot act on a terminal, whoever wrote it: a file's name, a cell, somebody else's manifest."""

import ast
import io
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project
from wellbeing_lib.cli.speaking import HarmlessConsole

ACTING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("doen\x1b[2J", r"doen\x1b[2J"),
        ("\u202e.xlsx", r"\u202e.xlsx"),
        ("one\ntwo", r"one\ntwo"),
        ("\x9b31m\u2066", r"\x9b31m\u2066"),
        ("[bold]x[/] :smile:", "[bold]x[/] :smile:"),
        ("Äänekoski – 13,6\u00a0%", "Äänekoski – 13,6\u00a0%"),
    ],
)
def test_what_could_act_is_shown_instead(text: str, printed: str) -> None:
    file = io.StringIO()

    HarmlessConsole(file=file, force_terminal=True, highlight=False, soft_wrap=True).print(text)

    assert file.getvalue() == f"{printed}\n"


def test_commands_print_in_no_other_way() -> None:
    others: dict[str, set[str]] = {"print": set(), "echo": set()}
    for path in sorted((ROOT / "wellbeing_lib").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
                of = ast.unparse(call.func).removesuffix(f".{name}")
                if name in others and of not in ("console", "out", "bar.console", "self.console", "super()"):
                    others[name].add(path.name)

    assert others == {"print": set(), "echo": set()}


def test_the_name_of_a_form_cannot_act_on_the_terminal(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "filled"
    folder.mkdir()
    (folder / "\x1b[2J[bold]\u202excod.xlsx").write_bytes(b"no form")

    done = project.run("forms", "status", "--year", "2024", str(folder))

    said = done.stdout + done.stderr
    assert r"\x1b[2J[bold]\u202excod.xlsx" in said
    assert not ACTING.search(said)
