"""Which spoken words were written: the texts made alike, and aligned."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from benchmarks.real_voices.heard import Heard, Word
from benchmarks.real_voices.mix import Mix

LETTER_BY_LETTER = {"ja", "zh", "ko"}
"""Written without spaces, or with spaces that nobody agrees about: counted by the character."""

Normalizer = Callable[[str], str]


@dataclass(frozen=True)
class Errors:
    """Of `spoken` words; `lost` has the number of words deleted in each part, `right` whether each word is right."""

    spoken: int
    deleted: int
    inserted: int
    substituted: int
    lost: tuple[int, ...]
    right: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A spoken word and what stands for it, by their places: which part, which of its words, and which written one."""

    part: int
    place: int
    count: int
    written: int
    is_right: bool

    @property
    def is_first(self) -> bool:
        """Whether it is the first word of its part."""
        return self.place == 0

    @property
    def is_last(self) -> bool:
        """Whether it is the last word of its part."""
        return self.place == self.count - 1


def normalizer_of(languages: Sequence[str]) -> Normalizer:
    """English where only that is spoken; else the same for all languages."""
    codes = frozenset(languages)
    return _normalizer("en" if codes == {"en"} else "", bool(codes) and codes <= LETTER_BY_LETTER)


def errors(mix: Mix, heard: Heard) -> Errors:
    """Words deleted, inserted and exchanged."""
    normal = normalizer_of([part.language for part in mix.parts])
    said = [normal(part.text).split() for part in mix.parts]
    owners = [number for number, words in enumerate(said) for _ in words]
    lost, right = [0] * len(said), [False] * len(owners)
    if not owners:
        return Errors(0, 0, len(normal(heard.text).split()), 0, ())
    found = _aligned([word for words in said for word in words], normal(heard.text).split())
    for chunk in found.alignments[0]:
        for place in range(chunk.ref_start_idx, chunk.ref_end_idx):
            right[place] = chunk.type == "equal"
            lost[owners[place]] += chunk.type == "delete"
    return Errors(len(owners), found.deletions, found.insertions, found.substitutions, tuple(lost), tuple(right))


def pairs(mix: Mix, words: Sequence[Word]) -> Iterator[Pair]:
    """What stands for each spoken word, word by word: numbers that are written as several are not made one."""
    normal = normalizer_of([part.language for part in mix.parts])
    said = [(p, part) for p, part in enumerate([normal(part.text).split() for part in mix.parts]) if part]
    places = [(p, place, len(part), word) for p, part in said for place, word in enumerate(part)]
    written = [(w, token) for w, word in enumerate(words) for token in normal(word.text).split()]
    if not places or not written:
        return
    for chunk in _aligned([word for *_, word in places], [token for _, token in written]).alignments[0]:
        if chunk.type in ("equal", "substitute"):
            for said_at, heard_at in zip(
                range(chunk.ref_start_idx, chunk.ref_end_idx),
                range(chunk.hyp_start_idx, chunk.hyp_end_idx),
                strict=True,
            ):
                part, place, count, _ = places[said_at]
                yield Pair(part, place, count, written[heard_at][0], chunk.type == "equal")


def _aligned(said: Sequence[str], written: Sequence[str]) -> jiwer.WordOutput:
    return jiwer.process_words(" ".join(said), " ".join(written))


@cache
def _normalizer(language: str, by_letter: bool) -> Normalizer:
    made: Normalizer = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer(split_letters=by_letter)
    return made
