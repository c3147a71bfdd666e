"""Finds what a browser test needs, a Chromium, Java and WeasyPrint's pango, and brings it on Debian; else says how."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

INSTALL = "WELLBEING_INSTALL"  # 0 in the environment: no test installs a package of the system
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program(*names: str, package: str, how: str) -> str:
    """The first of these programs that is there.

    On Debian and as root it is installed where it is missing; otherwise the test fails and says how to get it.
    """
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None and may_install():
        install(package)
        found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.fail(how)
    return found


def may_install() -> bool:
    """Whether packages of the system may be installed: by root on Debian and Ubuntu, unless WELLBEING_INSTALL is 0."""
    return os.environ.get(INSTALL) != "0" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install packages of the system, and say so."""
    sys.stderr.write(f"Installing {' '.join(packages)} with apt-get; {INSTALL}=0 forbids that.\n")
    subprocess.run(["apt-get", "install", "-y", "-qq", *packages], capture_output=True, timeout=900, check=False)


def chromium_path() -> str:
    """The browser to look with."""
    return program(
        *BROWSERS,
        package="chromium",
        how="no Chromium: `sudo apt-get install chromium`, or put Google Chrome on the PATH",
    )


def java_path() -> str:
    """Java, which the Nu HTML checker runs on."""
    how = "no Java for the Nu HTML checker: `sudo apt-get install default-jre-headless`"
    return program("java", package="default-jre-headless", how=how)


@contextmanager
def browser() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        try:
            yield running
        finally:
            running.close()


def address(path: Path) -> str:
    """A file as the browser opens it."""
    return path.resolve().as_uri()


def pango() -> None:
    """Make sure that WeasyPrint can draw: it loads pango when it is imported."""
    packages = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
    try:
        import weasyprint  # noqa: F401
    except OSError:
        if not may_install():
            pytest.fail(f"no pango for WeasyPrint: `sudo apt-get install {' '.join(packages)}`")
        install(*packages)
