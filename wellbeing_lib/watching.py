"""Notices that something which a page is made from was saved, and has the page made again; makes nothing itself."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch as watched

from . import manifest


def watch(
    make: Callable[[], object], *, year: int, root: Path, stop: threading.Event | None = None, patience: int = 200
) -> None:
    """Call `make` now and after each change of the inputs of `year`, until Ctrl-C or `stop`.

    Inputs are told by their content: a file saved as it was, and one that no page is made from, change nothing. What
    is saved while `make` runs is noticed after it. `patience` is in milliseconds: how long saving may take to settle.
    """
    folders = [root / name for name in ("notebooks", "params", "wellbeing_lib")]
    before = None
    for saved in watched(
        *folders,
        stop_event=stop,
        rust_timeout=patience,
        step=patience // 4,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if before is not None and not saved:
            continue
        try:
            now = manifest.inputs(root, year=year)
        except FileNotFoundError:  # an editor is just putting the new file in the place of the old one
            continue
        if now != before:
            make()
        before = now
