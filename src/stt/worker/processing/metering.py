"""What is counted of work, beside what the seams of storage and queue count."""

import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from stt.core.metrics.table import (
    BATCH_WINDOWS,
    BATCHES_FAILED,
    INFERENCE_AUDIO_SECONDS,
    INFERENCE_SECONDS,
    JOBS_ENDED,
    SEAMS,
    TRANSCRIPT_SECONDS,
)
from stt.domain.errors import WorkFailure
from stt.domain.merging.assembly import Track
from stt.domain.transcripts.transcript import Segment, Transcript
from stt.worker.audio.pcm import Pcm, Sound, seconds_of
from stt.worker.inference.batcher import Engines
from stt.worker.inference.pool import EngineRequest

log = structlog.get_logger()

KINDS = ("words", "silence", "sound", "suppressed", "gap")
"""What a second of audio becomes, as `Coverage` names it."""


class MeasuredEngines:
    """The same engines; what they are given, and how long they take, is counted."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self.children = engines.children

    async def transcribe(self, windows: Sequence[Sound], request: EngineRequest) -> list[tuple[Segment, ...]]:
        """The segments of each window."""
        labels = _model(request.path), request.engine
        begun = time.perf_counter()
        try:
            segments = await self._engines.transcribe(windows, request)
        except WorkFailure:
            BATCHES_FAILED.labels(*labels).inc()
            raise
        finally:
            INFERENCE_SECONDS.labels(*labels).inc(time.perf_counter() - begun)
        BATCH_WINDOWS.labels(*labels).observe(len(windows))
        INFERENCE_AUDIO_SECONDS.labels(*labels).inc(sum(map(seconds_of, windows)))
        return segments

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        """How likely each language is; not measured."""
        return await self._engines.language_probabilities(window, request)


def count_completed(transcript: Transcript, tracks: Sequence[Track]) -> None:
    """Note what became of a job that is completed."""
    JOBS_ENDED.labels("completed").inc()
    SEAMS.inc(sum(max(0, len(track.chunks) - 1) for track in tracks))
    for kind in KINDS:
        TRANSCRIPT_SECONDS.labels(kind).inc(getattr(transcript.coverage, kind))
    log.info("job_completed", seconds=round(transcript.duration, 3), gap_seconds=round(transcript.coverage.gap, 3))


def _model(path: Path) -> str:
    """The model whose files lie there: each has a folder, with the weights of an engine in it."""
    return path.parent.name
