"""Measure in turns, print one table, write it down."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.preparation.files import CODECS, written
from benchmarks.preparation.work import write_samples
from benchmarks.report.bars import Bar, draw
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.progress import Begin, bars
from benchmarks.report.spread import Spread

FULL = {"minutes": 10.0, "rounds": 5}
QUICK = {"minutes": 0.2, "rounds": 1}
TITLES = ("format", "x real time", "PyAV + Silero, x real time", "ours as a part of that")
SHARE, TIMES = 0.3, 120.0
"""What is aimed for: as a part of the libraries' speed, which hear every frame once and go deaf, and times real time
on one core."""


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
    section = _section(_measured(options.minutes, options.rounds), options)
    hand_out(section, options, libraries=("av", "onnxruntime", "numpy"))


def _measured(minutes: float, rounds: int) -> list[Runs]:
    with tempfile.TemporaryDirectory(prefix="stt-preparation-") as directory, bars() as begin:
        return [_runs(Path(directory), form, minutes, rounds, begin) for form in CODECS]


def _runs(directory: Path, form: str, minutes: float, rounds: int, begin: Begin) -> Runs:
    step = begin(form[1:].upper())
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
        step((number + 1) / rounds)
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


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("preparation", __doc__)
    parser.add_argument("--minutes", type=float, help="of each format (%(default)g)")
    parser.add_argument("--rounds", type=int, help="of both in turns (%(default)s)")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
