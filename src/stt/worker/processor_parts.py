"""Everything the stages of a job work with."""

from dataclasses import dataclass, field
from pathlib import Path

from stt.core.messaging.notifier import Notifier
from stt.core.storage.base import Storage
from stt.domain.whisper.engine import Engine
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.job_repository import JobRepository
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from stt.repositories.redo_repository import RedoRepository
from stt.worker.constants import MAX_WINDOW_SECONDS
from stt.worker.ear import Ear
from stt.worker.models import ModelStore
from stt.worker.preparation.prepared import Preparing
from stt.worker.recognition.recognizer import Listening
from stt.worker.speedometer import Speedometer
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.audio_context import AudioContext


@dataclass(frozen=True)
class ProcessorParts:
    """Everything the stages work with."""

    jobs: JobRepository
    chunks: ChunkRepository
    redos: RedoRepository
    acquaintances: KnownSpeakerRepository
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
