"""One chunk's audio to its segments: windows, engine, the joints between windows, and what has to be heard again."""

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Protocol

from stt.domain.chunk import ChunkPlan, Span
from stt.domain.job import MULTI_LANGUAGE
from stt.domain.merger import Piece, disputed_seams, merge
from stt.domain.seam import Hearing
from stt.domain.transcript import Gap, Segment, Suppressed, Word
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.cutting.windows import Window, part_of, plan_windows
from stt.worker.errors import EngineCrashed
from stt.worker.inference.batcher import EngineRequest, WindowFailure, WindowResult
from stt.worker.recognition.language import settled
from stt.worker.recognition.rehearing import (
    FEW_WINDOWS,
    filled,
    hole_windows,
    holes,
    shorter_windows,
    windows_around,
)
from stt.worker.recognition.tails import ended, longest_tails, missed, tail_windows, tails
from stt.worker.suppression.suppression import HALLUCINATION, Hallucinations, is_in_doubt, undoubted, unloop
from stt.worker.transcriber.audio_context import AudioContext

TURN_SECONDS, TURN_PAUSE_SECONDS = 5.0, 0.7
"""Longest piece of speech, and longest pause in it, of which the language is decided at once where several are spoken:
people change it from sentence to sentence, and after a pause."""
GREEDY, CAREFUL = 1, 5
"""Beams: what one kind of search misses is heard again with the other."""


class Listening(Protocol):
    """What decodes windows, in company of other chunks' windows, and tells languages."""

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[WindowResult]:
        """The result of each window."""

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        """How likely each language is."""


@dataclass(frozen=True)
class Heard:
    """What was heard in a chunk, times in the file; `gaps` are windows that the engine could not do."""

    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]
    suppressed: tuple[Suppressed, ...]


async def recognize(
    pcm: Pcm,
    plan: ChunkPlan,
    listener: Listening,
    request: EngineRequest,
    longest_window: float,
    hallucinations: Hallucinations,
) -> Heard:
    """Transcribe the speech of a chunk; `pcm` is its `plan.audio`, windows are at most `longest_window` seconds.

    Where windows overlap and disagree, the audio around the cut is heard three more times. Loops and hallucinations are
    taken out. Speech without words is heard once more in a window of its own and with the other kind of search, and so
    are the last words before a pause if speech goes on behind them. The language `multi` is decided window by window.

    Raises:
        EngineCrashed: not one window could be done.
    """
    return await _Recognition(pcm, plan, listener, request, longest_window, hallucinations).heard()


