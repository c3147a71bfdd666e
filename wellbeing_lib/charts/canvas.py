"""What every chart shares: `Chart`, the sheet it is drawn on, the house's colours and marks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text as Label
from matplotlib.transforms import IdentityTransform

from ..verdict import Figure
from ..wording import Wording as Words
from .svg import svg_of

# A phone of 320 px leaves 288 px to a chart: text of 14 in a viewBox of 360 is then still 11 px high.
WIDTH = 360
TEXT = 14
EDGE = 6
LINE = 17

INK, MUTED, RULE, GRID, SHADE, PAPER = "#1f2328", "#555b63", "#6b737c", "#d9dde2", "#eef2f7", "#ffffff"
OWN, OTHERS, TONE = "#0b5cad", "#a84a00", "#cfe0f2"

# light -> dark: text keeps 4.5:1 and marks 3:1 on either paper (a test holds them to it).
DARK = {
    INK: "#e8eaed",
    MUTED: "#b4bac2",
    RULE: "#8b939d",
    GRID: "#3a4048",
    SHADE: "#262c34",
    PAPER: "#1a1d21",
    OWN: "#7ab8ff",
    OTHERS: "#ffad66",
    TONE: "#234567",
}


@dataclass(frozen=True)
class Look:
    """How a series looks: tone, dashes and the mark at its end, so that the tone never tells alone."""

    tone: str
    dashes: tuple[float, ...]
    mark: str
    width: float


LOOKS = {
    "own": Look(OWN, (), "o", 3),
    "country": Look(INK, (5, 2.5), "s", 1.6),
    "region": Look(MUTED, (1.5, 2), "^", 1.8),
    "county": Look(MUTED, (1, 4), "v", 1.4),
    "rest": Look(MUTED, (1.5, 2), "^", 1.8),
    "peers": Look(OTHERS, (9, 2, 2, 2), "D", 1.6),
}


Cell = str | Figure | None


@dataclass(frozen=True)
class Chart:
    """A drawing with what must stand beside it: `table` holds the same figures, its first row the headings."""

    svg: str
    alt: str
    caption: str
    table: tuple[tuple[Cell, ...], ...]
    width: int
    height: int


@cache
def _house_style() -> Any:
    with as_file(files("wellbeing_lib") / "house.mplstyle") as path:
        return dict(mpl.rc_params_from_file(path, use_default_template=False))


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style and leave the analyst's own settings as they were.

    It starts from matplotlib's defaults: a matplotlibrc of the user or of the folder has no say.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_house_style())
        yield


class Sheet:
    """A figure with one pair of axes, measured in pixels of the viewBox from the upper left corner."""

    def __init__(self, height: int, *, left: float, right: float, top: float, bottom: float) -> None:
        self.height = height
        self.left, self.right, self.top, self.bottom = left, WIDTH - right, top, height - bottom
        self.drawing = Drawing(figsize=(WIDTH / 72, height / 72), dpi=72)
        self.axes: Axes = self.drawing.add_axes(
            (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - top - bottom) / height)
        )
        self.axes.set(xlabel="", ylabel="")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data stands on the sheet."""
        across, up = self.axes.transData.transform((x, y))
        return float(across), float(self.height - up)

    def write(self, x: float, y: float, text: str, **style: Any) -> Label:
        """Write at a place of the sheet."""
        return self.axes.text(x, self.height - y, text, transform=IdentityTransform(), **style)

    def rule(self, xs: tuple[float, float], ys: tuple[float, float], **style: Any) -> None:
        """Draw a straight line between two places of the sheet."""
        across, up = xs, tuple(self.height - y for y in ys)
        self.axes.plot(across, up, transform=IdentityTransform(), clip_on=False, scalex=False, scaley=False, **style)

    def mark(self, figure: Figure, *, size: float, shape: str, face: str, edge: str) -> None:
        """Put an outlined mark on a figure's year and value."""
        self.axes.scatter(
            [figure.year or 0], [figure.value], s=size, marker=shape, facecolor=face, edgecolor=edge, linewidth=1.8,
            clip_on=False, zorder=4,
        )  # fmt: skip

    def dot(self, x: float, y: float, *, shape: str, size: float, tone: str, face: str | None = None) -> None:
        """Put a mark at a place of the sheet."""
        self.axes.scatter(
            [x], [self.height - y], s=size, marker=shape, facecolor=face or tone, edgecolor=tone, linewidth=1.8,
            transform=IdentityTransform(), clip_on=False, zorder=4,
        )  # fmt: skip

    def chart(self, *, alt: str, caption: str, table: tuple[tuple[Cell, ...], ...]) -> Chart:
        """The finished drawing with its words."""
        return Chart(svg_of(self.drawing, DARK), alt, caption, table, WIDTH, self.height)


def tick_text(words: Words, ticks: list[float]) -> list[str]:
    """Axis ticks in the language's own digits and signs, with as many decimals as their step needs."""
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    decimals = next((n for n in range(4) if abs(step - round(step, n)) < 1e-9), 4)
    return [words.shown(Figure("", "", None, "tick", tick + 0.0, "index", decimals)) for tick in ticks]
