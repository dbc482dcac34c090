"""A chunk: about a minute of one job's audio, the unit of durability."""

from dataclasses import dataclass, replace
from enum import StrEnum

from stt.domain.transcripts.transcript import Gap, Segment, Suppressed


class ChunkStatus(StrEnum):
    """HELD → READY → RUNNING → COMPLETED | FAILED | CANCELLED."""

    HELD = "HELD"
    """Cut, but the job's language is not decided yet."""
    READY = "READY"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @classmethod
    def claimable(cls) -> tuple["ChunkStatus", ...]:
        """Statuses a consumer may claim from: a RUNNING row is free again once its lease ran out."""
        return cls.READY, cls.RUNNING


@dataclass(frozen=True)
class Span:
    """A piece of time in the file, in seconds from its start."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    def shifted(self, seconds: float) -> "Span":
        """The same piece, later by `seconds`."""
        return Span(self.start + seconds, self.end + seconds)


@dataclass(frozen=True)
class ChunkPlan:
    """Where a chunk lies in the file, in seconds.

    The chunks of a job tile its audio, those of each channel if channels are apart: `owned` of one ends where the next
    begins. `audio` is what is stored for it;
    it reaches over `owned` only where a cut had to be made inside speech. `speech` are the spans in which VAD heard
    somebody, within `audio`; a chunk without any has no audio stored. `sound` is where it is loud, within `owned`,
    whatever VAD heard there: the account of the file does not rest on VAD alone.
    """

    index: int
    owned: Span
    audio: Span
    speech: tuple[Span, ...]
    channel: int | None = None
    sound: tuple[Span, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to transcribe."""
        return not self.speech

    def shifted(self, seconds: float) -> "ChunkPlan":
        """The same chunk, later by `seconds`."""
        if not seconds:
            return self
        owned, audio = self.owned.shifted(seconds), self.audio.shifted(seconds)
        speech, sound = (tuple(span.shifted(seconds) for span in some) for some in (self.speech, self.sound))
        return replace(self, owned=owned, audio=audio, speech=speech, sound=sound)


@dataclass(frozen=True)
class Chunk:
    """A chunk as stored."""

    chunk_id: str
    job_id: str
    plan: ChunkPlan
    object_key: str | None
    status: ChunkStatus
    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]
    error_message: str | None
    suppressed: tuple[Suppressed, ...] = ()
