"""One process at a time where two would spoil each other's work; the system lets go when the process ends, however."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .faults import InputError


@contextmanager
def alone(lock: Path, *, otherwise: str) -> Iterator[None]:
    """Hold the file `lock` for as long as the block runs; raises `InputError` with a sentence where another holds it.

    Nobody waits: whoever started a second run had better know of the first.
    """
    from filelock import FileLock, Timeout  # "nothing has changed" needs no lock

    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout:
        raise InputError([otherwise]) from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps a file that is held
            lock.unlink()  # before letting go: filelock takes no lock on a file that has lost its name
        held.release()
