"""Reads files that somebody else may have put there: regular files only, and never more than they may hold."""

import os
import stat
from pathlib import Path

from .faults import InputError

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_regular(path: Path, *, most: int, shown: str = "") -> bytes:
    """The whole content of a regular file, or of the one that a link leads to.

    A pipe is never waited for and a device never read. `most` is the largest size in bytes, `shown` what a message
    calls the file (without it, its name). Raises `InputError` where it is missing, is anything else than a regular
    file, is larger, cannot be read, or has a name that is not UTF-8.
    """
    shown = shown or path.name
    try:
        os.fsencode(path).decode("utf-8")
        _refuse_kind(path.stat().st_mode, shown)  # opening alone would wait for a pipe and could start a device
        with open(path, "rb", opener=_opened) as file:
            found = os.fstat(file.fileno())
            _refuse_kind(found.st_mode, shown)  # it may have become another since
            content = file.read(most + 1)
    except UnicodeDecodeError:
        raise InputError([f"{shown}: its name is not UTF-8; give it another one"]) from None
    except FileNotFoundError:
        why = "is a link to a file that is not there" if path.is_symlink() else "there is no such file"
        raise InputError([f"{shown}: {why}"]) from None
    except (OSError, ValueError) as error:
        raise InputError([f"{shown}: cannot be read: {getattr(error, 'strerror', error)}"]) from None
    if len(content) > most:
        size = max(found.st_size, len(content))
        raise InputError([f"{shown}: has {size:,} bytes; at most {most:,} are possible"])
    return content


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_kind(mode: int, shown: str) -> None:
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise InputError([f"{shown}: is {kind}; it must be a file"])
