"""Cutting at the pauses, as a person who knows where they are would."""

from collections.abc import Iterator
from typing import NamedTuple

from tools.speech.recording import Phrase, Recording, Word

MARGIN = 0.5  # seconds of silence that a window keeps at its edge where the pause is longer than twice that


class Window(NamedTuple):
    """A piece of a recording, in seconds, and the words in it."""

    start: float
    end: float
    words: tuple[Word, ...]


def hand_cut(recording: Recording, window_seconds: float) -> list[Window]:
    """Pack whole phrases into windows as long as the bound allows, cut in the middle of the pauses.

    Raises ValueError where a single phrase is longer than the bound.
    """
    windows: list[Window] = []
    for start, end, phrase in _cells(recording):
        if end - start > window_seconds:
            raise ValueError(f"The phrase at {phrase.start:.2f} s does not fit into {window_seconds} s.")
        if windows and end - windows[-1].start <= window_seconds:
            begun = windows.pop()
            windows.append(Window(begun.start, end, begun.words + phrase.words))
        else:
            windows.append(Window(start, end, phrase.words))
    return windows


def _cells(recording: Recording) -> Iterator[tuple[float, float, Phrase]]:
    """Each phrase with its share of the silence on either side."""
    phrases = recording.phrases
    for phrase, (before, _), (_, after) in zip(phrases, recording.pauses(), [*recording.pauses()][1:], strict=False):
        start = 0.0 if phrase is phrases[0] else (before + phrase.start) / 2
        end = recording.duration if phrase is phrases[-1] else (phrase.end + after) / 2
        yield max(start, phrase.start - MARGIN), min(end, phrase.end + MARGIN), phrase
