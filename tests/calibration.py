"""The tables of docs/methods.md; `python -m tests.calibration` writes them there.

Those of the page's own questions are what the notebooks in `notebooks/methods/` show, in cells with a tag
`docs:<name>`; those of the older methods are simulated here. Every number has a fixed seed, so that a second run gives
the same tables. No method is defined here but those that were tried and not taken.
"""

import csv
import gzip
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import papermill
import pymannkendall
import scipy.stats
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from numpy.typing import NDArray
from scipy import special

from tests.real import upstream
from wellbeing_lib.stats import (
    fdr_adjust,
    monotone_trend,
    prediction_interval,
    proportion_interval,
    proportion_trend,
    rate_interval,
    rate_trend,
    value_trend,
)
from wellbeing_lib.stats.correlation import line_under, slope_mixture

Floats = NDArray[np.float64]

ROOT = Path(__file__).parent.parent
METHODS = ROOT / "docs" / "methods.md"
NOTEBOOKS = sorted((ROOT / "notebooks" / "methods").glob("*.ipynb"))
LEVEL = 0.05
RUNS = 40_000
TREND = 2.75  # change over the window in standard deviations: least squares finds seven in ten of them in ten years


# Serial correlation


def noise(kind: float | str, runs: int, n: int, chance: np.random.Generator) -> Floats:
    """Errors without a trend: a number is their correlation from year to year, a word another kind of error."""
    fresh = chance.standard_normal((runs, n))
    if kind == "random walk":
        return fresh.cumsum(axis=1)
    if kind == "moving average":
        return fresh + np.hstack([chance.standard_normal((runs, 1)), fresh[:, :-1]])
    if kind == "heavy tails":
        return chance.standard_t(3, (runs, n))
    correlation = float(kind)
    errors = fresh.copy()
    for year in range(1, n):
        errors[:, year] = correlation * errors[:, year - 1] + np.sqrt(1 - correlation**2) * fresh[:, year]
    return errors


def chosen(points: Floats) -> Floats:
    """p of the remedy that `value_trend` uses."""
    return slope_mixture(points, np.arange(points.shape[1], dtype=float)).p()


def least_squares(points: Floats) -> Floats:
    """p of least squares, which takes the years as independent."""
    return slope_mixture(points, np.arange(points.shape[1], dtype=float), correlations=(0,), weights=(1,)).p()


def flat_average(points: Floats) -> Floats:
    """p averaged over the restricted likelihood of the correlation alone: the start to beat."""
    grid = np.linspace(0, 0.95, 20)
    years = np.arange(points.shape[1], dtype=float)
    return slope_mixture(points, years, correlations=list(grid), weights=[1.0] * 20, sharpness=1).p()


def two_accounts(points: Floats) -> Floats:
    """p averaged over independent and nearly unforgetting years, five to one, by the plain likelihood."""
    years = np.arange(points.shape[1], dtype=float)
    return slope_mixture(points, years, correlations=(0, 0.95), weights=(5 / 6, 1 / 6), sharpness=1).p()


def ordinary(points: Floats) -> tuple[Floats, Floats, Floats]:
    """Least-squares t, residuals and centred years."""
    n = points.shape[1]
    away = np.arange(n) - (n - 1) / 2
    slope = points @ away / (away @ away)
    residual = points - points.mean(axis=1, keepdims=True) - np.outer(slope, away)
    return slope / np.sqrt((residual**2).sum(axis=1) / (n - 2) / (away @ away)), residual, away


def corrected_correlation(points: Floats) -> Floats:
    """First autocorrelation of the residuals with its bias around a line taken off, kept to 0-.95."""
    _, residual, _ = ordinary(points)
    n = points.shape[1]
    first = (residual[:, 1:] * residual[:, :-1]).sum(axis=1) / (residual**2).sum(axis=1)
    return np.clip((n * first + 2) / (n - 4), 0, 0.95)


