"""What is loud is in the account, whether or not the detector of speech hears anything in it."""

import numpy as np
import pytest

from stt.domain.jobs.chunk import Span
from stt.domain.merging.ledger import Track, account
from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.preparation.child import prepare
from stt.worker.preparation.loudness import Loudness
from stt.worker.preparation.prepared import PreparedChunk, from_message, to_message
from stt.worker.preparation.vad import BLOCK, SpeechDetector
from tools.speech import compose, write


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    recording, path = compose("en", 40, seed=3), tmp_path_factory.mktemp("sound") / "speech.flac"
    write(recording, path)
    return recording, path


def plans_of(path):
    items = [from_message(to_message(item)) for item in prepare(path, chunk_seconds=10.0, max_seconds=100.0)]
    return [item.plan for item in items if isinstance(item, PreparedChunk)]


def is_within(moment, spans):
    return any(span.start <= moment <= span.end for span in spans)


def test_what_a_deaf_detector_misses_is_sound_and_not_silence(speech, monkeypatch):
    monkeypatch.setattr(SpeechDetector, "_looked", lambda *_: np.zeros(BLOCK, np.float32))
    recording, path = speech
    plans = plans_of(path)
    coverage, _ = account(recording.duration, [Track([], [], sound=[span for p in plans for span in p.sound])])
    spoken = sum(phrase.end - phrase.start for phrase in recording.phrases)
    assert all(plan.is_silent for plan in plans)
    assert 0.8 * spoken < coverage.sound < spoken + 1


def test_sound_tiles_the_chunks_and_lies_where_somebody_speaks(speech):
    recording, path = speech
    plans = plans_of(path)
    sound = [span for plan in plans for span in plan.sound]
    assert all(plan.owned.start <= s.start < s.end <= plan.owned.end for plan in plans for s in plan.sound)
    assert all(a.end <= b.start for a, b in zip(sound, sound[1:], strict=False))
    pauses = [Span(start, end) for start, end in recording.pauses() if end - start > 0.3]
    assert not [p for p in pauses if is_within((p.start + p.end) / 2, sound)]


@pytest.mark.parametrize(("level", "is_loud"), [(0.0, False), (0.001, False), (0.1, True)])
def test_what_goes_on_without_a_pause_is_loud_by_its_level(level, is_loud):
    noise = np.random.default_rng(1).standard_normal(20 * SAMPLE_RATE).astype(np.float32) * np.float32(level)
    assert Loudness().hear(noise).mean() == pytest.approx(float(is_loud), abs=0.01)


def test_what_is_loud_is_so_beside_the_quietest_around_it():
    faint = np.random.default_rng(1).standard_normal((200, VAD_FRAME)).astype(np.float32) * np.float32(1e-4)
    faint[100:150] *= 10
    assert list(np.flatnonzero(Loudness().hear(faint.reshape(-1)))) == list(range(100, 150))
