"""What of a transcript can be read while its job still runs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from stt.domain.jobs.chunk import Chunk, Span
from stt.domain.jobs.job import Job
from stt.domain.merging.assembly import Track, assemble, tracks_of
from stt.domain.text.paragraphs import paragraphs
from stt.domain.transcripts.transcript import Transcript

LOOKBACK_SECONDS = 30.0
"""How far before a page the chunks must be known that are merged for it: more than two of them ever overlap."""


@dataclass(frozen=True)
class Partial:
    """The part of a transcript from some moment up to `until`, in seconds; `complete` once there will be no more.

    What begins before `until` is never taken back when more is known, except where two chunks disagree about what was
    said around their cut: that is heard once more when all are there. So a reader who asks again from `until` on
    reads every segment once.
    """

    transcript: Transcript
    until: float
    complete: bool


def assemble_partial(
    job: Job, chunks: Sequence[Chunk], *, since: float, now: datetime, certain: bool = False
) -> Partial:
    """What begins at `since` or later and is settled; with `certain` only what no dispute between chunks can change.

    `chunks` are those of each channel from its first up to the last before one that is not settled, at least those
    that reach behind `since - LOOKBACK_SECONDS`.
    """
    tracks = tracks_of(chunks)
    waited_for = [_track_of(channel, tracks) for channel in _channels(job)]
    until = max(0.0, min(track.certain_until if certain else track.settled_until for track in waited_for))
    part = Span(since, max(since, until))
    transcript = assemble(job, tracks, {}, engine=job.engine or "", now=now, part=part)
    return Partial(transcript, until, complete=False)


def complete_partial(transcript: Transcript, since: float) -> Partial:
    """What begins at `since` or later of a transcript to which nothing will be added."""
    segments = tuple(segment for segment in transcript.segments if segment.start >= since)
    if len(segments) < len(transcript.segments):
        transcript = replace(transcript, segments=segments, text=paragraphs(segments))
    return Partial(transcript, transcript.duration, complete=True)


def _channels(job: Job) -> Sequence[int | None]:
    """Those the text has to wait for: a channel of which no chunk is cut yet may speak before all others."""
    return range(job.tracks) if job.tracks > 1 else [None]


def _track_of(channel: int | None, tracks: Sequence[Track]) -> Track:
    return next((track for track in tracks if track.channel == channel), Track(channel, ()))
