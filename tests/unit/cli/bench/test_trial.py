import numpy as np
import pytest

from stt.cli.bench.trial import speech_windows, try_out
from stt.domain.whisper.engine import Engine
from stt.worker.errors import ModelUnavailable
from stt.worker.inference.layout import Layout
from stt.worker.inference.pool import EngineRequest
from stt.worker.models.store import PACKAGED
from stt.worker.transcriber.base import DecodingOptions

SAMPLE = PACKAGED / "sample-en.flac"
REQUEST = EngineRequest(Engine.FASTER_WHISPER, PACKAGED / "demo" / "ct2", DecodingOptions("en", beam_size=1))


def test_windows_are_full_of_speech_and_all_different():
    windows = speech_windows(SAMPLE, 20)
    assert {len(window) for window in windows} == {20 * 16_000}
    assert len({window.tobytes() for window in windows}) == len(windows) > 1
    assert all(np.abs(window[at : at + 80_000]).max() > 1000 for window in windows for at in range(0, 240_000, 80_000))


async def test_a_layout_is_measured_with_all_its_processes():
    layout = Layout(Engine.FASTER_WHISPER, "cpu", "int8", children=2, threads=1, batch_size=2)
    trial = await try_out(layout, REQUEST, speech_windows(SAMPLE, 2), seconds=0.2)
    assert trial.windows_per_second > 0
    assert trial.child_memory > 10_000_000


async def test_numbers_that_the_machine_does_not_have_are_an_error():
    layout = Layout(Engine.FASTER_WHISPER, "cpu", "int7", children=1, threads=1, batch_size=1)
    with pytest.raises(ModelUnavailable, match="int7"):
        await try_out(layout, REQUEST, speech_windows(SAMPLE, 2), seconds=0.1)
