"""Starts the command line; kept thin, because every forked kernel imports it again."""


def main() -> None:
    """Run the command line."""
    from .cli import app

    app()


if __name__ == "__main__":
    main()
