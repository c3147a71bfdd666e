"""What may stand on a page, and what a chapter may reach for: everything else is named with its cell and the cure."""

from pathlib import Path

import nbformat.v4
import papermill
import pytest

from wellbeing_lib import access, kernels
from wellbeing_lib.report.showing import foreign_outputs

LOAD = "import wellbeing_lib as wl\nappendix = wl.load(year=2024).page"
FOREIGN = {
    "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes": "shows <Axes: >: show a piece of the page",
    "import pandas as pd\npd.DataFrame({'year': [2024]})": "shows a bare DataFrame: show a piece of the page",
    "from IPython.display import HTML\nHTML('<b>2024</b>')": "shows HTML that the library did not make: ",
    "HTML('<img src=x>')": "shows an image without an alternative text: show it with show.chart",
    "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')": "shows a picture without",
    "print('13,6 %')": "prints 13,6 %: end what prints or warns, or tag the cell lab",
    "import warnings\nwarnings.warn('careful')": "prints ",
    "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}, 'text/plain': 'x'}, raw=True)":
        "shows a widget, which no page can hold",
    "1 + 1": "shows 2: show a piece of the page",
    "appendix": "shows HTML that the library did not make",
    "appendix.verdicts['child_low_income']": "shows HTML that the library did not make",
}  # fmt: skip
OURS = ("appendix.missing", "appendix.trend(appendix.verdicts['child_low_income'])", "display(appendix.sources)")


@pytest.fixture(scope="module")
def faults() -> list[str]:
    """What is said of one notebook that shows everything."""
    kernels.warm("wellbeing_lib.warmed")
    sources = [LOAD, *FOREIGN, *OURS, "title = 'nothing is shown here'"]
    cells = [nbformat.v4.new_code_cell(one, id=f"cell-{number}") for number, one in enumerate(sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    arguments = kernels.engine_arguments(cwd=Path.cwd())
    return list(foreign_outputs(papermill.execute_notebook(notebook, None, **arguments)))


@pytest.mark.parametrize("source", FOREIGN)
def test_whatever_else_a_cell_shows_is_named_with_its_cure(faults: list[str], source: str) -> None:
    number = 1 + list(FOREIGN).index(source)

    said = [fault for fault in faults if fault.startswith(f"cell {number} ")]
    assert any(FOREIGN[source] in one for one in said), said
    assert all("tag the cell lab" in one and "\n" not in one for one in said)


def test_pieces_of_the_page_and_silent_cells_are_not_named(faults: list[str]) -> None:
    assert {int(fault.split()[1]) for fault in faults} == set(range(1, 1 + len(FOREIGN)))


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("open('x.csv')", 1, "open"),
        ("x = 1\n\npd.read_csv('x.csv')", 3, "pd.read_csv"),
        ("pd.read_excel(io='x')", 1, "pd.read_excel"),
        ("read = pd.read_parquet", 1, "pd.read_parquet"),
        ("from pathlib import Path", 1, "import pathlib"),
        ("Path('x').read_text()", 1, "read_text"),
        ("import requests", 1, "import requests"),
        ("import numpy as np, httpx", 1, "import httpx"),
        ("from urllib.request import urlopen", 1, "import urllib.request"),
        ("import socket", 1, "import socket"),
        ("import subprocess as s", 1, "import subprocess"),
        ("os.system('ls')", 1, "os.system"),
        ("from os import system", 1, "import os"),
        ("np.load('x.npy')", 1, "np.load"),
        ("from numpy import load", 1, "numpy.load"),
        ("np.loadtxt('x')", 1, "np.loadtxt"),
        ("sns.load_dataset('penguins')", 1, "sns.load_dataset"),
        ("figure.savefig('x.png')", 1, "figure.savefig"),
        ("rows.to_csv('x.csv')", 1, "rows.to_csv"),
        ("__import__('os')", 1, "__import__"),
        ("exec('x')", 1, "exec"),
        ("!cat x", 1, "!cat x"),
        ("x = 1\nfiles = !ls", 2, "files = !ls"),
        ("%%bash\nls", 1, "%%bash"),
        ("%load x.py", 1, "%load x.py"),
        ("get_ipython().run_line_magic('load', 'x')", 1, "get_ipython"),
    ],
)
def test_what_reaches_out_is_found_by_syntax(source: str, line: int, what: str) -> None:
    cells = [{"cell_type": "code", "source": "1", "metadata": {}}, {"cell_type": "code", "source": source}]

    found = access.reaches_of(cells)

    assert (1, line, what) in [(one.cell, one.line, one.what) for one in found]
    assert all(": a chapter " in str(one) for one in found)
    assert access.reaches_of([cells[0], cells[1] | {"metadata": {"tags": ["lab"]}}]) == []


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("## A\n\n![](x.png)", 3, "!["),
        ("text <b>bold</b>", 1, "<b"),
        ("<!-- hidden -->", 1, "<!--"),
    ],
)
def test_prose_holds_neither_pictures_nor_html(source: str, line: int, what: str) -> None:
    found = access.reaches_of([{"cell_type": "markdown", "source": source}])

    assert (line, what) in [(one.line, one.what) for one in found]


@pytest.mark.parametrize(
    "source",
    [
        "appendix = wl.load(year=year, municipality=municipality, language=language).page",
        "rows = appendix.snapshot.observations.query('year > 2000').groupby('area')['value'].mean()",
        "import pandas as pd\nimport numpy as np\nfrom scipy import stats\nimport seaborn as sns",
        "type(rows).__name__",
    ],
)
def test_analysis_is_left_alone(source: str) -> None:
    assert access.reaches_of([{"cell_type": "code", "source": source}]) == []


def test_plain_prose_is_left_alone() -> None:
    prose = "`<b>` and a < b, see <https://example.org>\n\n- [x](https://example.org)"

    assert access.reaches_of([{"cell_type": "markdown", "source": prose}]) == []
