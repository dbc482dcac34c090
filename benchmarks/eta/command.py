"""Measure how far forecasts can be trusted, print the table, write everything as JSON."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.eta.promise import Calibration, Promise
from benchmarks.eta.service import promises
from benchmarks.eta.simulation import Load, Simulation
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.spinner import spinner

LOADS = (
    Load(seed=0, jobs=200, consumers=1, speed=10, busy=0.5),
    Load(seed=1, jobs=200, consumers=1, speed=20, busy=0.8),
    Load(seed=2, jobs=200, consumers=2, speed=5, busy=0.7),
    Load(seed=3, jobs=200, consumers=3, speed=10, busy=0.6),
    Load(seed=4, jobs=200, consumers=4, speed=8, busy=0.85),
    Load(seed=5, jobs=200, consumers=6, speed=20, busy=0.7),
    Load(seed=6, jobs=200, consumers=2, speed=10, busy=0.95),
)
FULL = {"real": 50, "loads": len(LOADS)}
QUICK = {"real": 0, "loads": 1}
LIBRARIES = ("sqlalchemy", "ctranslate2")
TARGET = "85-95 %"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    with spinner() as say:
        simulated = {}
        for load in LOADS[: options.loads]:
            say(f"simulating {load.jobs} jobs, {load.consumers} consumers")
            simulated[load] = list(Simulation(load).promises())
        real = list(promises(options.real, 7, say)) if options.real else []
    hand_out(_section(simulated, real, options.real), options, LIBRARIES)


def _section(simulated: dict[Load, list[Promise]], real: list[Promise], jobs: int) -> Section:
    everything = [promise for told in simulated.values() for promise in told]
    rows = [_row(_name(load), told) for load, told in simulated.items() if told]
    rows += [_row(f"all of these, told {when}", _told(everything, when)) for when in _whens(everything)]
    rows += [_row("**all of these**", everything)]
    rows += [_row(f"{jobs} real jobs, told {when}", _told(real, when)) for when in _whens(real)]
    rows += [_row(f"**{jobs} real jobs**", real)] if real else []
    figures = {
        "simulated": [{**asdict(load), **asdict(Calibration.of(told))} for load, told in simulated.items() if told],
        "real": [asdict(each) for each in real],
    }
    body = (
        "What is told of a job as it is accepted, as it is cut, and at some moment while it waits or runs, and what "
        "came of it, from the first job on of which anything is told. Simulated: clips, talks and files of hours, one "
        "in three in a burst, of two models and three priorities; speeds differ by job and chunk, consumers come and "
        "go. Real: clips of five seconds to four minutes to one `stt serve` with the model `demo`. The spread is P90 "
        "divided by P50, in the median.\n\n" + table(["", "told", "within P50", "within P90", "target", "spread"], rows)
    )
    return Section("eta", "make eta", figures, body)


def _row(name: str, told: Sequence[Promise]) -> list[str]:
    found = Calibration.of(told)
    shares = [f"{100 * share:.1f} %" for share in (found.within_p50, found.within_p90)]
    return [name, f"{found.promises:,}", *shares, TARGET, f"{found.spread:.1f}"]


def _name(load: Load) -> str:
    consumers = "1 consumer" if load.consumers == 1 else f"{load.consumers} consumers"
    return f"{load.jobs} jobs, {consumers}, {load.speed:g} × real time, busy {100 * load.busy:g} % of the time"


def _whens(told: Sequence[Promise]) -> list[str]:
    return list(dict.fromkeys(sorted(promise.when for promise in told)))


def _told(told: Sequence[Promise], when: str) -> list[Promise]:
    return [promise for promise in told if promise.when == when]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("eta", __doc__)
    parser.add_argument("--real", type=int, help="real jobs that are counted (%(default)s)")
    parser.add_argument("--loads", type=int, help="how many of the simulated loads (%(default)s)")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
