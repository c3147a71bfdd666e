"""Starts notebook kernels by forking one process in which everything is imported already; it runs no cell itself.

A chapter's own kernel costs seconds of imports; a fork of a warmed process is ready in well under .1 s. `report` says

    kernels.warm("pandas", "seaborn")  # first thing: the imports go on beside our own
    kernels.run_in_threads(
        lambda chapter: papermill.execute_notebook(
            chapter, target(chapter), parameters=parameters, **kernels.engine_arguments(cwd=root)
        ),
        chapters,
        threads=os.cpu_count(),
    )

WELLBEING_KERNELS=ordinary in the environment forces ordinary kernels; Windows always has them.
"""

import concurrent.futures
import contextlib
import multiprocessing
import multiprocessing.resource_tracker
import multiprocessing.util
import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_event_loop

from . import forks

# What an IPython kernel imports when it starts, found by comparing sys.modules before and after.
KERNEL_IMPORTS = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "debugpy", "sqlite3", "tornado.platform.asyncio"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.extensions.storemagic"),
)

# How an IPython kernel of this very Python is started.
COMMAND = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")

Notebook = TypeVar("Notebook")
Answer = TypeVar("Answer")

_once = threading.Lock()
_warmed = threading.Event()


def warm(*imports: str) -> None:
    """Start the process that kernels are forked from, without waiting until it has imported `imports`.

    The package itself and IPython's kernel are imported in any case. Only the first call counts. A keeper process
    is forked with it, because multiprocessing leaves its folder behind when the runner is killed.
    """
    with _once:
        if _warmed.is_set() or not _can_fork():
            return
        _warmed.set()
        # As ipykernel's own kernelspecs do: without it debugpy prints three lines of warning at import.
        os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        multiprocessing.set_forkserver_preload([forks.__name__, *KERNEL_IMPORTS, *imports])
        keeper = _fork(forks.remove_after_runner, multiprocessing.util.get_temp_dir())
    threading.Thread(target=_start_quietly, args=(keeper,), daemon=True).start()


def engine_arguments(*, cwd: Path | str) -> dict[str, Any]:
    """Arguments that make `papermill.execute_notebook` use a kernel of ours, in the folder `cwd`.

    The folder goes to the kernel alone: papermill's own `cwd` changes that of the whole process, under the feet of
    the other threads. The notebook is written once, at its end, and its kernel is killed rather than asked to leave,
    which takes .15 s and tells nothing new: all outputs have arrived.
    """
    return {
        "kernel_manager_class": Manager,
        "resources": {"metadata": {"path": str(cwd)}},
        "shutdown_kernel": "immediate",
        "progress_bar": False,
        "request_save_on_cell_execute": False,
        "autosave_cell_every": 0,
    }


def run_in_threads(
    execute: Callable[[Notebook], Answer], notebooks: Iterable[Notebook], *, threads: int | None = None
) -> list[Answer]:
    """The answers of `execute` to each of `notebooks`, in their order, worked out in `threads` at a time.

    Threads are enough, since the kernels do the work. After the first error, and after Ctrl-C, kernels still busy
    are killed and notebooks not begun are left: nobody waits for a result that will not be used.
    """
    warm()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(_execute_and_close_loop, execute, notebook) for notebook in notebooks]
        try:
            for future in concurrent.futures.as_completed(futures):
                future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(future.done() for future in futures):
                _kill_kernels()  # again and again, for one may just be starting
                time.sleep(0.05)
            raise
        return [future.result() for future in futures]


@contextlib.contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Threads and processes that are started here never see the terminal's Ctrl-C; this thread sees it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    multiprocessing.resource_tracker.ensure_running()  # it lets SIGINT through again wherever it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Client(AsyncKernelClient):
    """A client that is ready as soon as the kernel is; jupyter_client's waits for .2 s of silence each time."""

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Open the channels, and knock every 5 ms until the kernel opens: ZeroMQ's habit is every 100 ms."""
        self.context.setsockopt(zmq.RECONNECT_IVL, 5)
        super().start_channels(*args, **kwargs)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered a request on both channels that outputs depend on.

        Silence after that is not needed: nbclient takes only messages that answer its own requests. Raises
        RuntimeError like the method it replaces.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            request = self.kernel_info()
            with contextlib.suppress(Empty):
                reply = await _message_about(request, self.shell_channel, patience=1)
                await _message_about(request, self.iopub_channel, patience=0.2)
                return self._handle_kernel_info_reply(reply)
            if not await self.is_alive():
                raise RuntimeError("The kernel died before it was ready")
            if time.monotonic() > deadline:
                raise RuntimeError(f"The kernel was not ready in {timeout} seconds")


