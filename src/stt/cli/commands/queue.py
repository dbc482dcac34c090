"""Commands that look at the queue: queue, workers. They work on the database itself and need no key."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say, write
from stt.domain.jobs.queue import QueueLook


def queue(*, data_dir: DataDirOption = None) -> None:
    """Show what waits: how much of each lane and rank, and how long the oldest of it has."""
    look = run(_look(data_dir))
    if not look.waiting:
        say("Nothing waits.")
        return
    rows = (
        (waiting.lane, str(waiting.rank), str(waiting.depth), f"{waiting.oldest_seconds:.0f} s")
        for waiting in look.waiting
    )
    _write_table(("LANE", "RANK", "WAITING", "OLDEST"), rows)


def workers(*, data_dir: DataDirOption = None) -> None:
    """Show which consumers hold what, and for how long it is theirs if they give no sign of life."""
    look = run(_look(data_dir))
    if not look.held:
        say("No consumer holds any work.")
        return
    held = sorted(look.held, key=lambda one: (one.worker_id, one.lane, one.row_id))
    for worker, theirs in groupby(held, key=lambda one: one.worker_id):
        pieces = list(theirs)
        counts = Counter(piece.lane.value for piece in pieces)
        say(f"{worker}: {', '.join(f'{count} of {lane}' for lane, count in sorted(counts.items()))}")
        rows = ((one.lane, one.row_id, str(one.attempt), f"{one.lease_seconds:.0f} s") for one in pieces)
        _write_table(("LANE", "WORK", "ATTEMPT", "LEASE"), rows)


def _write_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


async def _look(data_dir: Path | None) -> QueueLook:
    from stt import bootstrap

    async with bootstrap.queue(load(data_dir=data_dir)) as queue:
        return await queue.look()
