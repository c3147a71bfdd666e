"""The one exception that a person can act on; every other exception is a mistake of ours."""

from collections.abc import Iterable


class InputError(Exception):
    """Faults in what came in, one sentence each: the file, the key, the value, what is possible.

    >>> str(InputError(["params/2024.yaml: year = 2025: the file is named 2024"]))
    'params/2024.yaml: year = 2025: the file is named 2024'
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))

    def _render_traceback_(self) -> list[str]:
        """The sentences alone: IPython asks an exception for this, and in a notebook a traceback would help nobody."""
        return list(self.faults)
