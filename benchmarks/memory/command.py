"""Measure, print one table, write it down."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.memory.finding import Finding
from benchmarks.memory.listening import listen
from benchmarks.memory.merging import merge
from benchmarks.memory.preparing import prepare
from benchmarks.memory.uploading import upload
from benchmarks.report.options import parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.progress import Step, bars

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


QUICK = Extent(16 * 2**20, (1, 4), 1, 80)
USUAL = Extent(2**30, (10, 600), 60, 10_000)
FULL = Extent(5_000_000_000, (10, 600), 600, 10_000)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    extent = QUICK if options.quick else FULL if options.full else USUAL
    hand_out(_section(measure(extent, options.only), options), options)


def measure(extent: Extent, only: Sequence[str]) -> list[Finding]:
    """Those of the four that are wanted, with a bar for each."""
    with tempfile.TemporaryDirectory(prefix="stt-memory-") as directory, bars() as begin:
        home = Path(directory)
        measurements: dict[str, Callable[[Step], Finding]] = {
            "upload": lambda step: upload(_made(home / "upload"), extent.upload, step),
            "merge": lambda step: merge(home / "merge", *extent.merged, step),
            "prepare": lambda step: prepare(home / "prepare", extent.prepared, step),
            "listen": lambda step: listen(extent.windows, step),
        }
        return [measurements[name](begin(name)) for name in only]


def _section(findings: Sequence[Finding], options: argparse.Namespace) -> Section:
    figures = [{**vars(finding), "holds": finding.holds} for finding in findings]
    body = f"{ABOUT}\n\n{table(TITLES, [finding.row for finding in findings])}"
    command = "make memory" + (" FULL=1" if options.full else "")
    return Section("memory", command, {"unit": "bytes", "findings": figures}, body)


def _made(place: Path) -> Path:
    place.mkdir()
    return place


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = ("upload", "merge", "prepare", "listen")
    parser = parser_of("memory", __doc__)
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="little of each, in seconds: to see that it runs")
    extent.add_argument("--full", action="store_true", help="5 GB uploaded, ten hours decoded: a quarter of an hour")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="(all)")
    return parser.parse_args(arguments)
