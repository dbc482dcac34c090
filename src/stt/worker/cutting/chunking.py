"""Cutting a stream of audio into chunks, each as soon as its end is known. Pure."""

import itertools
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS, MIN_WINDOW_SECONDS, SAMPLE_RATE, VAD_FRAME
from stt.worker.cutting.backlog import Backlog
from stt.worker.cutting.packing import fewest_windows, pieces_of
from stt.worker.cutting.speech import NOT_LOUD, Flags, Probabilities, SpeechSpans

Cut = tuple[ChunkPlan, Pcm]
"""A chunk and the samples of its `plan.audio`; none for a silent chunk."""

FRAME_SECONDS = VAD_FRAME / SAMPLE_RATE
GOOD_PAUSE = 10
"""Frames (0.32 s) of a pause that is cut in without waiting for a better one: nobody pauses that long in a word."""
SHORTEST_SOUND = 8
"""Frames (0.26 s) that something loud lasts at least to be told: what is shorter is a click, or the edge of a word."""
CLEAR_PAUSE = 13
"""Frames (0.42 s) of a pause that is as good as a longer one: half of it is more than the detector misses of a word."""
USABLE_PAUSE = 3
"""Frames (0.1 s) that a pause must have where a cut is allowed."""
FIRST_WORDS = 312
"""Frames (10 s) of the first speech of a file that are a chunk of their own, unless chunks are hardly longer: heard in
a third of a window's time they can be read while most of even a short file is still to be decoded."""
MARGIN = 16
"""Frames (0.5 s) of silence kept beside speech: what the detector misses of a word is in them."""
OVERLAP = 94
"""Frames (3 s) by which the audio of two chunks reaches over a cut inside speech, on either side: both sides then hear
what is near the cut far from the edges of their audio, where engines mishear."""


