"""The one exception that a person can act on; every other exception is a mistake of ours."""

import re
from collections.abc import Iterable

# Control characters, line breaks, marks of direction, halves of a character.
_ACTIVE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class InputError(Exception):
    """Faults in what came in, one sentence each: the file, the key, the value, what is possible.

    >>> str(InputError(["params/2024.yaml: year = 2025: the file is named 2024"]))
    'params/2024.yaml: year = 2025: the file is named 2024'
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(harmless(fault) for fault in faults)
        super().__init__("\n".join(self.faults))

    def _render_traceback_(self) -> list[str]:
        """The sentences alone: IPython asks an exception for this, and in a notebook a traceback would help nobody."""
        return list(self.faults)


def harmless(text: str) -> str:
    """A text on one line that a terminal and a log can take: what could act there is shown instead.

    A fault repeats what it found, and that may be anything: a second line would look like a fault of its own.

    >>> harmless("doen\\n\\x1b[2J")
    'doen\\\\n\\\\x1b[2J'
    """
    return _ACTIVE.sub(lambda found: ascii(found.group())[1:-1], text)
