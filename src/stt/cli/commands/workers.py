"""Commands for consumers: workers list, pause, resume, drain. They work on the database itself and need no key."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say, write_table
from stt.domain.jobs.queue import Duty, Held, QueueLook, Worker

app = typer.Typer(help="See who works, and have consumers pause, go on or end.")
WorkerId = Annotated[str, typer.Argument(metavar="WORKER", help="The id that 'stt workers list' shows.")]

HEADINGS = ("WORKER", "DUTY", "LANE", "WORK", "ATTEMPT", "LEASE")
SILENT = "silent"
"""Shown for the duty of one that has not told of itself for half a minute."""


@app.callback(invoke_without_command=True)
def _list_where_nothing_is_said(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_()


@app.command("list")
def list_(*, data_dir: DataDirOption = None) -> None:
    """Show the consumers that run, what they hold, and how long it is theirs if they give no sign of life."""
    look, running = run(_look(data_dir))
    rows = _rows(look, running)
    if not rows:
        say("No consumer runs, and none holds any work.")
        return
    write_table(HEADINGS, rows)


@app.command()
def pause(worker: WorkerId, *, data_dir: DataDirOption = None) -> None:
    """Have a consumer take no new work; it finishes what it holds, and waits."""
    run(_want(worker, Duty.PAUSE, data_dir))
    say(f"{worker} takes no new work until 'stt workers resume {worker}'.")


@app.command()
def resume(worker: WorkerId, *, data_dir: DataDirOption = None) -> None:
    """Have a paused consumer take work again."""
    run(_want(worker, Duty.WORK, data_dir))
    say(f"{worker} takes work.")


@app.command()
def drain(worker: WorkerId, *, data_dir: DataDirOption = None) -> None:
    """Have a consumer finish what it holds and end, with exit code 0; that cannot be taken back."""
    run(_want(worker, Duty.DRAIN, data_dir))
    say(f"{worker} takes no new work, and ends when it has finished what it holds.")


def _rows(look: QueueLook, running: Sequence[Worker]) -> list[tuple[str, ...]]:
    duties = {worker.worker_id: worker.duty.value for worker in running}
    held = sorted(look.held, key=lambda one: (one.worker_id, one.lane, one.row_id))
    idle = duties.keys() - {one.worker_id for one in held}
    busy_rows = [(one.worker_id, duties.get(one.worker_id, SILENT), *_told(one)) for one in held]
    return sorted([*busy_rows, *((worker_id, duties[worker_id], "-", "-", "-", "-") for worker_id in idle)])


def _told(one: Held) -> tuple[str, ...]:
    return one.lane.value, one.row_id, str(one.attempt), f"{one.lease_seconds:.0f} s"


async def _look(data_dir: Path | None) -> tuple[QueueLook, tuple[Worker, ...]]:
    from stt import bootstrap

    async with bootstrap.queue(load(data_dir=data_dir)) as queue:
        return await queue.work.look(), await queue.consumers.running()


async def _want(worker: str, duty: Duty, data_dir: Path | None) -> None:
    from stt import bootstrap

    async with bootstrap.queue(load(data_dir=data_dir)) as queue:
        await queue.consumers.want(worker, duty)
