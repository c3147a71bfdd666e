"""How a command speaks: plain lines on standard error, one sentence a fault, exit code 1 where something is wrong."""

import errno
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from typer.core import TyperGroup

from ..faults import InputError, harmless

ROOT = Path(__file__).parent.parent.parent
# What the machine refuses and a person can mend: a full disk, a folder that must not be written, a name too long.
MACHINE = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "EFBIG", "ENAMETOOLONG")
}
NO_ROOM = (
    "the folder for temporary files cannot be written to or is full: make room there, or set TMPDIR to another folder; "
    "the last good version is untouched"
)


class HarmlessConsole(Console):
    """Prints what it is given as plain text: no markup, and nothing that acts on a terminal.

    A message may repeat a file's name, a cell or a manifest of somebody else's. Every command prints through this.
    """

    def print(self, *objects: Any, **named: Any) -> None:
        """Print a line of text; a line break within a text is shown as one, and cannot make a line of its own."""
        named |= {"markup": False, "emoji": False}
        super().print(*(harmless(one) if isinstance(one, str) else one for one in objects), **named)


console = HarmlessConsole(stderr=True, highlight=False, soft_wrap=True)  # what a command says
out = HarmlessConsole(highlight=False, soft_wrap=True)  # what a command gives, for a file or the next command


class Speaking(TyperGroup):
    """A group whose commands may raise `InputError`; the person sees its sentences and no traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **named: Any) -> Any:
        """Begin with arguments that cannot act on a terminal when a message repeats them; no right value loses any."""
        given = sys.argv[1:] if args is None else args
        return super().main([harmless(one) for one in given], *rest, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            for fault in error.faults:
                console.print(fault)
            sys.exit(1)
        except OSError as error:
            if _lacks_temporary(error):
                console.print(NO_ROOM)
            elif error.errno in MACHINE:
                where = f"{Path(os.fsdecode(error.filename)).name[:80]}: " if error.filename else ""
                console.print(f"{where}{error.strerror}; the last good version is untouched")
            else:
                raise
            sys.exit(1)
        except Exception as error:
            if not _lacks_temporary(error):
                raise
            sys.unraisablehook = lambda _: None  # the spreadsheet left half written would say it again, at length
            console.print(NO_ROOM)
            sys.exit(1)


def _lacks_temporary(error: Exception) -> bool:
    """Whether no temporary file could be written: what tempfile says, and lxml where openpyxl writes a sheet."""
    of_tempfile = isinstance(error, FileNotFoundError) and "temporary directory" in str(error.strerror)
    kind = type(error)  # told by its name, for lxml is imported by few commands
    return of_tempfile or (kind.__module__, kind.__name__) == ("lxml.etree", "SerialisationError")


def year_of(text: str) -> int:
    """The year that a person typed; raises `InputError` unless it is four digits."""
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise InputError([f'YEAR = "{text}": must be a year of four digits, such as 2024'])
    return int(text)


def municipality_of(text: str) -> str | None:
    """The municipality code that a person typed, None for the default one; raises `InputError` unless three digits."""
    if text and not re.fullmatch(r"\d{3}", text, re.ASCII):
        raise InputError([f'MUNICIPALITY = "{text}": must be a municipality code of three digits, such as 205 or 091'])
    return text or None


def shown(path: Path) -> str:
    """A path as a person sees it: below the project, never of one machine."""
    return path.relative_to(ROOT).as_posix()
