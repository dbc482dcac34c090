"""The ggml file that whisper.cpp loads: header, mel filters, vocabulary, tensors."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tools.demo_model.weights import AUDIO_FRAMES, MELS, TEXT_TOKENS, VOCABULARY_SIZE, Array, Weights

MAGIC = 0x67676D6C
QUANTISED_FILE = 2007  # quantisation format 2, file type 7: matrices in blocks of 8 bits
FLOAT32, FLOAT16, BLOCKS_OF_8_BITS = 0, 1, 8
BLOCK = 32
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("steps", "i1", BLOCK)])


def write(path: Path, weights: Weights, mel_filters: Array, ranked: Sequence[bytes]) -> None:
    """Write one model with its matrices quantised to q8_0, convolutions in float16 and the rest in float32."""
    with path.open("wb") as file:
        _write_header(file, weights)
        file.write(struct.pack("<2i", *mel_filters.shape) + mel_filters.astype("<f4").tobytes())
        file.write(struct.pack("<i", len(ranked)))
        for token in ranked:
            file.write(struct.pack("<i", len(token)) + token)
        for name, tensor in _tensors(weights):
            _write_tensor(file, name, tensor)


def quantise(matrix: Array) -> bytes:
    """Round to q8_0: each 32 values share a float16 scale and keep 8 bits each."""
    rows = matrix.reshape(-1, BLOCK)
    scale = np.abs(rows).max(axis=1) / 127
    steps = np.round(rows / np.where(scale == 0, 1, scale)[:, None])
    blocks = np.zeros(len(rows), BLOCK_TYPE)
    blocks["scale"], blocks["steps"] = scale, steps
    return blocks.tobytes()


def _write_header(file: BinaryIO, weights: Weights) -> None:
    listening = (AUDIO_FRAMES, weights.width, weights.heads, weights.encoder_layers)
    writing = (TEXT_TOKENS, weights.width, weights.heads, weights.decoder_layers)
    file.write(struct.pack("<12i", MAGIC, VOCABULARY_SIZE, *listening, *writing, MELS, QUANTISED_FILE))


def _tensors(weights: Weights) -> Iterator[tuple[str, Array]]:
    for name, tensor in weights.tensors.items():
        # whisper.cpp adds these to a (channels, frames) image, so they are columns.
        yield name, tensor.reshape(-1, 1) if name.endswith(("conv1.bias", "conv2.bias")) else tensor


def _write_tensor(file: BinaryIO, name: str, tensor: Array) -> None:
    kind = _kind(name, tensor)
    file.write(struct.pack("<3i", tensor.ndim, len(name), kind))
    file.write(struct.pack(f"<{tensor.ndim}i", *reversed(tensor.shape)) + name.encode())
    file.write(_content(tensor, kind))


def _kind(name: str, tensor: Array) -> int:
    if tensor.ndim < 2 or name.endswith(("positional_embedding", "bias")):
        return FLOAT32
    return BLOCKS_OF_8_BITS if tensor.ndim == 2 else FLOAT16


def _content(tensor: Array, kind: int) -> bytes:
    if kind == BLOCKS_OF_8_BITS:
        return quantise(tensor)
    plain: NDArray[np.floating] = tensor.astype("<f2" if kind == FLOAT16 else "<f4")
    return plain.tobytes()
