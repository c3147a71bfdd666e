"""The marks of a trend chart that are not lines: judged years, breaks, baseline, target value, expected range."""

from itertools import pairwise

from ..verdict import Figure, Verdict
from .canvas import INK, LINE, MUTED, OWN, PAPER, RULE, SHADE, TONE, Sheet, Words
from .labels import Box, box_at, crossings, text_width
from .lines import breaks, stretches, year_of

# A line from the end of a series to its label, from place to place of the sheet.
Leader = tuple[tuple[float, float], tuple[float, float]]


def shade_window(sheet: Sheet, years: tuple[int, int] | None) -> None:
    """Shade the years that the direction is computed from."""
    if years:
        sheet.axes.axvspan(years[0] - 0.5, years[1] + 0.5, facecolor=SHADE, edgecolor="none", zorder=0)


def draw_unusual(sheet: Sheet, newest: Figure | None, expected: tuple[Figure, ...]) -> None:
    """An upright bar where the newest value was expected, and a ring around the newest."""
    if newest is None or not expected:
        return
    (x, bottom), (_, top) = (sheet.at(year_of(newest), end.value) for end in expected)
    sheet.rule((x, x), (top, bottom), color=TONE, linewidth=9, solid_capstyle="butt", zorder=1.5)
    for y in (top, bottom):
        sheet.rule((x - 6, x + 6), (y, y), color=OWN, linewidth=1.5, zorder=1.6)
    sheet.mark(newest, size=190, shape="o", face="none", edge=OWN)


def draw_breaks(sheet: Sheet, verdict: Verdict, words: Words, *, free: float) -> None:
    """A thin upright line at each break; its word stands once where breaks are close to one another.

    Left of `free` the line for words above the chart is taken.
    """
    text = words.text("break")
    half = text_width(text) / 2
    for place in breaks(verdict):
        x, _ = sheet.at(place, 0)
        sheet.rule((x, x), (sheet.top, sheet.bottom), color=RULE, linewidth=1.2, linestyle=(0, (2, 2)))
        if x - half > free:
            sheet.write(x, sheet.top - 5, text, color=MUTED, ha="center")
            free = x + half + 6


def draw_target(sheet: Sheet, target: Figure) -> None:
    """The target value as a short level at its year."""
    x, y = sheet.at(year_of(target), target.value)
    sheet.rule((x - 10, x + 6), (y, y), color=INK, linewidth=3.5, solid_capstyle="butt", zorder=3)


def write_values(sheet: Sheet, verdict: Verdict, words: Words, leaders: list[Leader]) -> list[Box]:
    """Write each earlier value beside its point (the newest has it in its label); gives where they stand."""
    taken: list[Box] = []
    marks = _places(sheet, verdict, leaders)
    for point in verdict.points[:-1]:
        text = words.shown(point.figure)
        x, y = sheet.at(year_of(point.figure), point.figure.value)
        taken.append(_write_where_free(sheet, text, (x, y), marks, taken, color=OWN, weight="bold"))
    return taken


def draw_baseline(sheet: Sheet, verdict: Verdict, words: Words, leaders: list[Leader], *, taken: list[Box]) -> None:
    """The stored baseline as a hollow square, its word where the fewest lines run."""
    if verdict.since is None:
        return
    baseline = verdict.since.baseline
    sheet.mark(baseline, size=58, shape="s", face=PAPER, edge=INK)
    place = sheet.at(year_of(baseline), baseline.value)
    _write_where_free(sheet, words.text("baseline"), place, _places(sheet, verdict, leaders), taken, color=INK)


def _write_where_free(
    sheet: Sheet,
    text: str,
    place: tuple[float, float],
    marks: list[tuple[float, float]],
    taken: list[Box],
    *,
    color: str,
    weight: str = "normal",
) -> Box:
    """Write above or below a point, at the nearest spot that covers no line and no other label."""
    width = text_width(text, bold=weight == "bold") + 4

    def cost(box: Box) -> float:
        outside = box[0] < sheet.left - 4 or box[2] > sheet.right + 6 or box[1] < sheet.top - 4 or box[3] > sheet.bottom
        overlaps = sum(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken)
        away = abs((box[1] + box[3]) / 2 - place[1]) + abs((box[0] + box[2]) / 2 - place[0]) / 2
        return 100 * outside + 100 * overlaps + crossings(box, marks) + away / 20

    spots = [
        box_at(place[0] + across, place[1] + down, width, LINE)
        for down in (-18, 18, -32, 32, -46, 46)
        for across in (0, -width / 3, width / 3, -width / 2 - 6, width / 2 + 6)
    ]
    best = min(spots, key=cost)
    edge = best[3] if best[3] < place[1] else best[1]
    if abs(edge - place[1]) > 14:
        sheet.rule(
            (place[0], (best[0] + best[2]) / 2), (place[1], edge), color=color, linewidth=1, linestyle=(0, (1, 2))
        )
    paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 0} if crossings(best, marks) else None
    sheet.write(
        (best[0] + best[2]) / 2, (best[1] + best[3]) / 2 + 5, text, color=color, weight=weight, ha="center", bbox=paper
    )  # fmt: skip
    return best


def _places(sheet: Sheet, verdict: Verdict, leaders: list[Leader]) -> list[tuple[float, float]]:
    """Places along all that is drawn, close enough that no label slips between two."""
    lines = [[sheet.at(year_of(figure), figure.value) for figure in stretch.figures] for stretch in stretches(verdict)]
    found = []
    for line in [*lines, *leaders]:
        found += line
        for (x0, y0), (x1, y1) in pairwise(line):
            found += [(x0 + (x1 - x0) * step / 12, y0 + (y1 - y0) * step / 12) for step in range(1, 12)]
    for place in breaks(verdict):
        x, _ = sheet.at(place, 0)
        found += [(x, y) for y in range(int(sheet.top), int(sheet.bottom), 8)]
    if verdict.outlook:
        x, y = sheet.at(year_of(verdict.outlook.target), verdict.outlook.target.value)
        found += [(x - 8, y), (x, y), (x + 5, y)]
    return found
