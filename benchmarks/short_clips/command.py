"""Measure, print one table, write everything as JSON."""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.peers.weights import DEMO, SHAPES
from benchmarks.report.machine import Machine
from benchmarks.report.page import publish, write_json
from benchmarks.short_clips.measurement import SYSTEMS, Begin, Load, measure
from benchmarks.short_clips.report import TITLES, rows, section

TABLE_WIDTH = 180
"""Characters, where no terminal says how many there is room for."""
FULL = {"model": "base", "clips": 200, "clients": 32, "seconds": 15.0, "runs": 3}
QUICK = {"model": DEMO, "clips": 24, "clients": 12, "seconds": 4.0, "runs": 1}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    load = Load(**{field.name: getattr(options, field.name) for field in fields(Load)})
    with _progress() as begin:
        turns = measure(load, options.model, options.systems, begin)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    console.print(_table(rows(turns)))
    command = shlex.join(["python", "-m", "benchmarks.short_clips", *(arguments or sys.argv[1:])])
    written, machine = section(turns, load, options.model, command), Machine.here()
    write_json(written, machine, options.output)
    console.print(f"Everything is in {options.output}.")
    if options.docs:
        publish(written, machine)


def _table(body: Sequence[Sequence[str]]) -> Table:
    shown = Table(*TITLES)
    for row in body:
        shown.add_row(*row)
    return shown


@contextmanager
def _progress() -> Iterator[Begin]:
    bars = Progress(
        TextColumn("{task.description:<60}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False),
    )

    def begin(label: str, clips: int) -> Callable[[], None]:
        bar: TaskID = bars.add_task(label, total=clips)
        if not bars.console.is_terminal:
            bars.console.print(f"{label} ...")
        return lambda: bars.advance(bar)

    with bars:
        yield begin


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.short_clips", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes: few clips, one run, demo")
    parser.add_argument(
        "--model", choices=(DEMO, *SHAPES), help=f"random weights of this shape, or the demo model ({FULL['model']})"
    )
    parser.add_argument("--clips", type=int, help=f"in each turn at most ({FULL['clips']})")
    parser.add_argument("--clients", type=int, help=f"that send at the same time ({FULL['clients']})")
    parser.add_argument("--seconds", type=float, help=f"after which no clip is begun in a turn ({FULL['seconds']:g})")
    parser.add_argument("--runs", type=int, help=f"turns of each server ({FULL['runs']})")
    parser.add_argument("--beam", type=int, default=5, help="width of the search in every server (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which clips (%(default)s)")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS, help="(all)")
    parser.add_argument("--output", type=Path, default=Path("short-clips.json"), help="JSON to write (%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write the section of docs/performance.md as well")
    options = parser.parse_args(arguments)
    for name, value in (QUICK if options.quick else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options
