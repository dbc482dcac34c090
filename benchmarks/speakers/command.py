"""Measure how well speakers are told apart, row by row, and print one table."""

import argparse
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.real_voices.clips import SpeechSet, recording_of
from benchmarks.real_voices.sound import by_telephone, in_a_room, with_noise
from benchmarks.report.machine import Machine
from benchmarks.report.outcome import WIDTH
from benchmarks.report.page import DOCS, put, table
from benchmarks.speakers.conversation import Conversation, conversation, people, recorded
from benchmarks.speakers.footprint import footprint
from benchmarks.speakers.scoring import Errors, errors
from benchmarks.speakers.systems import OURS, PEERS, SYSTEMS, System
from benchmarks.speakers.words import WrongWords, wrong_words
from tools.speech.media import write

FIRST_SEED = 1000
"""Far from those that the constants were chosen with."""
PEOPLE = (2, 3, 4, 6)
OVERLAP = 0.1
NONE = "–"
MEETING_SNR_DB = 15.0

Rows = Mapping[str, Sequence[Conversation]]


@dataclass
class Score:
    """Of all conversations of a row: errors with and without a collar, and how often the number was right.

    `unavoidable` words are wrong with the truth's own turns as well: of two who speak at once words tell only one.
    """

    near: Errors = field(default_factory=Errors)
    all: Errors = field(default_factory=Errors)
    words: WrongWords = field(default_factory=WrongWords)
    unavoidable: WrongWords = field(default_factory=WrongWords)
    counted: int = 0
    conversations: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    def cells(self) -> list[str]:
        """As the table has them."""
        der = f"{100 * self.near.rate:.1f} / {100 * self.all.rate:.1f}"
        wder = f"{100 * self.words.rate:.1f} ({100 * self.unavoidable.rate:.1f})"
        return [der, wder, f"{self.counted} of {self.conversations}", f"{self.seconds / max(self.cpu, 1e-9):.0f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speakers", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(".models/speakers"), help="directory (%(default)s)")
    parser.add_argument("--minutes", type=float, default=1.0, help="of each conversation (%(default)s)")
    parser.add_argument("--peer", action="store_true", help="beside sherpa-onnx, where it is installed")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/speakers.md as well")
    options = parser.parse_args(arguments)
    rows = _rows(SpeechSet.of_environment(), 60 * options.minutes)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        asked = {name: SYSTEMS[name](options.model, scratch) for name in ((OURS, PEERS) if options.peer else (OURS,))}
        systems = {name: system for name, system in asked.items() if system}
        lines = list(_lines(rows, systems, scratch))
        memory = _memory(rows, systems, options.model, scratch)
    titles = [
        *(
            "",
            "system",
            "DER, collar 0.25 s / none, %",
            "WDER (unavoidable), %",
            "number right",
            "DER, number given",
            "× real time",
        ),
    ]
    machine = Machine.here(("onnxruntime", "numpy"))
    body = f"Measured with `--minutes {options.minutes:g}` on {machine}.\n\n{table(titles, lines)}\n\n{memory}\n"
    Console(width=WIDTH).print(Markdown(body))
    if options.docs:
        put(DOCS / "speakers.md", "speakers", body)


def _rows(speech: SpeechSet, seconds: float) -> Rows:
    kitchen = max(speech.nonspeech, key=lambda clip: clip.seconds).samples
    held_out, others = people(speech.clips, "held out"), people(speech.clips, "tuning")
    clean = [
        conversation(voices, count, seconds, FIRST_SEED + number, OVERLAP)
        for number, (count, voices) in enumerate((count, voices) for voices in (others, held_out) for count in PEOPLE)
    ]
    far = [c.treated(lambda s: with_noise(in_a_room(s, FIRST_SEED), kitchen, MEETING_SNR_DB)) for c in clean[1::2]]
    return {
        "clean, people the constants were chosen with": clean[: len(PEOPLE)],
        "clean, other people": clean[len(PEOPLE) :],
        "telephone": [c.treated(by_telephone) for c in clean[::2]],
        "a noisy room": far,
        "meetings, 30 s each": [found for _, found in recorded(speech, "ami.rttm")],
        "a telephone call, 30 s": [found for _, found in recorded(speech, "fisher_sample.rttm")],
    }


def _lines(rows: Rows, systems: Mapping[str, System], scratch: Path) -> Iterator[list[str]]:
    for row, conversations in rows.items():
        for name, system in systems.items():
            by_itself, given = Score(), Score()
            for number, held in enumerate(conversations):
                file = scratch / f"{random.Random(row).getrandbits(32)}-{number}.wav"
                write(recording_of(held.samples), file)
                _scored(by_itself, system, held, file, None)
                if name == OURS:
                    _scored(given, system, held, file, held.speakers)
            der, wder, counted, speed = by_itself.cells()
            line = [row, name, der, wder, counted, given.cells()[0] if name == OURS else NONE, speed]
            print(*line, sep=" | ", flush=True)
            yield line


def _memory(rows: Rows, systems: Mapping[str, System], model: Path, scratch: Path) -> str:
    """A sentence about what each system takes, on the longest of the conversations."""
    longest = max((held for conversations in rows.values() for held in conversations), key=lambda held: held.seconds)
    file = scratch / "longest.wav"
    write(recording_of(longest.samples), file)
    taken = (f"{name} {footprint(name, model, file):.0f} MiB" for name in systems)
    return f"At most in memory, of a whole process on {longest.seconds:.0f} s: {', '.join(taken)}."


def _scored(score: Score, system: System, held: Conversation, file: Path, count: int | None) -> None:
    found, cpu = system(held, file, count)
    score.near += errors(held.turns, found, collar=0.25)
    score.all += errors(held.turns, found, collar=0.0)
    score.words += wrong_words(held.turns, found)
    score.unavoidable += wrong_words(held.turns, held.turns)
    score.counted += len({turn.speaker for turn in found}) == held.speakers
    score.conversations += 1
    score.seconds += held.seconds
    score.cpu += cpu
