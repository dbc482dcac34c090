"""A model's weights as plain arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

AUDIO_FRAMES = 1500
TEXT_TOKENS = 448


@dataclass(frozen=True)
class Weights:
    """A Whisper model's tensors under OpenAI's names, and the shape they imply."""

    tensors: Mapping[str, Array]
    heads: int = 2

    @property
    def width(self) -> int:
        """Length of one hidden vector."""
        return int(self.tensors["encoder.positional_embedding"].shape[1])

    @property
    def mels(self) -> int:
        """Bands of the spectrogram."""
        return int(self.tensors["encoder.conv1.weight"].shape[1])

    @property
    def vocabulary(self) -> int:
        """Number of tokens."""
        return len(self.tensors["decoder.token_embedding.weight"])

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
