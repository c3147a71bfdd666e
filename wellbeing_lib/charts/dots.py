"""The newest value among the municipalities at hand, one row each, sorted by value."""

from collections.abc import Collection, Sequence

import pandas as pd
import seaborn as sns
from matplotlib.ticker import MaxNLocator

from ..verdict import Comparison, Figure, Verdict
from .canvas import (
    EDGE,
    LINE,
    LOOKS,
    MUTED,
    OTHERS,
    OWN,
    PAPER,
    WIDTH,
    Cell,
    Chart,
    Sheet,
    Words,
    house_style,
    tick_text,
)
from .labels import WORD_ROOM, shortened, text_width, unbroken

ROW = 19
MOST_ROWS = 24
# Text that a line may pass stands on paper of its own.
BACKED = {"facecolor": PAPER, "edgecolor": "none"}
KINDS = {"own": (OWN, "o", 120), "peers": (OTHERS, "D", 52), "others": (MUTED, "s", 40)}


def dots(verdict: Verdict, words: Words, *, peers: Collection[str] = ()) -> Chart:
    """The newest value of every municipality at hand; `peers` are drawn as similar towns, the rest as others."""
    with house_style():
        sheet = draw_dots(verdict, words, peers=peers)
        return sheet.chart(
            alt=words.alt_dots(verdict), caption=_caption(verdict, words), table=_table(verdict, words, peers)
        )


def rows_of(verdict: Verdict) -> list[Figure]:
    """The municipalities to show, highest first; of very many the nearest in value, for names must be readable."""
    figures = sorted(verdict.position.figures if verdict.position else (), key=lambda one: (-one.value, one.area))
    if len(figures) <= MOST_ROWS or verdict.newest is None:
        return figures
    own = verdict.newest.value
    nearest = sorted(figures, key=lambda one: (one.area != verdict.area, abs(one.value - own), one.area))[:MOST_ROWS]
    return [one for one in figures if one in nearest]


def draw_dots(verdict: Verdict, words: Words, *, peers: Collection[str] = ()) -> Sheet:
    """Draw the plot; what is drawn and written can be looked at in its axes."""
    rows = rows_of(verdict)
    wholes = [one for one in verdict.beside if one.same_year]
    names = [_name(words, one) for one in rows]
    left = EDGE + max((text_width(name, bold=True) for name in names), default=0) + 10
    key = _key(words, rows, verdict, peers)
    top, below = LINE * len(wholes) + 8, 48 + (LINE + 4) * len(key)
    sheet = Sheet(round(top + ROW * len(rows) + below), left=left, right=EDGE + 14, top=top, bottom=below)
    _frame(sheet, verdict, words, rows, wholes)
    _draw_wholes(sheet, words, wholes)
    _draw_rows(sheet, verdict, rows, peers)
    _write_own(sheet, verdict, words, rows)
    _draw_key(sheet, key)
    return sheet


def _name(words: Words, figure: Figure) -> str:
    """The municipality's name, as much of it as leaves room for the dots."""
    return shortened(words.place(figure.area), WORD_ROOM, bold=True)


def _kind(figure: Figure, verdict: Verdict, peers: Collection[str]) -> str:
    return "own" if figure.area == verdict.area else "peers" if figure.area in peers else "others"


def _frame(sheet: Sheet, verdict: Verdict, words: Words, rows: Sequence[Figure], wholes: Sequence[Comparison]) -> None:
    """Names on the y axis, our own bold; ticks and the unit below."""
    values = [one.value for one in rows] + [one.figure.value for one in wholes] or [0.0]
    span = (max(values) - min(values)) or 1.0
    low, high = min(values) - 0.06 * span, max(values) + 0.06 * span
    places = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = [float(tick) for tick in places if low <= tick <= high]
    sheet.axes.set(xlim=(low, high), ylim=(len(rows) - 0.5, -0.5))
    sheet.axes.set_xticks(ticks, tick_text(words, ticks))
    sheet.axes.set_yticks(range(len(rows)), [_name(words, one) for one in rows])
    for label, one in zip(sheet.axes.get_yticklabels(), rows, strict=True):
        if one.area == verdict.area:
            label.set(color=OWN, weight="bold")
    sheet.write(sheet.left, sheet.bottom + 39, words.unit(verdict.indicator), color=MUTED)


