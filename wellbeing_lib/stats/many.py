"""What many tests on one page let us claim: the false discovery rate; no single test is made here."""

import numpy as np
from numpy.typing import ArrayLike

from .series import Floats


def fdr_adjust(p: ArrayLike, axis: int = -1) -> Floats:
    """Benjamini and Hochberg's adjusted p (q) along `axis`.

    Of what is told with q <= .05 at most one in twenty is false on average. Chosen over Bonferroni because a page that
    judges twenty indicators asks how many of its findings are chance, not whether any is (Benjamini & Hochberg 1995).
    NaN stays NaN and is not counted in the family.

    >>> fdr_adjust([0.01, 0.04, float("nan"), 0.03]).round(4).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    family = np.moveaxis(np.asarray(p, dtype=float), axis, -1)
    order = np.argsort(family, axis=-1)  # NaN sorts last
    ranked = np.take_along_axis(family, order, axis=-1)
    tested = (~np.isnan(family)).sum(axis=-1, keepdims=True)
    scaled = np.where(np.isnan(ranked), np.inf, ranked * tested / np.arange(1, family.shape[-1] + 1))
    smallest = np.minimum.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1]
    q = np.empty_like(family)
    np.put_along_axis(q, order, np.minimum(smallest, 1.0), axis=-1)
    return np.moveaxis(np.where(np.isnan(family), np.nan, q), -1, axis)