class Manager(AsyncKernelManager):
    """A kernel manager for papermill and nbclient whose kernels are forks; give it as `kernel_manager_class`.

    It talks over Unix sockets, because free TCP ports are taken by others before the kernel binds them. On Linux they
    are abstract and leave no file; elsewhere they lie in the private folder that multiprocessing removes at exit.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Prepare a kernel's addresses; nothing is started yet."""
        folder, name = Path(multiprocessing.util.get_temp_dir()), uuid.uuid4().hex
        if sys.platform != "win32":
            address = f"@wellbeing-{name}" if sys.platform == "linux" else str(folder / name[:8])
            kwargs = {"transport": "ipc", "ip": address, **kwargs}
        super().__init__(connection_file=str(folder / f"{name}.json"), client_factory=Client, **kwargs)
        # Not the one of that name in the user's Jupyter folder, which may run anything.
        self._kernel_spec = KernelSpec(argv=list(COMMAND), display_name="Python 3", language="python")
        self.provisioner = Provisioner(kernel_spec=self.kernel_spec, parent=self)


class Provisioner(LocalProvisioner):
    """Forks the kernel, or starts an ordinary one where that cannot be done or is not wanted."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel of command `cmd`; a failed fork is logged, and later kernels do not try again."""
        kwargs["env"] = _without_startup(kwargs["env"])
        if not _is_our_python(cmd) or not _can_fork():
            return await super().launch_kernel(cmd, **kwargs)
        warm()
        kernel = _fork(forks.be_kernel, cmd[3:], str(kwargs.get("cwd") or Path.cwd()), dict(kwargs["env"]))
        try:
            kernel.start()
        except (OSError, EOFError):
            self.log.warning("A kernel could not be forked; ordinary kernels are used from now on", exc_info=True)
            os.environ["WELLBEING_KERNELS"] = "ordinary"
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.cwd = _Popen(kernel), kwargs.get("cwd")
        self.pid = self.pgid = kernel.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and see it gone, which takes 1 ms; jupyter_client would look again only after 100."""
        await super().kill(restart)
        if self.process:
            self.process.wait()


class _Popen:
    """A forked kernel with what jupyter_client asks of a subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, kernel: BaseProcess) -> None:
        self.kernel = kernel
        self.kill, self.terminate = kernel.kill, kernel.terminate

    def poll(self) -> int | None:
        return self.kernel.exitcode

    def wait(self) -> int | None:
        self.kernel.join()
        return self.kernel.exitcode

    def send_signal(self, signum: int) -> None:
        os.kill(self.kernel.pid or 0, signum)


def _without_startup(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a kernel in which nothing of the user's runs before the first cell.

    That is: IPython's profile is an empty one in our private folder, and PYTHONSTARTUP is not set.
    """
    profile = Path(multiprocessing.util.get_temp_dir()) / "ipython"
    kept = {name: value for name, value in env.items() if name != "PYTHONSTARTUP"}
    return kept | {"IPYTHONDIR": str(profile)}


def _can_fork() -> bool:
    wanted = os.environ.get("WELLBEING_KERNELS") != "ordinary"
    return wanted and "forkserver" in multiprocessing.get_all_start_methods()


def _is_our_python(cmd: list[str]) -> bool:
    """Whether `cmd` starts an IPython kernel in the environment we run in, so that a fork of us is the same."""
    return cmd[1:3] == ["-m", "ipykernel_launcher"] and Path(cmd[0]).parent == Path(sys.executable).parent


def _fork(target: Callable[..., None], *args: Any) -> BaseProcess:
    # A daemon is ended at the runner's exit; others are waited for, and a busy kernel could take for ever.
    return multiprocessing.get_context("forkserver").Process(
        target=target, args=args, name=target.__name__, daemon=True
    )


def _start_quietly(keeper: BaseProcess) -> None:
    # The first kernel meets the same fault and reports it.
    with contextlib.suppress(OSError, EOFError), without_ctrl_c():
        keeper.start()


def _kill_kernels() -> None:
    for child in multiprocessing.active_children():
        if child.name == forks.be_kernel.__name__:
            child.kill()


def _execute_and_close_loop(execute: Callable[[Notebook], Answer], notebook: Notebook) -> Answer:
    try:
        return execute(notebook)
    finally:
        ensure_event_loop().close()  # nbclient leaves the event loop of a thread open


async def _message_about(request: str, channel: Any, *, patience: float) -> dict[str, Any]:
    """The first message of `channel` that answers `request`; `queue.Empty` after `patience` seconds of silence."""
    while True:
        message = await channel.get_msg(timeout=patience)
        if message["parent_header"].get("msg_id") == request:
            return message
