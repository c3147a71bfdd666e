"""Takes over what an analyst has drawn with seaborn or matplotlib: the house's type, colours and size.

The drawing keeps its shapes and its data; no setting of the analyst's is changed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator, Formatter, MaxNLocator, ScalarFormatter

from ..faults import InputError
from .canvas import DARK, GRID, INK, MUTED, OTHERS, OWN, PAPER, RULE, TEXT, WIDTH, Words, house_style, tick_text
from .svg import svg_of

WIDE = 2 * WIDTH
HUES = (OWN, OTHERS, INK, MUTED, RULE)  # told apart on either paper, in this order
GREYS = ((0.3, INK), (0.5, MUTED), (0.7, RULE), (0.97, GRID), (1.01, PAPER))  # up to a lightness
COLOUR = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')
CALENDAR = range(1900, 2101)


def drawing_of(drawn: Any) -> Drawing:
    """The figure behind axes, an array of axes or a grid of seaborn's; raises `InputError` for anything else."""
    if isinstance(drawn, Sequence | np.ndarray):
        drawn = next(iter(np.ravel(np.asarray(drawn, dtype=object))), None)
    if isinstance(drawn, Drawing):
        return drawn
    figure = getattr(drawn, "figure", None)
    figure = getattr(figure, "figure", figure)  # a figure within a figure
    if not isinstance(figure, Drawing):
        raise InputError([f"show.chart takes axes or a figure of matplotlib or seaborn, not {type(drawn).__name__}"])
    return figure


def dressed(drawing: Drawing, words: Words, *, names: Mapping[str, str], wide: bool = False) -> tuple[str, int, int]:
    """The drawing as SVG in the house style, with its width and height.

    `names` are the words for what stands in titles, labels and legends: codes, or texts that are words already. Raises
    `InputError` for one that has none, which would be in one language only, and where the drawing has more colours
    than can be told apart.
    """
    width = WIDE if wide else WIDTH
    across, up = drawing.get_size_inches()
    height = round(width * up / across)
    with house_style():
        drawing.set_dpi(72)
        drawing.set_size_inches(width / 72, height / 72)
        drawing.set_layout_engine("constrained")
        _name(drawing, words, names)
        for text in drawing.findobj(Text):
            _write(text)
        svg = svg_of(drawing, DARK, recolour=recoloured, ink=INK)
    return svg, width, height


def _name(drawing: Drawing, words: Words, names: Mapping[str, str]) -> None:
    """Words for codes, and numbers on the axes as the language writes them."""
    for axes in drawing.axes:
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        lying = isinstance(axes.yaxis.get_major_formatter(), StrCategoryFormatter)
        axes.grid(visible=False, axis="y" if lying else "x")
        axes.grid(visible=True, axis="x" if lying else "y", color=GRID)
        axes.set_axisbelow(True)
        axes.tick_params(color=RULE, labelsize=TEXT, labelcolor=INK)
        for axis in (axes.xaxis, axes.yaxis):
            _name_ticks(axis, words, names)
        for text in (axes.title, axes.xaxis.label, axes.yaxis.label):
            text.set_text(_word(text.get_text(), names))
    for legend in [*drawing.legends, *(axes.get_legend() for axes in drawing.axes)]:
        if legend is not None:
            legend.set_frame_on(False)
            for text in [legend.get_title(), *legend.get_texts()]:
                text.set_text(_word(text.get_text(), names))


def _word(text: str, names: Mapping[str, str]) -> str:
    if text not in names and any(letter.isalpha() for letter in text):
        raise InputError([f'the chart says "{text}": give labels={{"{text}": {{"fi": "...", "en": "..."}}}}'])
    return names.get(text, text)


def _name_ticks(axis: Axis, words: Words, names: Mapping[str, str]) -> None:
    formatter = axis.get_major_formatter()
    if isinstance(formatter, StrCategoryFormatter):
        ticks = axis.get_majorticklocs()
        axis.set_ticks(
            ticks, labels=[names.get(one, one) for one in formatter.format_ticks(np.asarray(ticks).tolist())]
        )
    elif isinstance(formatter, ScalarFormatter):
        low, high = sorted(axis.get_view_interval())
        years = low >= CALENDAR[0] and high <= CALENDAR[-1]
        if years and isinstance(axis.get_major_locator(), AutoLocator):
            axis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(_Numbers(words, years=years))


class _Numbers(Formatter):
    """Ticks in the language's own digits; years as they are."""

    def __init__(self, words: Words, *, years: bool) -> None:
        self.words, self.years = words, years

    def format_ticks(self, values: Any) -> list[str]:
        ticks = [float(value) for value in values]
        return [f"{tick:.0f}" for tick in ticks] if self.years else tick_text(self.words, ticks)

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.format_ticks([x])[0]


def _write(text: Text) -> None:
    text.set_fontsize(TEXT)
    text.set_parse_math(False)
    if to_rgb(text.get_color()) == (0, 0, 0) or to_rgb(text.get_color()) == to_rgb(".15"):
        text.set_color(INK)


def recoloured(body: str) -> str:
    """An SVG's shapes in the house's colours: each hue by its first appearance, each grey by its lightness.

    >>> recoloured('<path fill="#1f77b4"/><path stroke="#ff7f0e"/><path fill="#1f77b4" stroke="#ffffff"/>')
    '<path fill="#0b5cad"/><path stroke="#a84a00"/><path fill="#0b5cad" stroke="#ffffff"/>'
    """
    hues: dict[str, str] = {}
    for colour in dict.fromkeys(found[2] for found in COLOUR.finditer(body)):
        light = to_rgb(colour)
        if colour in DARK:
            hues[colour] = colour
        elif max(light) - min(light) < 0.05:
            hues[colour] = next(grey for limit, grey in GREYS if sum(light) / 3 < limit)
    others = dict.fromkeys(found[2] for found in COLOUR.finditer(body) if found[2] not in hues)
    free = [one for one in HUES if one not in hues or one not in (OWN, OTHERS)]  # axes and text are in the others
    if len(others) > len(free):
        count = f"the chart has {len(others)} colours beside grey, of which the page tells {len(free)} apart"
        raise InputError([f"{count}: draw fewer series, or those that matter less in grey"])
    hues |= dict(zip(others, free, strict=False))
    replaced: Callable[[re.Match[str]], str] = lambda found: f'{found[1]}="{hues[found[2]]}"'  # noqa: E731
    return COLOUR.sub(replaced, body)
