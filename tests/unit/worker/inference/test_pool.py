"""The pool of inference processes, with the demo model in them."""

import asyncio
import multiprocessing
import os
import shutil
import signal
from importlib.resources import files
from pathlib import Path

import pytest

from stt.domain.whisper.engine import Engine
from stt.worker.errors import EngineCrashed, EngineTimeout, ModelUnavailable
from stt.worker.inference.child import Hardware
from stt.worker.inference.pool import EnginePool, EngineRequest
from stt.worker.transcriber.base import DecodingOptions
from tools.speech import compose

DEMO = Path(str(files("stt"))) / "assets" / "demo"
CPU = Hardware("cpu", "default", 1)
GREEDY = DecodingOptions("en", beam_size=1)
FASTER_WHISPER = EngineRequest(Engine.FASTER_WHISPER, DEMO / "ct2", GREEDY)
WHISPER_CPP = EngineRequest(Engine.WHISPER_CPP, DEMO / "ggml-demo.bin", GREEDY)


@pytest.fixture(scope="module")
def speech():
    return compose("en", 4, seed=10, gain_db=(-6, -6))


@pytest.fixture
async def pool():
    pool = EnginePool(1, CPU)
    yield pool
    await pool.close()


def text_of(segments):
    return " ".join(segment.text for segment in segments)


def child():
    """The inference process that is running."""
    (process,) = multiprocessing.active_children()
    return process.pid


@pytest.mark.parametrize("request_", [FASTER_WHISPER, WHISPER_CPP], ids=lambda request: request.engine)
async def test_an_engine_answers_from_its_process_without_a_word_on_the_terminal(pool, speech, request_, capfd):
    (segments,) = await pool.transcribe([speech.pcm], request_)
    assert text_of(segments) == speech.text
    probabilities = await pool.language_probabilities(speech.pcm, request_)
    assert max(probabilities, key=lambda code: probabilities[code]) == "en"
    assert capfd.readouterr() == ("", "")


async def test_a_process_that_nobody_asked_for_a_while_gives_back_its_memory_and_starts_again(pool, speech):
    await pool.transcribe([speech.pcm], FASTER_WHISPER)
    first = child()
    await pool.let_go(60.0)
    assert child() == first
    at_work = asyncio.create_task(pool.transcribe([speech.pcm], FASTER_WHISPER))
    await asyncio.sleep(0)
    await pool.let_go(0.0)  # it has something to do when its turn comes
    assert text_of((await at_work)[0]) == speech.text
    await pool.let_go(0.0)
    assert multiprocessing.active_children() == []
    (segments,) = await pool.transcribe([speech.pcm], FASTER_WHISPER)
    assert text_of(segments) == speech.text


async def test_a_process_killed_at_work_fails_its_batch_and_no_other(pool, speech):
    await pool.transcribe([speech.pcm], FASTER_WHISPER)
    batch = asyncio.create_task(pool.transcribe([speech.pcm] * 16, FASTER_WHISPER))
    await asyncio.sleep(0.2)
    os.kill(child(), signal.SIGKILL)
    with pytest.raises(EngineCrashed, match="killed"):
        await batch
    (segments,) = await pool.transcribe([speech.pcm], FASTER_WHISPER)
    assert text_of(segments) == speech.text


async def test_a_batch_past_its_deadline_is_stopped(pool, speech, monkeypatch):
    await pool.transcribe([speech.pcm], FASTER_WHISPER)
    monkeypatch.setattr("stt.worker.inference.pool.DEADLINE_PER_AUDIO_SECOND", 0.001)
    monkeypatch.setattr(pool, "_deadline_seconds", 0.1)
    with pytest.raises(EngineTimeout):
        await pool.transcribe([speech.pcm] * 16, FASTER_WHISPER)


async def test_a_damaged_model_is_the_jobs_failure_and_not_the_process(pool, speech, tmp_path):
    broken = tmp_path / "ct2"
    shutil.copytree(DEMO / "ct2", broken)
    (broken / "model.bin").write_bytes(b"half a model")
    await pool.transcribe([speech.pcm], FASTER_WHISPER)
    before = child()
    with pytest.raises(ModelUnavailable, match="faster-whisper cannot load the model: ") as caught:
        await pool.transcribe([speech.pcm], EngineRequest(Engine.FASTER_WHISPER, broken, GREEDY))
    assert str(tmp_path) not in caught.value.message, "the owner of a job reads it"
    assert child() == before


async def test_a_tokenizer_that_is_none_is_the_jobs_failure_too(pool, speech, tmp_path):
    broken = tmp_path / "ct2"
    shutil.copytree(DEMO / "ct2", broken)
    (broken / "tokenizer.json").write_text('{"model": {}}')
    with pytest.raises(ModelUnavailable, match="faster-whisper cannot load the model: "):
        await pool.transcribe([speech.pcm], EngineRequest(Engine.FASTER_WHISPER, broken, GREEDY))


async def test_one_process_serves_one_call_at_a_time_and_all_of_them(pool, speech):
    answers = await asyncio.gather(*(pool.transcribe([speech.pcm], FASTER_WHISPER) for _ in range(3)))
    assert [text_of(segments) for (segments,) in answers] == [speech.text] * 3
    child()


async def test_a_model_is_asked_of_the_process_that_holds_it(speech):
    pool = EnginePool(2, CPU)
    try:
        await pool.transcribe([speech.pcm], FASTER_WHISPER)
        await pool.transcribe([speech.pcm], WHISPER_CPP)
        await pool.transcribe([speech.pcm], FASTER_WHISPER)
        assert {process.loaded for process in pool._processes} == {(WHISPER_CPP.key,), (FASTER_WHISPER.key,)}
    finally:
        await pool.close()
    assert multiprocessing.active_children() == []
