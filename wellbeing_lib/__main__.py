"""Starts the command line; kept thin, because every forked kernel imports it again."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, also while it is still being imported."""
    try:
        from .cli import app

        app()
    except KeyboardInterrupt:
        sys.stderr.write("Aborted.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