class Chunker:
    """Cuts at pauses about `chunk_seconds` apart; the chunks tile the stream from its first sample to its last.

    From half that length on a pause may be cut in. At the full length the best so far is taken if it is a good
    one, else the next that is, and at one and a half lengths whatever there is, or the faintest moment where nobody
    pauses at all: both chunks then hold the audio around the cut. Among clear pauses the best is the one up to which
    windows of `window_seconds` are filled best: what is left over for a last short window costs as much as a full one.
    Silence that goes on for another half length becomes one chunk of its own, however long it is. What is held never
    exceeds one and a half lengths and what the probabilities lag behind.

    First words are to come soon. What is said in about the first ten seconds becomes a chunk, if there is a good pause,
    and the next is aimed at one window. Of what is shorter than a chunk the first is one window: a short file is not
    worth another. That it is longer is known from its `stated_end`, in seconds, or when so much has come in.

    The chunks are of `channel`. Chunkers of one job draw the indexes of their chunks from the same `numbers`.
    """

    def __init__(
        self,
        chunk_seconds: float,
        channel: int | None = None,
        numbers: Iterator[int] | None = None,
        *,
        window_seconds: float = MAX_WINDOW_SECONDS,
        stated_end: float | None = None,
    ) -> None:
        self._channel = channel
        self._window_seconds = window_seconds
        self._numbers = itertools.count() if numbers is None else numbers
        self._chunk_seconds = chunk_seconds
        self._is_long = stated_end is not None and stated_end > chunk_seconds
        self._aim(chunk_seconds)
        self._awaits_first_words = self._half >= FIRST_WORDS
        self._backlog = Backlog()
        self._speech = SpeechSpans()
        self._sound = SpeechSpans()
        self._probabilities: deque[float] = deque(maxlen=round(1.5 * chunk_seconds / FRAME_SECONDS))
        self._start = 0
        self._reach = 0

    @property
    def held(self) -> int:
        """Samples in memory."""
        return len(self._backlog)

    def push(self, block: Pcm, probabilities: Probabilities, loud: Flags = NOT_LOUD) -> Iterator[Cut]:
        """Take in the next samples, and of the next frames, which may lag behind them, how likely and how loud."""
        self._backlog.append(block)
        for is_loud in loud.tolist():
            self._sound.hear(float(is_loud))
        for probability in probabilities.tolist():
            self._speech.hear(probability)
            self._probabilities.append(probability)
            yield from self._advance()

    def finish(self, probabilities: Probabilities, loud: Flags = NOT_LOUD) -> Iterator[Cut]:
        """Take in the last frames and give what remains."""
        yield from self.push(np.zeros(0, np.int16), probabilities, loud)
        self._speech.finish()
        self._sound.finish()
        if self._awaits_first_words and self._speech.closed:
            yield from self._cut_behind_a_window()
        if self._start * VAD_FRAME < self._backlog.end:
            yield self._cut(self._speech.frame)

    def _aim(self, seconds: float) -> None:
        """Set how long the next chunk has to be before it may be cut, should be, and is at most."""
        self._target = round(seconds / FRAME_SECONDS)
        self._half = self._target // 2
        self._limit = self._target + self._half

    def _advance(self) -> Iterator[Cut]:
        now, onset, closed = self._speech.frame, self._speech.onset, self._speech.closed
        if onset is None and not closed:
            self._backlog.drop_before((now - MARGIN) * VAD_FRAME)
        elif not closed and onset is not None and onset - MARGIN - self._start >= self._half:
            yield self._cut(onset - MARGIN)
        elif self._may_be_cut() and not self._pause_may_grow():
            yield from self._cut_well()

    def _may_be_cut(self) -> bool:
        now = self._speech.frame
        if self._awaits_first_words and self._is_long:
            return now - self._first_speech >= FIRST_WORDS
        return now - self._start >= self._target

    @property
    def _first_speech(self) -> int:
        """Where somebody is first heard, once somebody is."""
        onset, closed = self._speech.onset, self._speech.closed
        return closed[0].start if closed else self._speech.frame if onset is None else onset

    def _pause_may_grow(self) -> bool:
        """Whether a pause has just begun, the middle of which would be too close to the speech before it."""
        now, closed = self._speech.frame, self._speech.closed
        quiet = self._speech.onset is None and now - closed[-1].stop < 2 * MARGIN
        return quiet and now - self._start < self._limit

    def _cut_well(self) -> Iterator[Cut]:
        if not self._awaits_first_words:
            yield from self._cut_by_length()
        elif pause := self._behind_first_words():
            yield self._cut(_middle(pause))
        elif self._speech.frame - self._first_speech >= 2 * FIRST_WORDS:
            yield from self._cut_behind_a_window()

    def _behind_first_words(self) -> range | None:
        """Of good pauses, or clear ones if there are some, the nearest to where first words should end."""
        first, wanted = self._first_speech, self._first_speech + FIRST_WORDS
        near = range(first + FIRST_WORDS // 2, wanted + FIRST_WORDS)
        good = [pause for pause in self._pauses() if len(pause) >= GOOD_PAUSE and pause.start in near]
        return max(good, key=lambda pause: (min(len(pause), CLEAR_PAUSE), -abs(pause.start - wanted)), default=None)

    def _cut_behind_a_window(self) -> Iterator[Cut]:
        """The first chunk where its first words cannot be cut off."""
        self._aim(min(self._chunk_seconds, self._window_seconds))
        if self._speech.frame - self._start >= self._target:
            yield from self._cut_by_length()

    def _cut_by_length(self) -> Iterator[Cut]:
        good = [pause for pause in self._usable_pauses() if len(pause) >= GOOD_PAUSE]
        # More than a length may have come in where the chunk before was cut short.
        latest = self._start + self._limit
        if good:
            yield self._cut(_middle(max(good, key=self._worth())))
        elif self._speech.frame >= latest:
            poor = (p for p in self._usable_pauses() if len(p) >= USABLE_PAUSE and _middle(p) <= latest - OVERLAP)
            pause = max(poor, key=len, default=range(0))
            within = self._start + self._target, latest - OVERLAP
            yield self._cut(_middle(pause) if pause else self._faintest(*within), OVERLAP)

    def _usable_pauses(self) -> Iterator[range]:
        """Where there is silence between spans, from half a length on, and up to the greatest."""
        first, latest = self._start + self._half, self._start + self._limit
        for pause in self._pauses():
            yield range(max(pause.start, first), min(pause.stop, latest))

    def _pauses(self) -> Iterator[range]:
        """Where there is silence between spans."""
        onset, closed = self._speech.onset, self._speech.closed
        beginnings = [*(span.start for span in closed[1:]), self._speech.frame if onset is None else onset]
        for span, beginning in zip(closed, beginnings, strict=False):
            yield range(span.stop, beginning)

    def _worth(self) -> Callable[[range], tuple[int, float, int]]:
        """What a pause is judged by: its length, how well the windows up to it are filled, and how late it is."""
        speech = [Span(span.start * FRAME_SECONDS, span.stop * FRAME_SECONDS) for span in self._speech.closed]
        pieces = pieces_of(speech, self._window_seconds)
        ends = [round(piece.end / FRAME_SECONDS) for piece in pieces]
        windows = [0, *fewest_windows(pieces, self._window_seconds)]

        def worth(pause: range) -> tuple[int, float, int]:
            count = windows[bisect_right(ends, pause.start)]
            return min(len(pause), CLEAR_PAUSE), (_middle(pause) - self._start) / max(1, count), pause.stop

        return worth

    def _faintest(self, first: int, last: int) -> int:
        """The frame from `first` up to `last` with the least speech, by loudness and probability of three frames."""
        now = self._speech.frame
        pcm = self._backlog.slice(first * VAD_FRAME, last * VAD_FRAME).astype(np.float32)
        loudness = np.sqrt(np.square(pcm.reshape(-1, VAD_FRAME)).mean(axis=1))
        probabilities = np.array(self._probabilities, np.float32)[first - now : last - now]
        speech = np.convolve(probabilities * (loudness + 1), np.ones(3), "valid")
        return first + 1 + int(speech.argmin())

    def _cut(self, frame: int, overlap: int = 0) -> Cut:
        """End the chunk at `frame`; its audio and that of the next reach over it by `overlap` frames."""
        owned = self._seconds(range(self._start, frame))
        end = frame + overlap
        heard = list(self._speech.within(range(self._reach, end)))
        edges = (heard[0].start - MARGIN, heard[-1].stop + MARGIN) if heard else (frame, frame)
        audio = range(max(self._reach, edges[0]), min(end, edges[1]))
        span, speech = self._seconds(audio), tuple(map(self._seconds, heard))
        if span.duration < MIN_WINDOW_SECONDS:
            # Too little for any engine: the last crumbs of a file.
            audio, span, speech = range(0), Span(owned.start, owned.start), ()
        sound = tuple(map(self._seconds, self._loud(range(self._start, frame))))
        plan = ChunkPlan(next(self._numbers), owned, span, speech, self._channel, sound)
        pcm = self._backlog.slice(audio.start * VAD_FRAME, audio.stop * VAD_FRAME)
        had_first_words = self._awaits_first_words and not plan.is_silent
        self._awaits_first_words &= plan.is_silent
        self._begin_next(frame, overlap)
        self._aim(min(self._chunk_seconds, self._window_seconds) if had_first_words else self._chunk_seconds)
        return plan, pcm

    def _loud(self, frames: range) -> Iterator[range]:
        """What is loud within these frames, and no click."""
        return (span for span in self._sound.within(frames) if len(span) >= SHORTEST_SOUND)

    def _begin_next(self, frame: int, overlap: int) -> None:
        self._start, self._reach = frame, frame - overlap
        self._speech.closed = [span for span in self._speech.closed if span.stop > self._reach]
        self._sound.closed = [span for span in self._sound.closed if span.stop > self._start]
        self._backlog.drop_before(self._reach * VAD_FRAME)

    def _seconds(self, frames: range) -> Span:
        end = self._backlog.end
        start, stop = (min(frame * VAD_FRAME, end) / SAMPLE_RATE for frame in (frames.start, frames.stop))
        return Span(start, stop)


def _middle(frames: range) -> int:
    return (frames.start + frames.stop) // 2
