"""What a decoder is told before it listens: the caller's hotwords and prompt, as tokens."""

from collections.abc import Callable, Sequence

ROOM = 219
"""Tokens: the 448 that Whisper's decoder remembers, less 224 for what it writes, 3 of its own and <|startofprev|>."""


def conditioning(prompt: str, hotwords: str, encode: Callable[[str], Sequence[int]]) -> list[int]:
    """The tokens that follow <|startofprev|>, `ROOM` at most; empty for neither.

    Hotwords go first and the prompt last, since what stands closest to the transcript weighs most. Where both are too
    long each keeps at least half of the room: hotwords their beginning, where people put what matters most, and the
    prompt its end, as Whisper keeps the end of what was said before.
    """
    terms, text = (list(encode(" " + part.strip())) if part.strip() else [] for part in (hotwords, prompt))
    if len(terms) + len(text) > ROOM:
        terms = terms[: max(ROOM // 2, ROOM - len(text))]
        text = text[max(0, len(text) - (ROOM - len(terms))) :]
    return terms + text
