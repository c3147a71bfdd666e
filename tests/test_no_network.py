"""Only `sources/` may leave the machine: told from its imports, and a page is made where there is no network."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project

LIBRARY = ROOT / "wellbeing_lib"
NETWORK = {
    "httpx",
    "requests",
    "urllib3",
    "aiohttp",
    "socket",
    "ssl",
    "http",
    "ftplib",
    "smtplib",
    "pycurl",
    "websockets",
}
LOOPBACK_UP = "ip link set lo up && exec "
# Where a machine has no namespaces every process of ours, kernels too, gets this instead: what leaves fails.
GUARD = """
import socket

_connect, _lookup = socket.socket.connect, socket.getaddrinfo
HERE = ("127.0.0.1", "::1", "localhost", "", None)


def connect(self, address):
    if isinstance(address, tuple) and address[0] not in HERE:
        raise OSError(f"no network here: {address}")
    return _connect(self, address)


def getaddrinfo(host, *others, **named):
    if host not in HERE:
        raise OSError(f"no network here: {host}")
    return _lookup(host, *others, **named)


socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo
"""


def cut_off(project: Project, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command where only loopback is left: in a network namespace of its own, else under the guard."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WELLBEING_")}
    environment["PYTHONPATH"] = str(project.root)
    if _namespaces():
        command = ("unshare", "-rn", "sh", "-c", LOOPBACK_UP + '"$0" "$@"', *command)
    else:
        guard = project.root / "guard"
        guard.mkdir(exist_ok=True)
        (guard / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
        environment["PYTHONPATH"] += os.pathsep + str(guard)
    return subprocess.run(
        command, cwd=project.root, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def _namespaces() -> bool:
    try:
        tried = subprocess.run(["unshare", "-rn", "sh", "-c", LOOPBACK_UP + "true"], capture_output=True, check=False)
    except OSError:
        return False
    return tried.returncode == 0


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_only_sources_imports_what_can_leave_the_machine() -> None:
    leaving = {
        path.relative_to(LIBRARY).as_posix(): sorted(found)
        for path in LIBRARY.rglob("*.py")
        for found in [{n for n in imported(path) if n.split(".")[0] in NETWORK or n.startswith("urllib.request")}]
        if found
    }
    assert set(leaving) == {"sources/web.py"}, leaving


def test_only_the_command_and_the_check_of_titles_know_the_sources() -> None:
    """A page is made without them: no chapter, template or figure can ask a service."""
    knowing = {
        path.relative_to(LIBRARY).as_posix()
        for path in LIBRARY.rglob("*.py")
        if "sources" not in path.relative_to(LIBRARY).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and "sources" in ((node.module or "").split(".")[0], *(() if node.module else (one.name for one in node.names)))
    }
    assert knowing == {"cli/data.py", "checks/figures.py"}


def test_the_cut_is_a_cut(project: Project) -> None:
    """What the next test shows would mean nothing if a way out were left."""
    ask = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=2)"
    done = cut_off(project, sys.executable, "-c", ask)
    assert done.returncode == 1
    assert "OSError" in done.stderr or "unreachable" in done.stderr
    fetched = cut_off(project, sys.executable, "-m", "wellbeing_lib", "data", "fetch", "--help")
    assert fetched.returncode == 0, fetched.stderr


def test_a_page_is_made_without_a_network(project: Project) -> None:
    done = cut_off(project, sys.executable, "-m", "wellbeing_lib", "report", "--year", "2024")
    assert done.returncode == 0, done.stderr
    assert project.page(2024).find("h1")


def test_the_guard_for_other_machines_cuts_as_well(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "_namespaces", lambda: False)
    ask = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=2)"
    done = cut_off(project, sys.executable, "-c", ask)
    assert "no network here: 192.0.2.1" in done.stderr
