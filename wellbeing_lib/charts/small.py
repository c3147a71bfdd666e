"""Two small drawings: the sparkline of a table cell and the bar of measures by status."""

from collections.abc import Mapping

from ..verdict import Verdict
from .canvas import DARK, EDGE, GRID, INK, LINE, OTHERS, OWN, PAPER, TONE, WIDTH, Chart, Sheet, Words, house_style
from .labels import text_width
from .lines import stretches, year_of
from .svg import dark_style

SPARK_WIDTH, SPARK_HEIGHT = 100, 24

# Fill and pattern of each status: carried out is blue, not carried out orange; the pattern tells them apart as well.
STATUSES = {
    "done": (OWN, ""),
    "continuous_as_planned": (OWN, "///"),
    "partly_done": (TONE, "///"),
    "in_progress": (TONE, ""),
    "not_started": (PAPER, ""),
    "postponed": (PAPER, "--"),
    "not_done": (OTHERS, ""),
    "cannot_assess": (GRID, "xxx"),
}
UNKNOWN_STATUS = (PAPER, "\\\\\\")


def sparkline(verdict: Verdict, words: Words) -> Chart:
    """Our own line alone, for a table cell that has the figures beside it: decorative, so without words.

    Written by hand: two paths need no drawing library, and a page has some forty of them.
    """
    own = [line.figures for line in stretches(verdict) if line.series == "own"]
    figures = [figure for line in own for figure in line]
    if not figures:
        return Chart("", "", "", (), SPARK_WIDTH, SPARK_HEIGHT)
    years, values = [year_of(figure) for figure in figures], [figure.value for figure in figures]
    across = (SPARK_WIDTH - 10) / ((max(years) - min(years)) or 1)
    up = (SPARK_HEIGHT - 10) / ((max(values) - min(values)) or 1)
    at = [
        [f"{5 + (year_of(one) - min(years)) * across:.1f} {5 + (max(values) - one.value) * up:.1f}" for one in line]
        for line in own
    ]
    path = "".join(f"M{line[0]}L{' '.join(line[1:] or line)}" for line in at)
    x, y = at[-1][-1].split()
    body = (
        f'<path d="{path}" fill="none" stroke="{OWN}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
        f'<circle cx="{x}" cy="{y}" r="3.2" fill="{OWN}"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}" '
        f'viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}">{dark_style(body, DARK)}{body}</svg>'
    )
    return Chart(svg, "", "", (), SPARK_WIDTH, SPARK_HEIGHT)


def status_bar(counts: Mapping[str, int], words: Words) -> Chart:
    """Measures by status as one bar; every status is named below with its pattern and count."""
    told = ", ".join(f"{words.status_label(status)} {count}" for status, count in counts.items())
    with house_style():
        sheet = draw_status_bar(counts, words)
        rows = ((words.status_label(status), str(count)) for status, count in counts.items())
        return sheet.chart(
            alt=words.text("Measures by status: {told}.", told=told),
            caption=words.text("Measures by status; {n} in all.", n=sum(counts.values())),
            table=((words.text("Status"), words.text("Measures")), *rows),
        )


def draw_status_bar(counts: Mapping[str, int], words: Words) -> Sheet:
    """Draw the bar and its key."""
    row = LINE + 6
    sheet = Sheet(EDGE + 36 + 12 + row * len(counts) + EDGE, left=EDGE, right=EDGE, top=0, bottom=0)
    sheet.axes.set_axis_off()
    sheet.axes.set(xlim=(EDGE, WIDTH - EDGE), ylim=(sheet.height, 0))
    scale, start = (WIDTH - 2 * EDGE) / (sum(counts.values()) or 1), float(EDGE)
    for number, (status, count) in enumerate(counts.items()):
        _block(sheet, status, start, EDGE, count * scale, 36)
        if count * scale > text_width(str(count), bold=True) + 8:
            _count(sheet, str(count), start + count * scale / 2)
        y = EDGE + 36 + 12 + number * row
        _block(sheet, status, EDGE, y, 30, LINE)
        sheet.write(EDGE + 40, y + 13, f"{words.status_label(status)} ", color=INK)
        sheet.write(WIDTH - EDGE - 4, y + 13, str(count), color=INK, weight="bold", ha="right")
        start += count * scale
    return sheet


def _block(sheet: Sheet, status: str, x: float, y: float, width: float, height: float) -> None:
    fill, pattern = STATUSES.get(status, UNKNOWN_STATUS)
    sheet.axes.barh(y, width, height, left=x, align="edge", facecolor=fill, edgecolor=INK, hatch=pattern, linewidth=1)


def _count(sheet: Sheet, text: str, x: float) -> None:
    """The count on paper of its own, readable over any pattern."""
    box = {"facecolor": PAPER, "edgecolor": "none", "boxstyle": "round,pad=0.15"}
    sheet.write(x, EDGE + 23, text, color=INK, weight="bold", ha="center", bbox=box)
