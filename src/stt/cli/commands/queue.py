"""The command that looks at the queue. It works on the database itself and needs no key."""

from pathlib import Path

from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say, write_table
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
    write_table(("LANE", "RANK", "WAITING", "OLDEST"), rows)


async def _look(data_dir: Path | None) -> QueueLook:
    from stt import bootstrap

    async with bootstrap.queue(load(data_dir=data_dir)) as queue:
        return await queue.work.look()
