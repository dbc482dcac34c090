"""Leaving out what an engine wrote and nobody said: known hallucinations, and phrases said without end. Pure.

A sentence is never left out for its words alone, since people do say "thanks for watching": it has to sound unspoken as
well. Nothing is dropped in silence, what is left out is told with its reason.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Self

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Suppressed, Word
from stt.worker.suppression.evidence import UNSURE, is_disbelieved, is_rushed, mean_probability, weakness
from stt.worker.suppression.phrase_lists import read_lists
from stt.worker.suppression.phrases import Phrase, letters

HALLUCINATION = "hallucination"
LOOP = "loop"

ENOUGH_SIGNS = 2
"""Signs of weak evidence that a known hallucination must show; one alone is met in real speech every day."""
ENOUGH_SIGNS_EVERYDAY = 3
"""The same for what people really say all the time, such as "thank you"."""
EVERYWHERE = "en"
"""The language whose hallucinations are looked for beside those of the language spoken: Whisper falls into English
most, and writes it where it translates."""

OURS = Path(str(files("stt"))) / "assets" / "hallucinations"

LONGEST_LOOP = 10
"""Words of a phrase that is looked for again behind itself."""
FEWEST_REPEATS = 4
"""Times that a phrase stands in a row before it may be a loop."""
NO_CHANCE = 0.05
"""Probability of a word without time below which it alone shows that its phrase was not said again."""
FEWEST_IN_DOUBT = 3
"""Times that a phrase of two words or more stands in a row, one of them without a time, before it is in doubt."""
UNTIMED_SHARE = 0.5
"""Part of the repeated words without a time from which on they were not heard but only written."""


@dataclass(frozen=True)
class Hallucinations:
    """What Whisper is known to write where nobody speaks, by language."""

    phrases: Mapping[str, Sequence[Phrase]]

    @classmethod
    def load(cls, extra: Path | None = None) -> Self:
        """Our lists, and those of the same names in the directory `extra`, which add to ours or remove from them.

        Raises:
            InvalidRequest: code `invalid_hallucinations`; one of these cannot be used; the message says where.
        """
        return cls(read_lists(OURS, *([extra] if extra else [])))

    def sift(
        self, segments: Sequence[Segment], language: str, speech: Sequence[Span], voiced: Callable[[Segment], float]
    ) -> tuple[list[Segment], list[Suppressed]]:
        """The segments without what was invented, and what that was.

        `language` is what is spoken, unless a segment says so itself; `speech` is where VAD heard somebody, on the
        segments' clock; `voiced` tells which part of the sound of one has the pitch of a voice. A segment with a
        hallucination in its midst becomes two.
        """
        kept, left_out = [], []
        for segment in segments:
            runs = list(self._hallucinations_in(segment, language, speech))
            if segment.words and is_disbelieved(segment, voiced):
                runs = [range(len(segment.words))]
            parts, suppressed = _parted(segment, runs, HALLUCINATION)
            kept += parts
            left_out += suppressed
        return kept, left_out

    @cached_property
    def _sorted(self) -> Mapping[str, tuple[Sequence[str], Sequence[Phrase]]]:
        """How the phrases of a language begin, in alphabetical order, and the phrases."""
        ordered = {name: sorted(phrases, key=lambda phrase: phrase.parts[0]) for name, phrases in self.phrases.items()}
        return {name: ([phrase.parts[0] for phrase in phrases], phrases) for name, phrases in ordered.items()}

    def _begun_by(self, word: str, language: str) -> Iterator[Phrase]:
        """The phrases whose first letters are this word: hundreds need not be compared with every word."""
        firsts, phrases = self._sorted.get(language, ((), ()))
        number = bisect_left(firsts, word)
        while word and number < len(firsts) and firsts[number].startswith(word):
            yield phrases[number]
            number += 1

    def _hallucinations_in(self, segment: Segment, language: str, speech: Sequence[Span]) -> Iterator[range]:
        spoken = [letters(word.word) for word in segment.words]
        languages = dict.fromkeys((segment.language or language, EVERYWHERE))
        begin = 0
        while begin < len(spoken):
            phrases = [phrase for name in languages for phrase in self._begun_by(spoken[begin], name)]
            found = [(end, phrase) for phrase in phrases for end in phrase.ends(spoken, begin)]
            ends = [end for end, p in found if _is_unspoken(segment.words[begin:end], p, speech, segment.no_speech)]
            if ends:
                yield range(begin, max(ends))
            begin = max(ends, default=begin + 1)


def _is_unspoken(words: Sequence[Word], phrase: Phrase, speech: Sequence[Span], no_speech: float | None) -> bool:
    enough = ENOUGH_SIGNS_EVERYDAY if phrase.everyday else ENOUGH_SIGNS
    return weakness(words, speech, no_speech) >= enough


def unloop(segments: Sequence[Segment]) -> tuple[list[Segment], list[Suppressed]]:
    """The segments with phrases that an engine repeats without end said once, and what was left out.

    A loop is a phrase of up to ten words that stands four times or more in a row, in one segment or across several of
    a channel, where the repeats were hardly heard: too fast for anybody, unsure, or words without a time. Who really
    says "không không không không" keeps all of them. Twice is enough where the second time holds a word that has no
    time and that the engine itself gave no chance.
    """
    return _without(_loops, segments)


def undoubted(segments: Sequence[Segment]) -> tuple[list[Segment], list[Suppressed]]:
    """The segments of one window with phrases that it repeats in doubt said once, and what was left out.

    In doubt is what stands there three times where alignment did not find all of it. People do say things twice and
    three times, and alignment errs. So either alone is no reason to leave anything out.
    """
    return _without(_doubtful, segments)


def _without(
    find: Callable[[Sequence[Word]], Iterator[range]], segments: Sequence[Segment]
) -> tuple[list[Segment], list[Suppressed]]:
    """The segments without what `find` finds in the words of each channel, and that."""
    repeated: dict[int, set[int]] = {}
    for channel in dict.fromkeys(segment.channel for segment in segments):
        places = [(i, j) for i, s in enumerate(segments) if s.channel == channel for j in range(len(s.words))]
        for run in find([segments[i].words[j] for i, j in places]):
            for i, j in places[run.start : run.stop]:
                repeated.setdefault(i, set()).add(j)
    kept, left_out = [], []
    for i, segment in enumerate(segments):
        parts, suppressed = _parted(segment, list(_runs(repeated.get(i, set()))), LOOP)
        kept += parts
        left_out += suppressed
    return kept, left_out


def _loops(words: Sequence[Word]) -> Iterator[range]:
    """The repeats behind the first of each loop."""
    return (repeats for _, repeats in _repeated(words, _unheard_repeats))


def _doubtful(words: Sequence[Word]) -> Iterator[range]:
    """The repeats behind the first of each phrase that is in doubt."""
    for begin, repeats in _repeated(words, _phrase_repeats):
        if not all(word.timed for word in words[begin : repeats.stop]):
            yield repeats


def _repeated(
    words: Sequence[Word], find: Callable[[Sequence[Word], Sequence[str], int], range]
) -> Iterator[tuple[int, range]]:
    """Where a phrase begins that is said again, and the repeats that `find` sees of it; none of them overlap."""
    said = [letters(word.word) or word.word for word in words]
    begin = 0
    while begin < len(words):
        repeats = find(words, said, begin)
        if repeats:
            yield begin, repeats
        begin = repeats.stop or begin + 1


def _phrase_repeats(_words: Sequence[Word], said: Sequence[str], begin: int) -> range:
    """The repeats of the phrase of two words or more at `begin`; empty if there are too few."""
    phrases = [copy for copy in _copies(said, begin) if len(copy) > 1]
    return next(_repeats(said, begin, phrases, FEWEST_IN_DOUBT), range(0))


def _unheard_repeats(words: Sequence[Word], said: Sequence[str], begin: int) -> range:
    """The repeats of the phrase at `begin` that nobody said; empty if there are none."""
    copies = _copies(said, begin)
    repeats = next(_repeats(said, begin, copies, FEWEST_REPEATS), range(0))
    if repeats and _are_unheard(words[repeats.start : repeats.stop]):
        return repeats
    impossible = (copy for copy in copies if _is_impossible(words[copy.start : copy.stop]))
    return next(impossible, range(0))


def _repeats(said: Sequence[str], begin: int, copies: Sequence[range], fewest: int) -> Iterator[range]:
    """Where the phrases at `begin` that have copies are said again, `fewest` times with the first."""
    for copy in copies:
        end, length = copy.stop, len(copy)
        while said[end : end + length] == said[begin : copy.start]:
            end += length
        if end - begin >= fewest * length:
            yield range(copy.start, end)


def _copies(said: Sequence[str], begin: int) -> list[range]:
    """Where phrases that begin at `begin` are said a second time right behind themselves, from the shortest on."""
    next_words = enumerate(said[begin + 1 : begin + 1 + LONGEST_LOOP], begin + 1)
    again = (place for place, word in next_words if word == said[begin])
    return [range(i, 2 * i - begin) for i in again if said[i : 2 * i - begin] == said[begin:i]]


def _is_impossible(words: Sequence[Word]) -> bool:
    return any(not word.timed and word.probability < NO_CHANCE for word in words)


def _are_unheard(words: Sequence[Word]) -> bool:
    untimed = sum(not word.timed for word in words)
    return is_rushed(words) or mean_probability(words) < UNSURE or untimed >= UNTIMED_SHARE * len(words)


def _runs(numbers: set[int]) -> Iterator[range]:
    """The numbers as ranges of neighbours."""
    ordered = sorted(numbers)
    start = 0
    for i, number in enumerate(ordered):
        if i + 1 == len(ordered) or ordered[i + 1] != number + 1:
            yield range(ordered[start], number + 1)
            start = i + 1


def _parted(segment: Segment, runs: Sequence[range], reason: str) -> tuple[list[Segment], list[Suppressed]]:
    """The segment without the words of the runs, and these."""
    if not runs:
        return [segment], []
    borders = [0, *(border for run in runs for border in (run.start, run.stop)), len(segment.words)]
    kept = [segment.keeping(segment.words[a:b]) for a, b in zip(borders[::2], borders[1::2], strict=True) if a < b]
    out = [segment.keeping(segment.words[run.start : run.stop]) for run in runs]
    return kept, [Suppressed(s.start, s.end, s.text, reason, s.channel) for s in out]
