"""Dask's scheduler and worker without the web server that each would open: it would show our work to anybody."""

from typing import Any

from distributed import Scheduler, Worker


class QuietScheduler(Scheduler):
    """A scheduler that listens for TLS connections only."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Open no port."""


class QuietWorker(Worker):
    """A worker that listens for TLS connections only."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Open no port."""
