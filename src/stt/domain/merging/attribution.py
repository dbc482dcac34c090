"""Who said each word, and where segments are cut at changes of speaker. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from stt.domain.text.punctuation import ends_sentence
from stt.domain.text.scripts import stands_unspaced
from stt.domain.transcripts.speakers import Turn
from stt.domain.transcripts.transcript import Segment, Word

FEW_WORDS = 3
"""So many in a row are another person's, wherever they stand. Fewer are only between pauses or sentence ends: times of
words and of turns are off by a tenth of a second or two, which is a word."""
PAUSE_SECONDS = 0.3
"""Between two words: they may be two people's."""
MOVES_BY = 2
"""Words by which a change of speaker is moved to where a sentence ends or somebody pauses."""
OVERLAP_SECONDS = 0.5
"""For so long somebody else speaks as well: the segment is marked."""


def attributed(segments: Iterable[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """The segments with who says each of their words, cut where another person goes on.

    No word changes and none is lost. Times and words of a segment that is cut are those of its words.
    """
    table = _Turns(turns)
    return [part for segment in segments for part in _parts(segment, table)]


def attributed_as_before(segments: Iterable[Segment], said: Sequence[Turn], turns: Sequence[Turn]) -> list[Segment]:
    """The segments with who said what stood in their place, cut where another person goes on.

    That is known of words, of each of which `said` has a turn; where there was none, `turns` tell.
    """
    before, table = _Turns(said), _Turns(turns)

    def speaker(start: float, end: float) -> str | None:
        speaking = before.speaking(start, end) or table.speaking(start, end)
        return max(speaking, key=lambda name: speaking[name]) if speaking else before.nearest((start + end) / 2)

    parts = []
    for segment in segments:
        for run in _runs([speaker(word.start, word.end) for word in segment.words]):
            part = segment.keeping(segment.words[run.first : run.last])
            said_by = replace(part, words=_said_by(part.words, run.speaker), speaker=run.speaker)
            parts.append(_marked(said_by, table))
    return parts


class _Turns:
    """Turns by time."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = sorted(turns, key=lambda turn: turn.start)
        self._starts = [turn.start for turn in self._turns]
        self._latest = list(accumulate((turn.end for turn in self._turns), max))

    def speaking(self, start: float, end: float) -> dict[str, float]:
        """Who speaks between two moments, and for how long."""
        seconds: dict[str, float] = {}
        place = bisect_left(self._starts, end)
        while place and self._latest[place - 1] > start:
            place -= 1
            turn = self._turns[place]
            both = min(turn.end, end) - max(turn.start, start)
            if both > 0:
                seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + both
        return seconds

    def nearest(self, moment: float) -> str | None:
        """Who speaks nearest to a moment; `None` where nobody ever does."""
        place = bisect_left(self._starts, moment)
        near = self._turns[max(0, place - 3) : place + 1]
        if not near:
            return None
        return min(near, key=lambda turn: max(turn.start - moment, moment - turn.end)).speaker


@dataclass
class _Run:
    """Words in a row that one person says: those from `first` up to `last`."""

    speaker: str | None
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first


def _parts(segment: Segment, turns: _Turns) -> Iterator[Segment]:
    if not segment.words or not _can_be_cut(segment):
        speaker = _speaker(segment.start, segment.end, turns)
        yield _marked(replace(segment, words=_said_by(segment.words, speaker), speaker=speaker), turns)
        return
    words = segment.words
    runs = _moved(_settled(_runs([_speaker(w.start, w.end, turns) for w in words]), words), words)
    for run in runs:
        part = segment if len(runs) == 1 else segment.keeping(words[run.first : run.last])
        yield _marked(replace(part, words=_said_by(part.words, run.speaker), speaker=run.speaker), turns)


def _speaker(start: float, end: float, turns: _Turns) -> str | None:
    speaking = turns.speaking(start, end)
    return max(speaking, key=lambda name: speaking[name]) if speaking else turns.nearest((start + end) / 2)


def _said_by(words: Sequence[Word], speaker: str | None) -> tuple[Word, ...]:
    return tuple(replace(word, speaker=speaker) for word in words)


def _marked(segment: Segment, turns: _Turns) -> Segment:
    others = turns.speaking(segment.start, segment.end)
    others.pop(segment.speaker or "", None)
    return replace(segment, overlap=sum(others.values()) >= OVERLAP_SECONDS)


def _runs(speakers: Sequence[str | None]) -> list[_Run]:
    runs, first = [], 0
    for speaker, group in groupby(speakers):
        last = first + len(list(group))
        runs.append(_Run(speaker, first, last))
        first = last
    return runs


def _settled(runs: list[_Run], words: Sequence[Word]) -> list[_Run]:
    """The runs without those that words do not support: each of these is said by who says more beside it."""
    while len(runs) > 1:
        doubtful = [place for place in range(len(runs)) if not _is_supported(runs, place, words)]
        if not doubtful:
            break
        place = min(doubtful, key=lambda p: len(runs[p]))
        beside = [p for p in (place - 1, place + 1) if 0 <= p < len(runs)]
        runs[place].speaker = runs[max(beside, key=lambda p: len(runs[p]))].speaker
        runs = _runs([run.speaker for run in runs for _ in range(len(run))])
    return runs


def _is_supported(runs: Sequence[_Run], place: int, words: Sequence[Word]) -> bool:
    run = runs[place]
    if len(run) >= FEW_WORDS:
        return True
    edges = [edge for edge in (run.first, run.last) if 0 < edge < len(words)]
    return all(_may_change(words, edge) for edge in edges)


def _may_change(words: Sequence[Word], place: int) -> bool:
    """Whether a sentence ends in front of a word, or somebody pauses."""
    return ends_sentence(words[place - 1].word) or words[place].start - words[place - 1].end >= PAUSE_SECONDS


def _moved(runs: Sequence[_Run], words: Sequence[Word]) -> Sequence[_Run]:
    """The runs with each change where a sentence ends or somebody pauses, if there is such a place close by."""
    for run, following in pairwise(runs):
        first, last = max(run.first + 1, run.last - MOVES_BY), min(following.last - 1, run.last + MOVES_BY)
        places = [place for place in range(first, last + 1) if _may_change(words, place)]
        if places:
            run.last = following.first = min(places, key=lambda place: abs(place - run.last))
    return runs


def _can_be_cut(segment: Segment) -> bool:
    """Whether its words are those of its text, with a space between each two unless they are written without."""
    after = 0
    for word in segment.words:
        place = segment.text.find(word.word, after)
        between = segment.text[after:place]
        if place < 0 or between.strip() or (after and not between and not _unspaced(segment.text, place)):
            return False
        after = place + len(word.word)
    return not segment.text[after:].strip()


def _unspaced(text: str, place: int) -> bool:
    return stands_unspaced(text[place - 1]) and stands_unspaced(text[place])
