"""Where nobody speaks the transcript is empty, and the ledger says why."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from stt.domain.whisper.engine import Engine
from stt.worker.transcriber.base import DecodingOptions
from tests.acceptance.service import Service
from tools.speech import Recording, compose, write
from tools.speech.nonspeech import clicks, dtmf, hum, silence, tones, white_noise

ENGINES = tuple(Engine)
DEMO = Path(str(files("stt"))) / "assets" / "demo"
KINDS = (white_noise, hum, tones, dtmf, clicks)
LEVELS_DB = (0.0, -25.0, -50.0)
SECONDS = (60.0, 9.0, 1.0)
MISTAKEN = {
    "faint tones": lambda seconds: tones(seconds, level_db=-60.0),
    "hum of 60 Hz": lambda seconds: hum(seconds, mains=60.0, level_db=0.0),
    "loudest noise": lambda seconds: white_noise(seconds, level_db=0.0),
}
"""What VAD takes for speech here and there, so that the engines hear it; all else never reaches them."""
SOUNDS = {kind.__name__: kind for kind in (silence, *KINDS)} | MISTAKEN


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("nothing"), {}, consumers=0) as running:
        yield running


def results_of(service, recordings, tmp_path, **fields):
    """The result of each recording, all of them under way at once."""
    path = tmp_path / "sound.flac"
    jobs = [service.submit(write(recording, path), **fields) for recording in recordings]
    path.unlink()  # an hour of noise is a hundred megabytes
    return [service.result(job_id) for job_id in jobs if service.wait(job_id, 600)["status"] == "COMPLETED"]


def assert_empty(result, recording: Recording):
    """No word, and every millisecond accounted for with a reason."""
    assert (result["text"], result["segments"]) == ("", [])
    coverage = result["coverage"]
    parts = [coverage[part] for part in ("words", "silence", "sound", "suppressed", "gap")]
    assert sum(parts) == pytest.approx(recording.duration, abs=0.0015)
    assert coverage["words"] == 0
    assert coverage["silence"] + coverage["sound"] >= recording.duration - coverage["speech"] - 0.0015
    named = [*result["gaps"], *result.get("suppressed", [])]
    assert all(piece["reason"] for piece in named)
    assert sum(g["end"] - g["start"] for g in result["gaps"]) == pytest.approx(coverage["gap"], abs=0.0015)


def test_no_kind_of_sound_at_any_level_becomes_words(service, tmp_path):
    silent = [silence(seconds) for seconds in SECONDS]
    sounds = [
        kind(SECONDS[(i + j) % 3], level_db=level) for i, kind in enumerate(KINDS) for j, level in enumerate(LEVELS_DB)
    ]
    recordings = [*silent, *sounds]
    results = results_of(service, recordings, tmp_path)
    assert len(results) == len(recordings)
    for recording, result in zip(recordings, results, strict=True):
        assert_empty(result, recording)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_vad_takes_for_speech_gives_no_words_either(service, tmp_path, engine):
    recordings = [sound(60.0) for sound in MISTAKEN.values()]
    results = results_of(service, recordings, tmp_path, engine=engine)
    assert max(result["coverage"]["speech"] for result in results) > 1, "nothing reached the engine"
    for recording, result in zip(recordings, results, strict=True):
        assert_empty(result, recording)


def test_a_language_is_not_invented_where_there_is_none(service, tmp_path):
    recording = silence(4.0)
    (result,) = results_of(service, [recording], tmp_path, language="auto")
    assert_empty(result, recording)
    assert result["language"] == "und"


@pytest.mark.parametrize("engine", ENGINES)
def test_words_are_heard_where_there_are_some(service, tmp_path, engine):
    """Negative control: a pipeline that never wrote anything would pass all the others."""
    recording = compose("en", 6.0, seed=2, noise_db=-45.0)
    (result,) = results_of(service, [recording], tmp_path, engine=engine, language="en")
    assert len(result["text"].split()) >= len(recording.words) / 2


def written(engine, recordings):
    """What an engine writes for windows, each by itself, without anybody having looked for speech in them."""
    if engine == "faster-whisper":
        from stt.worker.transcriber.faster_whisper import FasterWhisper

        model = FasterWhisper(DEMO / "ct2", device="cpu")
    else:
        from stt.worker.transcriber.whisper_cpp import WhisperCpp

        model = WhisperCpp(DEMO / "ggml-demo.bin", device="cpu")
    heard = model.transcribe([recording.pcm for recording in recordings], DecodingOptions("vi", beam_size=1))
    return [" ".join(segment.text for segment in segments) for segments in heard]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_writes_nothing_without_vad_to_protect_it(engine):
    windows = [sound(8.0) for sound in SOUNDS.values()]
    assert written(engine, windows) == [""] * len(windows)


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SOUNDS)
def test_an_hour_of_it_stays_empty(service, tmp_path, name, engine):
    recording = Recording(np.tile(SOUNDS[name](60.0).pcm, 60))
    (result,) = results_of(service, [recording], tmp_path, engine=engine)
    print(f"{engine}: {result['coverage']}, {len(result['gaps'])} gaps")
    assert_empty(result, recording)
