"""Fetches from Sotkanet, Statistics Finland and the city's spreadsheets into snapshots; the only network user."""

from . import own_figures
from .accepting import accept_title
from .fetching import Fetched, fetch
from .own_figures import read_own_figures, write_template
from .progress import Progress
from .web import Patience

__all__ = [
    "Fetched",
    "Patience",
    "Progress",
    "accept_title",
    "fetch",
    "own_figures",
    "read_own_figures",
    "write_template",
]
