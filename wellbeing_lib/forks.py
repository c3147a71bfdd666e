"""What a forked process does: be a kernel, or wait for the runner's end and clear up after it; see `kernels`."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

# What can bring something into a chapter from outside, by the names that Python's audit gives.
OPENING = {"open", "os.listdir", "os.scandir", "sqlite3.connect", "socket.connect", "subprocess.Popen", "os.system"}
FILES = {"open", "os.listdir", "os.scandir"}

opened: set[str] | None = None  # what this kernel has opened; None in a process that is none


def be_kernel(arguments: list[str], cwd: str, env: dict[str, str]) -> None:
    """Be an IPython kernel until the runner ends it or ends itself. Runs in the forked process."""
    from ipykernel.kernelapp import IPKernelApp  # the runner itself needs no kernel

    os.setsid()  # as jupyter_client does: the terminal's Ctrl-C is not for kernels, and a kernel ends with its children
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # is jupyter_client's way to interrupt a cell
    _die_with_runner()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    _forget_fork(arguments)
    app = IPKernelApp.instance()
    # Without history: nobody reads a file of it. With the server as parent: ipykernel ends when that has died.
    app.initialize([*arguments, "--HistoryManager.enabled=False", f"--IPKernelApp.parent_handle={os.getppid()}"])
    _note_what_is_opened()
    app.start()


def _forget_fork(arguments: list[str]) -> None:
    """Undo what would let a notebook tell that its kernel is a fork."""
    sys.argv = ["ipykernel_launcher", *arguments]
    multiprocessing.current_process().daemon = False  # a daemon may have no children
    multiprocessing.set_start_method(None, force=True)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else all kernels draw the same numbers
    if matplotlib := sys.modules.get("matplotlib"):
        # Was imported before the environment said where to draw; this is what ipykernel says if nobody does.
        matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", "module://matplotlib_inline.backend_inline")


def _note_what_is_opened() -> None:
    """Write down what the cells open from now on; that cannot be undone, and ends with the kernel.

    Where modules are looked for is listed at every import and not written down: a module that is found is opened.
    """
    global opened
    noted = opened = set[str]()
    tempfile.gettempdir()  # is found by writing a file, which would be taken for the chapter's
    searched = {str(Path(folder).absolute()) for folder in sys.path}

    def note(event: str, arguments: tuple) -> None:
        if event in FILES and isinstance(arguments[0], str | bytes | os.PathLike):
            path = str(Path(os.fsdecode(arguments[0])).absolute())
            if event == "open" or path not in searched:
                noted.add(path)
        elif event in OPENING - FILES:
            noted.add(event)

    sys.addaudithook(note)


def _die_with_runner() -> None:
    """Have this kernel and its children killed when the runner is gone, however it went."""
    sentinel = _runner_sentinel()
    threading.Thread(target=_kill_group_after, args=(sentinel,), daemon=True).start()
    if sys.platform == "linux":  # the system kills at once; the thread must wait while a cell holds Python's lock
        import fcntl

        fcntl.fcntl(sentinel, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _kill_group_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os.killpg(0, signal.SIGKILL)


def remove_after_runner(folder: str) -> None:
    """Wait for the end of the runner and remove its `folder`, in case it could not. Runs in the forked process."""
    os.setsid()
    multiprocessing.connection.wait([_runner_sentinel()])
    _until_gone(multiprocessing.parent_process())  # which may be removing the folder itself, as its last act
    shutil.rmtree(folder, ignore_errors=True)


def _until_gone(runner: BaseProcess | None) -> None:
    """Wait until a process that is ending has ended, two seconds at most: one that nobody asks after stays listed."""
    deadline = time.monotonic() + 2
    with contextlib.suppress(OSError):
        while runner and runner.pid and time.monotonic() < deadline:
            os.kill(runner.pid, 0)
            time.sleep(0.02)


def _runner_sentinel() -> int:
    """The file descriptor that is readable once the runner has ended."""
    runner = multiprocessing.parent_process()
    if runner is None:
        raise RuntimeError("Only a forked process has a runner")
    return runner.sentinel
