"""One set of weights into the files of both engines."""

from pathlib import Path

import numpy as np

from tools.demo_model import card, ct2, ggml, mel, tokenizer, vocabulary, weights


def build(weights_file: Path, assets: Path, output: Path) -> None:
    """Write the whole model folder; the same inputs give the same bytes.

    `assets` holds the openai-whisper package's `multilingual.tiktoken` and `mel_filters.npz`.
    """
    output.mkdir(parents=True, exist_ok=True)
    trained = weights.load(weights_file)
    ranked = vocabulary.read(assets / "multilingual.tiktoken")
    ggml.write(output / "ggml-demo.bin", trained, _checked_filters(assets), ranked)
    ct2.write(output / "ct2", trained, ranked, tokenizer.build(ranked))
    card.write(output)


def _checked_filters(assets: Path) -> weights.Array:
    filters = mel.filters(weights.MELS)
    with np.load(assets / "mel_filters.npz") as stored:
        if not np.allclose(filters, stored[f"mel_{weights.MELS}"], rtol=1e-6, atol=1e-9):
            raise ValueError("The computed mel filters differ from those of the openai-whisper package.")
    return filters
