"""Errors that cutting makes: words lost, doubled or broken beside a cut that the same engine gets right elsewhere."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fidelity.fault import Fault, faults, is_free_of
from benchmarks.fidelity.transcription import Cut, Listener
from tools.speech.recording import SAMPLE_RATE, Recording, Word

BESIDE_SECONDS = 1.5
"""What is this close to a cut, or to the edge of a window, may suffer from it."""
TRIALS = (8.0, 6.5, 5.0)
"""Seconds of the windows around an error in which the engine may show that it knows better; none is longer than what
the demo model is good at."""


@dataclass(frozen=True)
class SeamError:
    """An error and the cut beside it."""

    fault: Fault
    cut: Cut


def seam_errors(recording: Recording, written: Sequence[Word], cuts: Sequence[Cut], listen: Listener) -> list[SeamError]:
    """The errors beside cuts that `listen`, the engine that wrote the words, does not make away from edges."""
    beside = [SeamError(fault, cut) for fault in faults(recording.words, written) if (cut := _beside(fault, cuts))]
    settled: set[int] = set()
    for seconds in TRIALS:
        waiting = [number for number in range(len(beside)) if number not in settled]
        trials = [_Trial.around(beside[number].fault, recording, seconds) for number in waiting]
        heard = iter(listen([trial.pcm for trial in trials if trial]))
        settled |= {n for n, trial in zip(waiting, trials, strict=True) if trial and trial.is_passed(next(heard))}
    return [beside[number] for number in sorted(settled)]


def _beside(fault: Fault, cuts: Sequence[Cut]) -> Cut | None:
    """The nearest cut, if it is near enough."""
    nearest = min(cuts, key=lambda cut: cut.distance(fault.start, fault.end), default=None)
    close = nearest is not None and nearest.distance(fault.start, fault.end) <= BESIDE_SECONDS
    return nearest if close else None


@dataclass(frozen=True, eq=False)
class _Trial:
    """A window with an error's place in its middle."""

    fault: Fault
    recording: Recording
    start: float
    end: float

    @classmethod
    def around(cls, fault: Fault, recording: Recording, seconds: float) -> "_Trial | None":
        """A window of so many seconds; none where the recording leaves too little room beside the error."""
        middle = (fault.start + fault.end) / 2
        start, end = max(0.0, middle - seconds / 2), min(recording.duration, middle + seconds / 2)
        roomy = fault.start - start > BESIDE_SECONDS and end - fault.end > BESIDE_SECONDS
        return cls(fault, recording, start, end) if roomy else None

    @property
    def pcm(self):
        return self.recording.pcm[round(self.start * SAMPLE_RATE) : round(self.end * SAMPLE_RATE)]

    def is_passed(self, heard: Sequence[Word]) -> bool:
        spoken = self.recording.words
        first = bisect_left(spoken, self.start, key=lambda word: word.start)
        last = bisect_right(spoken, self.end, key=lambda word: word.end)
        written = [Word(word.text, word.start + self.start, word.end + self.start) for word in heard]
        return is_free_of(self.fault, spoken[first:last], written, first)
