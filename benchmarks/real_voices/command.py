"""Measure, print tables, write everything as JSON."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.real_voices.checks import checks
from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.measurement import Task, measure
from benchmarks.real_voices.page import write_page
from benchmarks.real_voices.report import Conditions, Report
from benchmarks.real_voices.rows import ROWS
from benchmarks.real_voices.systems import SYSTEMS
from benchmarks.real_voices.table import tables
from benchmarks.real_voices.weights import NAME
from benchmarks.report.machine import Machine
from benchmarks.report.outcome import WIDTH
from benchmarks.report.spinner import spinner


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    report = _given(options.given) if options.given else _measure(options)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(Markdown(tables(report)))
    if not options.given:
        console.print(f"Everything is in {options.output}.")
    if options.docs:
        write_page(report, Machine.here())


def _given(files: Iterable[Path]) -> Report:
    try:
        return Report.of_parts(map(Report.read, files))
    except ValueError as error:
        raise SystemExit(str(error)) from None


def _measure(options: argparse.Namespace) -> Report:
    """Everything that is asked for, each entry written as soon as it is there: measuring takes long."""
    try:
        speech = SpeechSet.of_environment()
    except FileNotFoundError as error:
        raise SystemExit(str(error)) from None
    seconds = options.minutes * 60
    task = Task(options.rows, options.systems, options.seeds, seconds, options.beam, options.resume, options.everything)
    report = Report(Conditions(options.minutes, options.seeds, options.beam, NAME))
    with spinner() as say:
        for measured in measure(task, speech, say):
            report = report.with_more(measured)
            report.write(options.output)
        if options.orders:
            for check in checks(speech, orders=options.orders, seconds=seconds, beam=options.beam, say=say):
                report = report.with_more(check)
                report.write(options.output)
    return report


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_voices", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.5, help="of each row and seed (%(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="how many mixes of each row (%(default)s)")
    parser.add_argument("--beam", type=int, default=5, help="width of the search in every system (%(default)s)")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), help="(all)")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="(all)")
    parser.add_argument("--everything", action="store_true", help="whisper.cpp hears every row, not some of them")
    parser.add_argument("--orders", type=int, default=10, help="of the same clips, 0 for no checks (%(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on where an earlier run was broken off")
    parser.add_argument("--output", type=Path, default=Path("real-voices.json"), help="JSON to write (%(default)s)")
    parser.add_argument(
        "--given",
        nargs="+",
        type=Path,
        metavar="JSON",
        help="show what earlier runs wrote, each some of the rows, and measure nothing",
    )
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/fidelity.md as well")
    return parser.parse_args(arguments)
