"""Words of a text that somebody has written, with times: those that stay keep theirs. Pure."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from stt.domain.text.scripts import is_unspaced
from stt.domain.transcripts.transcript import Word

WRITTEN = 1.0
"""The probability of a word that somebody wrote."""


def reworded(words: Sequence[Word], text: str, start: float, end: float) -> tuple[Word, ...]:
    """The words of a text that stands where `words` were said, between two seconds."""
    old = [word.word for word in words]
    new = list(_tokens(text, frozenset(old)))
    found: list[Word] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += words[a:b]
        elif b - a == d - c:
            found += (_written(word, token) for word, token in zip(words[a:b], new[c:d], strict=True))
        else:
            latest = words[b].start if b < len(words) else end
            earliest = words[a].start if a < b else (words[a - 1].end if a else start)
            until = min(words[b - 1].end, latest) if a < b else latest
            speaker = words[min(a, len(words) - 1)].speaker if words else None
            found += spread(new[c:d], min(earliest, latest), until, speaker)
    return tuple(found)


def spread(tokens: Sequence[str], start: float, end: float, speaker: str | None = None) -> Iterator[Word]:
    """Words one after the other from one second to another, each as long as its letters."""
    letters, passed, length = sum(map(len, tokens)), 0, max(0.0, end - start)
    for token in tokens:
        began = start + length * passed / letters
        passed += len(token)
        yield Word(token, began, start + length * passed / letters, WRITTEN, speaker=speaker)


def words_written(text: str) -> list[str]:
    """The words of a text, of which nothing else is known."""
    return list(_tokens(text, frozenset()))


def _written(word: Word, token: str) -> Word:
    return Word(token, word.start, word.end, WRITTEN, speaker=word.speaker)


def _tokens(text: str, known: frozenset[str]) -> Iterator[str]:
    """The words of a text: those between spaces, or the known ones that one of these is made of.

    Where words have no spaces between them what is not known is cut at each character.
    """
    longest = max(map(len, known), default=0)
    for piece in text.split():
        is_solid = any(map(is_unspaced, piece))
        parts = list(_parts(piece, known, longest))
        if is_solid or all(part in known for part in parts):
            yield from parts
        else:
            yield piece


def _parts(piece: str, known: frozenset[str], longest: int) -> Iterator[str]:
    place = loose = 0
    while place < len(piece):
        sizes = range(min(longest, len(piece) - place), 0, -1)
        size = next((size for size in sizes if piece[place : place + size] in known), 0)
        if size or is_unspaced(piece[place]):
            if loose < place:
                yield piece[loose:place]
            yield piece[place : place + max(1, size)]
            loose = place = place + max(1, size)
        else:
            place += 1
    if loose < len(piece):
        yield piece[loose:]
