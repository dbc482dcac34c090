"""From the tokens of a piece to words with times."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.transcriber.pace import NO_TIME, at_a_pace, is_sayable, slow_seconds
from stt.worker.transcriber.script import TIMESTAMP_SECONDS, Span

UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Written without spaces between words: every character counts as a word."""

BORDER_SECONDS = 0.3
"""Where alignment and a timestamp token agree this closely about the edge of a segment, the token is the more exact."""

LONGEST_MARK_SECONDS = 0.8
"""How much of what alignment takes for the mark behind a word is the word's. Where readers go on speaking without a
pause it takes up to 0.74 s; without it 7 places in 108 s of reading passed for speech without words, all of them
behind a comma or a full stop."""

LATE_WORDS = 2
"""A timestamp that ends a segment before so many of its words begin is wrong, if alignment has time for each."""


@dataclass(frozen=True)
class Token:
    """A text token as bytes, which may hold part of a character, and the seconds in which it was heard."""

    text: bytes
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class Group:
    """`tokens` neighbouring tokens that make one word; the text keeps its spaces."""

    text: str
    tokens: int
    start: float
    end: float
    probability: float


def group(tokens: Iterable[Token], language: str) -> list[Group]:
    """Tokens as words: a new one at each leading space, or at each whole character where nobody writes spaces."""
    groups: list[list[Token]] = []
    spaced = language not in UNSPACED_LANGUAGES
    for token in tokens:
        begins = token.text.startswith(b" ") if spaced else bool(groups) and _is_whole(groups[-1])
        if begins or not groups:
            groups.append([])
        groups[-1].append(token)
    return [_joined(members) for members in groups]


def _is_whole(tokens: Sequence[Token]) -> bool:
    try:
        b"".join(token.text for token in tokens).decode()
    except UnicodeDecodeError:
        return False
    return True


def _joined(tokens: Sequence[Token]) -> Group:
    text = b"".join(token.text for token in tokens).decode(errors="replace")
    probability = sum(token.probability for token in tokens) / len(tokens)
    return Group(text, len(tokens), tokens[0].start, tokens[-1].end, probability)


def attach_punctuation(groups: Iterable[Group]) -> list[Group]:
    """Groups in which punctuation belongs to a word: to the next one after a space, otherwise to the one before."""
    joined: list[Group] = []
    for found in groups:
        follows = joined and _is_punctuation(found.text) and not found.text.startswith(" ")
        opens = joined and _is_punctuation(joined[-1].text) and joined[-1].text.startswith(" ")
        if follows or opens:
            joined[-1] = _merged(joined[-1], found)
        else:
            joined.append(found)
    return joined


def _is_punctuation(text: str) -> bool:
    return bool(text.strip()) and not any(character.isalnum() for character in text)


def _merged(left: Group, right: Group) -> Group:
    """The two as one, with the times of the word, and what alignment takes for the mark behind it.

    That is the end of the word as often as the pause.
    """
    word = left if _is_punctuation(right.text) else right
    end = max(word.end, min(right.end, word.end + LONGEST_MARK_SECONDS))
    return replace(word, text=left.text + right.text, tokens=left.tokens + right.tokens, end=end)


def to_segments(
    spans: Iterable[Span], groups: Iterable[Group], seconds: float, decoding: Decoding | None = None
) -> Iterator[Segment]:
    """One segment for each span that has words, its words inside it, nothing outside 0 to `seconds`.

    `decoding` is that of all of them; each gets its own tokens.
    """
    waiting = iter(groups)
    low = 0.0
    for span, members in _without_guesses([(span, _take(waiting, len(span.tokens))) for span in spans]):
        low = min(max(low, span.start), seconds)
        stated = _stated_end(span, members, low, seconds)
        words = _within(low, seconds if stated is None else stated, members)
        if words:
            end = words[-1].end if stated is None else stated
            words = at_a_pace(words, end)
            text = "".join(member.text for member in members).strip()
            own = decoding and replace(decoding, tokens=span.tokens)
            yield Segment(words[0].start, end, _composed(text), words, decoding=own)
            low = end


def _stated_end(span: Span, members: Iterable[Group], low: float, seconds: float) -> float | None:
    """Where a timestamp ends the span that begins at `low`; `None` if none does, or alignment shows that it is wrong.

    Alignment that lost its way puts words on one moment, and shows nothing.
    """
    if span.end is None:
        return None
    end = min(max(low, span.end), seconds)
    late = sum(member.start >= end and is_sayable(len(member.text), member.end - member.start) for member in members)
    return None if late >= LATE_WORDS else end


def _without_guesses(spans: Sequence[tuple[Span, list[Group]]]) -> Iterator[tuple[Span, list[Group]]]:
    """The spans with their words, without borders that are guesses and further than `BORDER_SECONDS` from alignment.

    In long windows `base` writes whole seconds only, half a second off: there alignment is right.
    """
    begun = 0.0
    for number, (span, words) in enumerate(spans):
        start, end = span.start, span.end
        if number and words and _is_guess(start) and words[0].start < start - BORDER_SECONDS:
            start = begun
        following = next((group for _, groups in spans[number + 1 :] for group in groups), None)
        if end is not None and words and _is_guess(end) and words[-1].start < end:
            goes_on = words[-1].end > end + BORDER_SECONDS
            if goes_on or (following and following.start < end - BORDER_SECONDS):
                end = None
        begun = start
        yield replace(span, start=start, end=end), words


def _is_guess(moment: float) -> bool:
    return abs(moment - round(moment)) < TIMESTAMP_SECONDS / 2


def _composed(text: str) -> str:
    """In the form NFC, in which every Vietnamese letter is one character: models have learnt from texts in both."""
    return unicodedata.normalize("NFC", text)


def _take(groups: Iterator[Group], tokens: int) -> list[Group]:
    taken: list[Group] = []
    while sum(member.tokens for member in taken) < tokens and (member := next(groups, None)):
        taken.append(member)
    return taken


def _within(low: float, high: float, groups: Iterable[Group]) -> tuple[Word, ...]:
    """Words in order of time and between the borders of their span, on them where they come close.

    The last one reaches the end of its span as well where it takes no longer than when it is spoken slowly: where
    readers go on without a pause alignment ended such a word 0.3 to 0.4 s early, three times in 18 minutes.
    """
    words: list[Word] = []
    for member in groups:
        if text := _composed(member.text).strip():
            start = min(max(member.start, words[-1].end if words else low), high)
            words.append(Word(text, start, min(max(member.end, start), high), member.probability))
    if words and words[0].start - low <= BORDER_SECONDS:
        words[0] = replace(words[0], start=low)
    if words and (high - words[-1].end <= BORDER_SECONDS or _could_last(words[-1], high)):
        words[-1] = replace(words[-1], end=high)
    return tuple(words)


def _could_last(word: Word, moment: float) -> bool:
    return moment - word.start < slow_seconds(word.word) + NO_TIME
