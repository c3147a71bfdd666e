"""What a notebook adds to the appendix: values that show themselves and complete their keys; no figures of its own."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from . import appendix
from .appendix import ROOT, Appendix
from .charts import Chart
from .faults import InputError
from .params import Indicator, Plan
from .params.reading import near
from .tables import data_uri, page_piece
from .verdict import Verdict
from .wording import Wording

FIGURE = Markup('<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>')


class Keyed(dict):
    """Values by their key, also as attributes that the Tab key completes; a misspelt key says what there is."""

    def __missing__(self, key: str) -> Any:
        raise InputError([f'indicator "{key}": not in params/indicators.yaml{near(key, self)}; wl.explore finds more'])

    def __getattr__(self, key: str) -> Any:
        if key in self:
            return self[key]
        raise AttributeError(key)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]


def load(*, year: int, municipality: str | None = None, language: str = "fi", root: Path = ROOT) -> Appendix:
    """Everything that the appendix of a year shows for a municipality (the default one without a code).

    `municipality` is its code of three digits as text, `language` "fi" or "en", `root` the folder of the project. In a
    notebook verdicts, indicators, the plan and the appendix itself then show themselves in that language, until another
    page is loaded; keys keep the names that they have in `params/`. Raises `InputError` with one sentence per fault;
    IPython shows the sentences alone.
    """
    page = appendix.load(year=year, municipality=municipality, language=language, root=root)
    show_in_notebooks(page.words)
    params = replace(page.params, indicators=Keyed(page.params.indicators))
    return replace(page, params=params, verdicts=Keyed(page.verdicts))


# showing


@dataclass(frozen=True)
class Outline:
    """A heading with what stands under it; the one shape that every value of a notebook is shown in."""

    head: str
    under: tuple["Outline", ...] = ()

    def text(self, depth: int = 0) -> str:
        """Plain lines, each level indented."""
        return "\n".join(["  " * depth + self.head, *(one.text(depth + 1) for one in self.under)])

    def html(self) -> Markup:
        """Nested lists; everything escaped."""
        inner = Markup("").join(Markup("<li>{}</li>").format(one.html()) for one in self.under)
        return Markup("{}<ul>{}</ul>").format(self.head, inner) if inner else escape(self.head)


def card(verdict: Verdict, w: Wording) -> Outline:
    """A verdict in a few lines: newest value, direction, baseline and target value, others."""
    said = {
        w.text("Newest value"): f"{w.statement(verdict)} {w.unusual(verdict)}" if verdict.newest else "",
        w.text("Change of level"): w.level_change(verdict) if verdict.newest else w.reason("not_published", verdict),
        w.text("Baseline and target value"): f"{w.since(verdict)} {w.target(verdict)}",
        w.text("Beside others"): w.compare(verdict),
    }
    head = f"{verdict.indicator.name[w.language]}: {w.level_label(verdict.level.kind)} ({verdict.year})"
    return Outline(head, _pairs(said))


def definition(indicator: Indicator, w: Wording) -> Outline:
    """An indicator as the catalogue defines it."""
    given = {
        "key": indicator.key,
        "title": indicator.title[w.language],
        "series": indicator.code,
        "producer": indicator.producer[w.language],
        "unit": w.unit(indicator),
        "kind": w.kind_label(indicator.kind),
        "desired": w.desired_label(indicator.desired),
        "judged": "true" if indicator.judged else "false",
        "min_change": f"{indicator.min_change.value:g}" if indicator.min_change else "",
        "note": indicator.note[w.language] if indicator.note else "",
    }
    return Outline(indicator.name[w.language], _pairs(given))


def tree(plan: Plan, w: Wording) -> Outline:
    """A plan as it hangs together: priorities, objectives, their indicators and measures."""
    priorities = []
    for priority in plan.priorities:
        objectives = []
        for objective in priority.objectives:
            measures = [Outline(f"{measure.id} {measure[w.language]}") for measure in objective.measures]
            leaves = (Outline(", ".join(objective.indicators)), *measures)
            objectives.append(Outline(f"{objective.id} {objective[w.language]}", leaves))
        priorities.append(Outline(f"{priority.id} {priority[w.language]}", tuple(objectives)))
    return Outline(f"plan-{plan.term.from_}-{plan.term.to}", tuple(priorities))


def overview(page: Appendix, w: Wording) -> Outline:
    """What an appendix can show, each piece with the first line of its docstring."""
    pieces = {
        name: (member.__doc__ or "").partition("\n")[0]
        for name, member in vars(Appendix).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, property | cached_property))
    }
    return Outline(f"{page.place} {page.params.year} ({w.language}): {len(page.verdicts)} verdicts", _pairs(pieces))


def _pairs(said: Mapping[str, str]) -> tuple[Outline, ...]:
    return tuple(Outline(f"{label}: {text.strip()}") for label, text in said.items() if text.strip())


def show_in_notebooks(w: Wording) -> None:
    """Inside IPython, have our values shown in the language of `w`; elsewhere nothing happens."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    for kind, shape in ((Verdict, card), (Indicator, definition), (Plan, tree), (Appendix, overview)):
        formatters["text/html"].for_type(kind, lambda one, shape=shape: str(shape(one, w).html()))
        formatters["text/plain"].for_type(kind, _plain(shape, w))
    shell.display_formatter.mimebundle_formatter.for_type(Chart, _chart_piece)


def _chart_piece(chart: Chart, include: object = None, exclude: object = None) -> tuple[dict, dict]:
    return page_piece(FIGURE.format(data_uri(chart.svg), chart.alt, chart.caption), chart.alt)


def _plain(shape: Callable[[Any, Wording], Outline], w: Wording) -> Callable[[Any, Any, bool], None]:
    return lambda one, printer, cycle: printer.text(shape(one, w).text())
