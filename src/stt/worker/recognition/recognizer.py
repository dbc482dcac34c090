"""One chunk's audio to its segments: windows, engine, the joints between windows, and what has to be heard again."""

import asyncio
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Protocol

import numpy as np

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import MULTI_LANGUAGE
from stt.domain.merging.merger import Piece
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed
from stt.worker.audio.pcm import Pcm
from stt.worker.audio.pitch import voiced_share
from stt.worker.constants import SAMPLE_RATE
from stt.worker.cutting.windows import Window, part_of, plan_windows
from stt.worker.errors import EngineCrashed
from stt.worker.inference.batcher import EngineRequest, WindowFailure, WindowResult
from stt.worker.recognition.draft import Draft, Look
from stt.worker.recognition.hiding import curtailed
from stt.worker.recognition.holes import unheard
from stt.worker.recognition.language import settled
from stt.worker.recognition.loops import unlooped
from stt.worker.recognition.running_on import run_on
from stt.worker.recognition.seams import seams
from stt.worker.recognition.times import clipped
from stt.worker.recognition.tuning import CAREFUL, GREEDY, TURN_PAUSE_SECONDS, TURN_SECONDS
from stt.worker.suppression.suppression import Hallucinations, unloop
from stt.worker.transcriber.audio_context import AudioContext

LOOKS_AT_WINDOWS = (Look(seams),)
LOOKS_AT_TEXT = (Look(unheard, otherwise=True),)
"""What is in doubt before windows are joined, and behind."""


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
    taken out. Speech without words is heard once more, in windows of its own and with the other kind of search. In the
    end words are clipped to the speech they are in, and run on in it where nothing else is said. The language `multi`
    is decided window by window.

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

    async def heard(self) -> Heard:
        if self._is_multi:
            await self._plan_by_language()
        else:
            self._take(self._plan, self._request.options.language)
        results = await self._transcribed(self._windows)
        failures = [(w, r) for w, r in zip(self._windows, results, strict=True) if isinstance(r, WindowFailure)]
        if failures and len(failures) == len(self._windows):
            raise EngineCrashed(failures[0][1].message)
        draft = Draft(self._plan, self._longest, tuple(_pieces(self._windows, results)), self._sifted)
        draft = await self._looked_at(unlooped(draft), LOOKS_AT_WINDOWS)
        draft = draft.joined()
        audible = self._plan.speech, self._pcm, self._plan.audio.start
        draft = replace(draft, segments=tuple(curtailed(draft.segments, *audible)))
        draft = await self._looked_at(draft, LOOKS_AT_TEXT)
        gaps = tuple(Gap(w.owned.start, w.owned.end, failure.code) for w, failure in failures)
        said = run_on(clipped(draft.segments, self._plan.speech), *audible)
        return Heard(tuple(said), gaps, draft.suppressed)

    @property
    def _is_multi(self) -> bool:
        return self._request.options.language == MULTI_LANGUAGE

    def _sifted(self, segments: Sequence[Segment]) -> tuple[list[Segment], list[Suppressed]]:
        """What somebody said, and what nobody did."""
        said, loops = unloop(segments)
        language, speech = self._request.options.language, self._plan.speech
        said, invented = self._hallucinations.sift(said, language, speech, self._voiced)
        return said, [*loops, *invented]

    def _voiced(self, segment: Segment) -> float:
        """The part of the speech in a segment that has the pitch of a voice, 0 to 1."""
        reached = [s for s in self._plan.speech if s.start < segment.end and segment.start < s.end]
        spoken = [Span(max(s.start, segment.start), min(s.end, segment.end)) for s in reached]
        heard = [slice_window(self._pcm, self._plan, Window(span, span)) for span in spoken]
        return voiced_share(np.concatenate([self._pcm[:0], *heard]))

    async def _looked_at(self, draft: Draft, looks: Iterable[Look]) -> Draft:
        """The draft with what each of the looks finds in doubt heard again and settled."""
        for look in looks:
            doubts = list(look.doubts(draft))
            windows = list(itertools.chain.from_iterable(doubt.windows for doubt in doubts))
            results = iter(await self._transcribed(windows, otherwise=look.otherwise))
            for doubt in doubts:
                draft = doubt.settled(draft, list(_pieces(doubt.windows, results)))
        return draft

    async def _transcribed(self, windows: Sequence[Window], *, otherwise: bool = False) -> list[WindowResult]:
        """The result of each window, its times in the file; windows of one language are decoded together."""
        languages = [self._language_at(window) for window in windows]
        results: dict[int, WindowResult] = {}
        for language in sorted(set(languages)):
            mine = [number for number, spoken in enumerate(languages) if spoken == language]
            request = self._request_in(language, otherwise=otherwise)
            audio = [slice_window(self._pcm, self._plan, windows[number]) for number in mine]
            for number, result in zip(mine, await self._listener.transcribe(audio, request), strict=True):
                results[number] = self._placed(result, windows[number], language)
        return [results[number] for number in range(len(windows))]

    def _request_in(self, language: str, *, otherwise: bool) -> EngineRequest:
        options = replace(self._request.options, language=language)
        if otherwise:
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


def _pieces(windows: Iterable[Window], results: Iterable[WindowResult]) -> Iterator[Piece]:
    """What was heard in each window that the engine could do."""
    for window, result in zip(windows, results, strict=False):
        if not isinstance(result, WindowFailure):
            yield Piece(window.audio, window.owned, result)


def slice_window(pcm: Pcm, plan: ChunkPlan, window: Window) -> Pcm:
    """The samples of a window out of its chunk's."""
    first = round((window.audio.start - plan.audio.start) * SAMPLE_RATE)
    last = round((window.audio.end - plan.audio.start) * SAMPLE_RATE)
    return pcm[max(0, first) : last]
