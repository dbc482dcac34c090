"""Lines made of lines: what operations do to the segments that they name. Pure."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from stt.domain.edits.operations import Insert, Line, Text, Times
from stt.domain.edits.rewording import reworded, spread, words_written
from stt.domain.errors import InvalidRequest
from stt.domain.text.paragraphs import running_text
from stt.domain.transcripts.transcript import Segment, Word

MOST_CHARACTERS = 10_000
"""Of a segment: ten minutes of speech."""


def refused(message: str) -> InvalidRequest:
    """That an operation cannot be done to this transcript."""
    return InvalidRequest(message, code="invalid_edit")


def line_of(number: int, segment: Segment) -> Line:
    """A segment as a line."""
    return {"id": number, **segment.to_dict()}


def written(line: Line, operation: Text) -> Line:
    """A line with another text."""
    segment = Segment.from_dict(dict(line))
    text = operation.text
    if operation.words is not None:
        first, behind = operation.words
        if not 0 <= first <= behind <= len(segment.words):
            raise refused(f"Segment {line['id']} has the words 0 to {len(segment.words)}, not {first} to {behind}.")
        text = _with_words(segment, first, behind, text)
    text = tidy(text)
    if not text:
        raise refused("A segment without any text is none; remove it instead.")
    words = reworded(segment.words, text, segment.start, segment.end) if segment.words else ()
    return line_of(line["id"], replace(segment, text=text, words=words))


def _with_words(segment: Segment, first: int, behind: int, text: str) -> str:
    """The text of a segment with another one in the place of some of its words."""
    places, place = [], 0
    for word in segment.words:
        found = segment.text.find(word.word, place)
        start = place if found < 0 else found
        place = start if found < 0 else found + len(word.word)
        places.append((start, place))
    if first < behind:
        return segment.text[: places[first][0]] + text + segment.text[places[behind - 1][1] :]
    if first < len(places):
        return f"{segment.text[: places[first][0]]}{text} {segment.text[places[first][0] :]}"
    return f"{segment.text} {text}"


def moved(line: Line, operation: Times) -> Line:
    """A line that begins and ends at other seconds."""
    segment = Segment.from_dict(dict(line))
    start, end = operation.start, operation.end
    by = start - segment.start
    if math.isclose(by, end - segment.end, abs_tol=5e-4):
        return line_of(line["id"], replace(segment.shifted(by), start=start, end=end, decoding=segment.decoding))
    words = tuple(_within(word, start, end) for word in segment.words)
    return line_of(line["id"], replace(segment, start=start, end=end, words=words))


def _within(word: Word, start: float, end: float) -> Word:
    return replace(word, start=min(max(word.start, start), end), end=min(max(word.end, start), end))


def spoken_by(line: Line, speaker: str | None) -> Line:
    """A line that somebody else speaks."""
    segment = Segment.from_dict(dict(line))
    words = tuple(replace(word, speaker=speaker) for word in segment.words)
    return line_of(line["id"], replace(segment, speaker=speaker, words=words))


def divided(line: Line, at: int, new: int) -> tuple[Line, Line]:
    """A line in two."""
    segment = Segment.from_dict(dict(line))
    if len(segment.words) < 2:
        raise refused(f"Segment {line['id']} cannot be split: it is of one word.")
    if not 0 < at < len(segment.words):
        raise refused(f"Segment {line['id']} can be split before the words 1 to {len(segment.words) - 1}, not {at}.")
    before, behind = segment.keeping(segment.words[:at]), segment.keeping(segment.words[at:])
    halves = replace(before, start=segment.start), replace(behind, end=max(segment.end, behind.start))
    return line_of(line["id"], halves[0]), line_of(new, halves[1])


def joined(line: Line, following: Line) -> Line:
    """One line of two."""
    first, second = Segment.from_dict(dict(line)), Segment.from_dict(dict(following))
    if first.channel != second.channel:
        raise refused(f"The segments {line['id']} and {following['id']} are of different channels.")
    if bool(first.words) != bool(second.words):
        # The words of one would pass for those of both.
        first, second = _with_own_words(first), _with_own_words(second)
    segment = replace(
        first,
        end=max(first.end, second.end),
        text=running_text((first, second)),
        words=first.words + second.words,
        overlap=first.overlap or second.overlap,
        decoding=None,
    )
    return line_of(line["id"], segment)


def _with_own_words(segment: Segment) -> Segment:
    tokens = words_written(segment.text)
    return replace(segment, words=segment.words or tuple(spread(tokens, segment.start, segment.end, segment.speaker)))


def inserted(operation: Insert) -> Line:
    """A new line."""
    text = tidy(operation.text)
    if not text:
        raise refused("A segment without any text is none.")
    words = tuple(spread(words_written(text), operation.start, operation.end, operation.speaker))
    segment = Segment(operation.start, operation.end, text, words, operation.channel, speaker=operation.speaker)
    return line_of(operation.new, segment)


def tidy(text: str) -> str:
    """A text as lines have it: composed (NFC), in one line, without control characters."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    plain = "".join(letter for letter in spaced if unicodedata.category(letter) != "Cc")
    if len(plain) > MOST_CHARACTERS:
        raise refused(f"A segment has {MOST_CHARACTERS} characters at most; this one would have {len(plain)}.")
    return plain


def check_times(lines: Sequence[Line], new: Sequence[Line]) -> None:
    """That lines begin in order, `new` ones within themselves too; raises `InvalidRequest` (code `invalid_edit`)."""
    for line in new:
        words = line.get("words", ())
        times = [line["start"], line["end"], *(time for word in words for time in (word["start"], word["end"]))]
        if not all(math.isfinite(time) and time >= 0 for time in times) or line["start"] > line["end"]:
            raise refused(f"Segment {line['id']} ends before it begins, or its times are none.")
        if any(a["start"] > b["start"] for a, b in pairwise(words)) or any(w["start"] > w["end"] for w in words):
            raise refused(f"The words of segment {line['id']} do not follow one another.")
    for line, following in pairwise(lines):
        if line["start"] > following["start"]:
            message = (
                f"Segment {line['id']} would begin at {line['start']:.3f} s, after segment {following['id']}, which "
                f"stands behind it and begins at {following['start']:.3f} s."
            )
            raise refused(message)
