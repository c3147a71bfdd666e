"""A series over the years beside others, with its breaks, baseline, target value and an unusual newest value."""

from dataclasses import dataclass

import pandas as pd
import seaborn as sns
from matplotlib.ticker import MaxNLocator

from ..verdict import Figure, Verdict
from .canvas import EDGE, INK, LINE, LOOKS, MUTED, OWN, PAPER, Cell, Chart, Sheet, Words, house_style, tick_text
from .labels import label_name, pushed_apart, text_width, unbroken, wrapped
from .lines import Stretch, compared_lines, drawn, expected_range, judged_years, stretches, year_of
from .marks import Leader, draw_baseline, draw_breaks, draw_target, draw_unusual, shade_window, write_values

HEIGHT = 260
# The longest name at a line's end; a longer one is broken into lines.
LABEL_ROOM = 118
# So few points are shown one by one, each with its value.
FEW = 4


@dataclass(frozen=True)
class EndLabel:
    """A label in the right margin and the point that it names."""

    lines: tuple[str, ...]
    point: Figure
    tone: str
    bold: bool = False


def trend(verdict: Verdict, words: Words) -> Chart:
    """The series over the years beside country, region and similar towns."""
    with house_style():
        sheet = draw_trend(verdict, words)
        return sheet.chart(
            alt=words.alt_trend(verdict), caption=caption_of(verdict, words), table=table_of(verdict, words)
        )


def draw_trend(verdict: Verdict, words: Words) -> Sheet:
    """Draw the chart; what is drawn and written can be looked at in its axes."""
    labels = _end_labels(verdict, words)
    sheet = _framed(verdict, words, labels)
    few = len(verdict.points) <= FEW
    shade_window(sheet, judged_years(verdict))
    draw_unusual(sheet, verdict.newest, expected_range(verdict))
    lines = stretches(verdict)
    _draw_lines(sheet, lines)
    _draw_ends(sheet, lines, every_own=few)
    unit = words.unit(verdict.indicator)
    draw_breaks(sheet, verdict, words, free=EDGE + text_width(unit) + 6)
    if verdict.outlook:
        draw_target(sheet, verdict.outlook.target)
    leaders = _write_ends(sheet, labels)
    written = write_values(sheet, verdict, words, leaders) if few else []
    if verdict.since:
        draw_baseline(sheet, verdict, words, leaders, taken=written)
    return sheet


def _framed(verdict: Verdict, words: Words, labels: list[EndLabel]) -> Sheet:
    """An empty sheet with its axes, the margins as wide as the words in them."""
    low, high = limits(verdict)
    places = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = [float(tick) for tick in places if low - 1e-9 <= tick <= high + 1e-9]
    texts = tick_text(words, ticks)
    room = max((text_width(line, bold=label.bold) for label in labels for line in label.lines), default=0)
    left = EDGE + max(map(text_width, texts), default=0) + 10
    sheet = Sheet(HEIGHT, left=left, right=room + 12 + EDGE, top=28, bottom=30)
    first, last = _years(verdict)
    pad = 0.5 if last > first else 1
    sheet.axes.set(ylim=(low, high), xlim=(first - pad, last + pad))
    sheet.axes.set_yticks(ticks, texts)
    years = _year_ticks(verdict, first, last)
    sheet.axes.set_xticks(years, [str(year) for year in years])
    sheet.write(EDGE, 16, words.unit(verdict.indicator), color=MUTED)
    return sheet


def limits(verdict: Verdict) -> tuple[float, float]:
    """The ends of the y axis: zero where that costs little room, else just around the values."""
    values = [figure.value for figure in drawn(verdict)] or [0.0]
    low, high = min(values), max(values)
    span = (high - low) or abs(high) * 0.1 or 1.0
    bottom = 0.0 if 0 <= low <= 0.6 * span else low - 0.1 * span
    return bottom, high + 0.14 * span


def _years(verdict: Verdict) -> tuple[int, int]:
    known = [year_of(figure) for figure in drawn(verdict)]
    return (min(known), max(known)) if known else (verdict.year, verdict.year)


def _year_ticks(verdict: Verdict, first: int, last: int) -> list[int]:
    """Whole years: those of the points where they are few, else round ones."""
    own = [year_of(point.figure) for point in verdict.points]
    if len(own) <= FEW and last - first <= 4 * len(own):
        return own
    step = next((step for step in (1, 2, 5, 10) if (last - first) / step <= 4), 20)
    return [year for year in range(first, last + 1) if year % step == 0]


