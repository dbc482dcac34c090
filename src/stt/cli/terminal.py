"""What a person sees: results on stdout, everything else on stderr."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

Show = Callable[[str, float, str], None]
"""Takes what is going on, how far it is in percent, and a detail."""

LINE_SECONDS = 10.0
"""How often progress is told where there is no terminal to draw a bar on."""

messages = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
results = Console(highlight=False, markup=False, soft_wrap=True)


def say(text: str) -> None:
    """Tell the person something that is not the result."""
    messages.print(text)


def write(text: str) -> None:
    """Put a result on stdout as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def write_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Put rows on stdout under their headings, in columns."""
    table = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def write_bytes(body: bytes) -> None:
    """The same for what is no text, or has to be UTF-8 whatever the terminal's encoding is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def is_terminal() -> bool:
    """Whether stdout is one, and not a file or another program."""
    return sys.stdout.isatty()


@contextlib.contextmanager
def progress() -> Iterator[Show]:
    """Show how far something is: bars on a terminal, else a line now and then."""
    if not messages.is_terminal:
        yield _Lines().show
        return
    with _bars() as bars:
        yield _Rows(bars).show


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", style="dim", markup=False),
        console=messages,
    )


class _Rows:
    """One bar for each thing that goes on."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._rows: dict[str, TaskID] = {}

    def show(self, label: str, percent: float, detail: str = "") -> None:
        if label not in self._rows:
            for row in self._rows.values():
                self._bars.update(row, completed=100)
            self._rows[label] = self._bars.add_task(label, total=100, detail=detail)
        self._bars.update(self._rows[label], completed=percent, detail=detail)


class _Lines:
    """A line when something new begins, every few seconds, and at the end."""

    def __init__(self) -> None:
        self._last = ("", "")
        self._percent = 0.0
        self._said_at = 0.0

    def show(self, label: str, percent: float, detail: str = "") -> None:
        now = time.monotonic()
        ends = percent >= 100 > self._percent
        if (label, detail) == self._last and now - self._said_at < LINE_SECONDS and not ends:
            return
        self._last, self._percent, self._said_at = (label, detail), percent, now
        say(f"{label}: {percent:.0f} %" + (f", {detail}" if detail else ""))
