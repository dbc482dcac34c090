"""What preparing a file gives, and how it is written on the pipe from the process that does it."""

import json
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.guidance import Channels
from stt.domain.transcripts.note import Note


@dataclass(frozen=True)
class PreparedChunk:
    """A chunk and its audio as FLAC, empty for a silent one; it is one of `tracks` that are cut side by side."""

    plan: ChunkPlan
    flac: bytes
    tracks: int = 1


@dataclass(frozen=True)
class PreparedAudio:
    """The whole: its duration, where the file broke off if it did, both in seconds, and how many tracks were cut.

    There is one track unless channels were kept apart. `notes` are what its owner should know about the file, `peaks`
    what a waveform of it is drawn from (see `stt.domain.audio.peaks`).
    """

    duration: float
    broke_off: float | None
    tracks: int = 1
    notes: tuple[Note, ...] = ()
    peaks: bytes = b""


Prepared = PreparedChunk | PreparedAudio


@dataclass(frozen=True)
class Message:
    """A line of JSON with a `kind` and the `size` of the bytes that follow it.

    Plain data, never pickles: who has broken into a decoder through its file must not get any further by what it says.
    """

    fields: dict[str, Any]
    body: bytes = b""

    def encode(self) -> bytes:
        """As bytes on the pipe."""
        return json.dumps({**self.fields, "size": len(self.body)}).encode() + b"\n" + self.body


def to_message(item: Prepared) -> Message:
    """Its form on the pipe."""
    if isinstance(item, PreparedChunk):
        return Message({"kind": "chunk", "tracks": item.tracks, **asdict(item.plan)}, item.flac)
    fields = asdict(item)
    peaks = fields.pop("peaks")
    return Message({"kind": "audio", **fields}, peaks)


def from_message(message: Message) -> Prepared:
    """Inverse of `to_message`; raises `KeyError` or `TypeError` for anything else."""
    fields = message.fields
    if fields["kind"] == "audio":
        notes = tuple(Note.from_dict(note) for note in fields["notes"])
        return PreparedAudio(fields["duration"], fields["broke_off"], fields["tracks"], notes, message.body)
    speech, sound = (tuple(Span(**span) for span in fields[name]) for name in ("speech", "sound"))
    owned, audio = Span(**fields["owned"]), Span(**fields["audio"])
    plan = ChunkPlan(fields["index"], owned, audio, speech, fields["channel"], sound)
    return PreparedChunk(plan, message.body, fields["tracks"])


class Preparing(Protocol):
    """What turns a file into chunks."""

    def prepare(
        self, source: Path, channels: Channels, track: str, longest: float, part: Span | None = None
    ) -> AsyncGenerator[Prepared, None]:
        """The chunks as they are cut, of the whole file or of a part of it, and the whole at the end.

        Raises `PreparationTooLong` after `longest` seconds.
        """
