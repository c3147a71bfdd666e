"""What sums give away of cells that are not published: an attacker with linear algebra; arrays in, arrays out.

Cells are numbers of people, so they are at least 0. Each row of `sums` is one equation, `sums @ cells = 0`, such as
all - women - men = 0.
"""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def determined(sums: Numbers, known: Flags) -> Flags:
    """Which of the unknown cells have one possible value only: no direction that keeps every sum moves them.

    >>> determined(np.array([[1.0, -1.0, -1.0]]), np.array([True, True, False])).tolist()
    [False, False, True]
    """
    unknown = np.flatnonzero(~known)
    found = np.zeros(known.size, dtype=bool)
    if not unknown.size or not len(sums):
        return found
    _, sizes, directions = np.linalg.svd(sums[:, unknown])
    free = directions[int((sizes > 1e-9).sum()) :]
    found[unknown] = ~np.any(np.abs(free) > 1e-9, axis=0)
    return found


def surely_small(sums: Numbers, low: Numbers, high: Numbers, *, threshold: float) -> Flags:
    """Which unknown cells (`high` infinite) can only be under the threshold; `low` to `high` is what is known of each.

    One question first: can all of them reach the threshold at once? Only if they cannot is each one asked about.
    Figures that contradict their own sums give nothing away.

    >>> low, high = np.array([40.0, 38.0, 0.0]), np.array([40.0, 38.0, np.inf])
    >>> surely_small(np.array([[1.0, -1.0, -1.0]]), low, high, threshold=5).tolist()
    [False, False, True]
    """
    unknown = np.flatnonzero(np.isinf(high))
    found = np.zeros(low.size, dtype=bool)
    if not unknown.size or not len(sums):
        return found
    raised = low.copy()
    raised[unknown] = threshold
    if _most(np.zeros(low.size), sums, raised, high) is not None:
        return found
    for cell in unknown:
        most = _most(np.eye(low.size)[cell], sums, low, high)
        found[cell] = most is not None and most < threshold - 1e-6
    return found


def _most(goal: Numbers, sums: Numbers, low: Numbers, high: Numbers) -> float | None:
    """The largest value of a goal within the bounds, infinite where nothing bounds it, None where nothing fits."""
    from scipy.optimize import linprog  # slow to import, and few forms need it

    bounds = np.column_stack([low, high])
    answer = linprog(-goal, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs")
    if answer.status == 3:
        return float("inf")
    return -float(answer.fun) if answer.status == 0 else None
