"""Watching: a saved input has the page made again, anything else leaves it alone, and a fault does not end it."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Project
from wellbeing_lib import watching


class Maker:
    """Counts how often the page was to be made, and waits for the next time."""

    def __init__(self) -> None:
        self.times, self._made = 0, threading.Semaphore(0)

    def __call__(self) -> None:
        self.times += 1
        self._made.release()

    def again(self, seconds: float = 20) -> bool:
        return self._made.acquire(timeout=seconds)


@pytest.fixture
def watched(project: Project) -> object:
    """A watched copy: the maker, and a function that saves a file."""
    made, stop = Maker(), threading.Event()
    asked = {"year": 2024, "root": project.root, "stop": stop, "patience": 40}
    thread = threading.Thread(target=watching.watch, args=(made,), kwargs=asked)
    thread.start()

    def save(name: str, addition: str) -> None:
        path = project.root / name
        path.write_text(path.read_text(encoding="utf-8") + addition if path.exists() else addition, encoding="utf-8")

    assert made.again()
    yield made, save, project.root
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_saving_an_input_makes_the_page_again(watched: tuple[Maker, Callable[[str, str], None], Path]) -> None:
    made, save, root = watched
    for name in ("params/2024.yaml", "notebooks/60_missing.ipynb", "wellbeing_lib/tables.py"):
        save(name, "\n")
        assert made.again(), name
    (root / "params" / "2024.yaml").unlink()  # a fault is for the report to tell; it is noticed and watching goes on
    assert made.again()
    save("params/2024.yaml", "year: 2024\n")
    assert made.again()


def test_other_files_and_the_same_content_change_nothing(
    watched: tuple[Maker, Callable[[str, str], None], Path],
) -> None:
    made, save, _ = watched
    save("params/2024.yaml", "")
    save("notebooks/playground.ipynb", "\n")
    save("notebooks/.note.swp", "x")
    assert not made.again(1)
    save("params/2024.yaml", "\n")
    assert made.again()
    assert made.times == 2
