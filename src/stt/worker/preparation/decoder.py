"""Decoding any uploaded file to 16 kHz on the file's own clock. The file may be hostile."""

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import av
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.stream import Discard, Disposition, Stream

from stt.domain.guidance import Channels
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import AudioTooLong, AudioUnreadable
from stt.worker.preparation.timeline import Timeline, blocks_of
from stt.worker.preparation.tracks import Tracks
from stt.worker.preparation.truncation import ends_early, states_duration, tagged_end

FORMATS = "mov,mp3,wav,w64,flac,ogg,matroska,aac,amr,aiff,caf,asf,mpegts"
"""Containers that hold their audio themselves. Playlists (HLS, DASH, concat) and session descriptions (SDP)
name other files or hosts and are never opened."""
CODECS = (
    "aac,ac3,alac,amrnb,amrwb,dca,eac3,flac,g722,gsm,gsm_ms,mp1,mp1float,mp2,mp2float,mp3,mp3float,opus,speex,vorbis,"
    "wmapro,wmav1,wmav2,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,"
    "pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,pcm_s32le,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le"
)
"""Decoders of sound alone: FFmpeg would otherwise decode pictures too while it looks into a file, and those
decoders are where most of its vulnerabilities are."""
OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file", "codec_whitelist": CODECS}

AnyPacket: TypeAlias = "av.Packet[Stream]"

BLOCK = SAMPLE_RATE
"""Samples per block given out (1 s): small beside a chunk, large beside the cost of handing it on."""
MISSING_SECONDS = 1.0
"""A file that ends this much before the end it states has broken off; encoders round by less."""


class Decoder:
    """Decodes the first audio stream of the file at `path`, unless it is longer than `max_seconds`.

    Its channels are mixed to one track, or kept apart as one track each.

    Attributes:
        expected_duration: seconds the container states, if it does; to compare with, never trusted.
        broke_off: second at which the file ended before its time, if it did; set when `blocks` ends.
        skipped: packets that could not be decoded and were left out.
    """

    def __init__(self, path: Path, *, max_seconds: float, channels: Channels = Channels.MIXED) -> None:
        self._path = path
        self._channels = channels
        self._max_seconds = max_seconds
        self._samples = 0
        self._read_error = False
        self._last_error = ""
        self._last_is_damaged = False
        self.expected_duration: float | None = None
        self.broke_off: float | None = None
        self.skipped = 0

    @property
    def duration(self) -> float:
        """Seconds given out so far."""
        return self._samples / SAMPLE_RATE

    def blocks(self) -> Iterator[Tracks]:
        """The audio in blocks of about a second, shape (tracks, n); sample 0 is the earliest moment of the file.

        Damaged packets are skipped and a file that breaks off is given as far as it goes.

        Raises:
            AudioUnreadable: nothing in it can be decoded; the message says what was wrong.
            AudioTooLong: more than `max_seconds` came out of it, whatever its header says.
            TooManyChannels: more than can be kept apart, which they are to be.
        """
        with _opened(self._path) as container:
            stream = _audio_stream(container)
            packets = self._packets(container)
            first, origin = _first_packet(packets, container, stream)
            self.expected_duration = self._stated_end(container, stream, origin or 0.0)
            frames = self._frames(itertools.chain(first, packets), stream)
            for block in blocks_of(Timeline(origin, self._channels).lay(frames), BLOCK):
                self._samples += block.shape[1]
                if self.duration > self._max_seconds:
                    limit = _spoken(self._max_seconds)
                    raise AudioTooLong(f"The audio is longer than the {limit} accepted here.")
                yield block
        if not self._samples:
            raise AudioUnreadable(self._why_nothing())
        if self._is_cut_short():
            self.broke_off = self.duration

    def _packets(self, container: InputContainer) -> Iterator[AnyPacket]:
        try:
            yield from container.demux()
        except av.FFmpegError as error:
            self._read_error = True
            self._last_error = _reason(error)

    def _frames(self, packets: Iterable[AnyPacket], stream: AudioStream) -> Iterator[av.AudioFrame]:
        for packet in packets:
            if packet.stream.index != stream.index:
                continue
            try:
                frames = stream.decode(packet)
            except av.FFmpegError as error:
                self.skipped += 1
                self._last_error = _reason(error)
                self._last_is_damaged = True
            else:
                # The empty packet at the very end only fetches what the decoder holds back.
                self._last_is_damaged &= not packet.size
                yield from frames

    def _stated_end(self, container: InputContainer, stream: AudioStream, origin: float) -> float | None:
        if not states_duration(self._path, container.format.name):
            return None
        if stream.duration is not None and stream.time_base is not None:
            return float(((stream.start_time or 0) + stream.duration) * stream.time_base) - origin
        if len(container.streams) == 1 and container.duration is not None:
            return container.duration / av.time_base - origin
        tagged = tagged_end(stream.metadata)
        return tagged and tagged - origin

    def _is_cut_short(self) -> bool:
        if self._read_error or ends_early(self._path):
            return True
        if self.expected_duration is None:
            # Where nothing states a length, half a packet at the end still does.
            return self._last_is_damaged
        return self.expected_duration - self.duration > MISSING_SECONDS

    def _why_nothing(self) -> str:
        if self._last_error:
            return f"The audio in the file is damaged from its first to its last byte: {self._last_error}."
        return "The file has an audio track, but there is no sound in it: it holds 0 seconds."


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    # A file that is missing or locked is found out here: FFmpeg reports damage as input errors too.
    path.open("rb").close()
    try:
        # The prefix keeps a name with a colon in it from being read as a protocol.
        container = av.open(f"file:{path.absolute()}", options=OPTIONS, metadata_errors="replace")
    except av.FFmpegError as error:
        raise AudioUnreadable(
            f"The file cannot be read: {_reason(error)}. It should be MP3, WAV, M4A, MP4, FLAC, Ogg, Opus, "
            "WebM, Matroska or AAC; if it is, its beginning or its index is damaged or missing."
        ) from error
    with container:
        try:
            yield container
        except av.FFmpegError as error:
            raise AudioUnreadable(f"The audio in the file cannot be converted: {_reason(error)}.") from error


