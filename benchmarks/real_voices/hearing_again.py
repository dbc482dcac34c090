"""What each way of hearing again is worth on real voices: how often, at what cost, errors mended and made.

`python -m benchmarks.real_voices.hearing_again`. Windows are decoded once: what is heard without one way differs from
what is heard with all in those windows alone that it asks for.
"""

import argparse
import asyncio
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.peers.weights import COMPUTE_TYPE, Weights
from benchmarks.real_voices import weights
from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.errors import Errors, errors
from benchmarks.real_voices.heard import Heard
from benchmarks.real_voices.mix import Mix
from benchmarks.real_voices.rows import ROWS
from benchmarks.report.page import table
from stt.domain.assembly import tracks_of
from stt.domain.chunk import Chunk, ChunkPlan, ChunkStatus
from stt.domain.engine import Engine
from stt.domain.transcript import join_text
from stt.worker.audio import flac
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS, SAMPLE_RATE
from stt.worker.inference.batcher import Batcher, EngineRequest, WindowResult
from stt.worker.inference.child import Hardware
from stt.worker.inference.pool import EnginePool
from stt.worker.preparation.child import prepare
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.recognition import recognizer
from stt.worker.recognition.cuts import disputes_of, heard_again
from stt.worker.recognition.holes import unheard
from stt.worker.recognition.loops import loops
from stt.worker.recognition.recognizer import recognize
from stt.worker.recognition.seams import seams
from stt.worker.recognition.tails import unfinished
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.base import DecodingOptions
from tools.speech import write

ROWS_HEARD = ("en-pauses", "vi-pauses", "en-no-pauses", "vi-no-pauses")
CHUNK_SECONDS = 60.0
BATCH_SIZE = 4

BETWEEN = "cuts between chunks whose sides disagree"
WAYS = {
    "windows that may loop": loops,
    "cuts between windows whose sides disagree": seams,
    BETWEEN: None,
    "speech without words": unheard,
    "ends of speech behind the last word": unfinished,
}
"""What is heard again, and the look that finds it within a chunk."""


class Remembering:
    """A listener that decodes each window once, and tells what it was asked for."""

    def __init__(self, batcher: Batcher) -> None:
        self._batcher = batcher
        self._known: dict[tuple[str, EngineRequest], WindowResult] = {}
        self.asked: list[float] = []

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[WindowResult]:
        self.asked += [len(window) / SAMPLE_RATE for window in windows]
        keys = [(hashlib.sha256(window.tobytes()).hexdigest(), request) for window in windows]
        new = {key: window for key, window in zip(keys, windows, strict=True) if key not in self._known}
        results = await self._batcher.transcribe(list(new.values()), request)
        self._known.update(zip(new, results, strict=True))
        return [self._known[key] for key in keys]

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        return await self._batcher.language_probabilities(window, request)


@dataclass(frozen=True)
class Outcome:
    """What was heard of a mix, and how many windows and seconds of audio were decoded for it."""

    wrong: Errors
    windows: int
    seconds: float


