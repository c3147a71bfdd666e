"""Which years of which series may be joined by a line, and where the series is broken; nothing is drawn here."""

from dataclasses import dataclass
from itertools import groupby, pairwise

from ..verdict import Figure, Verdict


@dataclass(frozen=True)
class Stretch:
    """The years of one series that hang together: what may be drawn as one line."""

    series: str
    part: tuple[int, int]
    figures: tuple[Figure, ...]


def stretches(verdict: Verdict) -> list[Stretch]:
    """Every line to draw, our own last; none reaches over a break or into another vintage."""
    series = [*compared_lines(verdict), ("own", tuple(point.figure for point in verdict.points))]
    return [
        Stretch(name, part, tuple(group))
        for name, figures in series
        for part, group in groupby(figures, key=lambda figure: _part(verdict, year_of(figure)))
    ]


def compared_lines(verdict: Verdict) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
    """The comparison lines worth drawing: how many there are elsewhere says nothing beside how many there are here."""
    return () if verdict.indicator.unit in ("persons", "number") else verdict.lines


def breaks(verdict: Verdict) -> list[float]:
    """Where the series is broken: half a year before the declared year, else midway between two vintages."""
    found = []
    for before, after in pairwise(verdict.points):
        first, last = year_of(before.figure), year_of(after.figure)
        if before.part != after.part:
            declared = [one.year - 0.5 for one in verdict.breaks if first < one.year <= last]
            found.append(declared[-1] if declared else (first + last) / 2)
    return found


def expected_range(verdict: Verdict) -> tuple[Figure, ...]:
    """The low and high end of where the newest value was expected, where it fell outside."""
    unusual = verdict.unusual
    if unusual.kind in ("unusually_high", "unusually_low") and unusual.low and unusual.high:
        return unusual.low, unusual.high
    return ()


def judged_years(verdict: Verdict) -> tuple[int, int] | None:
    """The first and last year that the direction is judged from, None where it could not be judged."""
    first, last = verdict.level.first, verdict.level.last
    judged = verdict.level.kind not in ("not_enough_data", "described")
    return (first, last) if judged and first and last else None


def drawn(verdict: Verdict) -> list[Figure]:
    """Every figure that has a place in the trend chart."""
    found = [figure for stretch in stretches(verdict) for figure in stretch.figures]
    if verdict.since:
        found.append(verdict.since.baseline)
    if verdict.outlook:
        found.append(verdict.outlook.target)
    return [*found, *expected_range(verdict)]


def year_of(figure: Figure) -> int:
    """The year of a figure that has one, as every point of a series does."""
    if figure.year is None:
        raise ValueError(f"{figure.indicator}: {figure.measure} has no year and no place on a time axis")
    return figure.year


def _part(verdict: Verdict, year: int) -> tuple[int, int]:
    """To which part of the series a year of any line belongs: that of our next point, cut at declared breaks too."""
    later = (point.part for point in verdict.points if year_of(point.figure) >= year)
    last = verdict.points[-1].part if verdict.points else 0
    return next(later, last), sum(one.year <= year for one in verdict.breaks)
