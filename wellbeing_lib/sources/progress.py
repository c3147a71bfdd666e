"""Shows how far a fetch is: a bar on a terminal, plain lines elsewhere, nothing without a console."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console


@dataclass(frozen=True)
class Progress:
    """Where progress is shown: the caller's rich console, or nowhere."""

    console: Console | None

    @contextmanager
    def over(self, steps: int) -> Iterator[Callable[[str], None]]:
        """Give the function that is told each step in a sentence."""
        if self.console is None:
            yield lambda sentence: None
        elif not self.console.is_terminal:
            yield lambda sentence: self._line(sentence)
        else:
            yield from self._bar(steps)

    def _line(self, sentence: str) -> None:
        if self.console is not None:
            self.console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def _bar(self, steps: int) -> Iterator[Callable[[str], None]]:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
        )
        with Bar(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task("", total=steps)
            yield lambda sentence: bar.update(task, advance=1, description=sentence)
