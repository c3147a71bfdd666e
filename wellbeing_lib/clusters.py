"""Dask for a batch: processes of this machine that nobody else can talk to, or a cluster that runs already.

Whoever can talk to a scheduler or worker of Dask can run code there. So all speak TLS, and both sides must show a
certificate: on this machine one made for the run, whose key is in these processes only.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from .faults import InputError
from .kernels import without_ctrl_c

if TYPE_CHECKING:
    from distributed import Client

SETTINGS = {
    "distributed.worker.daemon": False,  # a daemon may have no children, and each worker has kernels
    "distributed.scheduler.allowed-failures": 2,  # a page that has killed three workers is given up
    "distributed.admin.log-format": "%(message)s",
    "distributed.comm.require-encryption": True,
}
CERTIFICATES = tuple(f"DASK_DISTRIBUTED__COMM__TLS__{name}" for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"))


@contextmanager
def client(scheduler: str | None = None, *, workers: int | None = None) -> Iterator["Client"]:
    """Dask at an address or, without one, on this machine: as many workers as processors, all gone at the end.

    An address must begin with `tls://`, and Dask's own settings must name the certificates; raises `InputError`
    where they do not, and where no scheduler answers. A scheduler that holds them is trusted as this process is.
    """
    import dask.config
    import distributed  # noqa: F401 - brings its own settings, which would go with ours at the end if it came later

    with (
        tempfile.TemporaryDirectory(prefix="wellbeing-batch-") as folder,
        dask.config.set(SETTINGS | {"temporary-directory": folder}),
        _there(scheduler) if scheduler else _here(folder, workers or os.cpu_count() or 1) as found,
    ):
        yield found


@contextmanager
def _there(scheduler: str) -> Iterator["Client"]:
    """A cluster that runs already."""
    from distributed import Client
    from distributed.security import Security

    if not scheduler.startswith("tls://"):
        raise InputError([f'--scheduler "{scheduler}": must start with tls://; without TLS anybody could run code'])
    security = Security()
    if not (security.tls_ca_file and security.tls_client_cert):
        raise InputError(
            [f'--scheduler "{scheduler}": needs certificates: {", ".join(CERTIFICATES)} must name their files']
        )
    try:
        found = Client(scheduler, security=security)
    except (OSError, ValueError) as error:
        said = str(error).partition("\n")[0][:200]
        raise InputError([f'--scheduler "{scheduler}": no scheduler answers ({said})']) from None
    with found:
        yield found


@contextmanager
def _here(folder: str, workers: int) -> Iterator["Client"]:
    """A scheduler and workers of our own, with no page for a browser: the ports that it would open ask for nothing."""
    from distributed import Client, Nanny, SpecCluster
    from distributed.security import Security

    from .quiet_dask import QuietScheduler, QuietWorker

    security = Security.temporary()
    common: dict[str, Any] = {"protocol": "tls://", "host": "127.0.0.1", "security": security}
    worker = {
        "cls": Nanny,
        "options": common
        | {"nthreads": 1, "memory_limit": 0, "local_directory": folder, "silence_logs": 50}
        | {"worker_class": QuietWorker},
    }
    with ExitStack() as ended:
        with without_ctrl_c():
            cluster = SpecCluster(
                scheduler={"cls": QuietScheduler, "options": common | {"port": 0, "dashboard": False}},
                workers=dict.fromkeys(range(workers), worker),
                security=security,
                silence_logs=50,  # pyright: ignore[reportArgumentType] - the level of a log, as LocalCluster gives it
            )
            ended.enter_context(cluster)
        yield ended.enter_context(Client(cluster))
