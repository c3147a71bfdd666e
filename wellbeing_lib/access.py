"""Finds, by its syntax, where a chapter reaches for files, the network or other programs; runs none of it.

A page may be made only from inputs that its manifest names. This is no prison for code that hides what it does: a
kernel writes down what it really opens (`forks`), and the build refuses that as well.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LAB = "lab"  # the tag of a cell that is for the analyst alone: the report neither runs nor shows it

# Modules by what they reach for; a name before a dot stands for all below it.
FILE_MODULES = (
    *("shutil", "tempfile", "glob", "fileinput", "mmap", "zipfile", "tarfile", "gzip", "bz2", "lzma", "sqlite3"),
    *("dbm", "shelve", "pickle", "io", "codecs", "csv", "linecache", "openpyxl", "pyarrow", "h5py", "xlrd"),
    *("polars", "duckdb", "fsspec", "joblib", "importlib", "runpy", "pkgutil", "imp", "ctypes"),
)
NETWORK_MODULES = (
    *("requests", "httpx", "urllib", "urllib3", "http", "socket", "ssl", "ftplib", "smtplib", "telnetlib", "aiohttp"),
    *("asyncio", "socketserver", "xmlrpc", "paramiko", "boto3", "websockets", "webbrowser", "zmq"),
)
PROGRAM_MODULES = ("subprocess", "multiprocessing", "pty", "signal", "concurrent", "threading", "IPython", "papermill")
# Functions and methods that open something, whatever they belong to.
OPENING = {
    *("open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "glob", "scandir"),
    *("listdir", "walk", "read_csv", "read_excel", "read_table", "read_fwf", "read_json", "read_html", "read_xml"),
    *("read_parquet", "read_feather", "read_orc", "read_hdf", "read_pickle", "read_sas", "read_spss", "read_stata"),
    *("read_sql", "read_sql_query", "read_sql_table", "read_gbq", "read_clipboard", "ExcelFile", "HDFStore"),
    *("ExcelWriter", "loadtxt", "genfromtxt", "fromfile", "memmap", "savetxt", "savez", "savez_compressed", "tofile"),
    *("loadmat", "savemat", "imread", "imsave", "savefig", "load_dataset", "to_csv", "to_excel", "to_parquet"),
    *("to_pickle", "to_feather", "to_hdf", "to_stata", "to_sql", "to_clipboard", "get_rdataset", "urlopen"),
    *("urlretrieve", "get_sample_data"),
}
# Names that open something unless they are the library's own.
LOADING = {"load", "save"}
RUNNING = {"eval", "exec", "compile", "__import__", "input", "breakpoint", "get_ipython"}
REACHING = {"os", "sys", "builtins"}  # modules whose every use reaches out of a chapter
OURS = {"wl", "wellbeing_lib"}
CODE_SPAN = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
PICTURE = re.compile(r"!\[")
HTML = re.compile(r"<(?!https?://|mailto:)[A-Za-z/!?][^\s>]*")

FILES = "a chapter reads no file; take the figures from wl.load(...), or tag the cell lab"
NETWORK = "a chapter has no network; fetch with make data and take the figures from wl.load(...)"
PICTURES = "prose shows no picture; draw it in a cell and show it with show.chart(...)"
MARKDOWN = "prose is Markdown without HTML; a fragment of HTML is a template of the library"
PROGRAMS = "a chapter starts no program and no code from a text; write it as Python in the cell, or tag the cell lab"


@dataclass(frozen=True)
class Reach:
    """One place where a chapter reaches out: the cell and its line (from 1), what stands there, what to do instead."""

    cell: int
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f"cell {self.cell} line {self.line}: {self.what}: {self.instead}"


def tags_of(cell: Mapping[str, Any]) -> Sequence[str]:
    """The tags of a cell."""
    return cell.get("metadata", {}).get("tags", ())


def reaches_of(cells: Sequence[Mapping[str, Any]]) -> list[Reach]:
    """Every place where a chapter reaches out, in order; cells tagged `lab` may do as they like."""
    found = []
    for number, cell in enumerate(cells):
        looked_at = {"code": _in_code, "markdown": _in_prose}.get(cell["cell_type"])
        if looked_at and LAB not in tags_of(cell):
            source = cell["source"]
            text = source if isinstance(source, str) else "".join(source)
            found += [Reach(number, *one) for one in sorted(set(looked_at(text)))]
    return found


def _in_prose(source: str) -> Iterator[tuple[int, str, str]]:
    """A picture, which would be read from a file, and HTML that is not the library's."""
    bare = CODE_SPAN.sub(lambda code: "\n" * code.group().count("\n"), source)
    for pattern, instead in ((PICTURE, PICTURES), (HTML, MARKDOWN)):
        for found in pattern.finditer(bare):
            yield bare.count("\n", 0, found.start()) + 1, _short(found.group()), instead


def _in_code(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, what stands there and what to do instead."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        # IPython's own: !command, %magic, %%cell magic, name?
        line = getattr(error, "lineno", None) or 1
        lines = source.splitlines()
        yield line, _short(lines[line - 1] if 0 < line <= len(lines) else source), PROGRAMS
        return
    for node in ast.walk(tree):
        for what, instead in _of_node(node):
            yield getattr(node, "lineno", 1), what, instead


def _of_node(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for one in node.names:
            yield from _module(one.name)
    elif isinstance(node, ast.ImportFrom):
        module = node.module or "."
        yield from _module(module)
        for one in node.names:
            yield from _name(one.name)
            if one.name in LOADING and module.partition(".")[0] not in OURS:
                yield f"{module}.{one.name}", FILES
    elif isinstance(node, ast.Name):
        yield from _name(node.id)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)


def _module(name: str) -> Iterator[tuple[str, str]]:
    top = name.partition(".")[0]
    kinds = ((FILE_MODULES, FILES), (NETWORK_MODULES, NETWORK), (PROGRAM_MODULES, PROGRAMS))
    for modules, instead in kinds:
        if top in modules and name != "IPython.display":
            yield f"import {name}", instead
    if top in REACHING or top in ("pathlib", ""):
        yield f"import {name}", FILES


def _name(name: str) -> Iterator[tuple[str, str]]:
    if name in OPENING or name in ("Path", "PurePath"):
        yield name, FILES
    elif name in RUNNING or name in ("system", "popen"):
        yield name, PROGRAMS


def _attribute(node: ast.Attribute) -> Iterator[tuple[str, str]]:
    of = node.value.id if isinstance(node.value, ast.Name) else ""
    if node.attr in OPENING or (node.attr in LOADING and of not in OURS):
        yield f"{of}.{node.attr}".lstrip("."), FILES
    elif of in REACHING:
        yield f"{of}.{node.attr}".lstrip("."), PROGRAMS


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 40 else f"{one_line[:39]}…"
