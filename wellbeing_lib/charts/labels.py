"""Where labels stand: how wide a text is, how labels at line ends are pushed apart, where there is room."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font

from .canvas import TEXT

# Faces that readers have are narrower than the DejaVu Sans that matplotlib ships (Arial by about a tenth).
_NARROWER = 0.94
# What a label gives to one word of a place's name, and to all of it, in pixels; no Finnish municipality needs half.
WORD_ROOM, NAME_ROOM = 150, 350


@cache
def text_width(text: str, *, bold: bool = False) -> float:
    """The width of a line of text in pixels."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    font.set_size(TEXT, 72)
    font.set_text(text, 0.0)
    return font.get_width_height()[0] / 64 * _NARROWER


def shortened(text: str, room: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits in `room` pixels with an ellipsis behind it."""
    if text_width(text, bold=bold) <= room:
        return text
    fitting = bisect_right(range(len(text)), room, key=lambda end: text_width(f"{text[:end]}…", bold=bold))
    return f"{text[: max(fitting - 1, 0)].rstrip()}…"


def label_name(name: str, *, bold: bool = False) -> str:
    """A place's name as a label of several lines can take it; the table beside a chart has it in full."""
    words = (shortened(word, WORD_ROOM, bold=bold) for word in name.split())
    return shortened(" ".join(words), NAME_ROOM, bold=bold)


def unbroken(text: str) -> str:
    """The text with its spaces made such that no line breaks there."""
    return text.replace(" ", "\u00a0")


def wrapped(text: str, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """Break a text into lines that fit, at plain spaces only."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)


def pushed_apart(centres: Sequence[float], heights: Sequence[float], *, low: float, high: float) -> list[float]:
    """The centres nearest to those asked for at which no two labels overlap and all stay between `low` and `high`.

    >>> pushed_apart([50, 52, 10], [10, 10, 10], low=0, high=100)
    [46.0, 56.0, 10.0]
    """
    order = sorted(range(len(centres)), key=lambda one: centres[one])
    blocks: list[tuple[float, float, list[int]]] = []  # middle wanted, height, members
    for one in order:
        block = (float(centres[one]), float(heights[one]), [one])
        blocks.append(_inside(block, low, high))
        while len(blocks) > 1 and _meet(blocks[-2], blocks[-1]):
            below, above = blocks.pop(), blocks.pop()
            blocks.append(_inside(_joined(above, below), low, high))
    placed = [0.0] * len(centres)
    for middle, height, members in blocks:
        top = middle - height / 2
        for one in members:
            placed[one] = top + heights[one] / 2
            top += heights[one]
    return placed


def _meet(above: tuple[float, float, list[int]], below: tuple[float, float, list[int]]) -> bool:
    return above[0] + above[1] / 2 > below[0] - below[1] / 2 + 1e-9


def _joined(
    above: tuple[float, float, list[int]], below: tuple[float, float, list[int]]
) -> tuple[float, float, list[int]]:
    height = above[1] + below[1]
    middle = (above[0] * len(above[2]) + below[0] * len(below[2])) / (len(above[2]) + len(below[2]))
    return middle, height, above[2] + below[2]


def _inside(block: tuple[float, float, list[int]], low: float, high: float) -> tuple[float, float, list[int]]:
    half = block[1] / 2
    return max(min(block[0], high - half), low + half), block[1], block[2]


Box = tuple[float, float, float, float]


def box_at(x: float, y: float, width: float, height: float) -> Box:
    """The left, top, right and bottom of a label around its middle."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def crossings(box: Box, marks: Sequence[tuple[float, float]]) -> int:
    """How many of the drawn places lie under a label."""
    left, top, right, bottom = box
    return sum(left <= x <= right and top <= y <= bottom for x, y in marks)