@dataclass(frozen=True)
class Worth:
    """Of a way: windows and seconds that it asks for, words it makes right and wrong, words it adds and saves."""

    windows: int = 0
    seconds: float = 0.0
    mended: int = 0
    made: int = 0
    inserted: int = 0
    mixes: int = 0

    @classmethod
    def between(cls, every: Outcome, without: Outcome) -> "Worth":
        """What changes by it."""
        words = list(zip(every.wrong.right, without.wrong.right, strict=True))
        return cls(
            windows=every.windows - without.windows,
            seconds=every.seconds - without.seconds,
            mended=sum(now and not before for now, before in words),
            made=sum(before and not now for now, before in words),
            inserted=every.wrong.inserted - without.wrong.inserted,
            mixes=int(every.windows != without.windows),
        )

    def __add__(self, other: "Worth") -> "Worth":
        """Of both together."""
        return Worth(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


async def heard(
    chunks: Sequence[tuple[ChunkPlan, Pcm]], listener: Remembering, request: EngineRequest, *, between: bool
) -> str:
    """The text of a file, as the service hears it; `between` is whether cuts between chunks are heard again."""
    hallucinations = Hallucinations.load()
    spoken = [(plan, pcm) for plan, pcm in chunks if not plan.is_silent]
    results = await asyncio.gather(
        *(recognize(pcm, plan, listener, request, MAX_WINDOW_SECONDS, hallucinations) for plan, pcm in spoken)
    )
    rows = [
        Chunk("", "", plan, "", ChunkStatus.COMPLETED, found.segments, found.gaps, None)
        for (plan, _), found in zip(spoken, results, strict=True)
    ]
    audio = {plan.index: pcm for plan, pcm in spoken}
    (track,) = tracks_of(rows)

    async def audio_of(chunk: Chunk) -> Pcm:
        return audio[chunk.plan.index]

    disputes = disputes_of(track) if between else []
    again = await heard_again(track, disputes, audio_of, listener, request, MAX_WINDOW_SECONDS)
    return join_text(track.segments(again))


class Study:
    """Hears mixes with all ways, and without each in turn."""

    def __init__(self, model: Weights, beam: int) -> None:
        self._model, self._beam = model, beam

    async def worth(self, mixes: Sequence[Mix]) -> dict[str, Worth]:
        cores = len(os.sched_getaffinity(0))
        pool = EnginePool(cores, Hardware("cpu", COMPUTE_TYPE, 1), deadline_seconds=600.0)
        batcher = Batcher(pool, batch_size=BATCH_SIZE)
        try:
            listener = Remembering(batcher)
            found: dict[str, Worth] = dict.fromkeys(("all of them", *WAYS), Worth())
            for number, mix in enumerate(mixes):
                Console(stderr=True).print(f"{number + 1} of {len(mixes)} ...")
                for name, worth in (await self._worth(mix, listener)).items():
                    found[name] += worth
            return found
        finally:
            await batcher.close()
            await pool.close()

    async def _worth(self, mix: Mix, listener: Remembering) -> dict[str, Worth]:
        chunks = list(_prepared(mix))
        request = EngineRequest(Engine.FASTER_WHISPER, self._model.ct2, DecodingOptions(mix.told, self._beam), 80)

        async def outcome(*without: str) -> Outcome:
            listener.asked = []
            with _without(without):
                text = await heard(chunks, listener, request, between=BETWEEN not in without)
            wrong = errors(mix, Heard(text, (), mix.told, (), 0.0, 0.0))
            return Outcome(wrong, len(listener.asked), sum(listener.asked))

        every = await outcome()
        nothing = await outcome(*WAYS)
        worth = {"all of them": Worth.between(every, nothing)}
        for name in WAYS:
            worth[name] = Worth.between(every, await outcome(name))
        return worth


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """Chunks are recognized without these looks."""
    left_out = [WAYS[name] for name in names]
    with ExitStack() as stack:
        for room in ("LOOKS_AT_WINDOWS", "LOOKS_AT_TEXT"):
            looks = tuple(look for look in getattr(recognizer, room) if look.doubts not in left_out)
            stack.enter_context(patch.object(recognizer, room, looks))
        yield


def _prepared(mix: Mix) -> Iterator[tuple[ChunkPlan, Pcm]]:
    with tempfile.TemporaryDirectory() as scratch:
        source = write(mix.recording, Path(scratch) / "speech.flac")
        for item in prepare(source, chunk_seconds=CHUNK_SECONDS, max_seconds=float("inf")):
            if isinstance(item, PreparedChunk):
                yield item.plan, flac.decode(item.flac) if item.flac else b""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_voices.hearing_again", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="of each row and seed (%(default)s)")
    parser.add_argument("--seeds", type=int, default=2, help="how many mixes of each row (%(default)s)")
    parser.add_argument("--beam", type=int, default=5, help="width of the search (%(default)s)")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS_HEARD), help="(%(default)s)")
    options = parser.parse_args()
    speech = SpeechSet.of_environment()
    mixes = [
        mix
        for row in options.rows
        for seed in range(1, options.seeds + 1)
        for mix in ROWS[row].mixes(speech, options.minutes * 60, seed)
    ]
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(Study(weights.base(Path(folder)), options.beam).worth(mixes))
    print(datetime.now(UTC).date(), sum(mix.seconds for mix in mixes) / 60, "minutes")
    Console(width=160).print(Markdown(as_table(found)))


def as_table(found: Mapping[str, Worth]) -> str:
    """In Markdown."""
    titles = ("heard again", "windows", "seconds of audio", "words mended", "words broken", "words added")
    lines = [
        [name, str(w.windows), f"{w.seconds:.0f}", str(w.mended), str(w.made), f"{w.inserted:+d}"]
        for name, w in found.items()
    ]
    return table(titles, lines)


if __name__ == "__main__":
    main()
