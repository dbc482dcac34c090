"""Measure, print the tables, write everything as JSON."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from benchmarks.forms import DISTRIBUTED, EMBEDDED, SYSTEMS, forms
from benchmarks.overhead import chunks, questions, uploads
from benchmarks.overhead.chunks import ChunkCost
from benchmarks.overhead.parts import CLAIM, READ, RECOGNISE, REST, STORE
from benchmarks.overhead.questions import Questions
from benchmarks.overhead.uploads import Uploads
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.spinner import spinner
from benchmarks.report.spread import Spread

FULL = {"rows": [0, 10_000, 1_000_000], "chunks": 200, "pairs": 7, "seconds": 3.0, "files": 1000}
QUICK = {"rows": [0, 10_000], "chunks": 20, "pairs": 1, "seconds": 0.5, "files": 64}
LIBRARIES = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "psycopg", "aio-pika", "obstore")
PARTS = (CLAIM, READ, STORE, REST)
TARGETS = {EMBEDDED: 8, DISTRIBUTED: 15}


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
    hand_out(Section("overhead", "make overhead", figures, _body(costs, asked, accepted)), options, LIBRARIES)


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
            "What a chunk of a minute costs beside the work on it: an engine that answers at once, one chunk at a "
            "time, from one to the next; the chunk is claimed, read from storage, stored in the database, and its "
            "ticket settled. Around it lie the rows of others, half of them waiting. The parts are medians too: the "
            "claim, the reading from storage, the storing, and the rest, the queue and the steps in between. Work, and "
            "not counted, are the decoding of its audio and the joining of its windows, hallucinations included; "
            "the last two columns have them.",
            table(["", "rows of others", "ms per chunk, median", "target", *PARTS, "decoding", "joining"], by_rows),
            f"`GET /api/stt/status/{{job_id}}` is answered {status.show('.0f')} times per second by `stt api` on "
            f"SQLite, an empty FastAPI route in a uvicorn process of the same kind {empty.show('.0f')} times: "
            f"{asked.ratio.show()} of it (target ≥ 0.5).",
            f"{accepted[0].files:,} files of a fraction of a second, uploaded over {uploads.CONNECTIONS} connections, "
            "each on the disk and in the database before it is answered:",
            table(["", "process", "accepted per second", "target"], rates),
        ]
    )


def _parts(cost: ChunkCost) -> list[str]:
    work = cost.decoding, cost.parts[RECOGNISE]
    return [f"{milliseconds:.1f}" for milliseconds in (*(cost.parts[name] for name in PARTS), *work)]


def _told(say: Callable[[str], None], what: str, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        say(f"{name}: {what}")
        yield name


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("overhead", __doc__)
    parser.add_argument("--rows", type=int, nargs="+", help="others' chunks in the table (%(default)s)")
    parser.add_argument("--chunks", type=int, help="measured among them (%(default)s)")
    parser.add_argument("--pairs", type=int, help="runs of status and empty route in turn (%(default)s)")
    parser.add_argument("--seconds", type=float, help="of each of these runs (%(default)s)")
    parser.add_argument("--files", type=int, help="uploaded at once (%(default)s)")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
