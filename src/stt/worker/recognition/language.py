"""Deciding what is spoken: for a whole job from windows all over its speech, or window by window."""

from collections import Counter
from collections.abc import Iterable, Sequence

from stt.domain.jobs.chunk import Chunk

SAMPLES = 8
"""Windows that are asked: enough to outvote a jingle, a quotation or a bad line."""

CLEAR_SECONDS = 1.0
"""A shorter window is a word or two, which may belong to any language."""
CLEAR_PROBABILITY = 0.6
"""What the likeliest language must have for a window to be decided on its own."""


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


def settled(votes: Sequence[tuple[dict[str, float], float]]) -> list[str]:
    """The language of each window in turn; one too short or too unclear to tell has that of the last that was clear.

    Those before the first clear one have its language; where none is clear each has the likeliest of all.
    """
    everywhere = decide(votes) or ""
    clear = [max(p, key=lambda code: p[code]) if _is_clear(p, seconds) else None for p, seconds in votes]
    current = next((language for language in clear if language), everywhere)
    languages = []
    for language in clear:
        current = language or current
        languages.append(current)
    return languages


def _is_clear(probabilities: dict[str, float], seconds: float) -> bool:
    return seconds >= CLEAR_SECONDS and max(probabilities.values()) >= CLEAR_PROBABILITY


def _speech_seconds(chunk: Chunk) -> float:
    return sum(span.duration for span in chunk.plan.speech)
