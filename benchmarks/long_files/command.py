"""Measure, print one table, write everything as JSON."""

import argparse
from collections.abc import Sequence

from benchmarks.long_files.measurement import SYSTEMS, Task, measure
from benchmarks.long_files.report import LABELS, section
from benchmarks.peers.options import FULL, QUICK, add_options
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.spinner import spinner


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    task = Task(options.shape, options.minutes * 60, options.runs, options.beam, options.seed)
    with spinner() as say:
        heard = measure(task, options.systems, lambda system, run: say(f"run {run}, {LABELS[system]} ..."))
    hand_out(section(heard, task, options.command), options)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("long_files", __doc__)
    add_options(parser, SYSTEMS)
    parser.add_argument("--minutes", type=float, help="length of the file (%(default)g)")
    return parsed(parser, arguments, full=FULL | {"minutes": 10.0}, quick=QUICK | {"minutes": 0.5})
