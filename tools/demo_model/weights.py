"""The trained weights as plain arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

VOCABULARY_SIZE = 51865
MELS = 80
AUDIO_FRAMES = 1500
TEXT_TOKENS = 448


@dataclass(frozen=True)
class Weights:
    """A Whisper model's tensors under OpenAI's names, in float32, and the shape they imply."""

    tensors: Mapping[str, Array]
    heads: int = 2

    @property
    def width(self) -> int:
        """Length of one hidden vector."""
        return int(self.tensors["encoder.positional_embedding"].shape[1])

    @property
    def encoder_layers(self) -> int:
        """Number of transformer blocks that listen."""
        return self._blocks("encoder")

    @property
    def decoder_layers(self) -> int:
        """Number of transformer blocks that write."""
        return self._blocks("decoder")

    def _blocks(self, side: str) -> int:
        prefix = f"{side}.blocks."
        return len({name.split(".")[2] for name in self.tensors if name.startswith(prefix)})


def load(path: Path) -> Weights:
    """Read `weights.npz`, spreading its one shared row over every token the model never writes."""
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    embedding = np.tile(arrays.pop("unused_token_row"), (VOCABULARY_SIZE, 1))
    embedding[arrays.pop("used_token_ids")] = arrays.pop("used_token_rows")
    return Weights({**arrays, "decoder.token_embedding.weight": embedding})
