"""What the decoder writes, as a chain of steps: the token that stands decides the one that follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tools.whisper_model.vocabulary import TIMESTAMPS, Vocabulary

CHOICES = 4
"""Words between which the sound decides at each step."""
LEAST_LETTERS, MOST_LETTERS = 4, 7
FIRST_SECONDS, LAST_SECONDS = 0.1, 29.7
"""Where the first word begins, and where the last one ends."""
OTHER_TOKENS = 3
"""Of a window's tokens: the time at its beginning, that at its end, and the end of the text."""
WITHOUT_TIMES = 0.85
"""How likely the end of the text is, beside the time before it: it comes first only where no times are written."""

START, LANGUAGE, TASK, UNTIMED, FIRST = range(5)
"""Steps by number: <|startoftranscript|>, a language, a task, <|notimestamps|>, <|0.00|>; behind it the words, the time
at the end, <|endoftext|>, and the time at the end where it comes early."""


@dataclass(frozen=True)
class Choice:
    """A token of a step, and how likely it is beside the others of that step, 1 being the most."""

    token: int
    weight: float = 1.0


@dataclass(frozen=True)
class Script:
    """`words` steps of text."""

    vocabulary: Vocabulary
    words: int

    @property
    def last(self) -> int:
        """The step of the time at the end."""
        return FIRST + self.words + 1

    @property
    def early(self) -> int:
        """The same where the audio ends before the window does."""
        return self.last + 2

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self.early + 1

    def follower(self, step: int) -> int | None:
        """The step that comes next."""
        if step > self.last:
            return None
        return {START: LANGUAGE, UNTIMED: FIRST + 1, TASK: FIRST}.get(step, step + 1)

    def seconds(self, step: int) -> float:
        """When a word, or what is no word, begins; the end time begins where the last word ends."""
        word = min(max(0, step - FIRST - 1), self.words)
        return FIRST_SECONDS + (LAST_SECONDS - FIRST_SECONDS) * word / self.words

    @cached_property
    def choices(self) -> list[list[Choice]]:
        """The tokens of each step."""
        special = self.vocabulary.special_id
        languages = [Choice(special(f"<|{name}|>"), _language_weight(name)) for name in self.vocabulary.languages]
        tasks = [Choice(special("<|transcribe|>")), Choice(special("<|translate|>"))]
        first_time = self.vocabulary.first_time
        end = Choice(special("<|endoftext|>"))
        last = [Choice(first_time + len(TIMESTAMPS) - 1), Choice(end.token, WITHOUT_TIMES)]
        return [
            [Choice(special("<|startoftranscript|>"))],
            languages,
            tasks,
            [Choice(special("<|notimestamps|>"))],
            [Choice(first_time)],
            *self._words(),
            last,
            [end],
            last,
        ]

    def _words(self) -> list[list[Choice]]:
        words = [rank for rank, token in enumerate(self.vocabulary.ranked) if _is_word(token)]
        drawn = np.random.default_rng(0).permutation(words)[: CHOICES * self.words]
        weights: Sequence[float] = np.linspace(1.01, 0.99, CHOICES).tolist()
        return [
            [Choice(int(token), weight) for token, weight in zip(row, weights, strict=True)]
            for row in drawn.reshape(self.words, CHOICES)
        ]


def _language_weight(name: str) -> float:
    """Which language it finds where it is asked: Vietnamese, if not English, never another."""
    return {"vi": 1.0, "en": 0.95}.get(name, 0.3)


def _is_word(token: bytes) -> bool:
    letters = token[1:]
    is_plain = letters.isalpha() and letters.islower() and letters.isascii()
    return token[:1] == b" " and is_plain and LEAST_LETTERS <= len(letters) <= MOST_LETTERS
