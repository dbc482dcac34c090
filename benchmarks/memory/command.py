"""Measure, print one table, write it down."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.memory.finding import Finding, Step
from benchmarks.memory.listening import listen
from benchmarks.memory.merging import merge
from benchmarks.memory.preparing import prepare
from benchmarks.memory.uploading import upload
from benchmarks.report.machine import Machine
from benchmarks.report.page import Section, publish, table, write_json

TITLES = ("process", "during", "MiB before", "MiB at most", "growth", "should be below", "holds")
ABOUT = (
    "What each process holds alone (`Private_*` of `/proc/PID/smaps_rollup`, looked at 30 times a second). The "
    "consumer is compared between two merges with 2.5 words in every second; the others with themselves, earlier on."
)


@dataclass(frozen=True)
class Extent:
    """How much of each: bytes uploaded, minutes merged (short, long), minutes prepared, windows."""

    upload: int
    merged: tuple[int, int]
    prepared: int
    windows: int


QUICK = Extent(64 * 2**20, (2, 10), 2, 160)
USUAL = Extent(2**30, (10, 600), 60, 10_000)
FULL = Extent(5_000_000_000, (10, 600), 600, 10_000)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    extent = QUICK if options.quick else FULL if options.full else USUAL
    findings = measure(extent, options.only)
    machine = Machine.here()
    section = _section(findings, options)
    write_json(section, machine, options.output)
    console = Console(highlight=False)
    shown = Table(*TITLES)
    for finding in findings:
        shown.add_row(*finding.row)
    console.print(shown)
    console.print(f"Everything is in {options.output}.")
    if options.docs:
        publish(section, machine)


def measure(extent: Extent, only: Sequence[str]) -> list[Finding]:
    """Those of the four that are wanted, with a bar for each."""
    with tempfile.TemporaryDirectory(prefix="stt-memory-") as directory, _bars() as bars:
        home = Path(directory)
        measurements: dict[str, Callable[[Step], Finding]] = {
            "upload": lambda step: upload(_made(home / "upload"), extent.upload, step),
            "merge": lambda step: merge(home / "merge", *extent.merged, step),
            "prepare": lambda step: prepare(home / "prepare", extent.prepared, step),
            "listen": lambda step: listen(extent.windows, step),
        }
        return [measurements[name](_bar(bars, name)) for name in only]


def _section(findings: Sequence[Finding], options: argparse.Namespace) -> Section:
    figures = [{**vars(finding), "holds": finding.holds} for finding in findings]
    body = f"{ABOUT}\n\n{table(TITLES, [finding.row for finding in findings])}"
    command = "make memory" + (" FULL=1" if options.full else "")
    return Section("memory", command, {"unit": "bytes", "findings": figures}, body)


def _made(place: Path) -> Path:
    place.mkdir()
    return place


def _bar(bars: Progress, label: str) -> Step:
    bar = bars.add_task(label, total=1.0)
    if not bars.console.is_terminal:
        bars.console.print(f"{label} ...")
    return lambda part: bars.update(bar, completed=part)


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False),
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = ("upload", "merge", "prepare", "listen")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="little of each, in seconds: to see that it runs")
    extent.add_argument("--full", action="store_true", help="5 GB uploaded, ten hours decoded: a quarter of an hour")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="(all)")
    parser.add_argument("--output", type=Path, default=Path("memory.json"), help="JSON file to write (%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write it into docs/performance.md as well")
    return parser.parse_args(arguments)
