"""The pipeline adds no errors of its own to those of the engine, and is the same however it is reached."""

import json
import os
import subprocess
import sys

import jiwer
import numpy as np
import pytest

from stt.domain.whisper.engine import Engine
from tests.acceptance.service import Service
from tools.service import base_environment
from tools.speech import compose, hand_cut, write

ENGINES = tuple(Engine)
SECONDS = 600.0
ALLOWED = 0.005
"""Points of word error rate that cutting, windowing and merging may add."""
DEMO = "src/stt/assets/demo"


def transcribe(path, language, engine, directory):
    command = [sys.executable, "-m", "stt", "transcribe", str(path), "--format", "json", "--model", "demo"]
    environment = base_environment() | {"STT_BEAM_SIZE": "1", "STT_SCRATCH_DIR": str(directory / "scratch")}
    arguments = ["--language", language, "--engine", engine]
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def bare(engine, language):
    """The engine alone, as its own library offers it: a function from a window's samples to its text."""
    if engine == "faster-whisper":
        from faster_whisper import WhisperModel

        model = WhisperModel(f"{DEMO}/ct2", device="cpu", cpu_threads=os.cpu_count())

        def hear(samples):
            segments, _ = model.transcribe(
                samples, language=language, beam_size=1, condition_on_previous_text=False, vad_filter=False
            )
            return " ".join(segment.text.strip() for segment in segments)
    else:
        from pywhispercpp.model import Model

        model = Model(f"{DEMO}/ggml-demo.bin", print_progress=False, redirect_whispercpp_logs_to=None)

        def hear(samples):
            padded = np.pad(samples, (0, max(0, 16_000 - len(samples))))
            return " ".join(segment.text.strip() for segment in model.transcribe(padded, language=language))

    return hear


@pytest.mark.long
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("engine", ENGINES)
def test_ten_minutes_are_heard_as_well_as_windows_cut_by_hand(tmp_path, engine, language):
    recording = compose(language, SECONDS, seed=4242)
    path = write(recording, tmp_path / "speech.flac")
    ours = jiwer.wer(recording.text, transcribe(path, language, engine, tmp_path)["text"])
    hear = bare(engine, language)
    windows = [recording.samples(window.start, window.end) for window in hand_cut(recording, 8.0)]
    by_hand = jiwer.wer(recording.text, " ".join(hear(samples) for samples in windows))
    print(f"{engine} {language}: {ours:.4f}, by hand {by_hand:.4f}, {len(recording.words)} words")
    assert ours <= by_hand + ALLOWED


@pytest.mark.parametrize("engine", ENGINES)
def test_the_service_and_the_command_write_the_same_words(tmp_path, engine):
    path = write(compose("vi", 45.0, seed=12), tmp_path / "speech.m4a")
    with Service(tmp_path, {"STT_CHUNK_SECONDS": "60"}, consumers=0) as service:
        served = service.transcribe(path, engine=engine)
    alone = transcribe(path, "vi", engine, tmp_path)
    assert served["segments"] == alone["segments"]
