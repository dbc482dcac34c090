"""Who shares a batch, who waits, and who pays when an engine dies."""

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.transcripts.transcript import Segment
from stt.domain.whisper.engine import Engine
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import EngineCrashed, EngineTimeout, ModelUnavailable
from stt.worker.inference.batcher import Batcher, EngineRequest, WindowFailure
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.transcriber.base import DecodingOptions

VI = EngineRequest(Engine.FASTER_WHISPER, Path("small"), DecodingOptions("vi"))
EN = EngineRequest(Engine.FASTER_WHISPER, Path("small"), DecodingOptions("en"))
POISON = -1


def window(name):
    """Audio that can be told apart by its first sample."""
    return np.full(1600, name, np.int16)


def segments(name):
    return (Segment(0.0, 0.1, str(name)),)


class Engines:
    """Answers at once, or when it is let; dies of windows that are poison."""

    def __init__(self, children=1):
        self.children = children
        self.batches = []
        self.let = asyncio.Event()
        self.let.set()
        self.busy = self.busiest = 0
        self.failures = []

    async def transcribe(self, windows, request):
        names = [int(pcm[0]) for pcm in windows]
        self.batches.append((request.options.language, names))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await self.let.wait()
        finally:
            self.busy -= 1
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        if POISON in names:
            raise EngineTimeout
        return [segments(name) for name in names]


@pytest.fixture
async def engines():
    return Engines()


@pytest.fixture
async def batcher(engines):
    batcher = Batcher(engines, batch_size=3)
    yield batcher
    await batcher.close()


def ask(batcher, *names, request=VI):
    return asyncio.create_task(batcher.transcribe([window(name) for name in names], request))


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_every_window_gets_its_own_result_in_order(batcher):
    assert await ask(batcher, 1, 2, 3, 4, 5) == [segments(name) for name in (1, 2, 3, 4, 5)]
    assert await ask(batcher) == []


async def test_the_first_window_does_not_wait_for_company(batcher, engines):
    await ask(batcher, 1)
    assert engines.batches == [("vi", [1])]


async def test_windows_of_several_callers_gather_while_the_engine_is_busy(batcher, engines):
    engines.let.clear()
    first = ask(batcher, 1)
    await settle()
    others = [ask(batcher, 2), ask(batcher, 3, 4), ask(batcher, 5)]
    await settle()
    engines.let.set()
    await asyncio.gather(first, *others)
    assert engines.batches == [("vi", [1]), ("vi", [2, 3, 4]), ("vi", [5])]


async def test_only_like_windows_share_a_batch_and_the_oldest_goes_first(batcher, engines):
    engines.let.clear()
    calls = [ask(batcher, 1)]
    await settle()
    calls += [ask(batcher, 2, request=EN), ask(batcher, 3), ask(batcher, 4, request=EN), ask(batcher, 5)]
    await settle()
    engines.let.set()
    await asyncio.gather(*calls)
    assert engines.batches == [("vi", [1]), ("en", [2, 4]), ("vi", [3, 5])]


async def test_as_many_batches_are_under_way_as_there_are_children():
    engines = Engines(children=2)
    engines.let.clear()
    batcher = Batcher(engines, batch_size=1)
    call = ask(batcher, 1, 2, 3, 4)
    await settle()
    assert engines.busy == 2
    engines.let.set()
    await call
    assert engines.busiest == 2


async def test_the_poison_window_alone_is_lost(batcher, engines):
    engines.let.clear()
    waiting = ask(batcher, 0)
    await settle()
    good, bad = ask(batcher, 1), ask(batcher, POISON, 2)
    await settle()
    engines.let.set()
    await waiting
    assert await good == [segments(1)]
    assert await bad == [WindowFailure("engine_timeout", str(EngineTimeout())), segments(2)]
    assert [names for _, names in engines.batches] == [[0], [1, POISON, 2], [1], [POISON], [2]]


async def test_a_process_that_dies_once_by_chance_costs_nothing(batcher, engines):
    engines.failures = [EngineCrashed()]
    assert await ask(batcher, 1) == [segments(1)]


async def test_a_model_that_cannot_be_used_fails_its_callers_and_nobody_else(batcher, engines):
    engines.failures = [None, ModelUnavailable("no such model")]
    engines.let.clear()
    calls = [ask(batcher, 0)]
    await settle()
    calls += [ask(batcher, 1), ask(batcher, 2), ask(batcher, 3, request=EN)]
    await settle()
    engines.let.set()
    done, first, second, other = await asyncio.gather(*calls, return_exceptions=True)
    assert (done, other) == ([segments(0)], [segments(3)])
    assert isinstance(first, ModelUnavailable)
    assert isinstance(second, ModelUnavailable)
    assert [names for _, names in engines.batches] == [[0], [1, 2], [3]]


async def test_cancelling_a_caller_drops_what_is_not_under_way(batcher, engines):
    engines.let.clear()
    first = ask(batcher, 1, 2, 3, 4, 5)
    await settle()
    second = ask(batcher, 6)
    first.cancel()
    await settle()
    engines.let.set()
    assert await second == [segments(6)]
    assert engines.batches == [("vi", [1, 2, 3]), ("vi", [6])]
    assert first.cancelled()


async def test_a_batch_that_nobody_waits_for_any_more_is_stopped_and_a_shared_one_is_not(batcher, engines):
    engines.let.clear()
    busy = ask(batcher, 1)
    await settle()
    gone, waits = ask(batcher, 2), ask(batcher, 3)
    await settle()
    busy.cancel()
    await settle()
    assert (engines.busy, engines.batches) == (1, [("vi", [1]), ("vi", [2, 3])])
    gone.cancel()
    await settle()
    assert engines.busy == 1
    engines.let.set()
    assert await waits == [segments(3)]


