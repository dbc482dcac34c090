"""One transcript out of the chunks of a job. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from stt.domain.jobs.chunk import Chunk, ChunkStatus, Span
from stt.domain.jobs.guidance import Task, ToneMarks
from stt.domain.jobs.job import Job
from stt.domain.merging import ledger
from stt.domain.merging.attribution import attributed
from stt.domain.merging.merger import Piece, disputed_seams, merge
from stt.domain.merging.seam import Hearings
from stt.domain.text.paragraphs import paragraphs
from stt.domain.text.tone_marks import restyle
from stt.domain.transcripts.speakers import ToldApart, Turn
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed, Transcript

NO_LANGUAGE = "und"
"""BCP 47's word for an undetermined language: a job with `language=auto` in which nobody speaks."""
VIETNAMESE = "vi"

Entry = TypeVar("Entry", Segment, Suppressed)


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

    @property
    def settled_until(self) -> float:
        """The moment up to which no chunk behind these can change what was said, in seconds; 0 without any chunk.

        Where the cut behind them is inside speech, the next chunk hears again what the last heard around it: what
        touches that is still open.
        """
        if not self.chunks:
            return 0.0
        last = self.chunks[-1].plan
        heard_twice = last.audio.end - last.owned.end
        if heard_twice <= 0:
            return last.owned.end
        return self._before(last.owned.end - heard_twice)

    @property
    def certain_until(self) -> float:
        """The same for a reader who can take nothing back: no further than the first cut whose sides disagree.

        What was said there is heard again when all chunks are there.
        """
        disputed = disputed_seams(self.pieces)
        if not disputed:
            return self.settled_until
        return min(self.settled_until, self._before(self.pieces[disputed[0]].audio.start))

    def _before(self, moment: float) -> float:
        """The moment, or where what is said across it begins."""
        return min([moment, *(segment.start for segment in self.segments({}) if segment.end > moment)])

    def account(self, segments: Sequence[Segment]) -> ledger.Track:
        """What the ledger has to know of it."""
        gaps = [gap for chunk in self.chunks for gap in chunk.gaps]
        for chunk in self.chunks:
            if chunk.status is ChunkStatus.FAILED:
                gaps.append(Gap(chunk.plan.owned.start, chunk.plan.owned.end, "chunk_failed"))
        return ledger.Track(
            speech=[span for chunk in self.chunks for span in chunk.plan.speech],
            sound=[span for chunk in self.chunks for span in chunk.plan.sound],
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
    part: Span | None = None,
    told: ToldApart | None = None,
) -> Transcript:
    """The transcript of a job; `again` holds the further hearings of each track by its channel.

    `told` says of each track who speaks when, where that is told apart. With a `part` it holds what begins in it, and
    accounts for that part alone.
    """
    accounts = [track.account(track.segments(again.get(track.channel, {}))) for track in tracks]
    whole = Span(0.0, job.duration or 0.0)
    coverage, gaps = ledger.account((part or whole).end, accounts, (part or whole).start)
    heard = sorted((s for account in accounts for s in account.segments), key=lambda s: (s.start, s.end))
    left_out = sorted((s for account in accounts for s in account.suppressed), key=lambda s: s.start)
    if part is not None:
        heard, left_out = _beginning_in(part, heard), _beginning_in(part, left_out)
    if told is not None:
        heard = sorted(_told_apart(heard, told.turns), key=lambda s: (s.start, s.end))
    segments = tuple(spelled(segment, job) for segment in heard)
    return Transcript(
        job_id=job.job_id,
        language=job.spoken_language or NO_LANGUAGE,
        duration=whole.end,
        text=paragraphs(segments),
        segments=segments,
        coverage=coverage,
        gaps=gaps,
        model=job.model,
        engine=engine,
        created_at=now.isoformat(timespec="seconds"),
        suppressed=tuple(left_out),
        broke_off=job.broke_off,
        notes=job.notes,
        turns=None if told is None else _by_time(told.turns),
        names={} if told is None else told.names,
    )


def retold(transcript: Transcript, told: ToldApart, *, now: datetime) -> Transcript:
    """A transcript with other turns: every word stays, and says who says it by these."""
    heard = [replace(segment, speaker=None, overlap=False) for segment in transcript.segments]
    segments = tuple(sorted(_told_apart(heard, told.turns), key=lambda s: (s.start, s.end)))
    made, text = now.isoformat(timespec="seconds"), paragraphs(segments)
    turns = _by_time(told.turns)
    return replace(transcript, created_at=made, segments=segments, text=text, turns=turns, names=told.names)


def _told_apart(heard: Sequence[Segment], turns: Mapping[int | None, Sequence[Turn]]) -> list[Segment]:
    said = ((channel, [s for s in heard if s.channel == channel]) for channel in turns)
    return [part for channel, segments in said for part in attributed(segments, turns[channel])]


def _by_time(turns: Mapping[int | None, Sequence[Turn]]) -> tuple[Turn, ...]:
    return tuple(sorted((turn for track in turns.values() for turn in track), key=lambda t: (t.start, t.end)))


def _beginning_in(part: Span, entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if part.start <= entry.start < part.end]


def spelled(segment: Segment, job: Job) -> Segment:
    """The segment with its tone marks as the job wants them, if it is Vietnamese."""
    style = job.guidance.tone_marks
    is_vietnamese = (segment.language or job.spoken_language) == VIETNAMESE and job.guidance.task is Task.TRANSCRIBE
    if style is ToneMarks.AS_WRITTEN or not is_vietnamese:
        return segment
    words = tuple(replace(word, word=restyle(word.word, style)) for word in segment.words)
    return replace(segment, text=restyle(segment.text, style), words=words)
