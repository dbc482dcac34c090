"""One chunk's audio to its segments: windows, engine, the joints between windows, and what has to be heard again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from stt.domain.chunk import ChunkPlan, Span
from stt.domain.job import MULTI_LANGUAGE
from stt.domain.transcript import Gap, Segment, Suppressed, Word
from stt.worker.batcher import EngineRequest, WindowFailure, WindowResult
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import EngineCrashed
from stt.worker.evidence import Evidence
from stt.worker.language import settled
from stt.worker.merger import Piece, merge
from stt.worker.rehearing import disputed_seams, filled, hole_windows, holes, window_around
from stt.worker.suppression import INVENTED, Inventions, unloop
from stt.worker.transcriber.base import Pcm
from stt.worker.windows import Window, plan_windows

MULTI_WINDOW_SECONDS = 12.0
"""Longest window where several languages are spoken: one has one language, and people change it from sentence to
sentence."""
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
    inventions: Inventions,
) -> Heard:
    """Transcribe the speech of a chunk; `pcm` is its `plan.audio`, windows are at most `longest_window` seconds.

    Where windows overlap and disagree, the audio around the cut is heard a third time. Loops and inventions are taken
    out. Where there is speech without words, it is heard once more in a window of its own and with the other kind of
    search. The language `multi` is decided window by window.

    Raises:
        EngineCrashed: not one window could be done.
    """
    return await _Recognition(pcm, plan, listener, request, longest_window, inventions).heard()


class _Recognition:
    def __init__(
        self,
        pcm: Pcm,
        plan: ChunkPlan,
        listener: Listening,
        request: EngineRequest,
        longest_window: float,
        inventions: Inventions,
    ) -> None:
        self._pcm, self._plan, self._listener, self._request = pcm, plan, listener, request
        self._inventions = inventions
        self._suppressed: list[Suppressed] = []
        self._is_multi = request.options.language == MULTI_LANGUAGE
        self._longest = min(longest_window, MULTI_WINDOW_SECONDS) if self._is_multi else longest_window
        self._windows = plan_windows(plan, self._longest)
        self._languages = [request.options.language] * len(self._windows)

    async def heard(self) -> Heard:
        if self._is_multi:
            self._languages = await self._spoken_languages()
        results = await self._transcribed(self._windows)
        failures = [(w, r) for w, r in zip(self._windows, results, strict=True) if isinstance(r, WindowFailure)]
        if failures and len(failures) == len(self._windows):
            raise EngineCrashed(failures[0][1].message)
        segments = self._sifted(merge(*await self._pieces(results)))
        for hole in holes(self._plan, segments, [s for s in self._suppressed if s.reason == INVENTED]):
            segments = filled(segments, self._sifted(await self._heard_in(hole)), hole)
        gaps = tuple(Gap(w.owned.start, w.owned.end, failure.code) for w, failure in failures)
        return Heard(tuple(segments), gaps, tuple(self._suppressed))

    def _sifted(self, segments: Sequence[Segment]) -> list[Segment]:
        """What somebody said; what nobody did is noted."""
        said, loops = unloop(segments)
        evidence = [Evidence(segment.no_speech) for segment in said]
        said, invented = self._inventions.sift(said, self._request.options.language, self._plan.speech, evidence)
        self._suppressed += [*loops, *invented]
        return said

    async def _pieces(self, results: Sequence[WindowResult]) -> tuple[list[Piece], dict[int, Sequence[Word]]]:
        """What was heard in each window, and heard again at the seams that are in dispute."""
        pieces = [
            Piece(window.audio, window.owned, result)
            for window, result in zip(self._windows, results, strict=True)
            if not isinstance(result, WindowFailure)
        ]
        disputed = disputed_seams(pieces)
        windows = [window_around(pieces[number].owned.start, self._plan.audio, self._longest) for number in disputed]
        hearings = await self._transcribed(windows)
        return pieces, dict(zip(disputed, map(words_of, hearings), strict=True))

    async def _heard_in(self, hole: Span) -> list[Segment]:
        windows = hole_windows(self._plan, hole, self._longest)
        results = await self._transcribed(windows, in_another_way=True)
        pieces = zip(windows, results, strict=True)
        return merge(Piece(w.audio, w.owned, r) for w, r in pieces if not isinstance(r, WindowFailure))

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
            options = replace(options, beam_size=beam, prompt="", hotwords="")
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

    async def _spoken_languages(self) -> list[str]:
        audio = [slice_window(self._pcm, self._plan, window) for window in self._windows]
        votes = await asyncio.gather(*(self._listener.language_probabilities(a, self._request) for a in audio))
        return settled(list(zip(votes, (window.audio.duration for window in self._windows), strict=True)))


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
