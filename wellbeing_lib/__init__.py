"""The helper library of the wellbeing workbook: `wl.load(...)` in a notebook, `wellbeing` on the command line.

Nothing is imported before it is asked for, so that the command line can answer without pandas.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .appendix import Appendix, load

__all__ = ["Appendix", "load"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import appendix

        return getattr(appendix, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
