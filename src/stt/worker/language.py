"""Deciding the language of a whole job from windows all over its speech."""

from collections import Counter
from collections.abc import Iterable, Sequence

from stt.domain.chunk import Chunk

SAMPLES = 8
"""Windows that are asked: enough to outvote a jingle, a quotation or a bad line."""


def sample_chunks(chunks: Sequence[Chunk], count: int = SAMPLES) -> list[Chunk]:
    """Up to `count` chunks with speech, spread evenly over the seconds of speech (not over the file)."""
    spoken = [chunk for chunk in chunks if not chunk.plan.is_silent]
    total = sum(_speech_seconds(chunk) for chunk in spoken)
    marks = [total * (i + 0.5) / count for i in range(count)]
    chosen: dict[int, Chunk] = {}
    passed = 0.0
    for chunk in spoken:
        passed += _speech_seconds(chunk)
        while marks and marks[0] <= passed:
            chosen[chunk.plan.index] = chunk
            marks.pop(0)
    return list(chosen.values())


def decide(votes: Iterable[tuple[dict[str, float], float]]) -> str | None:
    """The language with the greatest sum of probability × seconds of speech; `None` without votes."""
    sums: Counter[str] = Counter()
    for probabilities, seconds in votes:
        for language, probability in probabilities.items():
            sums[language] += probability * seconds  # type: ignore[assignment]  # a Counter holds floats as well
    return max(sums, key=lambda language: sums[language], default=None)


def _speech_seconds(chunk: Chunk) -> float:
    return sum(span.duration for span in chunk.plan.speech)
