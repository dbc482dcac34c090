"""Known phrases: how a line of a list is read, and where it stands among spoken words. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from stt.domain.jobs.guidance import ToneMarks
from stt.domain.text.tone_marks import restyle

EVERYDAY = "="
WILDCARD = "…"
LONGEST_NAME = 6
"""Words that a wildcard stands for at most: names of channels and of people are no longer."""
WORDS_REMEMBERED = 10_000
"""Words whose letters are not worked out anew: people use few, over and over."""


@lru_cache(WORDS_REMEMBERED)
def letters(text: str) -> str:
    """What a text is compared by: letters, their marks and digits, in lower case and with tone marks in one place."""
    plain = restyle(text.casefold(), ToneMarks.OLD)
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LMN")


@dataclass(frozen=True)
class Phrase:
    """A phrase as `letters`, in parts between which a few words may stand.

    Spaces do not count, so that it is found in scripts that have none and however a name in it is spaced. An
    `everyday` one is something people often do say: it counts only where it is all that a segment says.
    """

    parts: tuple[str, ...]
    everyday: bool = False

    @classmethod
    def parse(cls, line: str) -> Self:
        """A phrase as it stands in a list: `…` for other words, `=` in front of it if it is an everyday one.

        Raises:
            ValueError: it has no words, or none in front of a `…`.
        """
        parts = tuple(map(letters, line.removeprefix(EVERYDAY).split(WILDCARD)))
        if not all(parts[:-1]) or not parts[0]:
            raise ValueError(f"there are no words in it, or none in front of {WILDCARD!r}")
        return cls(parts, line.startswith(EVERYDAY))

    def ends(self, spoken: Sequence[str], begin: int) -> list[int]:
        """Where the runs of whole words end that begin at word `begin` and are this phrase, the longest first.

        `spoken` are the `letters` of a segment's words. A wildcard at the end of the phrase takes all the rest.
        """
        begins = bool(spoken[begin]) and self.parts[0].startswith(spoken[begin])
        if not begins or (self.everyday and any(spoken[:begin])):
            return []
        reached = {begin}
        for number, part in enumerate(self.parts):
            if number:
                reached = {place + words for place in reached for words in range(LONGEST_NAME + 1)}
            reached = {end for place in reached if (end := _end_of(part, spoken, place)) is not None}
        found = {_with_punctuation(spoken, end) for end in reached}
        if self.everyday or not self.parts[-1]:
            found &= {len(spoken)}
        return sorted(found, reverse=True)


def _end_of(part: str, spoken: Sequence[str], begin: int) -> int | None:
    """Where the words from `begin` on that spell `part` end, if they do."""
    end = begin
    while part:
        if end >= len(spoken) or not part.startswith(spoken[end]):
            return None
        part = part[len(spoken[end]) :]
        end += 1
    return end if end <= len(spoken) else None


def _with_punctuation(spoken: Sequence[str], end: int) -> int:
    """The end moved behind words that are punctuation alone."""
    while end < len(spoken) and not spoken[end]:
        end += 1
    return end
