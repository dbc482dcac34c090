"""A mix on its way to its account, with an engine in this process."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from benchmarks.hearing_again.listening import prepared
from benchmarks.peers.weights import COMPUTE_TYPE, Weights
from benchmarks.real_voices.heard import Heard, Word
from benchmarks.real_voices.mix import Mix
from stt.domain.jobs.chunk import ChunkPlan
from stt.domain.merging.ledger import Track, account
from stt.domain.transcripts.transcript import Gap, Segment
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition import recognizer
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper

Known = dict[bytes, tuple[Segment, ...]]


@dataclass
class Listener:
    """Decodes windows as they are asked for, unless what they hold is `known`. One that `skips` hears nothing again."""

    engine: FasterWhisper
    options: DecodingOptions
    known: Known = field(default_factory=dict)
    skips: bool = False

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[tuple[Segment, ...]]:
        return [self._heard(window, request.options) for window in windows]

    def _heard(self, window: Pcm, options: DecodingOptions) -> tuple[Segment, ...]:
        if options != self.options:
            return () if self.skips else self.engine.transcribe([window], options)[0]
        if window.tobytes() not in self.known:
            self.known[window.tobytes()] = self.engine.transcribe([window], options)[0]
        return self.known[window.tobytes()]


@dataclass(frozen=True)
class Ear:
    """Hears mixes with real weights, as the service does with nothing set."""

    weights: Weights
    beam: int

    @cached_property
    def engine(self) -> FasterWhisper:
        return FasterWhisper(self.weights.ct2, device="cpu", compute_type=COMPUTE_TYPE, threads=2)

    def options(self, language: str) -> DecodingOptions:
        return DecodingOptions(language, self.beam, audio_context=AudioContext.suited_to(self.weights.name))

    def track(self, chunks: Sequence[tuple[ChunkPlan, Pcm]], listener: Listener) -> Track:
        """What is heard in these chunks."""
        request = EngineRequest("faster-whisper", self.weights.ct2, listener.options)
        nothing_known = Hallucinations({})
        heard = [
            asyncio.run(recognizer.recognize(pcm, plan, listener, request, MAX_WINDOW_SECONDS, nothing_known))
            for plan, pcm in chunks
        ]
        plans = [plan for plan, _ in chunks]
        return Track(
            speech=[span for plan in plans for span in plan.speech],
            segments=[segment for found in heard for segment in found.segments],
            suppressed=[left_out for found in heard for left_out in found.suppressed],
            sound=[span for plan in plans for span in plan.sound],
        )


def chunks_of(mix: Mix) -> list[tuple[ChunkPlan, Pcm]]:
    """Those with speech, each with its audio."""
    return list(prepared(mix))


def gaps_of(mix: Mix, track: Track) -> tuple[Gap, ...]:
    """What the account tells of as missing."""
    return account(mix.seconds, [track])[1]


def written(mix: Mix, track: Track) -> Heard:
    """As it is scored."""
    words = tuple(Word(word.word, word.start, word.end) for segment in track.segments for word in segment.words)
    text = " ".join(segment.text for segment in track.segments)
    gaps = tuple((gap.start, gap.end) for gap in gaps_of(mix, track))
    return Heard(text, words, mix.told, (), 0.0, 0.0, gaps)
