"""The trained weights as plain arrays."""

from pathlib import Path

import numpy as np

from stt.worker.weights.tensors import Weights

VOCABULARY_SIZE = 51865


def load(path: Path) -> Weights:
    """Read `weights.npz`, spreading its one shared row over every token the model never writes."""
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    embedding = np.tile(arrays.pop("unused_token_row"), (VOCABULARY_SIZE, 1))
    embedding[arrays.pop("used_token_ids")] = arrays.pop("used_token_rows")
    return Weights({**arrays, "decoder.token_embedding.weight": embedding})
