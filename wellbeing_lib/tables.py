"""Verdicts to accessible HTML: each fragment is a Jinja template; what comes from outside is escaped."""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from .verdict import Figure

if TYPE_CHECKING:
    from .wording import Wording

TEMPLATES = Path(__file__).parent / "template"

# What the output of a cell says in its metadata, where the library made it for the page.
PIECE = ("wellbeing", "page")
# Where it also tells the numbers of its own, field by field, for the open data.
FIGURES = "wellbeing_figures"

# A word always stands beside its symbol; the symbol lets the eye find it in a long table.
SYMBOLS = {
    "improved": "▲", "worsened": "▼", "higher": "↗", "lower": "↘", "unchanged": "=", "changed_little": "≈",
    "signs": "~", "no_clear_change": "~", "not_enough_data": "?", "described": "·", "cannot_assess": "?",
    "done": "●", "continuous_as_planned": "●", "partly_done": "◐", "in_progress": "◔", "not_started": "○",
    "not_done": "○", "postponed": "→", "unanswered": "?",
}  # fmt: skip


@dataclass(frozen=True)
class Html:
    """A piece of the page; a notebook shows it, the exporter takes it over as it is."""

    markup: str

    def _repr_html_(self) -> str:
        return self.markup

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return page_piece(self.markup, "(a piece of the page)")

    def __html__(self) -> str:
        return self.markup


def page_piece(markup: str, text: str) -> tuple[dict[str, str], dict[str, str]]:
    """What a notebook is given of a piece of the page, and the mark that lets the report take it over."""
    return {"text/html": markup, "text/plain": text}, dict([PIECE])


def render(template: str, words: "Wording", **values: Any) -> Html:
    """Fill a template of `template/`; `t` translates, `num` writes a figure so that it can be found again."""
    page = _environment().get_template(f"{template}.html.j2")
    return Html(page.render(words=words, t=words.text, tn=words.plural, num=_Numbers(words), **values))


def plain(template: str, words: "Wording", **values: Any) -> str:
    """Fill a template of plain text."""
    return (
        _environment().get_template(f"{template}.txt.j2").render(words=words, t=words.text, tn=words.plural, **values)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # what is written as plain text would only be spoilt by &amp;
        autoescape=select_autoescape(default=True, disabled_extensions=("txt.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_uri"] = data_uri
    environment.filters["symbol"] = SYMBOLS.__getitem__
    return environment


def compile_templates() -> None:
    """Compile every template now rather than when it is first filled."""
    for name in _environment().list_templates(filter_func=lambda name: ".j2" in name and "/" not in name):
        _environment().get_template(name)


class _Numbers:
    """Writes a figure in the page's language and marks which one it is, so that a reader's tool can check it."""

    def __init__(self, words: "Wording") -> None:
        self.words = words

    def __call__(self, figure: Figure | str | None) -> Markup:
        if isinstance(figure, str):
            return escape(figure)
        if figure is None or not figure:
            return Markup('<span class="none">–</span>')
        name = "|".join((figure.indicator, figure.area, str(figure.year or ""), figure.measure))
        return Markup('<span class="n" data-f="{}">{}</span>').format(name, self.words.shown(figure))


def written(figure: Figure | str | None, words: "Wording") -> Markup:
    """A figure as the page writes it, marked as the one it is; a text escaped."""
    return _Numbers(words)(figure)


def data_uri(svg: str) -> str:
    """An SVG as the address of an image that needs no request."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
