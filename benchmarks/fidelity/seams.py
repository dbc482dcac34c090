"""Errors that cutting makes: words lost, doubled or broken beside a cut that the same engine gets right elsewhere."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.fidelity.fault import Fault, faults, is_free_of
from benchmarks.fidelity.transcription import Cut, Listener, Segment, Transcription, words_of
from tools.speech.recording import SAMPLE_RATE, Pcm, Recording

BESIDE_SECONDS = 1.5
"""What is this close to a cut, or to the edge of a window, may suffer from it."""
TRIAL_SECONDS = 7.8
"""Length of a window in which the engine may show that it knows better; the demo model is good at 8 s."""
SHIFTS = tuple(0.1037 * step for step in range(-19, 20))
"""Seconds by which the middles of these windows are off the error; no whole number of the 10 ms by which an engine's
spectrogram steps, because windows that begin such a number apart look much alike to it."""

SAMPLE = 30
"""Of more suspects than this, which only a system has that loses its place, some thirty are judged, evenly drawn."""


@dataclass(frozen=True)
class SeamError:
    """An error and the cut beside it; where not all suspects were judged it stands for several."""

    fault: Fault
    cut: Cut
    stands_for: int = 1

    def __str__(self) -> str:
        fault, cut = self.fault, self.cut
        place = f"{fault.start:.2f} s, cut between {cut.between} at {cut.start:.2f} s"
        return f"{fault.kind} {fault.said!r} as {fault.heard!r} at {place}"


def seam_errors(recording: Recording, written: Transcription, listen: Listener) -> list[SeamError]:
    """The errors beside cuts that `listen`, the engine that wrote them, makes in none of the windows around them.

    A few such windows would not do: an engine that is wrong about one word in thirty, each time about another, would be
    right about most errors somewhere, and every one of them would be blamed on a cut that chanced to be near.
    """
    found = faults(recording.words, written.words)
    beside = [(fault, cut) for fault in found if (cut := _beside(fault, written.cuts))]
    every = max(1, round(len(beside) / SAMPLE))
    suspects = [SeamError(fault, cut, every) for fault, cut in beside[::every]]
    for shift in SHIFTS:
        trials = [_Trial.around(suspect.fault, recording, shift) for suspect in suspects]
        heard = iter(listen([trial.pcm for trial in trials if trial]))
        suspects = [s for s, trial in zip(suspects, trials, strict=True) if trial and trial.is_passed(next(heard))]
    return suspects


def number_of(errors: Iterable[SeamError]) -> int:
    """How many they are, with those that they stand for."""
    return sum(error.stands_for for error in errors)


def _beside(fault: Fault, cuts: Sequence[Cut]) -> Cut | None:
    """The nearest cut, if it is near enough."""
    nearest = min(cuts, key=lambda cut: cut.distance(fault.start, fault.end), default=None)
    close = nearest is not None and nearest.distance(fault.start, fault.end) <= BESIDE_SECONDS
    return nearest if close else None


@dataclass(frozen=True, eq=False)
class _Trial:
    """A window with an error well inside it."""

    fault: Fault
    recording: Recording
    start: float
    end: float

    @classmethod
    def around(cls, fault: Fault, recording: Recording, shift: float) -> "_Trial | None":
        """The window; none where it would reach over the ends of the recording, or come close to the error."""
        middle = (fault.start + fault.end) / 2 + shift
        start, end = middle - TRIAL_SECONDS / 2, middle + TRIAL_SECONDS / 2
        roomy = fault.start - start > BESIDE_SECONDS and end - fault.end > BESIDE_SECONDS
        return cls(fault, recording, start, end) if roomy and start >= 0 and end <= recording.duration else None

    @property
    def pcm(self) -> Pcm:
        return self.recording.pcm[round(self.start * SAMPLE_RATE) : round(self.end * SAMPLE_RATE)]

    def is_passed(self, heard: Sequence[Segment]) -> bool:
        """Whether the error is not made in it."""
        spoken = self.recording.words
        first = bisect_left(spoken, self.start, key=lambda word: word.start)
        last = bisect_right(spoken, self.end, key=lambda word: word.end)
        written = words_of(segment.shifted(self.start) for segment in heard)
        return is_free_of(self.fault, spoken[first:last], written, first)
