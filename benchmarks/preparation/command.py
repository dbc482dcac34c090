"""Measure in turns, print one table, write it down."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.preparation.files import CODECS, written
from benchmarks.preparation.work import write_samples
from benchmarks.report.bars import Bar, draw
from benchmarks.report.machine import Machine
from benchmarks.report.page import Section, publish, table, write_json
from benchmarks.report.spread import Spread

MINUTES, QUICK_MINUTES = 10.0, 0.2
ROUNDS, QUICK_ROUNDS = 5, 1
TITLES = ("format", "x real time", "PyAV + Silero, x real time", "ours as a part of that")
SHARE, TIMES = 0.8, 150.0
"""What is aimed for: as a part of the libraries' speed, and times real time on one core."""


@dataclass(frozen=True)
class Runs:
    """Seconds of CPU, one entry a round, for `audio` seconds of a format."""

    form: str
    audio: float
    ours: list[float]
    libraries: list[float]

    @property
    def times_real_time(self) -> Spread:
        return Spread.of([self.audio / seconds for seconds in self.ours])

    @property
    def libraries_times_real_time(self) -> Spread:
        return Spread.of([self.audio / seconds for seconds in self.libraries])

    @property
    def share(self) -> Spread:
        """Our speed as a part of the libraries'."""
        return Spread.of_ratios(self.libraries, self.ours)

    @property
    def row(self) -> list[str]:
        speeds = (self.times_real_time.show(".0f"), self.libraries_times_real_time.show(".0f"))
        return [self.form, *speeds, self.share.show(".2f")]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    runs = _measured(options.minutes, options.rounds)
    console = Console(highlight=False)
    shown = Table(*TITLES)
    for run in runs:
        shown.add_row(*run.row)
    console.print(shown)
    section, machine = _section(runs, options), Machine.here(("av", "onnxruntime", "numpy"))
    write_json(section, machine, options.output)
    console.print(f"Everything is in {options.output}.")
    if options.docs:
        publish(section, machine)


def _measured(minutes: float, rounds: int) -> list[Runs]:
    with tempfile.TemporaryDirectory(prefix="stt-preparation-") as directory, _bars() as bars:
        return [_runs(Path(directory), form, minutes, rounds, bars) for form in CODECS]


def _runs(directory: Path, form: str, minutes: float, rounds: int, bars: Progress) -> Runs:
    bar = bars.add_task(form[1:].upper(), total=rounds)
    path, samples = written(directory / f"speech{form}", minutes * 60), directory / "samples"
    runs = Runs(form[1:].upper(), write_samples(path, samples), [], [])

    def ours() -> None:
        runs.ours.append(_seconds("prepared", path))

    def libraries() -> None:
        runs.libraries.append(_seconds("decoded", path) + _seconds("judged", samples))

    for number in range(rounds):
        order: list[Callable[[], None]] = [ours, libraries]
        for work in order if number % 2 == 0 else order[::-1]:
            work()
        bars.advance(bar)
    return runs


def _seconds(kind: str, path: Path) -> float:
    """Of CPU: on one core that is what the clock shows, unless others are at work on it."""
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-m", "benchmarks.preparation.work", kind, str(path)]
    told = subprocess.run(command, env=os.environ | one_thread, capture_output=True, text=True, check=True)
    return float(told.stdout.split()[0])


def _section(runs: Sequence[Runs], options: argparse.Namespace) -> Section:
    slowest = min(run.times_real_time.median for run in runs)
    least = min(run.share.median for run in runs)
    body = (
        f"{options.minutes:g} minutes of speech, stereo at 44.1 kHz, {options.rounds} rounds; seconds of CPU, which on "
        f"one core are those of the clock. Aimed for are {SHARE} of the libraries' speed (seen: {least:.2f} and more) "
        f"and {TIMES:.0f} times real time (seen: {slowest:.0f} and more). What is ours beside the libraries: the clock "
        f"of the file, cutting, and FLAC.\n\n{table(TITLES, [run.row for run in runs])}"
    )
    bars = [
        bar
        for run in runs
        for bar in (
            Bar(f"{run.form}, prepared", run.times_real_time, ours=True),
            Bar(f"{run.form}, PyAV + Silero", run.libraries_times_real_time),
        )
    ]
    figures = {"unit": "seconds of CPU", "minutes": options.minutes, "runs": [vars(run) for run in runs]}
    picture = draw("Preparation, times real time on one core", bars, ".0f")
    return Section("preparation", "make preparation", figures, body, picture)


def _bars() -> Progress:
    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True, highlight=False))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preparation", description=__doc__)
    parser.add_argument("--minutes", type=float, help=f"of each format ({MINUTES:g})")
    parser.add_argument("--rounds", type=int, help=f"of both in turns ({ROUNDS})")
    parser.add_argument("--quick", action="store_true", help="seconds of audio, once: to see that it runs")
    parser.add_argument("--output", type=Path, default=Path("preparation.json"), help="JSON to write (%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write it into docs/performance.md as well")
    options = parser.parse_args(arguments)
    options.minutes = options.minutes or (QUICK_MINUTES if options.quick else MINUTES)
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    return options
