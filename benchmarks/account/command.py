"""How true the account is: gaps where nothing is missing, and lost words that it does not tell."""

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.account.hearing import Ear, Listener, chunks_of, written
from benchmarks.account.planted import before_alignment, out_of_the_transcript
from benchmarks.real_voices import weights
from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.rows import ROWS
from benchmarks.real_voices.scoring import score
from benchmarks.report.outcome import WIDTH

COUNTS = (1, 2, 3, 5)
"""Words in a row that are taken out."""
FINISHED, SKIPPED = "out of the finished transcript", "before alignment"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.account", description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=["en-pauses"], help="(%(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="of the mixes (%(default)s)")
    parser.add_argument("--minutes", type=float, default=2.0, help="of each mix (%(default)s)")
    parser.add_argument("--beam", type=int, default=5, help="width of the search (%(default)s)")
    parser.add_argument("--places", type=int, default=0, help="of each window in which words are skipped (%(default)s)")
    options = parser.parse_args(arguments)
    speech, told = SpeechSet.of_environment(), defaultdict[tuple[str, int], list[bool]](list)
    figures, console = Figures(), Console(width=WIDTH)
    with tempfile.TemporaryDirectory() as folder:
        ear = Ear(weights.base(Path(folder)), options.beam)
        for row, seed in ((row, seed) for row in options.rows for seed in options.seeds):
            draw = random.Random(seed)
            for mix in ROWS[row].mixes(speech, options.minutes * 60, seed):
                chunks = chunks_of(mix)
                track = ear.track(chunks, Listener(ear.engine, ear.options(mix.told)))
                figures += score(mix, written(mix, track))
                for count in COUNTS:
                    told[FINISHED, count] += out_of_the_transcript(mix, track, count)
                    for chunk in chunks if options.places else ():
                        told[SKIPPED, count] += before_alignment(mix, chunk, ear, count, options.places, draw)
    console.print(Markdown(as_table(figures, told)))


def as_table(figures: Figures, told: dict[tuple[str, int], list[bool]]) -> str:
    """What was told, and of what."""
    minutes = figures.seconds / 60
    lines = [f"{minutes:.1f} minutes: {figures.gaps} gaps, at {figures.false_gaps} of which no word is missing.", ""]
    lines += [f"| told of words taken out | {' | '.join(map(str, COUNTS))} in a row |", "| --- " * 5 + "|"]
    for how in (FINISHED, SKIPPED):
        lines.append(f"| {how} | {' | '.join(_share(told[how, count]) for count in COUNTS)} |")
    return "\n".join(lines)


def _share(found: Iterable[bool]) -> str:
    told = list(found)
    return f"{100 * sum(told) / len(told):.1f} % of {len(told)}" if told else "–"
