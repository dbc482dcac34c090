"""Dense random layers whose contribution to what flows through the model is small, but costs what any other does."""

from collections.abc import Iterator

import numpy as np

from stt.worker.weights.tensors import Array

Named = tuple[str, Array]


class Noise:
    """Draws layers; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)

    def matrix(self, rows: int, columns: int, gain: float) -> Array:
        """A matrix that turns a vector of rms 1 into one of rms `gain`."""
        drawn: Array = self._draw.standard_normal((rows, columns), np.float32)
        return drawn * np.float32(gain / np.sqrt(columns))

    def block(self, name: str, width: int, attentions: tuple[str, ...], loudness: float) -> Iterator[Named]:
        """A transformer block, each of whose branches adds a vector of rms `loudness`."""
        for attention in attentions:
            yield from self._attention(f"{name}.{attention}", width, loudness)
        yield from norm(f"{name}.mlp_ln", width)
        yield from self._linear(f"{name}.mlp.0", 4 * width, width, 0.5)
        yield from self._linear(f"{name}.mlp.2", width, 4 * width, 2.5 * loudness)

    def _attention(self, name: str, width: int, loudness: float) -> Iterator[Named]:
        yield from norm(f"{name}_ln", width)
        yield from self._linear(f"{name}.query", width, width, 0.3)
        yield f"{name}.key.weight", self.matrix(width, width, 0.3)
        yield from self._linear(f"{name}.value", width, width, 1.0)
        yield from self._linear(f"{name}.out", width, width, loudness)

    def _linear(self, name: str, rows: int, columns: int, gain: float) -> Iterator[Named]:
        yield f"{name}.weight", self.matrix(rows, columns, gain)
        yield f"{name}.bias", np.zeros(rows, np.float32)


def norm(name: str, width: int) -> Iterator[Named]:
    """A layer norm that only normalises."""
    yield f"{name}.weight", np.ones(width, np.float32)
    yield f"{name}.bias", np.zeros(width, np.float32)
