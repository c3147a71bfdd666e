"""A straight line through yearly values whose errors lean on one another; its slope as a distribution, no classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from .series import Floats

CORRELATIONS = (0.0, 0.5, 0.95)  # from one year to the next
WEIGHTS = (0.68, 0.05, 0.27)  # before the series is seen; chosen by simulation, see docs/methods.md
SHARPNESS = 2.0  # how often the likelihood counts; above 1 the accounts are told apart sooner
NEWTON_STEPS = 80


@dataclass(frozen=True, eq=False)
class SlopeMixture:
    """Slope of each series under each correlation: estimates, errors and weights (series, correlations)."""

    slope: Floats
    error: Floats
    weight: Floats
    variance: Floats  # of the residuals, one entry a series
    df: int

    def below(self, slope: Floats) -> Floats:
        """The chance that the true slope lies below `slope`."""
        return (self.weight * special.stdtr(self.df, self.deviate(slope))).sum(axis=1)

    def p(self) -> Floats:
        """Twice the smaller chance that the slope is below or above 0; so it agrees with the quantiles."""
        at_zero = self.deviate(np.zeros(len(self.slope)))
        left = (self.weight * special.stdtr(self.df, at_zero)).sum(axis=1)
        right = (self.weight * special.stdtr(self.df, -at_zero)).sum(axis=1)
        return np.minimum(2 * np.minimum(left, right), 1.0)

    def deviate(self, slope: Floats) -> Floats:
        """How many errors `slope` lies above each estimate."""
        return (slope[:, None] - self.slope) / self.error

    def mean(self) -> Floats:
        """The mean slope over the correlations."""
        return (self.weight * self.slope).sum(axis=1)

    def quantile(self, chance: float) -> Floats:
        """The slope below which the true one lies with this `chance`: Newton's steps kept inside a bracket."""
        ends = self.slope + self.error * special.stdtrit(self.df, chance)
        low, high = ends.min(axis=1), ends.max(axis=1)
        guess = (self.weight * ends).sum(axis=1)
        for _ in range(NEWTON_STEPS):
            miss = self.below(guess) - chance
            if np.abs(miss).max(initial=0.0) < 1e-13:
                break
            low, high = np.where(miss < 0, guess, low), np.where(miss < 0, high, guess)
            density = (self.weight / self.error * student_density(self.deviate(guess), self.df)).sum(axis=1)
            step = guess - miss / np.maximum(density, 1e-300)
            guess = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        return guess


def student_density(deviate: Floats, df: int) -> Floats:
    """Density of Student's t."""
    constant = np.exp(special.gammaln((df + 1) / 2) - special.gammaln(df / 2)) / np.sqrt(df * np.pi)
    return constant * (1 + deviate**2 / df) ** (-(df + 1) / 2)


def slope_mixture(
    points: Floats,
    years: Floats,
    *,
    correlations: Sequence[float] = CORRELATIONS,
    weights: Sequence[float] = WEIGHTS,
    sharpness: float = SHARPNESS,
) -> SlopeMixture:
    """The slope of full rows `points` (series, years) on `years`, averaged over how strongly years hang together.

    Under each correlation the line is fitted by generalised least squares; its weight is what we gave it beforehand
    times its restricted likelihood to the power `sharpness`. Rows must not lie exactly on a line. Chosen by simulation
    among ten remedies: ten points cannot tell how strong the correlation is, but often whether it is strong at all.
    """
    fits = [line_under(points, years, correlation) for correlation in correlations]
    slope, error, level = (np.column_stack(part) for part in zip(*fits, strict=True))
    level = sharpness * level + np.log(np.array(weights))
    weight = np.exp(level - level.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    residual = points - points.mean(axis=1, keepdims=True)
    away = years - years.mean()
    residual = residual - np.outer(residual @ away / (away @ away), away)
    df = years.size - 2
    return SlopeMixture(slope, error, weight, (residual**2).sum(axis=1) / df, df)


def line_under(points: Floats, years: Floats, correlation: float) -> tuple[Floats, Floats, Floats]:
    """Slopes, their errors and the restricted log-likelihood when errors fade as `correlation` to the years between."""
    away = years - years.mean()
    together = correlation ** np.abs(years[:, None] - years)
    whitener = linalg.inv(linalg.cholesky(together, lower=True))
    q, r = np.linalg.qr(whitener @ np.column_stack([np.ones(years.size), away]))
    direction = np.linalg.solve(r, q.T @ whitener)[1]
    leftover = whitener - q @ (q.T @ whitener)
    squares = ((points @ leftover.T) ** 2).sum(axis=1)
    df = years.size - 2
    error = np.sqrt(squares / df) / abs(r[1, 1])
    constant = np.log(np.diag(whitener)).sum() - np.log(np.abs(np.diag(r))).sum()
    return points @ direction, error, constant - df / 2 * np.log(squares)
