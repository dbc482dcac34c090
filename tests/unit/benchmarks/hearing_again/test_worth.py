"""What is said of a way of hearing again."""

from pathlib import Path

from benchmarks.hearing_again.listening import Remembering
from benchmarks.hearing_again.worth import ALL, WAYS, Outcome, Worth, as_table, without_looks
from benchmarks.real_voices.errors import Errors
from stt.domain.whisper.engine import Engine
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition import recognizer
from stt.worker.transcriber.base import DecodingOptions
from tests.unit.worker.listener import Listener, clock, speech

REQUEST = EngineRequest(Engine.FASTER_WHISPER, Path("demo"), DecodingOptions("vi"))


def looks():
    return {look.doubts for look in (*recognizer.LOOKS_AT_WINDOWS, *recognizer.LOOKS_AT_TEXT)}


def outcome(right, windows, inserted=0):
    return Outcome(Errors(len(right), 0, inserted, right.count(False), (), tuple(right)), windows, 30.0 * windows)


def test_every_look_is_measured():
    assert looks() == {look for look in WAYS.values() if look is not None}


def test_a_look_is_left_out_and_comes_back():
    before = looks()
    with without_looks(["speech without words"]):
        assert looks() == before - {WAYS["speech without words"]}
    assert looks() == before


def test_words_mended_and_broken_are_told_apart():
    every, without = outcome([True, True, False], 12, inserted=1), outcome([True, False, True], 10)
    worth = Worth.between(every, without)
    assert worth == Worth(first=10, windows=2, seconds=60.0, mended=1, made=1, inserted=1)
    assert worth + worth == Worth(20, 4, 120.0, 2, 2, 2)
    assert f"| {ALL} | 2, 10 | 60 | 1 | 1 | +1 |" in as_table({ALL: worth})


async def test_a_window_is_decoded_once_however_often_it_is_asked_for():
    engine = Listener(speech("a b c", [0.5]))
    listener = Remembering(engine)
    window = clock(2.0)
    first = await listener.transcribe([window], REQUEST)
    assert await listener.transcribe([window, window], REQUEST) == [*first, *first]
    assert len(engine.heard) == 1
    assert listener.asked == [2.0, 2.0, 2.0]
