"""Looks over the chapters' notebooks: no outputs, known tags, prose in each language, one cell of parameters.

What reaches for a file, the network or another program is named by `access`, with its cell and line.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import access
from .noticed import Noticed

_CHAPTER = re.compile(r"^\d\d_[a-z0-9_]+$")
_KNOWN_METADATA = {"kernelspec", "language_info"}


def notebook_faults(folder: Path) -> Iterator[Noticed]:
    """What is wrong with each notebook."""
    for path in sorted(folder.glob("*.ipynb")):
        shown = f"{folder.name}/{path.name}"
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            found = list(_faults(notebook, chapter=bool(_CHAPTER.match(path.stem))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found = [f"not readable as a notebook: {type(error).__name__}: {error}"]
        yield from (Noticed(f"{shown}: {fault}", error=True) for fault in found)


def _faults(notebook: dict[str, Any], *, chapter: bool) -> Iterator[str]:
    cells = notebook["cells"]
    for number, cell in enumerate(cells):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"cell {number}: has outputs; nbstripout takes them away"
    strange = set(notebook["metadata"]) - _KNOWN_METADATA
    if strange:
        yield f"metadata holds {', '.join(sorted(strange))}; nbstripout takes them away"
    if not chapter:
        return
    yield from map(str, access.reaches_of(cells))
    tags = [(cell["cell_type"], tuple(access.tags_of(cell))) for cell in cells]
    if sum("parameters" in tag for _, tag in tags) != 1:
        yield "must have one cell with the tag parameters"
    for number, (kind, tag) in enumerate(tags):
        if kind == "markdown" and tag not in (("fi",), ("en",), (access.LAB,)):
            yield f"cell {number}: prose must have the one tag fi or en, not {', '.join(tag) or 'none'}"
    if sum(tag == ("fi",) for _, tag in tags) != sum(tag == ("en",) for _, tag in tags):
        yield "the prose cells do not stand once in each language"
