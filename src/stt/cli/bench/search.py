"""Finding the fastest layout with few trials: one thing after the other, uphill. Pure."""

from collections.abc import Awaitable, Callable, Sequence

from stt.worker.inference.layout import Layout
from stt.worker.inference.space import Space

Measure = Callable[[Layout], Awaitable[float]]
"""Windows per second of a layout, 0 where it cannot be used or there is no time left to try it."""

PASSES = 2
"""A better batch may ask for other processes, and then it was worth to look again."""


class LayoutSearch:
    """Climbs along one axis after the other: processes, threads, number format, batch. No layout is tried twice.

    It finds the best where speed has one peak along each axis; everything it tried is in `speeds`.
    """

    def __init__(self, space: Space, measure: Measure) -> None:
        self._space = space
        self._measure = measure
        self.speeds: dict[Layout, float] = {}

    async def best_from(self, start: Layout) -> Layout:
        """The fastest that is found from `start`, which lies in the space."""
        best = start
        for _ in range(PASSES):
            before = best
            best = await self._climb(best, self._space.with_processes(best))
            best = await self._climb(best, self._space.with_threads(best))
            best = await self._fastest(self._space.with_compute_types(best))
            best = await self._climb(best, self._space.with_batch_sizes(best))
            if best == before:
                break
        return best

    async def _climb(self, at: Layout, ladder: Sequence[Layout]) -> Layout:
        position = ladder.index(at)
        for step in (1, -1):
            while 0 <= position + step < len(ladder) and await self._is_faster(ladder, position + step, position):
                position += step
        return ladder[position]

    async def _is_faster(self, ladder: Sequence[Layout], one: int, other: int) -> bool:
        return await self._speed(ladder[one]) > await self._speed(ladder[other])

    async def _fastest(self, layouts: Sequence[Layout]) -> Layout:
        for layout in layouts:
            await self._speed(layout)
        return max(layouts, key=lambda layout: self.speeds[layout])

    async def _speed(self, layout: Layout) -> float:
        if layout not in self.speeds:
            self.speeds[layout] = await self._measure(layout)
        return self.speeds[layout]
