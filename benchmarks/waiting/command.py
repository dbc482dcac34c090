"""Measure, print one table, write everything as JSON."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.forms import SYSTEMS, forms
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.spinner import spinner
from benchmarks.report.spread import Spread
from benchmarks.waiting.long_file import write_long_file
from benchmarks.waiting.trial import Trial, run
from tools.speech import compose, write

CLIP_SECONDS = 10.0
CHUNKS_BETWEEN = 4
FULL = {"hours": 10.0, "trials": 3}
QUICK = {"hours": 0.25, "trials": 1}
MOST_BEYOND, MOST_CHUNKS = 3.0, 3.0


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    with spinner() as say:
        trials = _measure(options, say)
    hand_out(_section(options, trials), options)


def _measure(options: argparse.Namespace, say: Callable[[str], None]) -> list[Trial]:
    with tempfile.TemporaryDirectory(prefix="waiting-") as folder:
        say(f"writing {options.hours:g} hours of speech")
        long_file = write_long_file(Path(folder) / "long.mp3", options.hours, seed=7)
        clip = write(compose("en", CLIP_SECONDS, seed=3), Path(folder) / "clip.mp3")
        between = 1 if options.quick else CHUNKS_BETWEEN
        turns = [(number, form) for number in range(1, options.trials + 1) for form in forms()]
        return [
            run(form, long_file, clip, between, lambda what, n=number, f=form: say(f"run {n}, {f}: {what}"))
            for number, form in turns
        ]


def _section(options: argparse.Namespace, trials: Sequence[Trial]) -> Section:
    command = "make waiting"
    figures = {"hours": options.hours, "clip_seconds": CLIP_SECONDS, "trials": [asdict(trial) for trial in trials]}
    return Section("waiting", command, figures, _body(options.hours, trials))


def _body(hours: float, trials: Sequence[Trial]) -> str:
    by_form = [[trial for trial in trials if trial.form == form] for form in dict.fromkeys(t.form for t in trials)]

    def row(name: str, target: str, value: Callable[[Trial], float], unit: str = " s") -> list[str]:
        return [name, *(Spread.of([value(trial) for trial in runs]).show() + unit for runs in by_form), target]

    most_chunks = f"≤ {MOST_CHUNKS:g}"
    rows = [
        row("the first chunk is cut and taken up", "", lambda t: t.first_cut),
        row("the first words can be read", "", lambda t: t.first_words),
        row("of that not inference", f"≤ {MOST_BEYOND:g} s", lambda t: t.beyond_first_chunk),
        row("inference of the first chunk", "", lambda t: t.first_chunk),
        row("a chunk, with the wait for its turn, in the median", "", lambda t: t.chunk),
        row("a clip behind it is done", "", lambda t: t.clip),
        row("the same in chunks", most_chunks, lambda t: t.clip_in_chunks, ""),
        row("chunks of the long file done meanwhile", "", lambda t: t.settled_meanwhile, ""),
        row("work of the long file done again", "0", lambda t: t.repeated, ""),
    ]
    titles = [f"{SYSTEMS[runs[0].form]}: median of {len(runs)} runs" for runs in by_form]
    return (
        "`stt serve`, in a process of its own, spoken to over HTTP: an MP3 of "
        f"{hours:g} hours is uploaded, its first words are read with `partial=1`, and while it goes on a clip of ten "
        "seconds is uploaded and read. Times run from the last byte that was sent; the model is `demo`, and loaded.\n\n"
        + table(["", *titles, "target"], rows)
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("waiting", __doc__)
    parser.add_argument("--hours", type=float, help="length of the long file (%(default)g)")
    parser.add_argument("--trials", type=int, help="runs, each with a service of its own (%(default)s)")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
