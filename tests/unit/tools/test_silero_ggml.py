"""The VAD model in whisper.cpp's format, judged by whisper.cpp itself."""

import gc
import re
from pathlib import Path

import _pywhispercpp as cpp
import numpy as np
import pytest
from pywhispercpp.model import Model

from tools import onnx_tensors, silero_ggml
from tools.demo_model.__main__ import PACKAGED
from tools.speech import compose
from tools.speech.nonspeech import silence, white_noise

KEPT = re.compile(r"VAD segment \d+: start = ([\d.]+), end = ([\d.]+)")


def speech_found(vad_model, recording):
    """Start and end of each stretch that whisper.cpp's VAD keeps, in seconds."""
    said = []
    cpp.whisper_log_set(lambda *message: said.append(str(message[-1])))
    try:
        model = Model(str(PACKAGED / "ggml-demo.bin"), print_progress=False, n_threads=1)
        model.transcribe(
            recording.samples(0, recording.duration), language="en", vad=True, vad_model_path=str(vad_model)
        )
    finally:
        model = None
        gc.collect()
        cpp.whisper_log_set(None)
    assert any("model type: silero-16k" in message for message in said)
    return [tuple(map(float, found)) for found in KEPT.findall("".join(said))]


@pytest.fixture(scope="module")
def phrases(espeak_ng):
    return compose("en", 12, seed=6, pause=(0.6, 1.0))


def test_it_hears_each_phrase_from_its_start_to_its_end(tmp_path, phrases):
    found = speech_found(silero_ggml.write(tmp_path / "silero.bin"), phrases)
    spoken = [(phrase.start, phrase.end) for phrase in phrases.phrases]
    assert np.array(found) == pytest.approx(np.array(spoken), abs=0.2)


@pytest.mark.parametrize("recording", [silence(3), white_noise(3)], ids=["silence", "noise"])
def test_it_hears_nobody_where_nobody_speaks(tmp_path, recording):
    assert speech_found(silero_ggml.write(tmp_path / "silero.bin"), recording) == []


def test_with_the_gates_in_the_order_of_onnx_it_would_be_half_deaf(tmp_path, phrases, monkeypatch):
    monkeypatch.setattr(silero_ggml, "_torch_order", lambda gates: gates)
    found = speech_found(silero_ggml.write(tmp_path / "silero.bin"), phrases)
    spoken = sum(phrase.end - phrase.start for phrase in phrases.phrases)
    assert sum(end - start for start, end in found) < 0.7 * spoken


def test_weights_come_out_of_onnx_with_their_names_and_shapes():
    tensors = onnx_tensors.read(silero_ggml.packaged())
    assert tensors["encoder.feature_extractor.forward_basis_buffer"].shape == (258, 1, 256)
    assert tensors["decoder.conv1d.weight"].dtype == np.float32
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())


def test_what_is_no_onnx_file_is_refused(tmp_path):
    impostor = Path(tmp_path) / "model.onnx"
    impostor.write_bytes(b"")
    with pytest.raises(ValueError, match="no ONNX graph"):
        onnx_tensors.read(impostor)
    impostor.write_bytes(b"\x0f\x00")
    with pytest.raises(ValueError, match="Wire type"):
        onnx_tensors.read(impostor)
