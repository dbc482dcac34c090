"""Preparing files, in a process of its own: decode, find speech, cut, encode. Run by `preparer`, never by hand.

FFmpeg meets whatever people upload here. The process has no secrets in its environment, writes no file, opens no socket
where the kernel can keep it from that, and can be killed at any moment. Orders come as lines of JSON on its standard
input; answers are messages on its standard output.
"""

import contextlib
import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from stt.domain.errors import JobFailure
from stt.domain.jobs.chunk import Span
from stt.domain.jobs.guidance import ONE_TRACK, Channels
from stt.worker.audio import flac
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS, SAMPLE_RATE
from stt.worker.cutting.chunking import Chunker, Cut
from stt.worker.preparation.decoder import Decoder
from stt.worker.preparation.peaks import Peaks
from stt.worker.preparation.prepared import Message, Prepared, PreparedAudio, PreparedChunk, to_message
from stt.worker.preparation.seclusion import seclude
from stt.worker.preparation.tracks import Tracks
from stt.worker.preparation.vad import SpeechDetector, load_model

HEARTBEAT_SECONDS = 2.0
"""How often the parent hears that work goes on while no chunk is ready, as during hours of silence."""
LIMITS = {
    resource.RLIMIT_AS: 4 * 1024**3,  # ten times what preparing takes; a bomb fails here and not in the machine
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_FSIZE: 0,  # a decoder has no business with writing files
    resource.RLIMIT_CORE: 0,  # a core dump would hold somebody's audio
}


def prepare(
    source: Path,
    *,
    chunk_seconds: float,
    max_seconds: float,
    window_seconds: float = MAX_WINDOW_SECONDS,
    channels: Channels = Channels.MIXED,
    track: str = ONE_TRACK,
    part: Span | None = None,
    beat: Callable[[], None] = lambda: None,
) -> Iterator[Prepared]:
    """The chunks of a file, each as soon as it is cut, and the whole at the end; calls `beat` every second of audio.

    Of a `part` all that lies before it is decoded as well, so that its samples are those that they were, and no more.

    Chunks are cut so that windows of `window_seconds` fill them well.

    Channels and audio tracks that are kept apart are cut each on its own, on one clock. The same file always gives the
    same chunks.

    Raises:
        AudioUnreadable: there is nothing to decode in the file.
        AudioTooLong: it holds more than `max_seconds`.
        AudioEncrypted: there is a key to it, which is not in the file.
        TrackMissing: it has no such audio track.
        TooManyChannels: it has more than can be kept apart, and is to be.
    """
    decoder = Decoder(source, max_seconds=max_seconds, channels=channels, track=track, beat=beat)
    tracks: list[_Track] = []
    peaks = Peaks()
    began = 0.0 if part is None else round(part.start * SAMPLE_RATE) / SAMPLE_RATE
    for block in decoder.blocks() if part is None else _within(part, decoder.blocks(), beat):
        end = decoder.stated_end if part is None else None
        tracks = tracks or _tracks(len(block), chunk_seconds, window_seconds, end)
        for cutting, pcm in zip(tracks, block, strict=True):
            yield from (_encoded(cut, len(tracks), began) for cut in cutting.push(pcm))
        peaks.hear(block)
        beat()
    for cutting in tracks:
        yield from (_encoded(cut, len(tracks), began) for cut in cutting.finish())
    yield PreparedAudio(decoder.duration, decoder.broke_off, len(tracks), tuple(decoder.notes), peaks.finish())


class _Track:
    """One channel, or all of them mixed, on the way from samples to chunks."""

    def __init__(self, detector: SpeechDetector, chunker: Chunker) -> None:
        self._detector, self._chunker = detector, chunker

    def push(self, pcm: Pcm) -> Iterator[Cut]:
        return self._chunker.push(pcm, *self._detector.frames(pcm))

    def finish(self) -> Iterator[Cut]:
        return self._chunker.finish(*self._detector.finish())


def _tracks(count: int, chunk_seconds: float, window_seconds: float, stated_end: float | None) -> list[_Track]:
    model, numbers = load_model(), itertools.count()
    chunkers = (
        Chunker(chunk_seconds, channel, numbers, window_seconds=window_seconds, stated_end=stated_end)
        for channel in (range(count) if count > 1 else [None])
    )
    return [_Track(SpeechDetector(model), chunker) for chunker in chunkers]


def _within(part: Span, blocks: Iterator[Tracks], beat: Callable[[], None]) -> Iterator[Tracks]:
    """What lies in a part of the audio; nothing behind it is decoded."""
    first, last = (round(moment * SAMPLE_RATE) for moment in (part.start, part.end))
    place = 0
    for block in blocks:
        inside = block[:, max(0, first - place) : max(0, last - place)]
        place += block.shape[1]
        if inside.shape[1]:
            yield inside
        if place >= last:
            return
        beat()


def _encoded(cut: Cut, tracks: int, began: float) -> PreparedChunk:
    plan, pcm = cut
    return PreparedChunk(plan.shifted(began), b"" if plan.is_silent else flac.encode(pcm), tracks)


class _Line:
    """The way back to the parent."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._last = 0.0

    def send(self, message: Message) -> None:
        """Blocks while the parent has not taken what was sent before: that is what keeps memory bounded."""
        self._pipe.write(message.encode())
        self._pipe.flush()
        self._last = time.monotonic()

    def beat(self) -> None:
        if time.monotonic() - self._last > HEARTBEAT_SECONDS:
            self.send(Message({"kind": "heartbeat"}))


def _carry_out(order: str, line: _Line) -> None:
    wanted = json.loads(order)
    try:
        for item in prepare(
            Path(wanted["source"]),
            chunk_seconds=wanted["chunk_seconds"],
            max_seconds=wanted["max_seconds"],
            window_seconds=wanted["window_seconds"],
            channels=Channels(wanted["channels"]),
            track=wanted["track"],
            part=Span(*wanted["part"]) if wanted["part"] else None,
            beat=line.beat,
        ):
            line.send(to_message(item))
    except JobFailure as error:
        line.send(Message({"kind": "failure", "code": error.error_code, "message": error.message}))


def main() -> None:
    """Carry out orders until there are no more, or until one fails unexpectedly: the parent starts another process."""
    for limit, value in LIMITS.items():
        with contextlib.suppress(ValueError, OSError):  # where a system does not know or already has a lower limit
            resource.setrlimit(limit, (value, value))
    seclude()
    # Whatever a library may print must not end up between the messages.
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    line = _Line(pipe)
    for order in sys.stdin:
        _carry_out(order, line)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
