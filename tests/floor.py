"""The cells of the chapters as plain Python in this one process: what a page costs without notebooks and kernels.

`python -m tests.floor` runs those named on its command line (all without any), each in every language and priority.
With FLOOR_LOADS=once a page is loaded once a language instead of in every chapter.
"""

import ast
import itertools
import json
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
LANGUAGES = ("fi", "en")
PRIORITIES = ("P1", "P2", "P3", "P4")


def cells(notebook: Path) -> list[str]:
    """The code of a notebook, cell by cell, without its parameters."""
    read = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in read if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in code if "parameters" not in cell["metadata"].get("tags", [])]


def shown(code: str, names: dict[str, Any]) -> None:
    """Run a cell and have its last expression make its HTML, as a notebook would."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        html = getattr(value, "_repr_html_", None)
        if html:
            html()


def runs(notebook: Path) -> list[dict[str, Any]]:
    """The parameters of every run of a notebook."""
    given = {"year": 2024, "municipality": "205"}
    priorities = PRIORITIES if "priority" in notebook.stem else (None,)
    pairs = itertools.product(LANGUAGES, priorities)
    return [given | {"language": code} | ({"priority": one} if one else {}) for code, one in pairs]


def load_once(library: ModuleType) -> None:
    """Have `wl.load` answer the second call as the first."""
    vars(library)["load"] = cache(library.load)


def main() -> None:
    """Run the cells."""
    import wellbeing_lib

    if os.environ.get("FLOOR_LOADS") == "once":
        load_once(wellbeing_lib)
    chosen = sys.argv[1:]
    for notebook in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        if chosen and notebook.stem not in chosen:
            continue
        for names in runs(notebook):
            for code in cells(notebook):
                shown(code, names)


if __name__ == "__main__":
    main()
