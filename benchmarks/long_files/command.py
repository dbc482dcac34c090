"""Measure, print one table, write everything as JSON."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.long_files.measurement import SYSTEMS, Task, measure
from benchmarks.long_files.report import LABELS, TITLES, rows, section
from benchmarks.peers.weights import DEMO, SHAPES
from benchmarks.report.machine import Machine
from benchmarks.report.page import publish, write_json

TABLE_WIDTH = 160
"""Characters, where no terminal says how many there is room for."""
FULL = {"shape": "base", "minutes": 10.0, "runs": 3}
QUICK = {"shape": DEMO, "minutes": 0.5, "runs": 1}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    task = Task(options.shape, options.minutes * 60, options.runs, options.beam, options.seed)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    with Progress(console=Console(stderr=True, highlight=False)) as bars:
        bar = bars.add_task("", total=options.runs * len(options.systems) + 1)

        def begin(system: str, run: int) -> None:
            bars.update(bar, advance=1, description=f"run {run}, {LABELS[system]}")
            if not bars.console.is_terminal:
                bars.console.print(f"run {run}, {LABELS[system]} ...")

        heard = measure(task, options.systems, begin)
    shown = Table(*TITLES)
    for row in rows(heard, task):
        shown.add_row(*row)
    console.print(shown)
    command = shlex.join(["python", "-m", "benchmarks.long_files", *(arguments or sys.argv[1:])])
    written, machine = section(heard, task, command), Machine.here()
    write_json(written, machine, options.output)
    console.print(f"Everything is in {options.output}.")
    if options.docs:
        publish(written, machine)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_files", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="half a minute of speech, one run, the demo model")
    parser.add_argument("--shape", choices=(DEMO, *SHAPES), help=f"random weights of it, or demo ({FULL['shape']})")
    parser.add_argument("--minutes", type=float, help=f"length of the file ({FULL['minutes']:g})")
    parser.add_argument("--runs", type=int, help=f"turns of each system ({FULL['runs']})")
    parser.add_argument("--beam", type=int, default=5, help="width of the search in every system (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which speech (%(default)s)")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS, help="(all)")
    parser.add_argument("--output", type=Path, default=Path("long-files.json"), help="JSON to write (%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write the section of docs/performance.md as well")
    options = parser.parse_args(arguments)
    for name, value in (QUICK if options.quick else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options
