"""Where a file says its audio ends, so that a transcript can tell when the file broke off before that."""

import re
from collections.abc import Mapping
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container.input import InputContainer

from stt.worker.preparation.containers import mpeg_audio
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part

GUESSED = ("aac", "loas", "amr", "mpegts", "mpeg", "ogg", "ac3", "eac3", "dts", "truehd")
"""Formats whose header states no length: FFmpeg guesses it from the bit rate or from the last packets."""


def stated_end(container: InputContainer, stream: AudioStream, path: Path, part: Part, origin: float) -> float | None:
    """Second of a clock that begins at `origin` at which the part says that this track of it ends, if it does."""
    name = container.format.name
    if part.overlong or name in GUESSED or (name == "mp3" and not _states_length(path)):
        return None
    if "mp4" in name.split(","):
        if stream.duration is None or stream.time_base is None:
            return None
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base) - origin
    tagged = tagged_end(stream.metadata)
    if tagged is not None:
        return tagged - origin
    # For the other tracks of a file FFmpeg takes its whole length.
    return _end(container, origin) if len(container.streams) == 1 else None


def _states_length(path: Path) -> bool:
    with path.open("rb") as file:
        return mpeg_audio.states_length(Content(file, path.stat().st_size))


def last_moment(container: InputContainer, part: Part, origin: float) -> float | None:
    """Second of a clock that begins at `origin` up to which the part as a whole says that there is something."""
    name = container.format.name
    if name in GUESSED:
        return None
    return _end(container, origin) or (None if part.last_time is None else part.last_time - origin)


def _end(container: InputContainer, origin: float) -> float | None:
    return None if container.duration is None else container.duration / av.time_base - origin


def tagged_end(metadata: Mapping[str, str]) -> float | None:
    """Seconds in the tag that Matroska writers put beside each stream, as in `00:01:09.500000000`.

    For some it is the time at which the stream ends, for others its length, which is no later.
    """
    tag = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", metadata.get("DURATION", ""))
    return int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3]) if tag else None
