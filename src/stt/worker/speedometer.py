"""How fast a consumer transcribes."""

import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from stt.domain.jobs.line import Kind


class Speedometer:
    """Counts seconds of audio, and of work on it, by kind; time is shared out among all chunks that are in hand."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._in_hand: Counter[Kind] = Counter()
        self._audio: dict[Kind, float] = defaultdict(float)
        self._busy: dict[Kind, float] = defaultdict(float)
        self._counted_at = clock()

    @contextlib.contextmanager
    def transcribing(self, kind: Kind, seconds: float) -> Iterator[None]:
        """So many seconds of audio are being transcribed; an attempt that fails has taken time, and done nothing."""
        self._count()
        self._in_hand[kind] += 1
        try:
            yield
            self._audio[kind] += seconds
        finally:
            self._count()
            self._in_hand[kind] -= 1

    def take(self) -> dict[Kind, tuple[float, float]]:
        """Seconds of audio and of work since this was last asked, of each kind on which there was any."""
        self._count()
        audio, busy = dict(self._audio), dict(self._busy)
        self._audio.clear()
        self._busy.clear()
        return {kind: (audio.get(kind, 0.0), busy[kind]) for kind in busy}

    def _count(self) -> None:
        moment, chunks = self._clock(), self._in_hand.total()
        for kind, count in self._in_hand.items():
            if count:
                self._busy[kind] += (moment - self._counted_at) * count / chunks
        self._counted_at = moment
