"""Measure, print one table, write everything as JSON."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import fields
from itertools import count

from benchmarks.peers import options as peers
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.progress import bars
from benchmarks.short_clips.measurement import SYSTEMS, Load, measure
from benchmarks.short_clips.report import section

FULL = peers.FULL | {"clips": 200, "pairs": 20, "clients": 32, "seconds": 15.0}
QUICK = peers.QUICK | {"clips": 24, "pairs": 4, "clients": 12, "seconds": 4.0}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    load = Load(**{field.name: getattr(options, field.name) for field in fields(Load)})
    with bars() as bar:

        def begin(label: str, clips: int) -> Callable[[], None]:
            step, done = bar(label), count(1)
            return lambda: step(next(done) / clips)

        measured = measure(load, options.shape, options.systems, begin)
    hand_out(section(measured, load, options.shape, options.command), options)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("short_clips", __doc__)
    peers.add_options(parser, SYSTEMS)
    parser.add_argument("--clips", type=int, help="in each turn at most (%(default)s)")
    parser.add_argument("--pairs", type=int, help="clips sent to both endpoints in each run (%(default)s)")
    parser.add_argument("--clients", type=int, help="that send at the same time (%(default)s)")
    parser.add_argument("--seconds", type=float, help="after which no clip is begun in a turn (%(default)g)")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
