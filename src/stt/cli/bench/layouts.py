"""Measuring the layouts of inference on this machine, and comparing the best with what the settings say."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from stt.cli.bench.search import LayoutSearch
from stt.cli.bench.trial import try_out
from stt.cli.errors import CommandError
from stt.domain.errors import JobFailure, WorkFailure
from stt.domain.whisper.engine import Engine
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.inference.layout import SHARE_OF_MEMORY, Layout
from stt.worker.inference.pool import EngineRequest
from stt.worker.inference.space import Space
from stt.worker.models.card import bands_of
from stt.worker.transcriber.base import DecodingOptions

FINALISTS, ROUNDS = 3, 3
PATIENCE = 2.0
"""A trial may take this many times what it is meant to, for the sake of a batch that takes long."""
STARTING_SECONDS = 4.0
"""About what it takes to start the processes of a trial and load a model of middling size."""
SEARCHING = 0.6
"""Part of the time after which the search ends, so that the finalists get theirs."""


@dataclass
class Measured:
    """Windows per second of a layout in each of its trials; the bytes of a process; why it could not be tried."""

    layout: Layout
    trials: list[float] = field(default_factory=list)
    finals: list[float] = field(default_factory=list)
    child_memory: int = 0
    trouble: str = ""

    @property
    def speed(self) -> float:
        """Windows per second: the median of the finals if it took part in them."""
        return median(self.finals or self.trials or [0.0])


@dataclass(frozen=True)
class Comparison:
    """All that were tried, the fastest first; `current` is what the settings say, maybe with smaller batches.

    Windows have `window_seconds` of speech; it took `seconds` to measure all. `cut_short`: the time ran out before the
    search had ended.
    """

    measured: Sequence[Measured]
    best: Measured
    current: Measured
    window_seconds: float
    seconds: float
    cut_short: bool

    @property
    def shares(self) -> list[float]:
        """The speed of `current` as a part of the best's, for each round of the finals, which they ran in turn."""
        return [mine / best for mine, best in zip(self.current.finals, self.best.finals, strict=True)]

    @property
    def share(self) -> float:
        """Median of `shares`."""
        return median(self.shares)


class Observer:
    """Hears of every trial as it begins: how much of the time has passed, in percent, and what is tried."""

    def begins(self, percent: float, layout: Layout, stage: str) -> None:
        """`stage` is `search` or `finals`."""


class Contest:
    """Tries layouts for `seconds` each, and takes no longer than `limit` seconds, but for a first round of finals."""

    def __init__(
        self, models: Mapping[Engine, Path], windows: Sequence[Pcm], *, seconds: float, beam_size: int, memory: int
    ) -> None:
        self._models = models
        self._windows = windows
        self._seconds = seconds
        self._options = DecodingOptions("en", beam_size)
        self._memory = memory
        self._measured: dict[Layout, Measured] = {}
        self._observer = Observer()
        self._begun = 0.0
        self._limit = 0.0
        self._cut_short = False

    @staticmethod
    def limit(spaces: Sequence[Space], seconds: float) -> float:
        """Seconds that a contest takes at most."""
        trials = sum(space.size + 1 for space in spaces) + ROUNDS * (FINALISTS + 1)
        return trials * (PATIENCE * seconds + STARTING_SECONDS)

    async def run(self, current: Layout, starts: Mapping[Layout, Space], observer: Observer) -> Comparison:
        """Search from each of `starts`, then let the fastest and `current`, whose engine is among them, run in turn.

        Raises:
            CommandError: what the settings say cannot be used at all.
        """
        self._observer, self._begun = observer, time.monotonic()
        self._limit = self.limit(list(starts.values()), self._seconds)
        for start, space in starts.items():
            await self._search(start, space)
        found = self._measured.values()
        if not any(one.trials for one in found):
            raise CommandError(next((one.trouble for one in found if one.trouble), "Nothing could be measured."))
        current = self._in_time(current)
        ranked = sorted(found, key=lambda one: -one.speed)[:FINALISTS]
        finalists = {one.layout: one for one in ranked} | {current: self._entry(current)}
        await self._finals(list(finalists))
        ahead = max(finalists.values(), key=lambda one: one.speed)
        measured = sorted(self._measured.values(), key=lambda one: -one.speed)
        window_seconds = len(self._windows[0]) / SAMPLE_RATE
        seconds = time.monotonic() - self._begun
        return Comparison(measured, ahead, finalists[current], window_seconds, seconds, self._cut_short)

    async def _search(self, start: Layout, space: Space) -> None:
        """A first trial with single windows tells what size of batch a trial has time for."""
        single = replace(start, batch_size=1)
        speed = await self._speed(single)
        if speed:
            most = max(1, int(speed / start.children * self._seconds))
            fitting = [size for size in space.batch_sizes if size <= min(most, start.batch_size)]
            begin = replace(start, batch_size=max(fitting, default=min(space.batch_sizes)))
            await LayoutSearch(space, self._speed).best_from(begin)

    async def _finals(self, finalists: Sequence[Layout]) -> None:
        """In turn, so that what else the machine does meets them all."""
        begun = self._passed
        for number in range(ROUNDS):
            if number and self._passed + (self._passed - begun) / number > 1:
                return
            for layout in finalists if number % 2 == 0 else finalists[::-1]:
                await self._try(layout, "finals")
                entry = self._measured[layout]
                entry.finals.append(entry.trials[-1] if entry.trials else 0.0)

    async def _speed(self, layout: Layout) -> float:
        """Windows per second, 0 for what there is no time or no memory for."""
        if self._passed > SEARCHING:
            self._cut_short = True
            return 0.0
        if self._takes_too_long(layout) or self._is_too_large(layout):
            return 0.0
        return await self._try(layout, "search")

    async def _try(self, layout: Layout, stage: str) -> float:
        entry = self._entry(layout)
        self._observer.begins(min(100.0, 100 * self._passed), layout, stage)
        path = self._models[layout.engine]
        request = EngineRequest(layout.engine, path, self._options, bands_of(path))
        try:
            trial = await try_out(layout, request, self._windows, self._seconds)
        except (WorkFailure, JobFailure) as error:
            entry.trouble = error.message
            return 0.0
        entry.trials.append(trial.windows_per_second)
        entry.child_memory = max(entry.child_memory, trial.child_memory)
        return trial.windows_per_second

    @property
    def _passed(self) -> float:
        """Part of the time."""
        return (time.monotonic() - self._begun) / self._limit

    def _entry(self, layout: Layout) -> Measured:
        return self._measured.setdefault(layout, Measured(layout))

    def _known(self, engine: Engine) -> Iterator[Measured]:
        return (one for one in self._measured.values() if one.layout.engine == engine and one.trials)

    def _takes_too_long(self, layout: Layout) -> bool:
        fastest = max((one.speed for one in self._known(layout.engine)), default=0.0)
        windows = layout.children * layout.batch_size
        return layout.batch_size > 1 and fastest > 0 and windows / fastest > PATIENCE * self._seconds

    def _is_too_large(self, layout: Layout) -> bool:
        largest = max((one.child_memory for one in self._known(layout.engine)), default=0)
        return layout.children > 1 and layout.children * largest > SHARE_OF_MEMORY * self._memory

    def _in_time(self, layout: Layout) -> Layout:
        """The layout with batches small enough for a trial."""
        while self._takes_too_long(layout):
            layout = replace(layout, batch_size=layout.batch_size // 2)
        return layout
