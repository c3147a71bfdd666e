"""Assembles executed chapters into one page with nbconvert and our template; runs nothing and writes no file."""

import html
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

from ..appendix import Appendix
from ..faults import InputError
from ..tables import FIGURES, TEMPLATES, render
from ..tracing import CHAPTER
from ..verdict import Figure
from .chapters import Run
from .showing import foreign_outputs

HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
PART = re.compile(r'<h3\b[^>]*?\bid="([^"]+)"[^>]*>(.*?)</h3>', re.DOTALL)
OF_CHAPTER = re.compile(rf'(?<=[ "])((?:data-f|id)="[^"]*?){CHAPTER}')
IDENTIFIED = re.compile(r'<[A-Za-z][^>]*?\sid="([^"]*)"')


@dataclass(frozen=True)
class Chapter:
    """A chapter's HTML with its heading and the headings in it, for the table of contents."""

    id: str
    title: str
    parts: tuple[tuple[str, str], ...]
    body: str


def page_of(
    page: Appendix,
    executed: Iterable[tuple[Run, NotebookNode]],
    languages: Sequence[str],
    neighbours: Sequence[int] = (),
) -> str:
    """One self-contained page of the executed chapters, which leads to those in other languages and of other years.

    Raises `InputError` where a cell shows what is not the library's, and where two places have one id.
    """
    executed = list(executed)
    if faults := [f"notebooks/{run.notebook.name}: {fault}" for run, one in executed for fault in foreign_outputs(one)]:
        raise InputError(dict.fromkeys(faults))
    exporter = _exporter()
    chapters = {run.name: _chapter(run, notebook, exporter) for run, notebook in executed}
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "enhance.js").read_text(encoding="utf-8")
    heading = page.words.text("Wellbeing report and plan: annual assessment {year}", year=page.params.year)
    html = render(
        "page",
        page.words,
        appendix=page,
        params=page.params,
        chapters=list(chapters.values()),
        heading=heading,
        title=f"{heading} – {page.place}",
        snapshot_date=page.snapshot.date,
        others=[(code, f"appendix.{code}.html") for code in languages if code != page.language],
        neighbours=neighbours,
        style=style,
        style_hash=source_hash(style),
        script=script,
        script_hash=source_hash(script),
    ).markup
    _refuse_ids_twice(html, {name: chapter.body for name, chapter in chapters.items()}, page.language)
    return html


def derived_figures(executed: Iterable[tuple[Run, NotebookNode]]) -> tuple[Figure, ...]:
    """The numbers that chapters have computed themselves, each once, named by its chapter.

    A chapter computes the same in every language. Raises `InputError` where it does not.
    """
    found: dict[tuple, Figure] = {}
    for run, notebook in executed:
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                for fields in output.get("metadata", {}).get(FIGURES, ()):
                    one = Figure(*fields)
                    one = replace(one, measure=one.measure.replace(CHAPTER, run.name, 1))
                    if found.setdefault((one.indicator, one.area, one.year, one.measure), one) != one:
                        raise InputError(
                            [
                                f"notebooks/{run.notebook.name}: {one.measure} of {one.indicator} is {one.value:g} in "
                                f"language {run.language} and another number elsewhere; compute it in the same way"
                            ]
                        )
    return tuple(found.values())


def _refuse_ids_twice(html: str, chapters: Mapping[str, str], language: str) -> None:
    """Stop where an id stands twice: a link to it would lead to the first, and a heading would name the wrong part."""
    counted = Counter(IDENTIFIED.findall(html))
    if twice := sorted(one for one, times in counted.items() if times > 1):
        where = {name: IDENTIFIED.findall(body) for name, body in chapters.items()}
        named = {one: ", ".join(name for name, ids in where.items() if one in ids) or "none" for one in twice}
        raise InputError(
            f'appendix.{language}.html: id="{one}" stands {counted[one]} times (chapters: {named[one]}); show that '
            "piece once"
            for one in twice
        )


def _exporter() -> HTMLExporter:
    """nbconvert with our template: no code, prompts, anchors or default style."""
    return HTMLExporter(
        template_name="appendix",
        extra_template_basedirs=[str(TEMPLATES)],
        default_preprocessors=[],  # our template needs none, and each holds the notebook against its schema
        exclude_input=True,
        exclude_anchor_links=True,
        embed_images=True,
    )


def _chapter(run: Run, notebook: NotebookNode, exporter: HTMLExporter) -> Chapter:
    """One chapter in the language of its run.

    nbconvert's HTML exporter parses the page once more to put a false alternative text where there is none, which
    takes as long as drawing a quarter of the charts; such an image has been refused before.
    """
    other = {"fi", "en"} - {run.language}
    cells = [cell for cell in notebook.cells if not other & set(cell.metadata.get("tags", []))]
    kept = NotebookNode({**notebook, "cells": cells})
    body, _ = TemplateExporter.from_notebook_node(exporter, kept)
    body = OF_CHAPTER.sub(rf"\g<1>{run.name}", body)
    heading = HEADING.search(body)
    if heading is None:
        raise InputError([f"notebooks/{run.notebook.name}: no heading of level 2 in language {run.language}"])
    name = f"s-{run.priority}" if run.priority else f"ch-{run.notebook.stem[3:].replace('_', '-')}"
    return Chapter(
        id=name,
        title=_plain(heading[1]),
        parts=tuple((part, _plain(title)) for part, title in PART.findall(body)),
        body=f'{body[: heading.start()]}<h2 id="{name}">{heading[1]}</h2>{body[heading.end() :]}',
    )


def _plain(markup: str) -> str:
    """The words of a heading, without its marks."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", markup).split()))


def source_hash(content: str) -> str:
    """What a Content-Security-Policy calls a style or a script that stands in the page itself."""
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()
