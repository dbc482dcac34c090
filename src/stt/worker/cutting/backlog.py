"""Samples that were heard and not yet given away."""

from collections import deque

import numpy as np

from stt.worker.audio.pcm import Pcm


class Backlog:
    """A window on a stream of samples, addressed by their index in the stream."""

    def __init__(self) -> None:
        self._blocks: deque[Pcm] = deque()
        self._start = 0
        self.end = 0

    def __len__(self) -> int:
        return sum(map(len, self._blocks))

    def append(self, block: Pcm) -> None:
        """The next samples."""
        if len(block):
            self._blocks.append(block)
            self.end += len(block)

    def drop_before(self, index: int) -> None:
        """Forget samples in front of `index`; whole blocks only, so that nothing is copied."""
        while self._blocks and self._start + len(self._blocks[0]) <= index:
            self._start += len(self._blocks.popleft())

    def slice(self, start: int, end: int) -> Pcm:
        """Copy the samples from `start` up to `end`, neither dropped nor still to come."""
        pieces, position = [], self._start
        for block in self._blocks:
            pieces.append(block[max(0, start - position) : max(0, end - position)])
            position += len(block)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
