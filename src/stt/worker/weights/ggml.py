"""The ggml file that whisper.cpp loads: head (twelve little-endian integers), mel filters, vocabulary, tensors."""

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from stt.worker.errors import ModelUnavailable
from stt.worker.weights.tensors import AUDIO_FRAMES, TEXT_TOKENS, Array, Weights

MAGIC = 0x67676D6C
HEAD = struct.Struct("<12i")
FLOAT32, FLOAT16, BLOCKS_OF_8_BITS = 0, 1, 8
# How matrices are kept, and how the head says so: quantisation format 2 is ggml's own, file type 7 blocks of 8 bits.
MATRICES = {"q8_0": BLOCKS_OF_8_BITS, "f16": FLOAT16}
FILES = {"q8_0": 2007, "f16": 1}
BLOCK = 32
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("steps", "i1", BLOCK)])
_ENGLISH_VOCABULARY = 51_864
_KNOWN = {
    (4, 4, 6, 80): "TINY",
    (6, 6, 8, 80): "BASE",
    (12, 12, 12, 80): "SMALL",
    (24, 24, 16, 80): "MEDIUM",
    (32, 32, 20, 80): "LARGE_V2",
    (32, 32, 20, 128): "LARGE_V3",
    (32, 4, 20, 128): "LARGE_V3_TURBO",
}


@dataclass(frozen=True)
class GgmlShape:
    """What whisper.cpp must know before it loads a model whose words it shall align."""

    vocabulary: int
    width: int
    audio_layers: int
    text_layers: int
    text_heads: int
    mels: int

    @classmethod
    def read(cls, path: Path) -> Self:
        """The shape of the model in that file. Raises ModelUnavailable if it is not a whole ggml model."""
        with path.open("rb") as file:
            head = file.read(HEAD.size)
        if len(head) < HEAD.size or HEAD.unpack(head)[0] != MAGIC:
            raise ModelUnavailable(f"{path.name} is not a ggml Whisper model; whisper.cpp reads ggml-*.bin files.")
        _, vocabulary, _, width, _, audio_layers, _, _, text_heads, text_layers, mels, _ = HEAD.unpack(head)
        shape = cls(vocabulary, width, audio_layers, text_layers, text_heads, mels)
        # whisper.cpp takes a file without any weights for an empty model and hears nothing with it.
        if path.stat().st_size < shape.least_bytes:
            raise ModelUnavailable(f"{path.name} is damaged: its end is missing. Copy or fetch it again.")
        return shape

    @property
    def least_bytes(self) -> int:
        """Size of its larger matrices at two bits a weight, the smallest that ggml knows."""
        layers = 12 * self.audio_layers + 16 * self.text_layers
        return (layers * self.width**2 + self.vocabulary * self.width) // 4

    @property
    def known_as(self) -> str | None:
        """Which of OpenAI's models has this shape, by the name whisper.cpp gives to its alignment heads."""
        name = _KNOWN.get((self.audio_layers, self.text_layers, self.text_heads, self.mels))
        is_english = self.vocabulary == _ENGLISH_VOCABULARY
        return f"{name}_EN" if name and is_english else name


def write(path: Path, weights: Weights, mel_filters: Array, ranked: Sequence[bytes], *, matrices: str = "q8_0") -> None:
    """Write one model with its matrices in q8_0 or f16, convolutions in float16 and the rest in float32."""
    with path.open("wb") as file:
        _write_header(file, weights, FILES[matrices])
        file.write(struct.pack("<2i", *mel_filters.shape) + mel_filters.astype("<f4").tobytes())
        file.write(struct.pack("<i", len(ranked)))
        for token in ranked:
            file.write(struct.pack("<i", len(token)) + token)
        for name, tensor in _tensors(weights):
            _write_tensor(file, name, tensor, MATRICES[matrices])


def read_vocabulary(path: Path) -> list[bytes]:
    """The text tokens of a model in the order of their ranks."""
    with path.open("rb") as file:
        file.seek(HEAD.size)
        rows, columns = struct.unpack("<2i", file.read(8))
        file.seek(4 * rows * columns, os.SEEK_CUR)
        (count,) = struct.unpack("<i", file.read(4))
        return [file.read(struct.unpack("<i", file.read(4))[0]) for _ in range(count)]


def quantise(matrix: Array) -> bytes:
    """Round to q8_0: each 32 values share a float16 scale and keep 8 bits each."""
    rows = matrix.reshape(-1, BLOCK)
    scale = np.abs(rows).max(axis=1) / 127
    steps = np.round(rows / np.where(scale == 0, 1, scale)[:, None])
    blocks = np.zeros(len(rows), BLOCK_TYPE)
    blocks["scale"], blocks["steps"] = scale, steps
    return blocks.tobytes()


def _write_header(file: BinaryIO, weights: Weights, file_type: int) -> None:
    listening = (AUDIO_FRAMES, weights.width, weights.heads, weights.encoder_layers)
    writing = (TEXT_TOKENS, weights.width, weights.heads, weights.decoder_layers)
    file.write(HEAD.pack(MAGIC, weights.vocabulary, *listening, *writing, weights.mels, file_type))


def _tensors(weights: Weights) -> Iterator[tuple[str, Array]]:
    for name, tensor in weights.tensors.items():
        # whisper.cpp adds these to a (channels, frames) image, so they are columns.
        yield name, tensor.reshape(-1, 1) if name.endswith(("conv1.bias", "conv2.bias")) else tensor


def _write_tensor(file: BinaryIO, name: str, tensor: Array, matrices: int) -> None:
    kind = _kind(name, tensor, matrices)
    file.write(struct.pack("<3i", tensor.ndim, len(name), kind))
    file.write(struct.pack(f"<{tensor.ndim}i", *reversed(tensor.shape)) + name.encode())
    file.write(_content(tensor, kind))


def _kind(name: str, tensor: Array, matrices: int) -> int:
    if tensor.ndim < 2 or name.endswith(("positional_embedding", "bias")):
        return FLOAT32
    return matrices if tensor.ndim == 2 else FLOAT16


def _content(tensor: Array, kind: int) -> bytes:
    if kind == BLOCKS_OF_8_BITS:
        return quantise(tensor)
    plain: NDArray[np.floating] = tensor.astype("<f2" if kind == FLOAT16 else "<f4")
    return plain.tobytes()