def effective_sample(points: Floats) -> Floats:
    """p with n cut to its effective size at the restricted maximum of the correlation."""
    n = points.shape[1]
    grid = np.linspace(0, 0.95, 20)
    level = [line_under(points, np.arange(n, dtype=float), correlation)[2] for correlation in grid]
    correlation = grid[np.argmax(level, axis=0)]
    size = n * (1 - correlation) / (1 + correlation)
    return 2 * special.stdtr(np.maximum(size - 2, 1), -np.abs(ordinary(points)[0]) * np.sqrt(size / n))


def corrected_gls(points: Floats) -> Floats:
    """p of generalised least squares at the bias-corrected autocorrelation."""
    grid = np.linspace(0, 0.95, 20)
    n = points.shape[1]
    fits = [line_under(points, np.arange(n, dtype=float), correlation)[:2] for correlation in grid]
    ratio = np.array([np.abs(slope / error) for slope, error in fits])
    at = np.abs(corrected_correlation(points)[:, None] - grid).argmin(axis=1)
    return 2 * special.stdtr(n - 2, -ratio[at, np.arange(len(points))])


def fixed_bandwidth(points: Floats) -> Floats:
    """p of Kiefer and Vogelsang's test (2005): Bartlett over the whole series, its null drawn for the same length."""

    def statistic(rows: Floats) -> Floats:
        ratio, residual, away = ordinary(rows)
        spread = np.sqrt(2 * ((residual * away).cumsum(axis=1) ** 2).sum(axis=1) / rows.shape[1])
        return np.abs(ratio) * np.sqrt((residual**2).sum(axis=1)) / spread

    null = np.sort(statistic(np.random.default_rng(11).standard_normal((20_000, points.shape[1]))))
    return 1 - np.searchsorted(null, statistic(points)) / null.size


def calibrated_ratio(points: Floats) -> Floats:
    """p of least-squares t shrunk by the corrected autocorrelation, scaled to 8 % false alarms at .6."""

    def statistic(rows: Floats) -> Floats:
        correlation = corrected_correlation(rows)
        return np.abs(ordinary(rows)[0]) * np.sqrt((1 - correlation) / (1 + correlation))

    null = statistic(noise(0.6, 20_000, points.shape[1], np.random.default_rng(12)))
    unit = np.quantile(null, 0.92) / special.stdtrit(points.shape[1] - 2, 1 - LEVEL / 2)
    return 2 * special.stdtr(points.shape[1] - 2, -statistic(points) / unit)


def ranks(points: Floats) -> Floats:
    """p of Mann-Kendall."""
    return monotone_trend(points, range(points.shape[1])).p


