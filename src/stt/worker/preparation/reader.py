"""One audio track of one part of a file, decoded on the part's own clock."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import av
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.stream import Discard, Disposition, Stream

from stt.domain.jobs.guidance import Channels
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import AudioEncrypted
from stt.worker.preparation.containers.part import Part
from stt.worker.preparation.losses import Losses
from stt.worker.preparation.source import ENCRYPTED, decoder_of, opened, reason
from stt.worker.preparation.timeline import Timeline, blocks_of
from stt.worker.preparation.tracks import Tracks
from stt.worker.preparation.truncation import GUESSED, last_moment, stated_end

AnyPacket: TypeAlias = "av.Packet[Stream]"

BLOCK = SAMPLE_RATE
"""Samples per block given out (1 s): small beside a chunk, large beside the cost of handing it on."""
MOST_FAILURES = 256
"""Attempts to find something readable behind what is not; FFmpeg gives up each after 64 KiB of an Ogg."""
MISSING_SECONDS = 1.0
"""A track that ends this much before the end it states has broken off; encoders round by less."""


class TrackReader:
    """Reads stream `index` of a part; `layout` is that of its channels in the part before.

    Attributes:
        stated_end: second of its clock at which the container says that it ends; to compare with, never trusted.
        skipped: packets that could not be decoded and were left out.
        last_error: why the last of those could not.
        cancelled: seconds that the plain sum of its channels would have lost.
    """

    def __init__(
        self,
        path: Path,
        part: Part,
        index: int,
        channels: Channels = Channels.MIXED,
        layout: av.AudioLayout | None = None,
    ) -> None:
        self._path, self._part, self._index, self._channels = path, part, index, channels
        self._samples = 0
        self._read_error = False
        self._last_is_damaged = False
        self._is_guessed = False
        self.layout = layout
        self.stated_end: float | None = None
        self._packets = 0
        self._losses: Losses | None = None
        self.skipped = 0
        self.last_error = ""
        self.cancelled = 0.0

    def blocks(self) -> Iterator[Tracks]:
        """The audio in blocks of about a second, shape (tracks, n); sample 0 is the earliest moment of the part.

        Damaged packets are skipped, and what breaks off is given as far as it goes.

        Raises:
            AudioUnreadable: it cannot be opened or converted.
            AudioEncrypted: there is a key to it, which is not here.
            TooManyChannels: more than can be kept apart, which they are to be.
        """
        with opened(self._path, self._part) as container:
            stream = container.streams[self._index]
            if not isinstance(stream, AudioStream):
                raise TypeError(f"Stream {self._index} is no audio.")
            self._losses = Losses(container, self._part)
            self._is_guessed = container.format.name in GUESSED
            packets = self._demuxed(container)
            first, origin = _first_packet(packets, container, stream)
            self.stated_end = stated_end(container, stream, self._path, self._part, origin or 0.0)
            latest = last_moment(container, self._part, origin or 0.0)
            timeline = Timeline(origin, self._channels, stated_end=latest, layout=self.layout)
            frames = self._frames(itertools.chain(first, packets), stream, self._losses)
            for block in blocks_of(timeline.lay(frames), BLOCK):
                self._samples += block.shape[1]
                self.layout, self.cancelled = timeline.resampler.layout, timeline.resampler.cancelled
                yield block

    @property
    def is_cut_short(self) -> bool:
        """Whether there was to be more, once all `blocks` are read."""
        if self._part.cut is not None and (self._part.cut or not self._read_error):
            return self._part.cut
        if self.stated_end is not None:
            return self.stated_end * (1 - self.lost) - self.seconds > MISSING_SECONDS
        # Where nothing states a length, half a packet at the end still does.
        return self._last_is_damaged or (self._read_error and not self._is_guessed)

    @property
    def lost(self) -> float:
        """How much of it could not be decoded, from 0 to 1."""
        return max(self.skipped / max(1, self._packets), self._losses.share if self._losses else 0.0)

    @property
    def seconds(self) -> float:
        """How long it is, as far as it is read."""
        return self._samples / SAMPLE_RATE

    def _demuxed(self, container: InputContainer) -> Iterator[AnyPacket]:
        """All packets; where something cannot be read, what FFmpeg finds behind it."""
        failures = 0
        while failures < MOST_FAILURES:
            try:
                for packet in container.demux():
                    failures, self._read_error = 0, False
                    yield packet
                return
            except av.FFmpegError as error:
                failures += 1
                self._read_error = True
                self.last_error = reason(error)

    def _frames(self, packets: Iterable[AnyPacket], stream: AudioStream, losses: Losses) -> Iterator[av.AudioFrame]:
        may_be_encrypted = "mp4" in stream.container.format.name.split(",")
        index, decoder = stream.index, decoder_of(stream)
        for packet in packets:
            if packet.stream.index != index:
                continue
            if may_be_encrypted and packet.has_sidedata("encryption_info"):
                raise AudioEncrypted(ENCRYPTED)
            self._packets += packet.size > 0
            losses.take(packet)
            try:
                frames = decoder.decode(packet)
            except av.FFmpegError as error:
                self.skipped += 1
                self.last_error = reason(error)
                self._last_is_damaged = True
            else:
                # The empty packet at the very end only fetches what the decoder holds back.
                self._last_is_damaged &= not packet.size
                yield from frames


def _first_packet(
    packets: Iterator[AnyPacket], container: InputContainer, stream: AudioStream
) -> tuple[list[AnyPacket], float | None]:
    """The first packet of the stream, if there is one, and the earliest moment of the part, in seconds.

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
