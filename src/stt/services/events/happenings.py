"""What those who watch jobs are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from stt.domain.events.event import Event
from stt.domain.events.position import Position
from stt.domain.transcripts.transcript import Segment


@dataclass(frozen=True)
class Told:
    """Something has happened."""

    event: Event
    position: Position


@dataclass(frozen=True)
class Text:
    """More of a job's text can be read: what begins at second `after` or later and before `until`."""

    job_id: str
    after: float
    until: float
    segments: Sequence[Segment]
    position: Position


@dataclass(frozen=True)
class Reset:
    """What has happened behind the last position is not known any more: whatever was read has to be read anew."""

    position: Position


@dataclass(frozen=True)
class Ready:
    """What happens from here on will be told."""

    position: Position


@dataclass(frozen=True)
class Gone:
    """There is no such job any more."""

    job_id: str


Happening = Told | Text | Reset | Ready | Gone
