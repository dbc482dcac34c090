"""Times for words that alignment has left none. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from stt.domain.transcripts.transcript import Word

NO_TIME = 0.015
"""Seconds, less than one step of any alignment: nobody says a word in that."""
MOST_LETTERS = 20.0
"""Letters a second: faster than people speak for longer than a word."""
LONGEST_PAUSE_SECONDS = 0.5
"""No word reaches over a longer pause."""
WORD_SECONDS, LETTER_SECONDS, DIGIT_LETTERS = 0.2, 0.08, 5
"""What people who speak slowly take for a word: so much for any, and so much for each of its letters; a digit counts as
five."""


def letters_of(word: str) -> int:
    """How many letters are spoken, without marks."""
    return sum(DIGIT_LETTERS if letter.isdigit() else letter.isalnum() for letter in word)


def slow_seconds(word: str) -> float:
    """How long a word lasts that is spoken slowly."""
    return WORD_SECONDS + LETTER_SECONDS * letters_of(word)


def is_sayable(letters: int, seconds: float) -> bool:
    """Whether people speak fast enough to say so many letters in so many seconds."""
    return letters <= MOST_LETTERS * seconds


def at_a_pace(words: Sequence[Word], end: float) -> tuple[Word, ...]:
    """The words of a segment that lasts until `end`, none of them said in no time at all.

    Where alignment loses its way it puts one word after another on the same moment, and is late for those behind them.
    Such words share the time up to the next word behind which nobody would have to speak faster than people do, each by
    its letters; where the segment ends before that, they share the time from a word in front of them on. Where a
    pause may be in that word, through which alignment has stretched it, it counts as spoken slowly. They stay marked as
    words that alignment has not found (`Word.timed`).
    """
    paced = [replace(word, timed=word.end - word.start >= NO_TIME) for word in words]
    done = 0
    for number in range(len(paced)):
        if number >= done and not paced[number].timed:
            first, done = _stretch(paced, number, end)
            stop = end if done == len(paced) else paced[done].start
            paced[first:done] = _shared(paced[first:done], stop)
    return tuple(paced)


def _stretch(words: Sequence[Word], number: int, end: float) -> tuple[int, int]:
    """The first of the words that share their time with word `number`, and the one behind the last."""
    ends = [*(word.start for word in words[1:]), end]
    first, last, letters = number, number, len(words[number].word)
    while not is_sayable(letters, ends[last] - _spoken_from(words[first])):
        if last + 1 < len(words):
            last += 1
            letters += len(words[last].word)
        elif first:
            first -= 1
            letters += len(words[first].word)
        else:
            break
    return first, last + 1


def _spoken_from(word: Word) -> float:
    """Where it begins; if a pause may be in it, where it does when it is spoken slowly."""
    slow = slow_seconds(word.word)
    return word.end - slow if word.end - word.start > slow + LONGEST_PAUSE_SECONDS else word.start


def _shared(words: Sequence[Word], stop: float) -> list[Word]:
    """The words one after another up to `stop`, each as long as it is written."""
    letters = [len(word.word) for word in words]
    total = sum(letters)
    start = max(words[0].start, min(_spoken_from(words[0]), stop - total / MOST_LETTERS))
    borders = [min(stop, start + (stop - start) * count / total) for count in accumulate(letters, initial=0)]
    return [replace(word, start=a, end=b) for word, (a, b) in zip(words, pairwise(borders), strict=True)]
