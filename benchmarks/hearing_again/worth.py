"""What is heard with all ways of hearing again, without each in turn, and without any."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from unittest.mock import patch

from benchmarks.hearing_again.listening import Remembering, heard, prepared
from benchmarks.peers.weights import COMPUTE_TYPE, Weights
from benchmarks.real_voices.errors import Errors, errors
from benchmarks.real_voices.heard import Heard
from benchmarks.real_voices.mix import Mix
from benchmarks.report.page import table
from stt.domain.whisper.engine import Engine
from stt.worker.constants import MEL_BANDS
from stt.worker.inference.batcher import Batcher, EngineRequest
from stt.worker.inference.child import Hardware
from stt.worker.inference.pool import EnginePool
from stt.worker.recognition import recognizer
from stt.worker.recognition.holes import unheard
from stt.worker.recognition.seams import seams
from stt.worker.transcriber.base import DecodingOptions

BATCH_SIZE = 4
DEADLINE_SECONDS = 600.0
ALL = "all of them"
BETWEEN = "cuts between chunks whose sides disagree"
WAYS = {
    "cuts between windows whose sides disagree": seams,
    BETWEEN: None,
    "speech without words": unheard,
}
"""What is heard again, and the look that finds it within a chunk."""


@dataclass(frozen=True)
class Outcome:
    """What was heard of a mix, and how many windows and seconds of audio were decoded for it."""

    wrong: Errors
    windows: int
    seconds: float


@dataclass(frozen=True)
class Worth:
    """Of a way, beside `first` windows without it: what it asks for, words it makes right and wrong, and adds."""

    first: int = 0
    windows: int = 0
    seconds: float = 0.0
    mended: int = 0
    made: int = 0
    inserted: int = 0

    @classmethod
    def between(cls, every: Outcome, without: Outcome) -> "Worth":
        """What changes by it."""
        words = list(zip(every.wrong.right, without.wrong.right, strict=True))
        return cls(
            first=without.windows,
            windows=every.windows - without.windows,
            seconds=every.seconds - without.seconds,
            mended=sum(now and not before for now, before in words),
            made=sum(before and not now for now, before in words),
            inserted=every.wrong.inserted - without.wrong.inserted,
        )

    def __add__(self, other: "Worth") -> "Worth":
        """Of both together."""
        return Worth(*(getattr(self, name) + getattr(other, name) for name in (field.name for field in fields(self))))


class Study:
    """Hears mixes with all ways, and without each in turn."""

    def __init__(self, model: Weights, beam: int) -> None:
        self._model, self._beam = model, beam

    async def worth(self, mixes: Sequence[Mix], show: Callable[[str], None]) -> dict[str, Worth]:
        """That of each way, by its name; `show` is told after each mix what there is so far, as Markdown."""
        cores = len(os.sched_getaffinity(0))
        pool = EnginePool(cores, Hardware("cpu", COMPUTE_TYPE, 1), deadline_seconds=DEADLINE_SECONDS)
        batcher = Batcher(pool, batch_size=BATCH_SIZE)
        try:
            listener = Remembering(batcher)
            found: dict[str, Worth] = dict.fromkeys((ALL, *WAYS), Worth())
            for mix in mixes:
                for name, worth in (await self._worth(mix, listener)).items():
                    found[name] += worth
                show(as_table(found))
            return found
        finally:
            await batcher.close()
            await pool.close()

    async def _worth(self, mix: Mix, listener: Remembering) -> dict[str, Worth]:
        chunks = list(prepared(mix))
        request = EngineRequest(
            Engine.FASTER_WHISPER, self._model.ct2, DecodingOptions(mix.told, self._beam), MEL_BANDS
        )

        async def outcome(*without: str) -> Outcome:
            listener.asked = []
            with without_looks(without):
                text = await heard(chunks, listener, request, between=BETWEEN not in without)
            wrong = errors(mix, Heard(text, (), mix.told, (), 0.0, 0.0))
            return Outcome(wrong, len(listener.asked), sum(listener.asked))

        every = await outcome()
        nothing = await outcome(*WAYS)
        worth = {ALL: Worth.between(every, nothing)}
        for name in WAYS:
            worth[name] = Worth.between(every, await outcome(name))
        return worth


@contextmanager
def without_looks(names: Sequence[str]) -> Iterator[None]:
    """Chunks are recognized without these looks."""
    left_out = [WAYS[name] for name in names]
    with ExitStack() as stack:
        for room in ("LOOKS_AT_WINDOWS", "LOOKS_AT_TEXT"):
            looks = tuple(look for look in getattr(recognizer, room) if look.doubts not in left_out)
            stack.enter_context(patch.object(recognizer, room, looks))
        yield


def as_table(found: Mapping[str, Worth]) -> str:
    """In Markdown."""
    titles = ("heard again", "windows, beside others", "seconds of audio", "words mended", "broken", "added")
    lines = [
        [name, f"{w.windows}, {w.first}", f"{w.seconds:.0f}", str(w.mended), str(w.made), f"{w.inserted:+d}"]
        for name, w in found.items()
    ]
    return table(titles, lines)
