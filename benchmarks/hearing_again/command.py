"""Measure, print one table."""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.hearing_again.worth import Study, as_table
from benchmarks.real_voices import weights
from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.rows import ROWS
from benchmarks.report.outcome import WIDTH
from benchmarks.report.page import DOCS, put
from stt.core.logger import configure_logging

ROWS_HEARD = (
    "en-no-pauses",
    "vi-no-pauses",
    "de-pauses",
    "es-pauses",
    "en-meeting",
    "vi-meeting",
    "en-noise",
    "vi-noise",
)
"""Speech that goes on, and speech that is hard to hear: with clear pauses hardly anything is heard again."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing_again", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="of each row and seed (%(default)s)")
    parser.add_argument("--seeds", type=int, default=2, help="how many mixes of each row (%(default)s)")
    parser.add_argument("--beam", type=int, default=5, help="width of the search (%(default)s)")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS_HEARD), help="(%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/fidelity.md as well")
    options = parser.parse_args(arguments)
    configure_logging("console", "error")
    progress = Console(stderr=True, width=WIDTH)
    speech = SpeechSet.of_environment()
    mixes = [
        mix
        for row in options.rows
        for seed in range(1, options.seeds + 1)
        for mix in ROWS[row].mixes(speech, options.minutes * 60, seed)
    ]
    with tempfile.TemporaryDirectory() as folder:
        study = Study(weights.base(Path(folder)), options.beam)
        found = asyncio.run(study.worth(mixes, lambda so_far: progress.print(Markdown(so_far))))
    minutes = sum(mix.seconds for mix in mixes) / 60
    how = f"`--minutes {options.minutes:g} --seeds {options.seeds} --rows {' '.join(options.rows)}`"
    words = f"Measured with {how}: {minutes:.0f} minutes of speech, beam {options.beam}."
    Console(width=WIDTH).print(Markdown(f"{words}\n\n{as_table(found)}"))
    if options.docs:
        put(DOCS / "fidelity.md", "hearing again", f"{words}\n\n{as_table(found)}\n")
