"""The file's clock: decoded frames laid out at 16 kHz, each where its timestamp says it belongs."""

from collections.abc import Iterable, Iterator

import av
import numpy as np

from stt.domain.jobs.guidance import Channels
from stt.worker.constants import LEAST_SAMPLE_RATE, SAMPLE_RATE
from stt.worker.errors import AudioUnreadable
from stt.worker.preparation.tracks import Resampler, Tracks

JITTER = SAMPLE_RATE // 50
"""Samples (20 ms) by which a timestamp may be off before it is acted on: containers round to milliseconds or
to frames. It is the absolute position that is compared, so small errors never add up."""
LONGEST_OVERLAP = SAMPLE_RATE
"""A frame that begins up to this much (1 s) before the end of the last one repeats it; earlier still or where the
clock began, and it was set back, as where recordings were joined: then nothing is dropped and time goes on."""
LONGEST_GAP = 3600 * SAMPLE_RATE
"""A jump ahead by more than this (1 h) is a broken timestamp, not a pause, unless the container's own length confirms
it: time goes on."""
STATED_END_SLACK = SAMPLE_RATE
"""Containers round the length that they state."""


class Timeline:
    """Resamples frames and places them; time 0 is `origin`, in seconds of the container, or the first frame.

    The container states that there is something until second `stated_end` of this clock, if it does. Tracks are as
    they were in the part of the file before, if its first frame had a `layout`.

    A gap in the timestamps becomes silence and an overlap is dropped, so that a sample's index is its time in
    the file. Frames without a timestamp follow the one before.
    """

    def __init__(
        self,
        origin: float | None,
        channels: Channels = Channels.MIXED,
        *,
        stated_end: float | None = None,
        layout: av.AudioLayout | None = None,
    ) -> None:
        self._origin = origin
        self._stated_end = stated_end
        self.resampler = Resampler(channels, layout)
        self._given_out = 0
        self._shape: tuple[str, str, int] | None = None
        self._next = 0.0
        self._clock_begins = 0.0
        self._to_drop = 0

    def lay(self, frames: Iterable[av.AudioFrame]) -> Iterator[Tracks]:
        """The samples of all frames in order, in pieces of any length; memory does not grow with gaps.

        Raises:
            TooManyChannels: there are more of them than are kept apart.
            AudioUnreadable: there are too few samples in a second for speech.
        """
        for frame in frames:
            yield from self._place(frame)
        yield from self._not_dropped(self.resampler.resample(None))

    def _place(self, frame: av.AudioFrame) -> Iterator[Tracks]:
        if frame.sample_rate < LEAST_SAMPLE_RATE:
            raise AudioUnreadable(
                f"The audio has {frame.sample_rate} samples per second; speech needs {LEAST_SAMPLE_RATE} at least."
            )
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        belongs = self._place_of(frame)
        if shape != self._shape or abs(belongs - self._next) > JITTER:
            yield from self._not_dropped(self.resampler.resample(None))
            self._shape, self._next = shape, belongs
            self.resampler.begin(frame.layout)
            yield from self._silence_until(round(belongs))
            self._to_drop = max(0, self._given_out - round(belongs))
        yield from self._not_dropped(self.resampler.resample(frame))
        self._next += frame.samples * SAMPLE_RATE / frame.sample_rate

    def _place_of(self, frame: av.AudioFrame) -> float:
        """Where the frame's first sample belongs, in samples from time 0."""
        time = frame.time
        if time is None:
            return self._next
        # The start that a container declares may be later than its first audible frame.
        if self._origin is None or (self._shape is None and time < self._origin):
            self._origin = time
        place = (time - self._origin) * SAMPLE_RATE
        if self._shape is None:
            self._clock_begins = place
        if self._is_believable(place):
            return place
        self._origin += (place - self._next) / SAMPLE_RATE
        self._clock_begins = self._next
        return self._next

    def _is_believable(self, place: float) -> bool:
        ahead = place - self._next
        if ahead < -JITTER:
            return ahead >= -LONGEST_OVERLAP and place > self._clock_begins + JITTER
        return ahead <= LONGEST_GAP or (
            self._stated_end is not None and place <= self._stated_end * SAMPLE_RATE + STATED_END_SLACK
        )

    def _silence_until(self, place: int) -> Iterator[Tracks]:
        while self._given_out < place:
            length = min(SAMPLE_RATE, place - self._given_out)
            self._given_out += length
            yield np.zeros((self.resampler.tracks, length), np.int16)

    def _not_dropped(self, pieces: Iterable[Tracks]) -> Iterator[Tracks]:
        for piece in pieces:
            kept = piece[:, self._to_drop :]
            self._to_drop -= piece.shape[1] - kept.shape[1]
            self._given_out += kept.shape[1]
            if kept.shape[1]:
                yield kept


def blocks_of(pieces: Iterable[Tracks], samples: int) -> Iterator[Tracks]:
    """The pieces joined to blocks of at least `samples` per track; the last may be shorter."""
    gathered: list[Tracks] = []
    for piece in pieces:
        gathered.append(piece)
        if sum(piece.shape[1] for piece in gathered) >= samples:
            yield np.concatenate(gathered, axis=1)
            gathered = []
    if gathered:
        yield np.concatenate(gathered, axis=1)