@dataclass
class _Recognition:
    _pcm: Pcm
    _plan: ChunkPlan
    _listener: Listening
    _request: EngineRequest
    _longest: float
    _hallucinations: Hallucinations
    _windows: list[Window] = field(default_factory=list)
    _languages: list[str] = field(default_factory=list)
    _suppressed: list[Suppressed] = field(default_factory=list)

    async def heard(self) -> Heard:
        if self._is_multi:
            await self._plan_by_language()
        else:
            self._take(self._plan, self._request.options.language)
        results = await self._without_doubt(await self._transcribed(self._windows))
        failures = [(w, r) for w, r in zip(self._windows, results, strict=True) if isinstance(r, WindowFailure)]
        if failures and len(failures) == len(self._windows):
            raise EngineCrashed(failures[0][1].message)
        (merged,) = await self._merged([zip(self._windows, results, strict=True)])
        segments = await self._completed(self._sifted(merged))
        gaps = tuple(Gap(w.owned.start, w.owned.end, failure.code) for w, failure in failures)
        return Heard(tuple(segments), gaps, tuple(self._suppressed))

    @property
    def _is_multi(self) -> bool:
        return self._request.options.language == MULTI_LANGUAGE

    def _sifted(self, segments: Sequence[Segment]) -> list[Segment]:
        """What somebody said; what nobody did is noted."""
        said, loops = unloop(segments)
        said, invented = self._hallucinations.sift(said, self._request.options.language, self._plan.speech)
        self._suppressed += [*loops, *invented]
        return said

    async def _merged(self, groups: Iterable[Iterable[tuple[Window, WindowResult]]]) -> list[list[Segment]]:
        """Each of these groups of windows as one text; what is in dispute at their seams is heard again."""
        texts = [[Piece(w.audio, w.owned, r) for w, r in group if not isinstance(r, WindowFailure)] for group in groups]
        disputed = [(pieces, disputed_seams(pieces)) for pieces in texts]
        cuts = [pieces[number].owned.start for pieces, numbers in disputed for number in numbers]
        around = [windows_around(cut, self._plan.audio, self._longest) for cut in cuts]
        heard = iter(await self._transcribed(list(itertools.chain(*around))))
        hearings = iter([[Hearing(window.audio, words_of(next(heard))) for window in windows] for windows in around])
        return [merge(pieces, {number: next(hearings) for number in numbers}) for pieces, numbers in disputed]

    async def _without_doubt(self, results: Sequence[WindowResult]) -> list[WindowResult]:
        """The results; windows that may loop are heard again as shorter ones, and what is in doubt there too left out.

        This comes before windows are joined: a loop misplaces the words in front of it, and a seam would keep some of
        it where the other side heard what was said.
        """
        settled = list(results)
        heard = enumerate(zip(self._windows, results, strict=True))
        doubtful = [(n, w, r) for n, (w, r) in heard if not isinstance(r, WindowFailure) and is_in_doubt(r)]
        planned = [shorter_windows(self._plan, window, self._longest) for _, window, _ in doubtful]
        for (number, window, result), found in zip(doubtful, await self._heard_in(planned), strict=True):
            if found and not is_in_doubt(found):
                settled[number] = tuple(found)
                continue
            kept, loops = undoubted(result)
            settled[number] = tuple(kept)
            self._suppressed += [loop for loop in loops if window.owned.start <= loop.start < window.owned.end]
        return settled

    async def _completed(self, segments: list[Segment]) -> list[Segment]:
        """The segments with what is heard where speech has no words, when it is heard once more in another way."""
        unheard = holes(self._plan, segments, [s for s in self._suppressed if s.reason == HALLUCINATION])
        budget = max(len(self._windows), FEW_WINDOWS)
        groups = hole_windows(self._plan, unheard, self._longest, budget)
        ends = longest_tails(tails(self._plan, segments), budget - sum(len(windows) for _, windows in groups))
        planned = [windows for _, windows in groups] + [tail_windows(self._plan, t, self._longest) for t in ends]
        found = iter(await self._heard_in(planned, in_another_way=True))
        for around, _ in groups:
            said = self._sifted(next(found))
            for hole in around:
                segments = filled(segments, said, hole)
        for tail in ends:
            segments = ended(segments, self._sifted(missed(next(found), tail)), tail)
        return segments

    async def _heard_in(
        self, planned: Sequence[Sequence[Window]], *, in_another_way: bool = False
    ) -> list[list[Segment]]:
        """What is heard in each of these groups of windows, joined."""
        results = iter(await self._transcribed(list(itertools.chain(*planned)), in_another_way=in_another_way))
        return await self._merged([[(window, next(results)) for window in windows] for windows in planned])

    async def _transcribed(self, windows: Sequence[Window], *, in_another_way: bool = False) -> list[WindowResult]:
        """The result of each window, its times in the file; windows of one language are decoded together."""
        languages = [self._language_at(window) for window in windows]
        results: dict[int, WindowResult] = {}
        for language in sorted(set(languages)):
            mine = [number for number, spoken in enumerate(languages) if spoken == language]
            request = self._request_in(language, in_another_way=in_another_way)
            audio = [slice_window(self._pcm, self._plan, windows[number]) for number in mine]
            for number, result in zip(mine, await self._listener.transcribe(audio, request), strict=True):
                results[number] = self._placed(result, windows[number], language)
        return [results[number] for number in range(len(windows))]

    def _request_in(self, language: str, *, in_another_way: bool) -> EngineRequest:
        options = replace(self._request.options, language=language)
        if in_another_way:
            beam = GREEDY if options.beam_size > GREEDY else CAREFUL
            context = AudioContext.FULL
            options = replace(options, beam_size=beam, prompt="", hotwords="", audio_context=context)
        return replace(self._request, options=options)

    def _placed(self, result: WindowResult, window: Window, language: str) -> WindowResult:
        if isinstance(result, WindowFailure):
            return result
        label = language if self._is_multi else None
        return tuple(replace(segment.shifted(window.audio.start), language=label) for segment in result)

    def _language_at(self, window: Window) -> str:
        """That of the window which owns the middle of this one."""
        middle = (window.audio.start + window.audio.end) / 2
        owners = zip(self._windows, self._languages, strict=True)
        return min(owners, key=lambda owner: abs(_middle(owner[0]) - middle))[1]

    async def _plan_by_language(self) -> None:
        """Windows of one language each: what follows in the same one is heard together."""
        turns = plan_windows(self._plan, min(TURN_SECONDS, self._longest), TURN_PAUSE_SECONDS)
        audio = [slice_window(self._pcm, self._plan, turn) for turn in turns]
        votes = await asyncio.gather(*(self._listener.language_probabilities(a, self._request) for a in audio))
        languages = settled(list(zip(votes, (turn.audio.duration for turn in turns), strict=True)))
        for language, group in itertools.groupby(zip(turns, languages, strict=True), key=itemgetter(1)):
            spoken = [turn.owned for turn, _ in group]
            self._take(part_of(self._plan, Span(spoken[0].start, spoken[-1].end)), language)

    def _take(self, plan: ChunkPlan, language: str) -> None:
        """Hear this part of the chunk in one language."""
        windows = plan_windows(plan, self._longest)
        self._windows += windows
        self._languages += [language] * len(windows)


def _middle(window: Window) -> float:
    return (window.owned.start + window.owned.end) / 2


def words_of(result: WindowResult) -> list[Word]:
    """All words of a window; none if the engine could not do it."""
    return [] if isinstance(result, WindowFailure) else [word for segment in result for word in segment.words]


def slice_window(pcm: Pcm, plan: ChunkPlan, window: Window) -> Pcm:
    """The samples of a window out of its chunk's."""
    first = round((window.audio.start - plan.audio.start) * SAMPLE_RATE)
    last = round((window.audio.end - plan.audio.start) * SAMPLE_RATE)
    return pcm[max(0, first) : last]
