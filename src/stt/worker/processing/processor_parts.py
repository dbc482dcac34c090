"""Everything the stages of a job work with, and how they have it heard."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stt.core.messaging.notifier import Notifier
from stt.core.storage.base import Storage
from stt.domain.errors import ObjectMissing
from stt.domain.jobs.chunk import Chunk
from stt.domain.jobs.job import Job
from stt.domain.merging.assembly import NO_LANGUAGE
from stt.domain.whisper.engine import Engine, engine_named
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from stt.repositories.version_repository import VersionRepository
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS
from stt.worker.errors import UploadMissing
from stt.worker.inference.batcher import EngineRequest
from stt.worker.models import ModelStore, ResolvedModel
from stt.worker.preparation.prepared import Preparing
from stt.worker.processing.ear import Ear
from stt.worker.recognition.detection import spoken_in
from stt.worker.recognition.language import sample_chunks
from stt.worker.recognition.recognizer import Listening
from stt.worker.scratch import scratch_directory
from stt.worker.speedometer import Speedometer
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.transcriber.base import DecodingOptions

PREPARING_SECONDS = 3600.0
LEAST_BYTES_PER_SECOND = 50_000.0
"""How long decoding a file may take: an hour, and a second more for each 50 kB, a third of the time that an MP3 plays.
No file needs as much; one made for that purpose is stopped."""


def longest_preparation(job: Job) -> float:
    """Seconds that decoding its file may take."""
    return PREPARING_SECONDS + (job.file_size or 0) / LEAST_BYTES_PER_SECOND


@dataclass(frozen=True)
class ProcessorParts:
    """Everything the stages work with."""

    jobs: JobRepository
    chunks: ChunkRepository
    redos: RedoRepository
    acquaintances: KnownSpeakerRepository
    versions: VersionRepository
    storage: Storage
    notifier: Notifier
    preparer: Preparing
    listener: Listening
    models: ModelStore
    ear: Ear
    scratch_root: Path
    engine: Engine
    beam_size: int
    hallucinations: Hallucinations
    window_seconds: float = MAX_WINDOW_SECONDS
    audio_context: AudioContext | None = None
    """`None` is what suits the model."""
    speedometer: Speedometer = field(default_factory=Speedometer)

    async def model_of(self, job: Job) -> ResolvedModel:
        """The model of a job, for its engine; raises `ModelUnavailable`."""
        return await self.models.resolve(job.model, self._engine_of(job))

    @contextlib.asynccontextmanager
    async def source_of(self, job: Job) -> AsyncIterator[Path]:
        """The audio file of a job, which lies here until this is left; raises `UploadMissing`."""
        with scratch_directory(self.scratch_root, job.job_id) as scratch:
            source = scratch / "source"
            try:
                await self.storage.download(job.object_key, source)
            except ObjectMissing as error:
                raise UploadMissing(f"The audio file {job.object_key!r} is not in storage.") from error
            yield source

    async def spoken_in(
        self, job: Job, model: ResolvedModel, chunks: Sequence[Chunk], audio_of: Callable[[Chunk], Awaitable[Pcm]]
    ) -> str:
        """The language that a job's chunks are in; `NO_LANGUAGE` where nobody speaks."""
        asked = self.listener, self.request(job, model, NO_LANGUAGE), self.longest_window(model)
        return await spoken_in(sample_chunks(chunks), audio_of, *asked) or NO_LANGUAGE

    def request(self, job: Job, model: ResolvedModel, language: str) -> EngineRequest:
        """How a job wants its windows to be decoded, in this language."""
        wanted = job.guidance
        options = DecodingOptions(
            language=language,
            beam_size=self.beam_size,
            task=wanted.task,
            prompt=wanted.prompt,
            hotwords=wanted.hotwords,
            audio_context=self.audio_context or AudioContext.suited_to(job.model),
        )
        return EngineRequest(self._engine_of(job), model.path, options, model.bands)

    def longest_window(self, model: ResolvedModel) -> float:
        """Seconds."""
        return min(self.window_seconds, model.card.window_seconds)

    def _engine_of(self, job: Job) -> Engine:
        return engine_named(job.engine) if job.engine else self.engine
