"""Measure, print the tables, write everything as JSON."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from benchmarks.overhead import chunks, questions, uploads
from benchmarks.overhead.chunks import ChunkCost
from benchmarks.overhead.forms import DISTRIBUTED, EMBEDDED, forms
from benchmarks.overhead.parts import CLAIM, READ, RECOGNISE, REST, STORE
from benchmarks.overhead.questions import Questions
from benchmarks.overhead.uploads import Uploads
from benchmarks.report.machine import Machine
from benchmarks.report.page import Section, publish, table, write_json
from benchmarks.report.spinner import spinner
from benchmarks.report.spread import Spread

ROWS = (0, 10_000, 1_000_000)
LIBRARIES = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "psycopg", "aio-pika", "obstore")
PARTS = (CLAIM, READ, RECOGNISE, STORE, REST)
TARGETS = {EMBEDDED: 8, DISTRIBUTED: 15}
SYSTEMS = {EMBEDDED: "SQLite, folder", DISTRIBUTED: "PostgreSQL, RabbitMQ, MinIO"}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    with spinner() as say:
        costs = list(_costs(options, say))
        asked = questions.measure(options.pairs, options.seconds, say)
        accepted = [uploads.measure(form, options.files) for form in _told(say, "uploading", forms())]
    figures = {
        "chunks": [asdict(cost) for cost in costs],
        "questions": asdict(asked),
        "uploads": [asdict(upload) for upload in accepted],
    }
    section = Section("overhead", "make overhead", figures, _body(costs, asked, accepted))
    Console(highlight=False, width=120).print(section.body, markup=False)
    machine = Machine.here(LIBRARIES)
    write_json(section, machine, options.output)
    if options.docs:
        publish(section, machine)


def _costs(options: argparse.Namespace, say: Callable[[str], None]) -> Iterator[ChunkCost]:
    for form in forms():
        for rows in options.rows:
            say(f"{form}: chunks among {rows:,} of others")
            yield chunks.measure(form, rows, options.chunks)


def _body(costs: Sequence[ChunkCost], asked: Questions, accepted: Sequence[Uploads]) -> str:
    by_rows = [[SYSTEMS[c.form], f"{c.rows:,}", f"{c.overhead:.1f}", f"< {TARGETS[c.form]}", *_parts(c)] for c in costs]
    rates = [[SYSTEMS[u.form], f"`stt {u.command}`", f"{u.rate:.0f}", "≥ 100"] for u in accepted]
    status, empty = Spread.of(asked.status), Spread.of(asked.empty)
    return "\n\n".join(
        [
            "What a chunk of a minute costs beside inference and the decoding of its audio: an engine that answers at "
            "once, one chunk at a time, from one to the next; the chunk is claimed, read from storage, stored in the "
            "database, and its ticket settled. Around it lie the rows of others, half of them waiting. The parts are "
            "medians too: the claim, the reading from storage, the joining of the chunk's windows (with what sees to "
            "inventions and loops), the storing, and the rest, the queue and the steps in between.",
            table(["", "rows of others", "ms per chunk, median", "target", *PARTS], by_rows),
            f"`GET /api/stt/status/{{job_id}}` is answered {status.show('.0f')} times per second by `stt api` on "
            f"SQLite, an empty FastAPI route in a uvicorn process of the same kind {empty.show('.0f')} times: "
            f"{asked.ratio.show()} of it (target ≥ 0.5).",
            f"{accepted[0].files:,} files of a fraction of a second, uploaded over {uploads.CONNECTIONS} connections, "
            "each on the disk and in the database before it is answered:",
            table(["", "process", "accepted per second", "target"], rates),
        ]
    )


def _parts(cost: ChunkCost) -> list[str]:
    return [f"{cost.parts[name]:.1f}" for name in PARTS]


def _told(say: Callable[[str], None], what: str, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        say(f"{name}: {what}")
        yield name


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="others' chunks in the table (%(default)s)")
    parser.add_argument("--chunks", type=int, default=200, help="measured among them (%(default)s)")
    parser.add_argument("--pairs", type=int, default=7, help="runs of status and empty route in turn (%(default)s)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each of these runs (%(default)s)")
    parser.add_argument("--files", type=int, default=1000, help="uploaded at once (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="without the million, and little of everything")
    parser.add_argument("--output", type=Path, default=Path("overhead.json"), help="JSON file to write (%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write the section of docs/performance.md as well")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rows, options.chunks, options.pairs, options.seconds, options.files = ROWS[:2], 20, 1, 0.5, 64
    return options
