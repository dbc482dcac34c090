"""What a job may ask of its transcription beyond language and model."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from stt.domain.transcripts.known_speaker import KnownSpeakers
from stt.domain.transcripts.speakers import NO_SPEAKERS, SpeakerCount


class Task(StrEnum):
    """What Whisper does with speech; here a task is never a job."""

    TRANSCRIBE = "transcribe"
    """Write it in the language spoken."""
    TRANSLATE = "translate"
    """Write it in English."""


class Channels(StrEnum):
    """What is done with the channels of a file that has several."""

    MIXED = "mixed"
    """All are heard together as one."""
    SEPARATE = "separate"
    """Each is heard on its own, on one clock, and its segments carry its number: a call with one speaker on each."""


ONE_TRACK = "auto"
"""The track of a file that players would play, unless it is silent or cannot be read: then the next that is not."""
ALL_TRACKS = "all"
"""Each track of a file is heard on its own, as channels kept apart are."""
MOST_TRACKS = 255


def is_track(text: str) -> bool:
    """Whether it names an audio track of a file: `auto`, `all`, or a number from 1 as players show it."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_TRACKS))
    return text in (ONE_TRACK, ALL_TRACKS) or (is_number and 1 <= int(text) <= MOST_TRACKS)


class ToneMarks(StrEnum):
    """Where Vietnamese tone marks stand in syllables like *hoa* and *thuy*, which have two spellings."""

    AS_WRITTEN = "as-written"
    """As the model writes them."""
    OLD = "old"
    """hòa, thủy."""
    NEW = "new"
    """hoà, thuỷ."""


@dataclass(frozen=True)
class Guidance:
    """How a job wants to be transcribed.

    `prompt` is a text in whose style the transcript is written, `hotwords` are names and terms to expect, as the
    caller wrote them; both reach every window. `track` is one that `is_track` knows, `speakers` one that
    `SpeakerCount.read` does.
    """

    task: Task = Task.TRANSCRIBE
    prompt: str = ""
    hotwords: str = ""
    channels: Channels = Channels.MIXED
    tone_marks: ToneMarks = ToneMarks.AS_WRITTEN
    track: str = ONE_TRACK
    speakers: str = NO_SPEAKERS
    known_speakers: KnownSpeakers = KnownSpeakers.OFF

    @property
    def wanted_speakers(self) -> SpeakerCount | None:
        """How many people are told apart; `None` where nobody is."""
        return SpeakerCount.read(self.speakers)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`; what is missing is as a caller who says nothing has it."""
        return cls(
            task=Task(data.get("task", cls.task)),
            prompt=data.get("prompt", cls.prompt),
            hotwords=data.get("hotwords", cls.hotwords),
            channels=Channels(data.get("channels", cls.channels)),
            tone_marks=ToneMarks(data.get("tone_marks", cls.tone_marks)),
            track=data.get("track", cls.track),
            speakers=data.get("speakers", cls.speakers),
            known_speakers=KnownSpeakers(data.get("known_speakers", cls.known_speakers)),
        )
