"""How far long measurements are."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Step = Callable[[float], None]
"""Hears how far a measurement is, 0 to 1."""
Begin = Callable[[str], Step]
"""Hears what begins."""


@contextlib.contextmanager
def bars() -> Iterator[Begin]:
    """A bar for each measurement that begins; where there is no terminal, a line."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False)) as progress:

        def begin(what: str) -> Step:
            bar = progress.add_task(what, total=1.0)
            if not progress.console.is_terminal:
                progress.console.print(f"{what} ...")
            return lambda part: progress.update(bar, completed=part)

        yield begin
