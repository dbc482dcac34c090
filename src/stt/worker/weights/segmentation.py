"""pyannote's segmentation-3.0 as an ONNX file: who of up to three speaks when, in ten seconds of sound.

SincNet (band-pass filters learnt by their edges), four LSTM layers in both directions, two dense ones and seven
classes: nobody, one of three, two of three. The network is that of pyannote.audio (MIT), the filters those of
`asteroid_filterbanks.ParamSincFB`.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stt.worker.errors import ModelUnavailable
from stt.worker.weights.onnx_graph import Graph
from stt.worker.weights.tensors import Array

INPUT, LAYERS, WIDTH = "samples", 4, 128
_EDGE_HERTZ, _SAMPLE_RATE = 50, 16_000
_LEAK = 0.01


def write(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write the network: input `samples` (windows, 1, samples) from -1 to 1, output (windows, frames, 7) logarithms.

    Raises:
        ModelUnavailable: it lacks a tensor, or has one of another shape.
    """
    try:
        graph = Graph("segmentation")
        heard = _filtered(graph, tensors)
        for layer in range(LAYERS):
            heard = _lstm(graph, tensors, layer, heard)
        heard = graph.add("Transpose", heard, perm=(1, 0, 2))
        for name in ("linear.0", "linear.1"):
            heard = graph.add("LeakyRelu", _dense(graph, tensors, name, heard), alpha=_LEAK)
        result = graph.add("LogSoftmax", _dense(graph, tensors, "classifier", heard), axis=-1)
    except (KeyError, ValueError) as error:
        raise ModelUnavailable(f"This checkpoint is not segmentation-3.0: {error}.") from error
    graph.write(path, (INPUT, ("windows", 1, "samples")), result)


def _filtered(graph: Graph, tensors: Mapping[str, Array]) -> str:
    """SincNet: (windows, 1, samples) to (frames, windows, 60)."""
    heard = _levelled(graph, tensors, "wav_norm1d", INPUT)
    for number in range(3):
        if number == 0:
            heard = graph.add("Abs", graph.add("Conv", heard, graph.array(_filters(tensors)), strides=(10,)))
        else:
            weights = (graph.array(tensors[f"sincnet.conv1d.{number}.{part}"]) for part in ("weight", "bias"))
            heard = graph.add("Conv", heard, *weights)
        heard = graph.add("MaxPool", heard, kernel_shape=(3,), strides=(3,))
        heard = graph.add("LeakyRelu", _levelled(graph, tensors, f"norm1d.{number}", heard), alpha=_LEAK)
    return graph.add("Transpose", heard, perm=(2, 0, 1))


def _levelled(graph: Graph, tensors: Mapping[str, Array], name: str, heard: str) -> str:
    weights = (graph.array(tensors[f"sincnet.{name}.{part}"]) for part in ("weight", "bias"))
    return graph.add("InstanceNormalization", heard, *weights, epsilon=1e-5)


def _filters(tensors: Mapping[str, Array]) -> Array:
    """Forty band-passes, even ones and then odd ones: (80, 1, 251)."""
    learnt = {name: tensors[f"sincnet.conv1d.0.filterbank.{name}"] for name in ("low_hz_", "band_hz_", "window_", "n_")}
    low = _EDGE_HERTZ + np.abs(learnt["low_hz_"])
    high = np.clip(low + _EDGE_HERTZ + np.abs(learnt["band_hz_"]), _EDGE_HERTZ, _SAMPLE_RATE / 2)
    time, band = learnt["n_"], high - low
    even = (np.sin(high * time) - np.sin(low * time)) / (time / 2) * learnt["window_"]
    odd = (np.cos(low * time) - np.cos(high * time)) / (time / 2) * learnt["window_"]
    sides = np.hstack([even, 2 * band, even[:, ::-1]]), np.hstack([odd, 0 * band, -odd[:, ::-1]])
    filters: Array = np.vstack([side / (2 * band) for side in sides])[:, None]
    return filters


def _lstm(graph: Graph, tensors: Mapping[str, Array], layer: int, heard: str) -> str:
    """One layer in both directions: (frames, windows, n) to (frames, windows, 256)."""
    directions = (f"l{layer}", f"l{layer}_reverse")
    inner, outer = (
        np.stack([_gates(tensors[f"lstm.weight_{part}_{way}"]) for way in directions]) for part in ("hh", "ih")
    )
    biases = np.stack(
        [np.concatenate([_gates(tensors[f"lstm.bias_{part}_{way}"]) for part in ("ih", "hh")]) for way in directions]
    )
    weights = map(graph.array, (outer, inner, biases))
    both = graph.add("LSTM", heard, *weights, hidden_size=WIDTH, direction="bidirectional")
    side_by_side = graph.add("Transpose", both, perm=(0, 2, 1, 3))
    return graph.add("Reshape", side_by_side, graph.integers(0, 0, 2 * WIDTH))


def _gates(rows: Array) -> Array:
    """The gates in the order of ONNX (input, output, forget, cell), which torch has as input, forget, cell, output."""
    taken, forgotten, cell, given = np.split(rows, 4)
    return np.concatenate([taken, given, forgotten, cell])


def _dense(graph: Graph, tensors: Mapping[str, Array], name: str, heard: str) -> str:
    product = graph.add("MatMul", heard, graph.array(tensors[f"{name}.weight"].T))
    return graph.add("Add", product, graph.array(tensors[f"{name}.bias"]))
