"""Files that are written whole or not at all, and of which nothing is left where that fails (a full disk, Ctrl-C)."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put a file of this content in the place of `path`; its folder must be there. What it was stays on an error."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
