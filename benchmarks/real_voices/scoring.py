"""From a file whose words are known and what was written for it to figures."""

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.real_voices.errors import Errors, Pair, errors, normalizer_of, pairs
from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.heard import Heard, Span, Word
from benchmarks.real_voices.mix import PAUSE_SECONDS, Mix
from benchmarks.real_voices.rows import AUTO, MULTI

MARKS = ".?!…。？！"
OUTSIDE_SECONDS = 0.5
"""A word this far from every clip was invented."""
LOST_SHARE, TOLD_SHARE = 0.5, 0.3
"""A clip is lost when this part of its words is; the account tells of it when this part of its time is in a gap."""
OVERLAP_SECONDS = 0.001
"""Times are written to the millisecond."""


def score(mix: Mix, heard: Heard) -> Figures:
    """Everything that is counted of one file."""
    wrong = errors(mix, heard)
    stands_for = list(pairs(mix, heard.words))
    lost = _lost(wrong, mix)
    right, asked = _languages(mix, heard)
    ends = list(_ends(stands_for, heard.words))
    return Figures(
        seconds=mix.seconds,
        cpu=heard.cpu,
        wall=heard.wall,
        spoken=wrong.spoken,
        deleted=wrong.deleted,
        inserted=wrong.inserted,
        substituted=wrong.substituted,
        clips=len(mix.parts),
        lost_clips=len(lost),
        lost_and_told=sum(_is_told(mix, heard, part) for part in lost),
        gaps=len(heard.gaps or ()),
        false_gaps=sum(_is_false(gap, mix, wrong) for gap in heard.gaps or ()),
        onsets=tuple(_onsets(mix, stands_for, heard.words)),
        words=len(heard.words),
        stretched=sum(_in_pauses(word, mix.pauses) > PAUSE_SECONDS for word in heard.words),
        empty=sum(word.end <= word.start for word in heard.words),
        overlapping=_overlapping(heard.words),
        invented=sum(_is_outside(word, mix) for word in heard.words),
        silenced=_silenced(mix, heard, wrong),
        asked=asked,
        found=right,
        ends=len(ends),
        marks=sum(mark for mark, _ in ends),
        capitals=sum(capital for _, capital in ends),
    )


def _lost(wrong: Errors, mix: Mix) -> list[int]:
    normal = normalizer_of([part.language for part in mix.parts])
    counts = [len(normal(part.text).split()) for part in mix.parts]
    return [number for number, gone in enumerate(wrong.lost) if gone and gone >= LOST_SHARE * counts[number]]


def _is_told(mix: Mix, heard: Heard, number: int) -> bool:
    part = mix.parts[number]
    admitted = [*(heard.gaps or ()), *((start, end) for start, end, _ in heard.suppressed)]
    return _within(admitted, (part.start, part.end)) >= TOLD_SHARE * (part.end - part.start)


def _is_false(gap: Span, mix: Mix, wrong: Errors) -> bool:
    meant = [number for number, part in enumerate(mix.parts) if part.start < gap[1] and gap[0] < part.end]
    return not any(wrong.lost[number] for number in meant)


def _onsets(mix: Mix, stands_for: Iterable[Pair], words: Sequence[Word]) -> Iterator[float]:
    """Of clips behind a pause, whose first word is right."""
    for pair in stands_for:
        onset = mix.parts[pair.part].onset
        if pair.is_first and pair.is_right and onset is not None and _follows_a_pause(onset, mix.pauses):
            yield float(words[pair.written].start - onset)


def _follows_a_pause(moment: float, pauses: Iterable[Span]) -> bool:
    return any(abs(end - moment) < OUTSIDE_SECONDS / 2 for _, end in pauses)


def _ends(stands_for: Iterable[Pair], words: Sequence[Word]) -> Iterator[tuple[bool, bool]]:
    """Of each clip of which both ends were written: whether a mark ends it, and whether a capital begins it."""
    first: dict[int, Word] = {}
    for pair in stands_for:
        if pair.is_first:
            first[pair.part] = words[pair.written]
        if pair.is_last and pair.part in first:
            end, begin = words[pair.written].text, first[pair.part].text
            yield end.rstrip("\"'”»)").endswith(tuple(MARKS)), begin.lstrip("\"'“«(¿¡")[:1].isupper()


def _in_pauses(word: Word, pauses: Iterable[Span]) -> float:
    return _within(pauses, (word.start, word.end))


def _overlapping(words: Sequence[Word]) -> int:
    return sum(a.end > b.start + OVERLAP_SECONDS for a, b in zip(words, words[1:], strict=False))


def _is_outside(word: Word, mix: Mix) -> bool:
    reach = ((part.start - OUTSIDE_SECONDS, part.end + OUTSIDE_SECONDS) for part in mix.parts)
    return not any(start < word.end and word.start < end for start, end in reach)


def _silenced(mix: Mix, heard: Heard, wrong: Errors) -> int:
    """Words that were suppressed where words of the same clip are missing, and are among these."""
    normal = normalizer_of([part.language for part in mix.parts])
    count = 0
    for start, end, text in heard.suppressed:
        for number, part in enumerate(mix.parts):
            if part.start < end and start < part.end:
                said = set(normal(part.text).split())
                count += min(wrong.lost[number], sum(word in said for word in normal(text).split()))
    return count


def _languages(mix: Mix, heard: Heard) -> tuple[float, float]:
    """Seconds of speech of which the language was named right, and of which it was asked."""
    if mix.told == AUTO:
        speech = sum(part.end - part.start for part in mix.parts)
        return (speech if heard.language == mix.parts[0].language else 0.0), speech
    if mix.told == MULTI:
        named = [
            (_within([(start, end)], (part.start, part.end)), code == part.language)
            for part in mix.parts
            for start, end, code in heard.languages
        ]
        return sum(seconds for seconds, is_right in named if is_right), sum(seconds for seconds, _ in named)
    return 0.0, 0.0


def _within(spans: Iterable[Span], bounds: Span) -> float:
    """Seconds of the spans within the bounds."""
    return sum(max(0.0, min(end, bounds[1]) - max(start, bounds[0])) for start, end in spans)
