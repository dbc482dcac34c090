"""Decoded frames brought to 16 kHz, their channels mixed or apart."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import av
import numpy as np

from stt.domain.jobs.guidance import Channels
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import TooManyChannels
from stt.worker.preparation.mixing import Mixer

Tracks = Pcm
"""Samples of 16 kHz audio, shape (tracks, n): one track of all channels mixed, or one for each."""

MOST_APART = 32
"""Tracks that are kept apart. Each takes a detector of its own and a chunk or two in memory."""
MOST_RESAMPLED = 64
"""Channels that FFmpeg resamples together; more are taken to it in turns."""


class Resampler:
    """Gives as many tracks as the first frame asks for, whatever the layout of those behind it.

    Where fewer channels follow they keep their numbers and the missing ones are silent; where more follow they are
    mixed down to the first layout, so that nobody is lost.

    Attributes:
        layout: of the first frame there was, here or, if it is given, in what stands before in the file.
    """

    def __init__(self, channels: Channels, layout: av.AudioLayout | None = None) -> None:
        self._channels = channels
        self._graphs: list[_Graph] = []
        self._mixers: dict[str, Mixer] = {}
        self._mixer: Mixer | None = None
        self.layout = layout

    @property
    def tracks(self) -> int:
        """How many it gives, 0 before the first frame."""
        if self.layout is None or self._channels is Channels.MIXED:
            return 0 if self.layout is None else 1
        return self.layout.nb_channels

    @property
    def cancelled(self) -> float:
        """Seconds, so far, that a plain sum of all channels would have lost."""
        return sum(mixer.cancelled for mixer in self._mixers.values()) / SAMPLE_RATE

    def begin(self, layout: av.AudioLayout) -> None:
        """Frames have this layout from here on; what is held back of others is lost.

        Raises:
            TooManyChannels: more than are kept apart.
        """
        if self.layout is None:
            if self._channels is Channels.SEPARATE and layout.nb_channels > MOST_APART:
                raise TooManyChannels(
                    f"The file has {layout.nb_channels} channels; at most {MOST_APART} can be transcribed apart."
                )
            self.layout = layout
        fits = self._channels is Channels.MIXED or layout.nb_channels <= self.tracks
        self._mixer = None
        if self.tracks == 1 and layout.nb_channels > 1:
            self._mixer = self._mixers.setdefault(layout.name, Mixer(layout))
            fits = True
        self._graphs = _graphs(layout, layout if fits else self.layout)

    def resample(self, frame: av.AudioFrame | None) -> Iterator[Tracks]:
        """Samples that are ready, of this frame or of those before; with `None` all that are held back."""
        for pieces in zip(*(graph.resample(frame) for graph in self._graphs), strict=True):
            pcm = np.concatenate(pieces) if len(pieces) > 1 else pieces[0]
            if self._mixer is not None:
                pcm = self._mixer.mix(pcm)
            missing = self.tracks - len(pcm)
            yield np.pad(pcm, ((0, missing), (0, 0))) if missing else pcm


class _Graph:
    """Takes some of the channels of each frame to 16 kHz, in pieces of a second, which costs less than small ones."""

    def __init__(self, layout: av.AudioLayout, channels: slice | None = None) -> None:
        self._channels = channels
        self._resampler = av.AudioResampler("s16", layout, SAMPLE_RATE, frame_size=SAMPLE_RATE)

    def resample(self, frame: av.AudioFrame | None) -> Iterable[Tracks]:
        part = frame if frame is None or self._channels is None else _part(frame, self._channels)
        for piece in self._resampler.resample(part):
            # Interleaved, since PyAV reads past the planes of a frame that has eight.
            yield piece.to_ndarray().reshape(-1, piece.layout.nb_channels).T.astype(np.int16, copy=False)


def _graphs(layout: av.AudioLayout, wanted: av.AudioLayout) -> list[_Graph]:
    if layout.nb_channels <= MOST_RESAMPLED:
        return [_Graph(wanted)]
    starts = range(0, layout.nb_channels, MOST_RESAMPLED)
    parts = [slice(start, min(start + MOST_RESAMPLED, layout.nb_channels)) for start in starts]
    return [_Graph(av.AudioLayout(f"{part.stop - part.start} channels"), part) for part in parts]


def _part(frame: av.AudioFrame, channels: slice) -> av.AudioFrame:
    """Some channels of an interleaved frame; only such formats have that many."""
    samples = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)[:, channels]
    interleaved: Any = np.ascontiguousarray(samples).reshape(1, -1)
    layout = f"{channels.stop - channels.start} channels"
    part = av.AudioFrame.from_ndarray(interleaved, format=frame.format.name, layout=layout)
    part.sample_rate = frame.sample_rate
    return part


def abreast(sources: Sequence[Iterator[Tracks]], counts: Sequence[int]) -> Iterator[Tracks]:
    """The tracks of several sources one above another; those of a source that ends first go on in silence.

    `counts` says how many tracks there are of each, for as many sources as are known from what stands before in the
    file, those that are not here included.

    Raises:
        TooManyChannels: more tracks than are kept apart.
    """
    pending = [next(source, None) for source in sources]
    widths = list(counts) or [1 if block is None else len(block) for block in pending]
    if sum(widths) > MOST_APART:
        raise TooManyChannels(f"The file has {sum(widths)} channels; at most {MOST_APART} can be transcribed apart.")
    while length := min((block.shape[1] for block in pending if block is not None), default=0):
        rows = [np.zeros((width, length), np.int16) for width in widths]
        for number, block in enumerate(pending):
            if block is not None:
                rows[number] = block[:, :length]
        yield np.concatenate(rows)
        pending = [_rest(block, length, source) for block, source in zip(pending, sources, strict=True)]


def _rest(block: Tracks | None, length: int, source: Iterator[Tracks]) -> Tracks | None:
    if block is None or block.shape[1] > length:
        return None if block is None else block[:, length:]
    return next(source, None)