def _draw_lines(sheet: Sheet, lines: list[Stretch]) -> None:
    """All lines in one call: seaborn costs by the call, not by the line."""
    rows = [(number, figure.year, figure.value) for number, line in enumerate(lines) for figure in line.figures]
    if not rows:
        return
    tones = {number: LOOKS[line.series].tone for number, line in enumerate(lines)}
    sns.lineplot(
        pd.DataFrame(rows, columns=["line", "year", "value"]), x="year", y="value", hue="line", palette=tones,
        hue_order=list(tones), estimator=None, legend=False, clip_on=False, ax=sheet.axes,
    )  # fmt: skip
    for drawing, line in zip(sheet.axes.lines[-len(lines) :], lines, strict=True):
        look = LOOKS[line.series]
        drawing.set(linewidth=look.width, linestyle=(0, look.dashes) if look.dashes else "-", gid=line.series)


def _draw_ends(sheet: Sheet, lines: list[Stretch], *, every_own: bool) -> None:
    """A mark at the end of each series, and on each point that no line shows."""
    ends = {line.series: line.figures[-1] for line in lines}
    rows = [
        (line.series, figure.year, figure.value, 68 if line.series == "own" else 52)
        for line in lines
        for figure in line.figures
        if figure is ends[line.series] or len(line.figures) == 1 or (every_own and line.series == "own")
    ]
    if not rows:
        return
    marks = pd.DataFrame(rows, columns=["series", "year", "value", "size"])
    sns.scatterplot(
        marks, x="year", y="value", hue="series", style="series", s=marks["size"], edgecolor=PAPER, linewidth=1,
        palette={name: look.tone for name, look in LOOKS.items()}, markers={n: look.mark for n, look in LOOKS.items()},
        legend=False, clip_on=False, zorder=3, ax=sheet.axes,
    )  # fmt: skip
    sheet.axes.set(xlabel="", ylabel="")


def _end_labels(verdict: Verdict, words: Words) -> list[EndLabel]:
    """What stands in the right margin: our name and newest value, the other lines, the target value."""
    labels = []
    for whole, figures in compared_lines(verdict):
        text = words.whole_label(whole, label_name(words.place(figures[-1].area)))
        labels.append(EndLabel(wrapped(text, LABEL_ROOM), figures[-1], LOOKS[whole].tone))
    if verdict.outlook:
        target = verdict.outlook.target
        text = words.text("target value {value}", value=unbroken(words.shown(target)))
        labels.append(EndLabel(wrapped(text, LABEL_ROOM), target, INK))
    if verdict.newest:
        own = f"{label_name(words.place(verdict.area), bold=True)} {unbroken(words.shown(verdict.newest))}"
        labels.append(EndLabel(wrapped(own, LABEL_ROOM, bold=True), verdict.points[-1].figure, OWN, bold=True))
    return labels


def _write_ends(sheet: Sheet, labels: list[EndLabel]) -> list[Leader]:
    """Write the labels beside the line ends, pushed apart, each led to its point where it stands off; gives these."""
    ends = [sheet.at(year_of(label.point), label.point.value) for label in labels]
    heights = [LINE * len(label.lines) + 3 for label in labels]
    middles = pushed_apart([y for _, y in ends], heights, low=2, high=sheet.bottom + 6)
    start, leaders = sheet.right + 8, []
    for label, (x, y), middle in zip(labels, ends, middles, strict=True):
        if start - x > 20 or abs(middle - y) > 6:
            leaders.append(((x + 6, y), (start - 2, middle)))
            sheet.rule((x + 6, start - 2), (y, middle), color=label.tone, linewidth=1, linestyle=(0, (1, 2)))
        for number, line in enumerate(label.lines):
            at = middle + (number - (len(label.lines) - 1) / 2) * LINE + 5
            sheet.write(start, at, line, color=label.tone, weight="bold" if label.bold else "normal")
    return leaders


def caption_of(verdict: Verdict, words: Words) -> str:
    """The caption, and what this chart's marks mean that no label names."""
    notes = [words.caption_trend(verdict)]
    if judged_years(verdict):
        notes.append(words.text("Shaded: the years that the change is assessed from."))
    if expected_range(verdict):
        notes.append(words.text("Upright bar: where the newest value was expected."))
    low, high = limits(verdict)
    if not low <= 0 <= high:
        notes.append(words.text("The axis does not start at zero."))
    return " ".join(notes)


def table_of(verdict: Verdict, words: Words) -> tuple[tuple[Cell, ...], ...]:
    """What the lines show, year by year."""
    lines = compared_lines(verdict)
    columns = [{point.figure.year: point.figure for point in verdict.points}]
    columns += [{figure.year: figure for figure in figures} for _, figures in lines]
    years = sorted({year for column in columns for year in column if year})
    names = [words.whole_label(whole, words.place(figures[-1].area)) for whole, figures in lines]
    heading = (words.text("Year"), words.place(verdict.area), *names)
    return (heading, *((str(year), *(column.get(year) for column in columns)) for year in years))
