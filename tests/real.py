"""The large real data, which do not ship with the project: where they lie, and the mark of tests that need them."""

import os
from pathlib import Path

import pytest


def upstream() -> Path | None:
    """The folder of real answers and harvested observations, where WELLBEING_UPSTREAM names one."""
    folder = os.environ.get("WELLBEING_UPSTREAM")
    return Path(folder) if folder else None


# 300,000 observations are not committed; without them these tests have nothing to run against, and say so.
REAL = pytest.mark.skipif(upstream() is None, reason="NOT RUN: WELLBEING_UPSTREAM does not name the large real data")