def _draw_wholes(sheet: Sheet, words: Words, wholes: Sequence[Comparison]) -> None:
    """Country, region and the similar towns' median as upright lines, each label in a row of its own."""
    for number, one in enumerate(wholes):
        look = LOOKS[one.whole]
        x, _ = sheet.at(one.figure.value, 0)
        y = LINE * number + 14
        value = unbroken(words.shown(one.figure))
        name = words.whole_label(one.whole, words.place(one.figure.area))
        text = f"{shortened(name, WIDTH - 2 * EDGE - 20 - text_width(value))} {value}"
        # The paper behind the label is as wide as the widest face needs.
        half = text_width(text) / 2 + 6
        middle = min(max(x, EDGE + half), WIDTH - EDGE - half)
        sheet.rule((x, x), (y + 4, sheet.bottom), color=look.tone, linewidth=look.width, linestyle=_dashes(look.dashes))
        sheet.write(middle, y, text, color=look.tone, ha="center", bbox={**BACKED, "pad": 1})


def _dashes(dashes: tuple[float, ...]) -> tuple[int, tuple[float, ...]] | str:
    return (0, dashes) if dashes else "-"


def _draw_rows(sheet: Sheet, verdict: Verdict, rows: Sequence[Figure], peers: Collection[str]) -> None:
    kinds = [_kind(one, verdict, peers) for one in rows]
    table = pd.DataFrame(
        [(row, one.value, kind, KINDS[kind][2]) for row, (one, kind) in enumerate(zip(rows, kinds, strict=True))],
        columns=["row", "value", "kind", "size"],
    )
    if table.empty:
        return
    sns.scatterplot(
        table, x="value", y="row", hue="kind", style="kind", s=table["size"],
        palette={kind: look[0] for kind, look in KINDS.items()},
        markers={kind: look[1] for kind, look in KINDS.items()},
        edgecolor=PAPER, linewidth=1, legend=False, clip_on=False, zorder=3, ax=sheet.axes,
    )  # fmt: skip
    sheet.axes.set(xlabel="", ylabel="")


def _write_own(sheet: Sheet, verdict: Verdict, words: Words, rows: Sequence[Figure]) -> None:
    """Our own value beside its dot, on the side that has room."""
    for row, one in enumerate(rows):
        if one.area == verdict.area:
            x, y = sheet.at(one.value, row)
            text = words.shown(one)
            right = x + 12 + text_width(text, bold=True) <= WIDTH - EDGE
            sheet.write(
                x + 10 if right else x - 10, y + 5, text, color=OWN, weight="bold", ha="left" if right else "right",
                bbox={**BACKED, "pad": 0.5}, zorder=3.5,
            )  # fmt: skip


def _key(words: Words, rows: Sequence[Figure], verdict: Verdict, peers: Collection[str]) -> list[tuple[str, str]]:
    """What the marks mean, where there is more than one kind beside our own."""
    kinds = {_kind(one, verdict, peers) for one in rows}
    if "peers" not in kinds:
        return []
    names = {"peers": words.text("similar town"), "others": words.text("other municipality")}
    return [(kind, name) for kind, name in names.items() if kind in kinds]


def _draw_key(sheet: Sheet, key: Sequence[tuple[str, str]]) -> None:
    for number, (kind, name) in enumerate(key):
        tone, mark, size = KINDS[kind]
        y = sheet.bottom + 44 + (LINE + 4) * number + LINE / 2
        x = sheet.left
        sheet.dot(x, y, shape=mark, size=size, tone=tone)
        sheet.write(x + 12, y + 5, name, color=tone)


def _caption(verdict: Verdict, words: Words) -> str:
    shown, all_of_them = len(rows_of(verdict)), verdict.position.among if verdict.position else 0
    notes = [words.caption_dots(verdict)]
    if shown < all_of_them:
        notes.append(words.text("Shown are the {n} municipalities nearest in value.", n=shown))
    return " ".join(notes)


def _table(verdict: Verdict, words: Words, peers: Collection[str]) -> tuple[tuple[Cell, ...], ...]:
    """Municipality, what it is to us and its value; then the wholes."""
    of_kind = {"own": "", "peers": words.text("similar town"), "others": words.text("other municipality")}
    with_kind = bool(peers)
    heading = (
        words.text("Municipality"),
        *((words.text("Group"),) if with_kind else ()),
        words.unit(verdict.indicator),
    )
    body: list[tuple[Cell, ...]] = []
    for one in rows_of(verdict):
        kind = (of_kind[_kind(one, verdict, peers)] or None,) if with_kind else ()
        body.append((words.place(one.area), *kind, one))
    for whole in verdict.beside:
        if whole.same_year:
            name = words.whole_label(whole.whole, words.place(whole.figure.area))
            body.append((name, *((None,) if with_kind else ()), whole.figure))
    return (heading, *body)
