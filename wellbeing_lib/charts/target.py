"""From the baseline by way of the newest value to the target value, and where the figure may land by its year."""

from dataclasses import dataclass

from ..verdict import Figure, Verdict
from .canvas import EDGE, INK, LINE, MUTED, OWN, PAPER, TONE, Cell, Chart, Sheet, Words, house_style
from .labels import pushed_apart

HEIGHT = 230
ROOM = 30
ARROWS = {"higher": "↑", "lower": "↓"}


@dataclass(frozen=True)
class Step:
    """One column of the tracker."""

    kind: str
    name: str
    figure: Figure


def target(verdict: Verdict, words: Words) -> Chart:
    """The way to the target value in two or three steps, with the 80 % interval at its year."""
    with house_style():
        sheet = draw_target_tracker(verdict, words)
        return sheet.chart(
            alt=words.alt_target(verdict), caption=words.caption_target(verdict), table=_table(verdict, words)
        )


def steps_of(verdict: Verdict, words: Words) -> list[Step]:
    """Baseline, newest and target; a baseline of the newest value's own year stands for both."""
    since, outlook, steps = verdict.since, verdict.outlook, []
    newest = (since.now if since else None) or verdict.newest
    same = bool(since and newest and newest.year == since.baseline.year and newest.value == since.baseline.value)
    if since and not same:
        steps.append(Step("baseline", words.text("baseline"), since.baseline))
    if newest:
        cycle = verdict.indicator.cycle
        pooled = cycle > 1 and newest is not verdict.newest
        name = words.text("mean of {n} years", n=cycle) if pooled else words.text("newest")
        name = f"{words.text('baseline')}, {name}" if same else name
        steps.append(Step("newest", name, newest))
    if outlook:
        steps.append(Step("target", words.text("target value"), outlook.target))
    return steps


def draw_target_tracker(verdict: Verdict, words: Words) -> Sheet:
    """Draw the tracker; its columns are steps, not a time axis, so that each has room for its value."""
    steps = steps_of(verdict, words)
    ends = _interval(verdict)
    values = [step.figure.value for step in steps] + [end.value for end in ends] or [0.0]
    span = (max(values) - min(values)) or 1.0
    sheet = Sheet(HEIGHT, left=EDGE, right=EDGE, top=24, bottom=50)
    # A value stands under the lowest mark and over the highest.
    pixel = span / (sheet.bottom - sheet.top - 2 * ROOM)
    sheet.axes.set(xlim=(-0.5, len(steps) - 0.35), ylim=(min(values) - ROOM * pixel, max(values) + ROOM * pixel))
    sheet.axes.set_yticks([])
    sheet.axes.set_xticks(range(len(steps)), [f"{step.figure.year}\n{step.name}" for step in steps])
    arrow = ARROWS.get(verdict.indicator.desired, "")
    sheet.write(EDGE, 16, f"{arrow} {words.desired_label(verdict.indicator.desired)}".strip(), color=MUTED)
    places = [sheet.at(number, step.figure.value) for number, step in enumerate(steps)]
    for (x0, y0), (x1, y1), step in zip(places, places[1:], steps[1:], strict=False):
        ahead = step.kind == "target"
        tone, width, dashes = (INK, 1.2, (0, (2, 3))) if ahead else (OWN, 3, "-")
        sheet.rule((x0, x1), (y0, y1), color=tone, linewidth=width, linestyle=dashes, zorder=1.2)
    for step, place, following in zip(steps, places, [*places[1:], None], strict=True):
        if step.kind == "target":
            _draw_target(sheet, words, step.figure, place, ends)
        else:
            _draw_step(sheet, words, step, place, rises=following is not None and following[1] < place[1] - 12)
    return sheet


def _interval(verdict: Verdict) -> tuple[Figure, ...]:
    outlook = verdict.outlook
    return (outlook.low, outlook.high) if outlook and outlook.low and outlook.high else ()


def _draw_step(sheet: Sheet, words: Words, step: Step, place: tuple[float, float], *, rises: bool) -> None:
    """A mark and its value: over it, or under it where the line rises from it."""
    x, y = place
    shape, face, edge = ("s", PAPER, INK) if step.kind == "baseline" else ("o", OWN, OWN)
    sheet.dot(x, y, shape=shape, size=80, tone=edge, face=face)
    sheet.write(x, y + 24 if rises else y - 12, words.shown(step.figure), color=edge, weight="bold", ha="center")


def _draw_target(sheet: Sheet, words: Words, aim: Figure, place: tuple[float, float], ends: tuple[Figure, ...]) -> None:
    """The target value as a level across the interval, an upright bar; their values beside them, none over another."""
    x, y = place
    heights = [sheet.at(0, end.value)[1] for end in ends]
    if ends:
        sheet.rule((x, x), (heights[0], heights[1]), color=TONE, linewidth=14, solid_capstyle="butt", zorder=1)
    for height in heights:
        sheet.rule((x - 8, x + 8), (height, height), color=OWN, linewidth=1.5, zorder=1.1)
    sheet.rule((x - 14, x + 14), (y, y), color=INK, linewidth=3.5, solid_capstyle="butt", zorder=3)
    middles = pushed_apart([y, *heights], [LINE] * (1 + len(ends)), low=sheet.top, high=sheet.bottom)
    for figure, middle in zip((aim, *ends), middles, strict=True):
        style = {"color": INK, "weight": "bold"} if figure is aim else {"color": MUTED}
        sheet.write(x + 19, middle + 5, words.shown(figure), **style)


def _table(verdict: Verdict, words: Words) -> tuple[tuple[Cell, ...], ...]:
    """Each step with its year and value, then the ends of the interval."""
    heading = (words.text("Step"), words.text("Year"), words.unit(verdict.indicator))
    rows: list[tuple[Cell, ...]] = [
        (step.name, str(step.figure.year), step.figure) for step in steps_of(verdict, words)
    ]
    names = (words.text("80% interval, low end"), words.text("80% interval, high end"))
    rows += [(name, str(end.year), end) for name, end in zip(names, _interval(verdict), strict=False)]
    return (heading, *rows)
