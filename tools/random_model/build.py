"""A shape into the files of both engines."""

import json
from collections.abc import Collection
from pathlib import Path

from stt.domain.whisper.engine import Engine
from stt.worker.audio.spectrogram import mel_filters
from stt.worker.weights import ggml
from stt.worker.weights.tensors import Weights
from tools.demo_model.__main__ import PACKAGED
from tools.random_model import encoder
from tools.random_model.decoder import OWN_PLACES, Decoder
from tools.random_model.noise import Noise
from tools.random_model.script import OTHER_TOKENS, Script
from tools.random_model.shape import Shape
from tools.whisper_model import ct2, tokenizer
from tools.whisper_model.vocabulary import Vocabulary

ENGINES = tuple(Engine)
TOKENS = 60


def build(
    shape: Shape,
    output: Path,
    *,
    name: str,
    engines: Collection[str] = ENGINES,
    tokens: int = TOKENS,
    matrices: str = "f16",
    seed: int = 1,
) -> None:
    """Write a model folder as `ModelStore` knows them; the same inputs give the same bytes.

    Windows of 30 s get `tokens` tokens, shorter audio as many less. `matrices` is how ggml keeps them: f16 is what
    whisper.cpp's own models and `stt models pull` bring, q8_0 is what many convert them to. CTranslate2's are kept in
    float16, as those of the hub are; `compute_type` turns them into anything else as they are loaded.

    Raises:
        ValueError: more tokens than the width has room for.
    """
    # The demo model carries the vocabulary that all multilingual Whisper models share.
    vocabulary = Vocabulary(ggml.read_vocabulary(PACKAGED / "ggml-demo.bin"), shape.languages)
    script = Script(vocabulary, tokens - OTHER_TOKENS)
    room = shape.width - script.steps - OWN_PLACES - 3
    if room < 0:
        raise ValueError(f"A width of {shape.width} has room for {tokens + room} tokens, not for {tokens}.")
    weights = _weights(shape, script, seed)
    output.mkdir(parents=True, exist_ok=True)
    if "whisper.cpp" in engines:
        filters = mel_filters(shape.mels)
        ggml.write(output / f"ggml-{name}.bin", weights, filters, vocabulary.ranked, matrices=matrices)
    if "faster-whisper" in engines:
        heads, spelling = shape.alignment_heads, tokenizer.build(vocabulary)
        ct2.write(output / "ct2", weights, vocabulary, spelling, alignment_heads=heads, quantization="float16")
    _write_card(output, name, tokens)


def _weights(shape: Shape, script: Script, seed: int) -> Weights:
    noise = Noise(seed)
    listening = dict(encoder.build(shape, noise))
    return Weights({**listening, **dict(Decoder(shape, script, noise, seed).build())}, shape.heads)


def _write_card(output: Path, name: str, tokens: int) -> None:
    card = {
        "name": name,
        "description": f"Random weights: it costs what a trained model of its shape costs, and writes {tokens} "
        "tokens for half a minute of anything. Its words mean nothing.",
        "window_seconds": 30,
    }
    (output / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