def hamed_rao(points: Floats) -> Floats:
    """p of Hamed and Rao's correction on a part of the runs, for it must be looped; where it is NaN nothing is told."""
    with np.errstate(all="ignore"):
        found = [pymannkendall.hamed_rao_modification_test(row).p for row in points[: len(points) // 40]]
    return np.nan_to_num(np.array(found), nan=1.0)


REMEDIES: dict[str, Callable[[Floats], Floats]] = {
    "least squares": least_squares,
    "Mann-Kendall": ranks,
    "Mann-Kendall, Hamed and Rao": hamed_rao,
    "effective sample size at the restricted maximum": effective_sample,
    "generalised least squares, bias-corrected correlation": corrected_gls,
    "fixed-b, Bartlett over the whole series": fixed_bandwidth,
    "least squares with a critical value by the correlation": calibrated_ratio,
    "averaged over a flat correlation (the start)": flat_average,
    "two accounts, plain likelihood": two_accounts,
    "**three accounts, likelihood counted twice (chosen)**": chosen,
}


def false_alarms(
    remedy: Callable[[Floats], Floats], n: int, kind: float | str, *, trend: float = 0.0, runs: int = RUNS
) -> float:
    """How often `remedy` tells a trend in `n` years of such errors, with a true change of `trend` over the window."""
    chance = np.random.default_rng([1, n, runs])
    points = noise(kind, runs, n, chance) + trend * np.linspace(0, 1, n)
    return float((remedy(points) <= LEVEL).mean())


def ceiling(n: int, sizes: Sequence[float] = (0.08,), *, trend: float = TREND, runs: int = 20_000) -> list[float]:
    """The most power at correlation 0 that any scale-free test can have with each of the `sizes` as false alarms at .6.

    Neyman and Pearson's test of one against the other, for the trend that is really there (level and scale integrated
    out): no test that holds at .6 can beat it.
    """
    line = np.linspace(0, 1, n)
    away = line - line.mean()
    inverse = np.linalg.inv(0.6 ** np.abs(np.subtract.outer(np.arange(n), np.arange(n))))
    projection = inverse - np.outer(inverse.sum(axis=1), inverse.sum(axis=0)) / inverse.sum()
    scales = np.linspace(1e-3, 7, 180)

    def evidence(points: Floats) -> Floats:
        centred = points - points.mean(axis=1, keepdims=True)
        centred /= np.sqrt((centred**2).mean(axis=1, keepdims=True))
        null = -(n - 1) / 2 * np.log(np.einsum("ij,jk,ik->i", centred, projection, centred))
        tilt = np.abs(centred @ away)[:, None] * trend * scales
        power = np.log(scales) * (n - 2) - n / 2 * scales**2 + np.logaddexp(tilt, -tilt)
        return special.logsumexp(power, axis=1) - null

    def in_parts(points: Floats) -> Floats:
        return np.concatenate([evidence(part) for part in np.array_split(points, max(1, runs // 10_000))])

    chance = np.random.default_rng([2, n])
    null = in_parts(noise(0.6, runs, n, chance))
    moved = in_parts(noise(0, runs, n, chance) + trend * line)
    return [float((moved > np.quantile(null, 1 - size)).mean()) for size in sizes]


def serial_correlation_table() -> str:
    """False alarms and power of each remedy."""
    lines = ["remedy"] + [f"{n} years: 0 / .3 / .6 / .8; power" for n in (10, 15, 20)]
    body = []
    power = {n: false_alarms(least_squares, n, 0, trend=TREND) for n in (10, 15, 20)}
    for name, remedy in REMEDIES.items():
        cells = []
        for n in (10, 15, 20):
            rates = " / ".join(f"{false_alarms(remedy, n, kind):.3f}" for kind in (0.0, 0.3, 0.6, 0.8))
            found = false_alarms(remedy, n, 0, trend=TREND)
            cells.append(f"{rates}; {found:.2f} ({found / power[n]:.0%})")
        body.append([name, *cells])
    limits = {n: ceiling(n)[0] for n in (10, 15, 20)}
    body.append(["*ceiling*", *(f"power {limits[n]:.2f} ({limits[n] / power[n]:.0%})" for n in limits)])
    return table(lines, body)


def lengths_table() -> str:
    """False alarms of the chosen remedy at every length and under other errors."""
    kinds = (0.0, 0.3, 0.6, 0.8, "random walk", "moving average", "heavy tails")
    body = []
    for n in (5, 6, 7, 8, 9, 10, 12, 15, 20, 30):
        rates = [f"{false_alarms(chosen, n, kind):.3f}" for kind in kinds]
        power, best = (false_alarms(remedy, n, 0, trend=TREND) for remedy in (chosen, least_squares))
        body.append([str(n), *rates, f"{power:.2f}", f"{power / best:.0%}"])
    return table(["years", *map(str, kinds), "power", "of least squares"], body)


# Counts


def wild_counts(mean: Floats, people: float, dispersion: float, runs: int, chance: np.random.Generator) -> Floats:
    """Cases with the variance of the binomial times `dispersion`, as beta-binomial draws."""
    share = np.broadcast_to(mean / people, (runs, mean.size))
    if dispersion > 1:
        sizes = (people - 1) / (dispersion - 1) - 1
        share = chance.beta(share * sizes, (1 - share) * sizes)
    return chance.binomial(int(people), share).astype(float)


def count_alarms(n: int, dispersion: float, *, yearly: float = 0.0, runs: int = 10_000) -> dict[str, float]:
    """How often each count model tells a change of `yearly` a year in 150 cases among 1,500 or 75,000 people."""
    chance = np.random.default_rng([3, n, int(10 * dispersion)])
    years = np.arange(n, dtype=float)
    told = {}
    for name, trend, people in (("rate", rate_trend, 75_000.0), ("share", proportion_trend, 1_500.0)):
        cases = wild_counts(150 * (1 + yearly) ** years, people, dispersion, runs, chance)
        found = trend(cases, np.full(n, people), years)
        told[name] = float((found.p <= LEVEL).mean())
        # interval and p share one error: with it the same series can be judged by t alone
        quantile = np.where(found.dispersion > 1, special.stdtrit(n - 2, 0.975), special.ndtri(0.975))
        ratio = np.abs(found.slope) * quantile * 2 / (found.high - found.low)
        told[f"{name}, t alone"] = float((2 * special.stdtr(n - 2, -ratio) <= LEVEL).mean())
    return told


def wandering_counts(correlation: float, spread: float, runs: int = 5_000) -> tuple[float, float]:
    """How often the share model alone, and it and the straight line both, tell a trend where ten years only wander.

    The logit has errors of the size `spread` with that correlation; 150 cases among 1,500 people.
    """
    chance = np.random.default_rng([8, int(10 * correlation), int(100 * spread)])
    share = special.expit(special.logit(0.1) + spread * noise(correlation, runs, 10, chance))
    cases = chance.binomial(1_500, share)
    told = proportion_trend(cases, np.full(10, 1_500), range(10)).p <= LEVEL
    return float(told.mean()), float((told & (value_trend(cases / 1_500, range(10)).p <= LEVEL)).mean())


def wandering_table() -> str:
    """False alarms of the share model when years hang together, alone and where the straight line agrees."""
    body = []
    for dispersion, spread in (("1", 0.0), ("2", 0.086), ("5", 0.172)):
        found = [wandering_counts(kind, spread) for kind in (0.0, 0.3, 0.6, 0.8)]
        body.append([dispersion, *(f"{alone:.3f} ({both:.3f})" for alone, both in found)])
    return table(["dispersion about", "correlation 0", "0.3", "0.6", "0.8"], body)


def counts_table() -> str:
    """False alarms and power of the count models."""
    body = []
    for n in (5, 8, 12, 20):
        for dispersion in (1, 2, 5, 10):
            still, moving = (count_alarms(n, dispersion, yearly=yearly) for yearly in (0.0, -0.06))
            cells = [f"{still[name]:.3f} ({moving[name]:.2f})" for name in still]
            body.append([str(n), str(dispersion), *cells])
    return table(["years", "dispersion", "rate", "rate, t alone", "share", "share, t alone"], body)


# Intervals


def wilson_coverage(people: int) -> Floats:
    """Exact coverage of the 95 % Wilson interval for shares of .1 to .9."""
    shares = np.linspace(0.1, 0.9, 81)
    cases = np.arange(people + 1)
    low, high = proportion_interval(cases, people)
    holds = (low <= shares[:, None]) & (shares[:, None] <= high)
    return (scipy.stats.binom.pmf(cases, people, shares[:, None]) * holds).sum(axis=1)


def byar_coverage(expected: float) -> Floats:
    """Exact coverage of the 95 % rate interval for expected cases from `expected` to a fifth more."""
    means = np.linspace(expected, 1.2 * expected, 41)
    cases = np.arange(int(3 * expected + 60))
    low, high = rate_interval(cases, 1, per=1)
    holds = (low <= means[:, None]) & (means[:, None] <= high)
    return (scipy.stats.poisson.pmf(cases, means[:, None]) * holds).sum(axis=1)


def intervals_table() -> str:
    """Coverage of Wilson's and Byar's intervals."""
    body = []
    for people in (10, 20, 30, 50, 100, 500):
        covered = wilson_coverage(people)
        body.append(["Wilson", f"{people} people", f"{covered.mean():.3f}", f"{covered.min():.3f}"])
    for expected in (5, 10, 20, 50, 100, 500):
        covered = byar_coverage(expected)
        body.append(["exact / Byar", f"{expected} cases", f"{covered.mean():.3f}", f"{covered.min():.3f}"])
    return table(["interval", "size", "mean coverage", "least"], body)


# Newest value


def newest_alarms(n: int, kind: float | str, runs: int = 20_000) -> float:
    """How often the newest of `n` + 1 values without any change is called unusual."""
    points = noise(kind, runs, n + 1, np.random.default_rng([4, n]))
    return float((prediction_interval(points, range(n + 1)).unusual != 0).mean())


def newest_table() -> str:
    """False alarms of the newest value."""
    kinds = (0.0, 0.3, 0.6, 0.8, "random walk")
    body = [[str(n), *(f"{newest_alarms(n, kind):.3f}" for kind in kinds)] for n in (6, 8, 10)]
    return table(["years before", *map(str, kinds)], body)


# Many indicators


def discovery_run(moving: int, correlation: float, trend: float, *, runs: int = 5_000) -> tuple[float, float, float]:
    """False discovery rate, power, and findings by p alone of pages with twenty indicators of ten years.

    `moving` of the twenty change by `trend` standard deviations over the window.
    """
    chance = np.random.default_rng([5, moving, int(10 * correlation)])
    moves = np.tile(np.where(np.arange(20) < moving, trend, 0.0), runs)
    points = noise(correlation, runs * 20, 10, chance) + moves[:, None] * np.linspace(0, 1, 10)
    p = chosen(points).reshape(runs, 20)
    told = fdr_adjust(p) <= LEVEL
    false = told[:, moving:].sum(axis=1)
    rate = (false / np.maximum(told.sum(axis=1), 1)).mean()
    power = told[:, :moving].mean() if moving else np.nan
    return float(rate), float(power), float((p <= LEVEL).sum(axis=1).mean())


def discoveries_table() -> str:
    """False discovery rate, and power for changes of three, six and nine standard deviations."""
    body = []
    for correlation in (0.0, 0.3, 0.6):
        for moving in (0, 5, 10):
            found = [discovery_run(moving, correlation, trend) for trend in ((3.0, 6.0, 9.0) if moving else (0.0,))]
            rates = " / ".join(f"{rate:.3f}" for rate, _, _ in found)
            powers = " / ".join(f"{power:.2f}" for _, power, _ in found) if moving else ""
            body.append([str(correlation), str(moving), rates, powers])
    return table(["correlation", "really moving", "false discovery rate, 3 / 6 / 9", "power, 3 / 6 / 9"], body)


def levels_table() -> str:
    """What ten years can show at the levels that a page of twenty indicators asks for."""
    chance = np.random.default_rng(9)
    still = {kind: chosen(noise(kind, 4 * RUNS, 10, chance)) for kind in (0.0, 0.3, 0.6)}
    moved = {trend: noise(0.0, RUNS, 10, chance) + trend * np.linspace(0, 1, 10) for trend in (3.0, 6.0, 9.0)}
    levels = (0.05, 0.01, 0.0025)
    alarms = [[float((p <= level).mean()) for p in still.values()] for level in levels]
    limits = [ceiling(10, [rates[-1] for rates in alarms], trend=trend, runs=200_000) for trend in moved]
    body = []
    for number, level in enumerate(levels):
        ours, best = (
            " / ".join(f"{(remedy(points) <= level).mean():.2f}" for points in moved.values())
            for remedy in (chosen, least_squares)
        )
        rates = " / ".join(f"{rate:.4f}" for rate in alarms[number])
        body.append([str(level), rates, ours, " / ".join(f"{powers[number]:.2f}" for powers in limits), best])
    head = ["p at most", "false alarms at 0 / .3 / .6", "power, 3 / 6 / 9", "ceiling", "least squares"]
    return table(head, body)


def visible_change(people: float, share: float, dispersion: float, limit: float, runs: int = 2_000) -> float:
    """The change of a share over ten years that is told with `limit` in eight of ten runs, in percentage points."""
    chance = np.random.default_rng([6, int(people), int(10 * dispersion)])
    years = np.arange(10.0)
    sizes = np.linspace(0.05, 1.6, 24) * share
    power = []
    for size in sizes:
        cases = wild_counts(people * (share + size * np.linspace(0, 1, 10)), people, dispersion, runs, chance)
        power.append((proportion_trend(cases, np.full(10, people), years).p <= limit).mean())
    power = np.maximum.accumulate(power)
    return float(100 * np.interp(0.8, power, sizes)) if power[-1] >= 0.8 else np.nan


def visible_table() -> str:
    """What a city of 36,000 can see."""
    body = []
    for name, people, share in (
        ("all 36,000 residents, 10 %", 36_000.0, 0.10),
        ("6,500 children, 10 %", 6_500.0, 0.10),
        ("6,500 children, 1.3 %", 6_500.0, 0.013),
        ("1,700 invited to screening, 75 %", 1_700.0, 0.25),
        ("350 pupils of one class level, 10 %", 350.0, 0.10),
    ):
        cells = [
            f"{visible_change(people, share, dispersion, limit):.1f}"
            for dispersion in (1.0, 4.0)
            for limit in (0.05, 0.005)
        ]
        body.append([name, *(cell if cell != "nan" else "more than 1.6 times the level" for cell in cells)])
    head = ["group", "dispersion 1, p <= .05", "p <= .005", "dispersion 4, p <= .05", "p <= .005"]
    return table(head, body)


# Real observations


def real_series(folder: Path) -> tuple[list[tuple[str, str, str]], Floats, Floats]:
    """Keys (indicator, region, vintage), values (series, years) and years of the harvested observations."""
    with gzip.open(folder / "sotkanet" / "observations.csv.gz", "rt", newline="") as lines:
        found: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
        for row in csv.DictReader(lines):
            if row["gender"] == "total" and row["value"]:
                found[row["indicator"], row["region"], row["vintage"]][int(row["year"])] = float(row["value"])
    years = np.arange(min(map(min, found.values())), max(map(max, found.values())) + 1)
    values = np.full((len(found), years.size), np.nan)
    for number, observed in enumerate(found.values()):
        values[number, np.array(list(observed)) - years[0]] = list(observed.values())
    return list(found), values, years.astype(float)


def trends_vs_loop(folder: Path, *, sample: int = 1_500) -> tuple[float, float, float]:
    """Seconds of one call over all real series, seconds of a loop over pymannkendall and scipy, and their ratio.

    The loop is timed on a seeded sample of the series and scaled to all of them.
    """
    _, values, years = real_series(folder)
    start = time.perf_counter()
    monotone_trend(values, years)
    together = time.perf_counter() - start
    picked = np.random.default_rng(7).choice(len(values), sample, replace=False)
    start = time.perf_counter()
    for series in values[picked]:
        known = ~np.isnan(series)
        if known.sum() > 1:
            pymannkendall.original_test(series[known])
            scipy.stats.theilslopes(series[known], years[known])
    loop = (time.perf_counter() - start) * len(values) / sample
    return together, loop, loop / together


def placed_children(folder: Path) -> tuple[Floats, Floats, Floats]:
    """Cases, children and years of the children placed outside the home, one row a region and sex."""
    with gzip.open(folder / "sotkanet" / "children-placed-2023-05.csv.gz", "rt", newline="") as lines:
        found: dict[tuple[str, str], dict[int, tuple[float, float]]] = defaultdict(dict)
        for row in csv.DictReader(lines):
            pair = tuple(float(row[name] or "nan") for name in ("placed_0_17", "children_0_17"))
            found[row["region"], row["gender"]][int(row["year"])] = (pair[0], pair[1])
    years = sorted({year for series in found.values() for year in series})
    blank = (np.nan, np.nan)
    both = np.array([[series.get(year, blank) for year in years] for series in found.values()])
    return both[..., 0], both[..., 1], np.array(years, dtype=float)


# Writing


def table(head: list[str], body: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def written(text: str, name: str, content: str) -> str:
    """`text` with `content` between the marker comments of `name`; raises ValueError where they are missing."""
    start, end = f"<!-- calibration:{name} -->", f"<!-- /calibration:{name} -->"
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{METHODS.name} has no markers {start} ... {end}")
    return f"{before}{start}\n{content}\n{end}{after}"


TABLES: dict[str, Callable[[], str]] = {
    "serial-correlation": serial_correlation_table,
    "lengths": lengths_table,
    "levels": levels_table,
    "counts": counts_table,
    "wandering-counts": wandering_table,
    "intervals": intervals_table,
    "newest": newest_table,
    "discoveries": discoveries_table,
    "visible": visible_table,
}


def run_notebook(path: Path, folder: Path, **parameters: object) -> NotebookNode:
    """Run a notebook from top to bottom; the run one, with its outputs, is kept in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return papermill.execute_notebook(path, folder / path.name, parameters=parameters, progress_bar=False)


def notebook_tables(notebook: NotebookNode) -> dict[str, str]:
    """The tables that cells with a tag `docs:<name>` show, as Markdown; a cell that shows none has no entry."""
    found = {}
    for cell in notebook.cells:
        shown = [output["data"].get("text/html", "") for output in cell.get("outputs", []) if "data" in output]
        rows = BeautifulSoup("".join(shown), "html.parser").find_all("tr")
        for name in table_names(cell) if rows else ():
            head, *body = [[entry.get_text(strip=True) for entry in row.find_all(["th", "td"])] for row in rows]
            found[name] = table(head, body)
    return found


def table_names(cell: NotebookNode) -> list[str]:
    """The names of the tables that a cell shows for docs/methods.md."""
    return [tag.removeprefix("docs:") for tag in cell.metadata.get("tags", []) if tag.startswith("docs:")]


def main() -> None:
    """Run the notebooks and every simulation, and write their tables into docs/methods.md."""
    for path in NOTEBOOKS:
        start = time.perf_counter()
        for name, content in notebook_tables(run_notebook(path, ROOT / "build" / "methods")).items():
            write(name, content)
        sys.stdout.write(f"notebooks/methods/{path.name}: {time.perf_counter() - start:.0f} s\n")
    for name, simulation in TABLES.items():
        start = time.perf_counter()
        write(name, simulation())
        sys.stdout.write(f"{name}: {time.perf_counter() - start:.0f} s\n")
    folder = upstream()
    if folder is None:
        sys.stdout.write(
            "NOT RUN: WELLBEING_UPSTREAM is not set; the tables on Sotkanet's figures stay as they were.\n"
        )
        return
    together, loop, ratio = trends_vs_loop(folder)
    sys.stdout.write(f"all real series: {together:.2f} s at once, {loop:.0f} s in a loop, {ratio:.0f} times\n")


def write(name: str, content: str) -> None:
    """Put a table into its place in docs/methods.md."""
    METHODS.write_text(written(METHODS.read_text(encoding="utf-8"), name, content), encoding="utf-8")


if __name__ == "__main__":
    main()
