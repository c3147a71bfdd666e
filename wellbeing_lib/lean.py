"""Keeps a library from importing what only a use that is not ours would need; imports nothing itself."""

import sys

# A grammar of web addresses that jsonschema tries to import, and does without; building it takes .9 s of a start of 3.
UNUSED = ("rfc3987_syntax",)


def leave_out_unused() -> None:
    """Let an import of what we do not need fail from now on, as it does where it is not installed."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # pyright: ignore[reportArgumentType] - None is what makes it fail
