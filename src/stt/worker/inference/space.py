"""Layouts that are worth a trial on a machine. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from stt.worker.inference.layout import Layout, threads_beside_a_gpu

CPU_BATCHES = (1, 2, 4, 8, 16)
GPU_BATCHES = (4, 8, 16, 32, 64)
CHILDREN_PER_GPU = (1, 2, 3)


@dataclass(frozen=True)
class Space:
    """What may be chosen: numbers of processes with the threads of each, number formats, sizes of batches.

    Neighbours in `processes` and `batch_sizes` are alike, so that one can climb.
    """

    processes: tuple[tuple[int, int], ...]
    compute_types: tuple[str | None, ...]
    batch_sizes: tuple[int, ...]

    @classmethod
    def around(cls, start: Layout, cores: int, compute_types: Iterable[str]) -> "Space":
        """What is worth a trial on this many cores, `start` among it."""
        batches = (1,) if not start.engine.traits.batches else GPU_BATCHES if start.gpus else CPU_BATCHES
        offered = compute_types if start.engine.traits.converts else ()
        return cls(
            processes=_processes(start, cores),
            compute_types=tuple(dict.fromkeys([start.compute_type, *offered])),
            batch_sizes=tuple(sorted({start.batch_size, *batches})),
        )

    @property
    def size(self) -> int:
        """Trials that a climb takes at most, near enough to say how long it will be."""
        return len(self.processes) + len(self.compute_types) + len(self.batch_sizes) + 2

    def with_processes(self, layout: Layout) -> Sequence[Layout]:
        """The layout with each number of processes."""
        pairs = sorted({(layout.children, layout.threads), *self.processes}, key=lambda pair: (pair[0], -pair[1]))
        return [replace(layout, children=children, threads=threads) for children, threads in pairs]

    def with_threads(self, layout: Layout) -> Sequence[Layout]:
        """The layout with half its threads, which on cores that share their units may do as much, and with all."""
        return [replace(layout, threads=threads) for threads in sorted({max(1, layout.threads // 2), layout.threads})]

    def with_compute_types(self, layout: Layout) -> Sequence[Layout]:
        """The layout in each number format; they have no order."""
        return [replace(layout, compute_type=name) for name in self.compute_types]

    def with_batch_sizes(self, layout: Layout) -> Sequence[Layout]:
        """The layout with each size of batches."""
        return [replace(layout, batch_size=size) for size in self.batch_sizes]


def _processes(start: Layout, cores: int) -> tuple[tuple[int, int], ...]:
    pairs = {(start.children, start.threads)}
    if start.gpus:
        for each in CHILDREN_PER_GPU:
            children = each * start.gpus
            pairs.add((children, threads_beside_a_gpu(cores, children)))
    else:
        pairs.update((children, cores // children) for children in {*_powers_of_two(cores), cores})
    return tuple(sorted(pairs, key=lambda pair: (pair[0], -pair[1])))


def _powers_of_two(most: int) -> Iterator[int]:
    power = 1
    while power <= most:
        yield power
        power *= 2
