"""An engine that answers at once: inference is what overhead is measured without."""

import asyncio
import time
from collections.abc import Sequence

from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.inference.batcher import EngineRequest, WindowResult

WORDS_PER_SECOND = 2.5


class InstantListener:
    """Stands in for the batcher; writes as many words as people say, and notes when it was asked, up to `enough`."""

    def __init__(self, enough: int) -> None:
        self.asked: list[float] = []
        self.has_enough = asyncio.Event()
        self._enough = enough

    async def transcribe(self, windows: Sequence[Pcm], _request: EngineRequest) -> list[WindowResult]:
        self.asked.append(time.perf_counter())
        if len(self.asked) == self._enough:
            self.has_enough.set()
        return [(_line(len(window) / SAMPLE_RATE),) for window in windows]

    async def close(self) -> None:
        """Nothing is held."""


def _line(seconds: float) -> Segment:
    count = max(1, round(seconds * WORDS_PER_SECOND))
    borders = [seconds * number / count for number in range(count + 1)]
    words = tuple(Word(f"từ{i}", borders[i], borders[i + 1], 0.9) for i in range(count))
    return Segment(0.0, seconds, " ".join(word.word for word in words), words)