async def test_closing_stops_the_batch_under_way(batcher, engines):
    engines.let.clear()
    call = ask(batcher, 1)
    await settle()
    await batcher.close()
    assert engines.busy == 0
    call.cancel()


ADAPTIVE = replace(VI, options=replace(VI.options, audio_context=AudioContext.ADAPTIVE))


def lasting(name, seconds):
    return np.full(round(seconds * SAMPLE_RATE), name, np.int16)


def listen(batcher, lengths, request):
    """One caller who asks for windows so long, by their number."""
    windows = [lasting(name, seconds) for name, seconds in lengths.items()]
    return asyncio.create_task(batcher.transcribe(windows, request))


async def answers(batcher, engines, calls, request):
    """What callers are told, of whom the first keeps the only child busy until all others have asked."""
    engines.let.clear()
    asked = [listen(batcher, calls[0], request)]
    await settle()
    asked += [listen(batcher, call, request) for call in calls[1:]]
    await settle()
    engines.let.set()
    return await asyncio.gather(*asked)


async def batches_of(batcher, engines, seconds, request):
    """The batches made of windows so long, by their number, while the only child was busy with another."""
    _, results = await answers(batcher, engines, [{99: 1}, dict(enumerate(seconds))], request)
    assert results == [segments(number) for number in range(len(seconds))]
    return [names for _, names in engines.batches[1:]]


async def test_only_windows_of_which_as_much_is_encoded_are_decoded_together(batcher, engines):
    made = await batches_of(batcher, engines, [4, 9, 5, 10, 4.5, 13, 9.5], ADAPTIVE)
    assert made == [[0, 2, 4], [1, 3, 6], [5]]


async def test_a_clip_does_not_wait_for_the_windows_of_a_long_file_in_its_batch(batcher, engines):
    assert await batches_of(batcher, engines, [3, 30, 30, 3.5], ADAPTIVE) == [[0, 3], [1, 2]]


@pytest.mark.parametrize("request_", [VI, ADAPTIVE])
async def test_a_clip_goes_before_the_windows_of_a_long_file_and_without_them(batcher, engines, request_):
    await answers(batcher, engines, [{0: 30}, {1: 30, 2: 30}, {3: 30, 4: 30}, {8: 4, 9: 5}], request_)
    assert [names for _, names in engines.batches] == [[0], [8, 9], [1, 2, 3], [4]]


async def test_clips_without_end_leave_every_other_batch_to_the_oldest():
    engines = Engines()
    batcher = Batcher(engines, batch_size=1)
    await answers(batcher, engines, [{0: 30}, {1: 30, 2: 30}, {7: 10}, {8: 10}, {9: 10}], VI)
    assert [names for _, names in engines.batches] == [[0], [7], [1], [8], [2], [9]]
    await batcher.close()


async def test_where_all_are_filled_up_to_30_seconds_only_their_age_counts(batcher, engines):
    assert await batches_of(batcher, engines, [4, 9, 5, 30, 4.5, 9.5], VI) == [[0, 1, 2], [3, 4, 5]]


@given(st.lists(st.lists(st.floats(0.2, 30), min_size=1, max_size=4), min_size=1, max_size=12), st.integers(1, 5))
def test_every_window_is_decoded_once_and_the_oldest_is_left_out_of_one_batch_at_most(calls, batch_size):
    numbers = itertools.count(1)
    named = [{next(numbers): seconds for seconds in call} for call in calls]

    async def run():
        engines = Engines()
        batcher = Batcher(engines, batch_size=batch_size)
        await answers(batcher, engines, [{0: 1}, *named], ADAPTIVE)
        await batcher.close()
        return [names for _, names in engines.batches[1:]]

    left, passed_over = [name for call in named for name in call], None
    for batch in asyncio.run(run()):
        assert passed_over is None or passed_over in batch
        passed_over = None if left[0] in batch else left[0]
        left = [name for name in left if name not in batch]
    assert not left


@pytest.mark.parametrize(("bands", "shape"), [(None, (SAMPLE_RATE,)), (80, (80, 100)), (128, (128, 100))])
async def test_spectrograms_are_made_before_a_process_is_asked_where_the_model_wants_them(bands, shape):
    class Looking(Engines):
        async def transcribe(self, windows, request):
            assert [window.shape for window in windows] == [shape]
            return [segments(1)]

    batcher = Batcher(Looking(), batch_size=1)
    assert await batcher.transcribe([lasting(1, 1)], replace(VI, bands=bands)) == [segments(1)]
    await batcher.close()


async def test_windows_are_shared_out_among_the_processes_that_are_free():
    engines = Engines(children=2)
    batcher = Batcher(engines, batch_size=8)
    engines.let.clear()
    asked = ask(batcher, 1, 2, 3, 4, 5)
    await settle()
    assert [names for _, names in engines.batches] == [[1, 2, 3], [4, 5]]
    engines.let.set()
    assert await asked == [segments(name) for name in (1, 2, 3, 4, 5)]
    await batcher.close()


async def test_the_first_process_to_be_free_leaves_their_share_to_those_that_are_still_busy():
    engines = Engines(children=2)
    batcher = Batcher(engines, batch_size=8)
    engines.let.clear()
    asked = [ask(batcher, 1)]
    await settle()
    asked.append(ask(batcher, 2))
    await settle()
    asked.append(ask(batcher, 3, 4, 5, 6))
    await settle()
    engines.let.set()
    await asyncio.gather(*asked)
    assert [names for _, names in engines.batches] == [[1], [2], [3, 4], [5], [6]]
    await batcher.close()
