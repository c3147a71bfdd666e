"""A straight line through yearly values whose errors lean on one another; its slope as a distribution, no classes."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from .series import Floats

GRID = np.linspace(0.0, 0.95, 20)  # correlation from one year to the next
PRIOR = np.ones(GRID.size)
NEWTON_STEPS = 60


@dataclass(frozen=True, eq=False)
class SlopeMixture:
    """Slope of each series at each correlation of the grid: estimates, errors (series, grid) and their weights."""

    slope: Floats
    error: Floats
    weight: Floats
    variance: Floats  # of the residuals, one entry a series
    df: int

    def below(self, slope: Floats) -> Floats:
        """The chance that the true slope lies below `slope`."""
        deviate = (slope[:, None] - self.slope) / self.error
        return (self.weight * special.stdtr(self.df, deviate)).sum(axis=1)

    def density(self, slope: Floats) -> Floats:
        """The density at `slope`, up to the constant of Student's t."""
        deviate = (slope[:, None] - self.slope) / self.error
        return (self.weight / self.error * student_density(deviate, self.df)).sum(axis=1)

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
            low, high = np.where(miss < 0, guess, low), np.where(miss < 0, high, guess)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                step = guess - miss / self.density(guess)
            inside = (step > low) & (step < high)
            guess = np.where(inside, step, (low + high) / 2)
            if np.abs(miss).max(initial=0.0) < 1e-12:
                break
        return guess


def student_density(deviate: Floats, df: int) -> Floats:
    """Density of Student's t."""
    constant = np.exp(special.gammaln((df + 1) / 2) - special.gammaln(df / 2)) / np.sqrt(df * np.pi)
    return constant * (1 + deviate**2 / df) ** (-(df + 1) / 2)


def slope_mixture(points: Floats, years: Floats) -> SlopeMixture:
    """Generalised least squares of full rows `points` (series, years) on `years` at each correlation of the grid.

    Each correlation is weighted by its prior and its restricted likelihood.
    """
    length = years.size
    df = length - 2
    design = np.column_stack([np.ones(length), years - years.mean()])
    slopes, errors, levels, sums = [], [], [], []
    for correlation in GRID:
        whitener = linalg.inv(linalg.cholesky(correlation ** np.abs(years[:, None] - years), lower=True))
        q, r = linalg.qr(whitener @ design, mode="economic")
        line = linalg.solve_triangular(r, q.T @ whitener)[1]
        residuals = whitener - q @ (q.T @ whitener)
        slopes.append(points @ line)
        squares = ((points @ residuals.T) ** 2).sum(axis=1)
        sums.append(squares)
        errors.append(np.sqrt(squares / df) / abs(r[1, 1]))
        levels.append(np.log(np.diag(whitener)).sum() - np.log(np.abs(np.diag(r))).sum())
    rss = np.column_stack(sums)
    likelihood = np.array(levels) - df / 2 * np.log(rss) + np.log(PRIOR)
    weight = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    return SlopeMixture(np.column_stack(slopes), np.column_stack(errors), weight, (weight * rss).sum(axis=1) / df, df)
