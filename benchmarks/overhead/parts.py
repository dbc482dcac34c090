"""Where a chunk's time goes: the calls that make it up, timed while a consumer works."""

import contextlib
import functools
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any
from unittest.mock import patch

from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.worker.processing import processor
from stt.worker.processing.processor import Processor

CLAIM, READ, RECOGNISE, STORE, REST = "claim", "read", "recognise", "store", "rest"
_CALLS: Mapping[str, tuple[Any, str]] = {
    CLAIM: (ChunkRepository, "claim"),
    READ: (Processor, "_audio_of"),
    RECOGNISE: (processor, "recognize"),
    STORE: (ChunkRepository, "complete"),
}


@contextlib.contextmanager
def noted_parts() -> Iterator[dict[str, list[float]]]:
    """The seconds that each call took, by part, in the order of the chunks."""
    seconds: dict[str, list[float]] = {name: [] for name in _CALLS}
    with contextlib.ExitStack() as patches:
        for name, (owner, attribute) in _CALLS.items():
            patches.enter_context(patch.object(owner, attribute, _noted(getattr(owner, attribute), seconds[name])))
        yield seconds


def medians(
    seconds: Mapping[str, Sequence[float]], decodings: Sequence[float], between: Sequence[float]
) -> dict[str, float]:
    """Milliseconds of each part; the rest is what of the time `between` the work on two chunks is in none.

    Between them lie the storing of the one, and the claiming and reading of the next.
    """
    read = [whole - decoding for whole, decoding in zip(seconds[READ], decodings, strict=False)]
    next_ones = zip(seconds[CLAIM][1:], read[1:], strict=False)
    chunks = zip(between, seconds[STORE], next_ones, strict=False)
    rest = [whole - storing - sum(following) for whole, storing, following in chunks]
    return {name: 1000 * median(taken) for name, taken in {**seconds, READ: read, REST: rest}.items()}


def _noted(call: Callable[..., Awaitable[Any]], seconds: list[float]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(call)
    async def timed(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        result = await call(*arguments, **options)
        if result is not None:  # there was nothing to claim
            seconds.append(time.perf_counter() - began)
        return result

    return timed
