"""Word errors, borders, drift and coverage of a transcript whose truth is known."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jiwer
import numpy as np
from numpy.typing import NDArray

from benchmarks.fidelity.alignment import align
from benchmarks.fidelity.transcription import Segment, words_of
from tools.speech.recording import Recording, Word

SECONDS_PER_HOUR = 3600.0
SURE_RUN = 3
"""So many right words in a row are no accident; single ones in a garbled passage often are."""


def word_error_rate(spoken: str, written: str) -> float:
    """Words wrong, lost and made up, as a share of those spoken."""
    return float(jiwer.wer(spoken, written)) if written else 1.0


def border_errors(spoken: Sequence[Word], segments: Sequence[Segment]) -> list[float]:
    """Milliseconds from where each segment begins and ends to where its first and last word were spoken.

    A segment's first word counts where it stands for a spoken one, right or misheard, and so does its last.
    """
    stands_for = {id(heard): said for said, heard in align(spoken, words_of(segments)) if said and heard}
    return [1000 * error for segment in segments for error in _border_errors(segment, stands_for)]


def _border_errors(segment: Segment, stands_for: dict[int, Word]) -> Iterator[float]:
    if segment.words:
        first, last = (stands_for.get(id(segment.words[place])) for place in (0, -1))
        if first:
            yield abs(segment.start - first.start)
        if last:
            yield abs(segment.end - last.end)


@dataclass(frozen=True)
class Drift:
    """How many milliseconds an hour word starts fall behind, and how sure that is (one standard error)."""

    per_hour: float
    uncertainty: float


def drift(spoken: Sequence[Word], written: Sequence[Word]) -> Drift | None:
    """The slope of how late words start over the time they are spoken at; `None` where hardly a word is right.

    Words are paired by their order alone: by their times, a word that is seconds late would not be found.
    """
    pairs = list(_right(spoken, written))
    if not pairs:
        return None
    hours = np.array([said.start / SECONDS_PER_HOUR for said, _ in pairs])
    late = np.array([1000 * (heard.start - said.start) for said, heard in pairs])
    return _slope(hours, late)


def _right(spoken: Sequence[Word], written: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    if not spoken or not written:
        return
    texts = (" ".join(word.text for word in words) for words in (spoken, written))
    for chunk in jiwer.process_words(*texts).alignments[0]:
        if chunk.type == "equal" and chunk.ref_end_idx - chunk.ref_start_idx >= SURE_RUN:
            said = spoken[chunk.ref_start_idx : chunk.ref_end_idx]
            yield from zip(said, written[chunk.hyp_start_idx : chunk.hyp_end_idx], strict=True)


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> Drift:
    x = x - x.mean()
    slope = float((x @ y) / (x @ x))
    rest = y - y.mean() - slope * x
    return Drift(slope, float(np.sqrt((rest @ rest) / (len(x) - 2) / (x @ x))))


def coverage(recording: Recording, segments: Sequence[Segment]) -> float:
    """The share of the time of spoken words that lies within segments."""
    covered = _union(segments)
    inside = sum(_inside(word, covered) for word in recording.words)
    return inside / sum(word.end - word.start for word in recording.words)


def _union(segments: Sequence[Segment]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for segment in sorted(segments, key=lambda segment: segment.start):
        if joined and segment.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], segment.end))
        else:
            joined.append((segment.start, segment.end))
    return joined


def _inside(word: Word, covered: Sequence[tuple[float, float]]) -> float:
    first = bisect_right(covered, word.start, key=lambda span: span[1])
    seconds = 0.0
    for start, end in covered[first:]:
        if start >= word.end:
            break
        seconds += min(word.end, end) - max(word.start, start)
    return seconds
