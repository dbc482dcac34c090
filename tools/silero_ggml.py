"""Silero VAD as the ggml file that whisper.cpp's own VAD loads, from the ONNX file inside faster-whisper.

The file is: a header (model type, version, frame and context, the shape of every layer), then tensors one after
another, each with its dimensions reversed; convolutions in float16, everything else in float32.
"""

import struct
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tools import onnx_tensors
from tools.onnx_tensors import Tensors

MAGIC = 0x67676D6C
TYPE = b"silero-16k"
VERSION = (6, 0, 0)
FRAME, CONTEXT = 512, 64  # samples
HIDDEN = 128
KERNEL = 3
ENCODER = ((129, 128), (128, 64), (64, 64), (64, 128))  # channels in and out of each convolution
FLOAT32, FLOAT16 = 0, 1

Array = NDArray[np.float32]


def write(path: Path, source: Path | None = None) -> Path:
    """Write the ggml file of the Silero model in `source` (faster-whisper's own) to `path`, and return that."""
    tensors = onnx_tensors.read(source or packaged())
    with path.open("wb") as file:
        _write_header(file)
        for name, tensor, kind in _named(tensors):
            _write_tensor(file, name, tensor, kind)
    return path


def packaged() -> Path:
    """The ONNX file that faster-whisper ships."""
    package = find_spec("faster_whisper")
    assert package
    assert package.origin
    return Path(package.origin).parent / "assets" / "silero_vad_v6.onnx"


def _write_header(file: BinaryIO) -> None:
    file.write(struct.pack("<2i", MAGIC, len(TYPE)) + TYPE)
    file.write(struct.pack("<6i", *VERSION, FRAME, CONTEXT, len(ENCODER)))
    for channels_in, channels_out in ENCODER:
        file.write(struct.pack("<3i", channels_in, channels_out, KERNEL))
    file.write(struct.pack("<4i", HIDDEN, HIDDEN, HIDDEN, 1))


def _named(tensors: Tensors) -> Iterator[tuple[str, Array, int]]:
    for layer in range(len(ENCODER)):
        theirs = f"_model.encoder.{layer}.reparam_conv"
        yield f"{theirs}.weight", tensors[f"encoder.conv_layers.{layer}.weight"], FLOAT16
        yield f"{theirs}.bias", tensors[f"encoder.conv_layers.{layer}.bias"], FLOAT32
    of_input, of_state, biases = _recurrent(tensors)
    yield "_model.decoder.rnn.weight_ih", _torch_order(of_input), FLOAT32
    yield "_model.decoder.rnn.weight_hh", _torch_order(of_state), FLOAT32
    yield "_model.decoder.rnn.bias_ih", _torch_order(biases[: 4 * HIDDEN]), FLOAT32
    yield "_model.decoder.rnn.bias_hh", _torch_order(biases[4 * HIDDEN :]), FLOAT32
    yield "_model.decoder.decoder.2.weight", tensors["decoder.conv1d.weight"].reshape(HIDDEN), FLOAT16
    yield "_model.decoder.decoder.2.bias", tensors["decoder.conv1d.bias"], FLOAT32
    yield "_model.stft.forward_basis_buffer", tensors["encoder.feature_extractor.forward_basis_buffer"], FLOAT16


def _recurrent(tensors: Tensors) -> list[Array]:
    """Weights of the input, weights of the state, biases of both: the exporter numbers them in this order."""
    names = sorted(name for name in tensors if "LSTM" in name)
    return [tensors[name][0] for name in names]


def _torch_order(gates: Array) -> Array:
    """ONNX stacks the gates input, output, forget, cell; PyTorch and whisper.cpp input, forget, cell, output."""
    of_input, of_output, of_forget, of_cell = np.split(gates, 4)
    return np.concatenate([of_input, of_forget, of_cell, of_output])


def _write_tensor(file: BinaryIO, name: str, tensor: Array, kind: int) -> None:
    file.write(struct.pack("<3i", tensor.ndim, len(name), kind))
    file.write(struct.pack(f"<{tensor.ndim}i", *reversed(tensor.shape)) + name.encode())
    file.write(tensor.astype("<f2" if kind == FLOAT16 else "<f4").tobytes())
