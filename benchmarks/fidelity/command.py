"""Measure, print one table, write everything as JSON."""

import argparse
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.fidelity import curve
from benchmarks.fidelity.corpus import LANGUAGES, Corpus
from benchmarks.fidelity.figures import Figures, Row
from benchmarks.fidelity.measurement import STEPS, STEPS_ALONE, Step, measure, measure_alone
from benchmarks.fidelity.page import write_page
from benchmarks.fidelity.report import Conditions, Report
from benchmarks.fidelity.service import Ear, Service
from benchmarks.fidelity.systems import SYSTEMS
from benchmarks.fidelity.table import on_terminal
from benchmarks.report.progress import Begin, bars

CURVE_ENGINE = "faster-whisper"
TABLE_WIDTH = 180
"""Characters, where no terminal says how many there is room for."""


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    report = _given(options.given) if options.given else _measure(options)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    console.print(on_terminal(report.rows))
    if not options.given:
        console.print(f"Everything is in {options.output}.")
    if options.docs:
        write_page(report)


def _given(files: Iterable[Path]) -> Report:
    try:
        return Report.of_parts(map(Report.read, files))
    except ValueError as error:
        raise SystemExit(str(error)) from None


def _measure(options: argparse.Namespace) -> Report:
    """Everything that is asked for, each row and point written as soon as it is there: measuring takes hours."""
    corpora = [Corpus(language, options.minutes, options.seed) for language in options.languages]
    report = Report(Conditions(options.minutes, options.seed, options.beam))
    with bars() as begin:
        for corpus in corpora:
            for row in _rows(options, corpus, begin):
                report = replace(report, rows=(*report.rows, row))
                report.write(options.output)
        for corpus in [] if options.no_curve else corpora:
            for point in _points(options, corpus, begin):
                report = replace(report, curve=(*report.curve, point))
                report.write(options.output)
    return report


def _rows(options: argparse.Namespace, corpus: Corpus, begin: Begin) -> Iterator[Row]:
    alone: dict[str, Figures] = {}
    with ExitStack() as ears:
        open_ears: dict[str, Ear] = {}
        for name in options.systems:
            with SYSTEMS[name](options.beam) as system:
                engine = system.engine
                if engine not in open_ears:
                    open_ears[engine] = ears.enter_context(Ear(engine, beam_size=options.beam))
                    step = _bar(begin, f"{engine} alone, {corpus.language}", STEPS_ALONE)
                    alone[engine] = measure_alone(open_ears[engine], corpus, step)
                step = _bar(begin, f"{system.name}, {corpus.language}", STEPS)
                yield measure(system, corpus, open_ears[engine], alone[engine], step)


def _points(options: argparse.Namespace, corpus: Corpus, begin: Begin) -> Iterator[curve.Point]:
    step = _bar(begin, f"lengths of chunks, {corpus.language}", curve.steps())
    with (
        Ear(CURVE_ENGINE, beam_size=options.beam) as ear,
        Service(CURVE_ENGINE, beam_size=options.beam) as service,
    ):
        yield from curve.measure_curve(service, ear, corpus, step)


def _bar(begin: Begin, label: str, steps: int) -> Step:
    step, done = begin(label), itertools.count(1)
    return lambda: step(next(done) / steps)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="of each kind of audio in each language (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="which speech (%(default)s)")
    parser.add_argument("--beam", type=int, default=5, help="width of the search in every system (%(default)s)")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES, help="(both)")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), help="(all)")
    parser.add_argument("--no-curve", action="store_true", help="leave out the lengths of chunks, and so the picture")
    parser.add_argument("--output", type=Path, default=Path("fidelity.json"), help="JSON file to write (%(default)s)")
    parser.add_argument(
        "--given",
        nargs="+",
        type=Path,
        metavar="JSON",
        help="show what earlier runs wrote, each some of the rows, and measure nothing",
    )
    parser.add_argument("--docs", action="store_true", help="write table and picture into docs/fidelity.md as well")
    return parser.parse_args(arguments)
