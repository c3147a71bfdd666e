"""The helper library of the wellbeing workbook: `wl.load(...)` in a notebook, `wellbeing` on the command line.

Nothing is imported before it is asked for, so that the command line can answer without pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .appendix import Appendix
    from .book import Book, load
    from .finding import explore

MODULES = {"Appendix": ".appendix", "Book": ".book", "explore": ".finding", "load": ".book"}
__all__ = ["Appendix", "Book", "explore", "load"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(MODULES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
