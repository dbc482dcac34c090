"""From probabilities to spans of speech, frame by frame. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]
"""How likely each frame of 32 ms holds speech, from 0 to 1, shape (frames,)."""
Flags = npt.NDArray[np.bool_]
"""One for each frame, shape (frames,)."""

NOT_LOUD: Flags = np.zeros(0, np.bool_)
"""Of no frame: where nothing is known of how loud it is."""


class Frames(NamedTuple):
    """What is known of frames that follow one another."""

    probabilities: Probabilities
    loud: Flags


ONSET = 0.5
"""Probability from which a frame is speech; the value Silero's authors train for."""
OFFSET = 0.35
"""Once somebody speaks, a frame remains speech down to this: words end more quietly than they begin."""
SHORTEST_PAUSE = 4
"""Frames (0.13 s) without speech that part two spans: as few as can be without taking the closure of a stop
consonant for a pause, since a pause is where audio may be cut."""


class SpeechSpans:
    """Gathers spans of speech, ranges of frames; a single frame is enough for one, so that no word is lost.

    Attributes:
        frame: how many frames were heard.
        closed: spans that have ended, oldest first; their reader removes what it has used.
        onset: first frame of the span that goes on, `None` between spans.
    """

    def __init__(self) -> None:
        self.frame = 0
        self.closed: list[range] = []
        self.onset: int | None = None
        self._quiet = 0

    def hear(self, probability: float) -> None:
        """Take in the next frame."""
        self.frame += 1
        if self.onset is None:
            if probability >= ONSET:
                self.onset = self.frame - 1
                self._quiet = 0
            return
        # Back from a dip needs as much as a beginning does.
        goes_on = probability >= (ONSET if self._quiet else OFFSET)
        self._quiet = 0 if goes_on else self._quiet + 1
        if self._quiet == SHORTEST_PAUSE:
            self._close()

    def finish(self) -> None:
        """The audio ends here."""
        if self.onset is not None:
            self._close()

    def within(self, frames: range) -> Iterator[range]:
        """The spans, and what goes on, as far as they lie within these frames."""
        going_on = [] if self.onset is None else [range(self.onset, self.frame)]
        for span in [*self.closed, *going_on]:
            inside = range(max(span.start, frames.start), min(span.stop, frames.stop))
            if inside:
                yield inside

    def _close(self) -> None:
        if self.onset is not None:
            self.closed.append(range(self.onset, self.frame - self._quiet))
            self.onset = None
