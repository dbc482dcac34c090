"""The head of a ggml model file: twelve little-endian integers that tell its shape."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from stt.worker.errors import ModelUnavailable

_HEAD = struct.Struct("<12i")
_MAGIC = 0x67676D6C
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
            head = file.read(_HEAD.size)
        if len(head) < _HEAD.size or _HEAD.unpack(head)[0] != _MAGIC:
            raise ModelUnavailable(f"{path.name} is not a ggml Whisper model; whisper.cpp reads ggml-*.bin files.")
        _, vocabulary, _, width, _, audio_layers, _, _, text_heads, text_layers, mels, _ = _HEAD.unpack(head)
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
