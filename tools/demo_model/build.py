"""One set of weights into the files of both engines."""

from pathlib import Path

import numpy as np

from stt.worker.audio.spectrogram import mel_filters
from stt.worker.weights import ggml
from stt.worker.weights.tensors import Array
from tools.demo_model import card, weights
from tools.whisper_model import ct2, tokenizer, vocabulary

MELS = 80
# The heads that were guided to where the words are.
ALIGNMENT_HEADS = ((1, 0), (2, 0))
# The tokenizer the model was trained with lacked this first merge, so the model spells every word that begins
# with "t" as a space and then the rest. A prompt must be spelt the way the model learnt it.
UNLEARNT = (b" ", b"t")


def build(weights_file: Path, assets: Path, output: Path) -> None:
    """Write the whole model folder; the same inputs give the same bytes.

    `assets` holds the openai-whisper package's `multilingual.tiktoken` and `mel_filters.npz`.
    """
    output.mkdir(parents=True, exist_ok=True)
    trained = weights.load(weights_file)
    known = vocabulary.Vocabulary(vocabulary.read(assets / "multilingual.tiktoken"))
    ggml.write(output / "ggml-demo.bin", trained, _checked_filters(assets), known.ranked)
    spelling = tokenizer.build(known, UNLEARNT)
    ct2.write(output / "ct2", trained, known, spelling, alignment_heads=ALIGNMENT_HEADS, quantization="int8")
    card.write(output)


def _checked_filters(assets: Path) -> Array:
    filters = mel_filters(MELS)
    with np.load(assets / "mel_filters.npz") as stored:
        if not np.allclose(filters, stored[f"mel_{MELS}"], rtol=1e-6, atol=1e-9):
            raise ValueError("The computed mel filters differ from those of the openai-whisper package.")
    return filters
