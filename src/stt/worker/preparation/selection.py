"""Which of a file's audio tracks are heard."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.audio.stream import AudioStream
from av.stream import Disposition

from stt.domain.jobs.guidance import ALL_TRACKS, ONE_TRACK
from stt.domain.transcripts.note import Note
from stt.worker.errors import AudioUnreadable, TooManyChannels, TrackMissing
from stt.worker.preparation.containers.part import Part
from stt.worker.preparation.reader import TrackReader
from stt.worker.preparation.source import audio_streams, opened, why_unreadable
from stt.worker.preparation.tracks import MOST_APART
from stt.worker.preparation.truncation import tagged_end

SILENT_PEAK = 33
"""The loudest sample (-60 dB) of a track that is nothing but noise of the converter, as of a muted microphone."""


@dataclass(frozen=True)
class _Track:
    """An audio track and its number as players show it (from 1).

    `seconds` is how long it says that it is, 0 if it does not; `refusal` what keeps it from being decoded.
    """

    number: int
    index: int
    name: str
    is_default: bool
    seconds: float
    refusal: AudioUnreadable | None


def select(path: Path, part: Part, wanted: str, beat: Callable[[], None]) -> tuple[list[int], list[Note]]:
    """The streams to hear, by index, and what is to be said of those left out; `wanted` is what `is_track` knows.

    Finding out whether a track is silent may take as long as decoding it: `beat` is called with every second of it.

    Raises:
        AudioUnreadable: none of those wanted can be decoded.
        TrackMissing: there is none of that number.
        TooManyChannels: there are more than can be kept apart.
    """
    tracks = _tracks(path, part)
    if wanted == ALL_TRACKS:
        heard = [track for track in tracks if track.refusal is None]
        if len(heard) > MOST_APART:
            raise TooManyChannels(f"The file has {len(heard)} audio tracks; at most {MOST_APART} can be heard apart.")
    elif wanted == ONE_TRACK:
        heard = _first_heard(path, part, tracks, beat)
    elif int(wanted) > len(tracks):
        there = "one audio track" if len(tracks) == 1 else f"{len(tracks)} audio tracks"
        raise TrackMissing(f"The file has {there} and no track {wanted}.")
    else:
        heard = [tracks[int(wanted) - 1]]
    refused = heard[0].refusal if heard else tracks[0].refusal
    if refused is not None:
        raise refused
    return [track.index for track in heard], _notes(tracks, heard)


def _tracks(path: Path, part: Part) -> list[_Track]:
    with opened(path, part) as container:
        return [
            _Track(
                number,
                stream.index,
                _name(stream),
                bool(stream.disposition & Disposition.default),
                _stated_seconds(stream),
                why_unreadable(stream, path),
            )
            for number, stream in enumerate(audio_streams(container), start=1)
        ]


def _name(stream: AudioStream) -> str:
    named = [stream.metadata.get("title"), stream.metadata.get("language")]
    return ", ".join(name[:40] for name in named if name and name != "und")


def _stated_seconds(stream: AudioStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return tagged_end(stream.metadata) or 0.0


def _first_heard(path: Path, part: Part, tracks: list[_Track], beat: Callable[[], None]) -> list[_Track]:
    """The default one, or else the first that is readable and not silent; the first readable one if all are silent.

    What ends before another is half through goes behind it: most of the file is not on it.
    """
    readable = [track for track in tracks if track.refusal is None]
    longest = max((track.seconds for track in readable), default=0.0)
    readable.sort(key=lambda track: (0 < track.seconds < longest / 2, not track.is_default))
    if len(readable) > 1:
        for track in readable:
            if _is_heard(path, part, track, beat):
                return [track]
    return readable[:1]


def _is_heard(path: Path, part: Part, track: _Track, beat: Callable[[], None]) -> bool:
    try:
        for block in TrackReader(path, part, track.index).blocks():
            if np.abs(block.astype(np.int32)).max() > SILENT_PEAK:
                return True
            beat()
    except AudioUnreadable:
        return False
    return False


def _notes(tracks: list[_Track], heard: list[_Track]) -> list[Note]:
    left_out = [track for track in tracks if track not in heard]
    if not left_out:
        return []
    named = ", ".join(_described(track) for track in left_out)
    message = (
        f"The file has {len(tracks)} audio tracks. Heard: {', '.join(_described(track) for track in heard)}. "
        f"Left out: {named}. Ask for another with track=NUMBER, or for each on its own with track=all."
    )
    return [Note("tracks_left_out", message)]


def _described(track: _Track) -> str:
    named = f" ({track.name})" if track.name else ""
    return f"{track.number}{named}{' which cannot be read' if track.refusal else ''}"
