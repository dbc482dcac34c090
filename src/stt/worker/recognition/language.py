"""Deciding what is spoken: for a whole job from windows all over its speech, or window by window."""

from collections import Counter
from collections.abc import Iterable, Sequence

from stt.domain.jobs.chunk import Chunk

Vote = tuple[dict[str, float], float]
"""How likely each language is in a window, and its seconds of speech."""

SAMPLES = 8
"""Windows that are asked: enough to outvote a jingle, a quotation or a bad line."""
FEW = 3
"""Those of them that are asked first. A language that is spoken for three tenths of a recording has all three in one
case of 37, and five of eight in one of 17: where they agree the others would hardly outvote them."""

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


def few_and_rest(chunks: Sequence[Chunk]) -> tuple[list[Chunk], list[Chunk]]:
    """Those to ask first, spread evenly over the others, and the others."""
    few = [chunks[(2 * i + 1) * len(chunks) // (2 * FEW)] for i in range(FEW)] if len(chunks) > FEW else list(chunks)
    return few, [chunk for chunk in chunks if chunk not in few]


def agreed(votes: Sequence[Vote]) -> bool:
    """Whether each is clear and all say the same."""
    return all(_is_clear(*vote) for vote in votes) and len({_likeliest(p) for p, _ in votes}) == 1


def decide(votes: Iterable[Vote]) -> str | None:
    """The language with the greatest sum of probability × seconds of speech; `None` without votes."""
    sums: Counter[str] = Counter()
    for probabilities, seconds in votes:
        for language, probability in probabilities.items():
            sums[language] += probability * seconds  # type: ignore[assignment]  # a Counter holds floats as well
    return max(sums, key=lambda language: sums[language], default=None)


def settled(votes: Sequence[Vote]) -> list[str]:
    """The language of each window in turn; one too short or too unclear to tell has that of the last that was clear.

    Those before the first clear one have its language; where none is clear each has the likeliest of all.
    """
    everywhere = decide(votes) or ""
    clear = [_likeliest(p) if _is_clear(p, seconds) else None for p, seconds in votes]
    current = next((language for language in clear if language), everywhere)
    languages = []
    for language in clear:
        current = language or current
        languages.append(current)
    return languages


def _likeliest(probabilities: dict[str, float]) -> str:
    return max(probabilities, key=lambda code: probabilities[code])


def _is_clear(probabilities: dict[str, float], seconds: float) -> bool:
    return seconds >= CLEAR_SECONDS and max(probabilities.values()) >= CLEAR_PROBABILITY


def _speech_seconds(chunk: Chunk) -> float:
    return sum(span.duration for span in chunk.plan.speech)
