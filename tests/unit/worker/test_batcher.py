"""What shares a batch, and what a batch that fails costs."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from stt.domain.transcript import Segment
from stt.worker.batcher import Batcher, EngineRequest, WindowFailure
from stt.worker.errors import EngineCrashed, ModelUnavailable
from stt.worker.transcriber.base import DecodingOptions

VI = EngineRequest("faster-whisper", Path("m"), DecodingOptions("vi"))
EN = EngineRequest("faster-whisper", Path("m"), DecodingOptions("en"))
POISON = 666


def window(number):
    return np.full(1600, number, np.int16)


def heard(number):
    return (Segment(0.0, 0.1, str(number)),)


class FakeEngines:
    """Writes the number in each window; dies of the poisonous one; waits while `gate` is closed."""

    def __init__(self, children=1):
        self.children = children
        self.batches = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.busy = self.busiest = 0

    async def transcribe(self, windows, request):
        numbers = [int(w[0]) for w in windows]
        self.batches.append((request.options.language, numbers))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)  # as long as it takes for others to begin
        finally:
            self.busy -= 1
        if POISON in numbers:
            raise EngineCrashed("died of it")
        if -1 in numbers:
            raise ModelUnavailable("no such model")
        return [heard(number) for number in numbers]

    async def language_probabilities(self, window, request):
        return {"vi": 1.0}


@pytest.fixture
async def engines():
    return FakeEngines()


async def started(*coroutines):
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    await asyncio.sleep(0.01)
    return tasks


async def test_each_window_gets_its_own_result_in_order(engines):
    batcher = Batcher(engines, batch_size=3)
    results = await batcher.transcribe([window(n) for n in range(8)], VI)
    assert results == [heard(n) for n in range(8)]
    assert [len(numbers) for _, numbers in engines.batches] == [3, 3, 2]


async def test_windows_of_several_callers_share_a_batch_while_the_engine_is_busy(engines):
    engines.gate.clear()
    batcher = Batcher(engines, batch_size=8)
    tasks = await started(*(batcher.transcribe([window(n)], VI) for n in range(5)))
    engines.gate.set()
    assert await asyncio.gather(*tasks) == [[heard(n)] for n in range(5)]
    assert engines.batches == [("vi", [0]), ("vi", [1, 2, 3, 4])]


async def test_only_windows_decoded_alike_share_a_batch_and_nobody_is_passed_over(engines):
    engines.gate.clear()
    batcher = Batcher(engines, batch_size=8)
    requests = [VI, VI, EN, VI, EN]
    tasks = await started(*(batcher.transcribe([window(n)], request) for n, request in enumerate(requests)))
    engines.gate.set()
    await asyncio.gather(*tasks)
    assert engines.batches == [("vi", [0]), ("vi", [1, 3]), ("en", [2, 4])]


async def test_no_more_batches_run_than_there_are_children():
    engines = FakeEngines(children=2)
    batcher = Batcher(engines, batch_size=1)
    await batcher.transcribe([window(n) for n in range(9)], VI)
    assert engines.busiest == 2


async def test_a_window_that_kills_the_engine_fails_alone(engines):
    batcher = Batcher(engines, batch_size=4)
    results = await batcher.transcribe([window(n) for n in (1, 2, POISON, 3)], VI)
    assert results == [heard(1), heard(2), WindowFailure("engine_crashed", "died of it"), heard(3)]


async def test_a_model_that_cannot_be_used_is_the_callers_error(engines):
    batcher = Batcher(engines, batch_size=4)
    with pytest.raises(ModelUnavailable):
        await batcher.transcribe([window(-1), window(2)], VI)
    assert await batcher.transcribe([window(3)], VI) == [heard(3)]


async def test_a_caller_that_gives_up_takes_its_waiting_windows_along_and_nobody_elses(engines):
    engines.gate.clear()
    batcher = Batcher(engines, batch_size=1)
    first, impatient, patient = await started(*(batcher.transcribe([window(n)], VI) for n in range(3)))
    impatient.cancel()
    await asyncio.sleep(0)
    engines.gate.set()
    assert await asyncio.gather(first, patient) == [[heard(0)], [heard(2)]]
    assert ("vi", [1]) not in engines.batches


async def test_closing_stops_what_is_under_way(engines):
    engines.gate.clear()
    batcher = Batcher(engines, batch_size=1)
    (task,) = await started(batcher.transcribe([window(0)], VI))
    await batcher.close()
    assert engines.busy == 0
    task.cancel()