def _audio_stream(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        kinds = " and ".join(sorted({stream.type for stream in container.streams})) or "metadata"
        raise AudioUnreadable(f"The file has no audio track; it holds only {kinds}.")
    stream = container.streams.audio[0]
    codec = getattr(stream.codec_context, "name", "an unknown codec")
    if codec not in CODECS.split(","):
        raise AudioUnreadable(f"The audio is encoded as {codec}, which is not accepted; use AAC or FLAC.")
    return stream


def _first_packet(
    packets: Iterator[AnyPacket], container: InputContainer, stream: AudioStream
) -> tuple[list[AnyPacket], float | None]:
    """The first packet of the stream, if there is one, and the earliest moment of the file, in seconds.

    FFmpeg itself may not know the start of a video that it may not decode, but its packets precede the sound.
    """
    origin = _declared_start(container, stream)
    for packet in packets:
        if packet.stream.index == stream.index:
            for other in container.streams:
                if other.index != stream.index:
                    other.discard = Discard.all
            return [packet], origin
        if _is_seen(packet) and packet.pts is not None:
            time = float(packet.pts * packet.time_base)
            origin = time if origin is None else min(origin, time)
    return [], origin


def _declared_start(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.frames and "mp4" in container.format.name.split(","):
        # The samples that an MP4 lists in its index begin at 0; an edit list that shows them later has silence before.
        return 0.0
    return None if container.start_time is None else container.start_time / av.time_base


def _is_seen(packet: AnyPacket) -> bool:
    """Whether it is of a moving picture, and not one that an edit list cuts away and the next ones only build on."""
    stream = packet.stream
    return stream.type == "video" and not stream.disposition & Disposition.attached_pic and not packet.is_discard


def _reason(error: av.FFmpegError) -> str:
    """FFmpeg's words without the path, which is nobody's business."""
    return error.strerror or type(error).__name__


def _spoken(seconds: float) -> str:
    return f"{seconds / 3600:g} hours" if seconds >= 3600 else f"{seconds:g} seconds"
