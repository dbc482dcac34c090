"""One transcript out of the chunks of a job. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from stt.domain import ledger
from stt.domain.chunk import Chunk, ChunkStatus
from stt.domain.guidance import Task, ToneMarks
from stt.domain.job import Job
from stt.domain.merger import Piece, merge
from stt.domain.paragraphs import paragraphs
from stt.domain.seam import Hearings
from stt.domain.tone_marks import restyle
from stt.domain.transcript import Gap, Segment, Transcript

NO_LANGUAGE = "und"
"""BCP 47's word for an undetermined language: a job with `language=auto` in which nobody speaks."""
VIETNAMESE = "vi"


@dataclass(frozen=True)
class Track:
    """The chunks of one channel in order, or all chunks where channels are heard as one."""

    channel: int | None
    chunks: tuple[Chunk, ...]

    @property
    def spoken(self) -> list[Chunk]:
        """Those in which something was heard."""
        return [chunk for chunk in self.chunks if chunk.segments]

    @property
    def pieces(self) -> list[Piece]:
        """What was heard, as it is merged: one piece for each chunk of `spoken`."""
        return [Piece(chunk.plan.audio, chunk.plan.owned, chunk.segments) for chunk in self.spoken]

    def segments(self, again: Mapping[int, Hearings]) -> list[Segment]:
        """What was said, each word once; `again` are the further hearings of cuts in dispute."""
        return [replace(segment, channel=self.channel) for segment in merge(self.pieces, again)]

    def account(self, segments: Sequence[Segment]) -> ledger.Track:
        """What the ledger has to know of it."""
        gaps = [gap for chunk in self.chunks for gap in chunk.gaps]
        for chunk in self.chunks:
            if chunk.status is ChunkStatus.FAILED:
                gaps.append(Gap(chunk.plan.owned.start, chunk.plan.owned.end, "chunk_failed"))
        return ledger.Track(
            speech=[span for chunk in self.chunks for span in chunk.plan.speech],
            segments=segments,
            suppressed=[replace(s, channel=self.channel) for chunk in self.chunks for s in chunk.suppressed],
            failed=gaps,
            channel=self.channel,
        )


def tracks_of(chunks: Sequence[Chunk]) -> list[Track]:
    """The chunks by channel."""
    channels = sorted({chunk.plan.channel for chunk in chunks}, key=lambda channel: -1 if channel is None else channel)
    return [Track(c, tuple(chunk for chunk in chunks if chunk.plan.channel == c)) for c in channels]


def assemble(
    job: Job,
    tracks: Sequence[Track],
    again: Mapping[int | None, Mapping[int, Hearings]],
    *,
    engine: str,
    now: datetime,
) -> Transcript:
    """The transcript of a job; `again` holds the further hearings of each track by its channel."""
    accounts = [track.account(track.segments(again.get(track.channel, {}))) for track in tracks]
    coverage, gaps = ledger.account(job.duration or 0.0, accounts)
    heard = sorted((s for account in accounts for s in account.segments), key=lambda s: (s.start, s.end))
    segments = tuple(_spelled(segment, job) for segment in heard)
    return Transcript(
        job_id=job.job_id,
        language=job.spoken_language or NO_LANGUAGE,
        duration=job.duration or 0.0,
        text=paragraphs(segments),
        segments=segments,
        coverage=coverage,
        gaps=gaps,
        model=job.model,
        engine=engine,
        created_at=now.isoformat(timespec="seconds"),
        suppressed=tuple(sorted((s for a in accounts for s in a.suppressed), key=lambda s: s.start)),
        broke_off=job.broke_off,
    )


def _spelled(segment: Segment, job: Job) -> Segment:
    """The segment with its tone marks as the job wants them, if it is Vietnamese."""
    style = job.guidance.tone_marks
    is_vietnamese = (segment.language or job.spoken_language) == VIETNAMESE and job.guidance.task is Task.TRANSCRIBE
    if style is ToneMarks.AS_WRITTEN or not is_vietnamese:
        return segment
    words = tuple(replace(word, word=restyle(word.word, style)) for word in segment.words)
    return replace(segment, text=restyle(segment.text, style), words=words)
