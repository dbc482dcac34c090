"""Both networks as ONNX Runtime runs them, beside the same sums written in numpy."""

import numpy as np
import onnxruntime
import pytest

from stt.worker.errors import ModelUnavailable
from stt.worker.weights import campplus, segmentation
from tools import speaker_model


def run(path, **inputs):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    (found,) = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]).run(None, inputs)
    return found


def leaky(x):
    return np.where(x > 0, x, 0.01 * x)


def levelled(x, tensors, name):
    x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)
    return x * tensors[f"{name}.weight"][:, None] + tensors[f"{name}.bias"][:, None]


def slid(x, weight, bias=None, stride=1):
    """A convolution: x (channels, time), weight (out, channels, width)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2], axis=1)[:, ::stride]
    out = np.einsum("ctw,ocw->ot", windows, weight)
    return out if bias is None else out + bias[:, None]


def pooled(x):
    return x[:, : x.shape[1] // 3 * 3].reshape(len(x), -1, 3).max(2)


def lstm(x, tensors, way):
    """torch's LSTM in one direction: gates in the order input, forget, cell, output."""
    hidden, cell, out = np.zeros(128), np.zeros(128), []
    weights = [tensors[f"lstm.{part}_{way}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    for step in x:
        gates = weights[0] @ step + weights[2] + weights[1] @ hidden + weights[3]
        taken, forgotten, new, given = np.split(gates, 4)
        taken, forgotten, given = (1 / (1 + np.exp(-g)) for g in (taken, forgotten, given))
        cell = forgotten * cell + taken * np.tanh(new)
        hidden = given * np.tanh(cell)
        out.append(hidden)
    return np.array(out)


def test_the_segmentation_is_the_network_of_its_paper(tmp_path):
    tensors = speaker_model.segmentation(1)
    segmentation.write(tmp_path / "s.onnx", tensors)
    samples = np.random.default_rng(2).standard_normal(16_000).astype(np.float32)
    x = levelled(samples[None], tensors, "sincnet.wav_norm1d")
    filters = segmentation._filters(tensors)
    x = leaky(levelled(pooled(np.abs(slid(x, filters, stride=10))), tensors, "sincnet.norm1d.0"))
    for number in (1, 2):
        weights = (tensors[f"sincnet.conv1d.{number}.{part}"] for part in ("weight", "bias"))
        x = leaky(levelled(pooled(slid(x, *weights)), tensors, f"sincnet.norm1d.{number}"))
    x = x.T
    for layer in range(4):
        backwards = lstm(x[::-1], tensors, f"l{layer}_reverse")[::-1]
        x = np.hstack([lstm(x, tensors, f"l{layer}"), backwards])
    for name in ("linear.0", "linear.1"):
        x = leaky(x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"])
    x = x @ tensors["classifier.weight"].T + tensors["classifier.bias"]
    expected = x - np.log(np.exp(x).sum(1, keepdims=True))
    np.testing.assert_allclose(run(tmp_path / "s.onnx", samples=samples[None, None])[0], expected, atol=2e-4)


def test_a_filter_passes_its_band_and_stops_others():
    filters = segmentation._filters(speaker_model.segmentation())[:, 0]
    hertz = np.fft.rfftfreq(16_000, 1 / 16_000)
    even, odd = (np.abs(np.fft.rfft(filters[number], 16_000)) for number in (10, 50))
    passed = (hertz > 2100) & (hertz < 2150)
    assert even[passed].min() > 20 * even[hertz > 4000].max()
    np.testing.assert_allclose(even[passed], odd[passed], rtol=0.05)


def test_a_voice_of_several_seconds_is_judged_in_context(tmp_path):
    """The mean of a hundred frames around each, the last of fewer: as `avg_pool1d` in torch, with `ceil_mode`."""
    writer = campplus._Writer(speaker_model.campplus())
    writer._frames = writer.graph.integers(250)
    writer.graph.write(tmp_path / "c.onnx", ("x", (1, 4, 250)), writer._around("x"))
    x = np.random.default_rng(3).standard_normal((1, 4, 250)).astype(np.float32)
    parts = [np.repeat(part.mean(2, keepdims=True), part.shape[2], 2) for part in np.split(x, [100, 200], 2)]
    np.testing.assert_allclose(run(tmp_path / "c.onnx", x=x), np.concatenate(parts, 2), atol=1e-5)


@pytest.mark.parametrize("frames", [30, 301])
def test_any_length_gives_192_numbers_that_differ_by_voice(tmp_path, frames):
    campplus.write(tmp_path / "v.onnx", speaker_model.campplus())
    one, other = np.random.default_rng(4).standard_normal((2, 1, frames, 80)).astype(np.float32)
    found = [run(tmp_path / "v.onnx", spectrogram=x) for x in (one, other, one)]
    assert found[0].shape == (1, 192)
    assert np.isfinite(found[0]).all()
    np.testing.assert_array_equal(found[0], found[2])
    assert not np.allclose(found[0], found[1], atol=1e-5)


@pytest.mark.parametrize(("writer", "other"), [(segmentation, "campplus"), (campplus, "segmentation")])
def test_a_checkpoint_of_another_network_is_refused(tmp_path, writer, other):
    with pytest.raises(ModelUnavailable, match="This checkpoint is not"):
        writer.write(tmp_path / "x.onnx", getattr(speaker_model, other)())
