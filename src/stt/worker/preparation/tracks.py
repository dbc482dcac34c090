"""Decoded frames brought to 16 kHz, their channels mixed or apart."""

from collections.abc import Iterator

import av
import numpy as np

from stt.domain.guidance import Channels
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import TooManyChannels

Tracks = Pcm
"""Samples of 16 kHz audio, shape (tracks, n): one track of all channels mixed, or one for each."""

MOST_APART = 8
"""Channels that are kept apart: those of 7.1. Each takes a detector of its own and a chunk or two in memory."""


class Resampler:
    """Gives as many tracks as the first frame asks for, whatever the layout of those behind it.

    Where fewer channels follow they keep their numbers and the missing ones are silent; where more follow they are
    mixed down to the first layout, so that nobody is lost.
    """

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._layout: av.AudioLayout | str = "mono"
        self._graph: av.AudioResampler | None = None
        self.tracks = 0

    def begin(self, layout: av.AudioLayout) -> None:
        """Frames have this layout from here on; what is held back of others is lost.

        Raises:
            TooManyChannels: more than are kept apart.
        """
        if not self.tracks:
            self._decide(layout)
        fits = 1 < self.tracks >= layout.nb_channels
        # It hands out whole seconds, which costs far less than handling every frame's few samples.
        self._graph = av.AudioResampler("s16", layout if fits else self._layout, SAMPLE_RATE, frame_size=SAMPLE_RATE)

    def _decide(self, layout: av.AudioLayout) -> None:
        self.tracks = 1
        if self._channels is Channels.MIXED or layout.nb_channels == 1:
            return
        if layout.nb_channels > MOST_APART:
            raise TooManyChannels(
                f"The file has {layout.nb_channels} channels; at most {MOST_APART} can be transcribed apart."
            )
        self.tracks, self._layout = layout.nb_channels, layout

    def resample(self, frame: av.AudioFrame | None) -> Iterator[Tracks]:
        """Samples that are ready, of this frame or of those before; with `None` all that are held back."""
        for piece in self._graph.resample(frame) if self._graph is not None else ():
            # Interleaved, since PyAV reads past the planes of a frame that has eight.
            pcm: Tracks = piece.to_ndarray().reshape(-1, piece.layout.nb_channels).T.astype(np.int16, copy=False)
            yield pcm if len(pcm) == self.tracks else np.pad(pcm, ((0, self.tracks - len(pcm)), (0, 0)))
