"""Draws a verdict: each function gives a `Chart` with its drawing, words and figures; nothing is computed here."""

from .canvas import Chart, Words
from .dots import dots
from .small import sparkline, status_bar
from .target import target
from .trend import trend

__all__ = ["Chart", "Words", "dots", "sparkline", "status_bar", "target", "trend"]
