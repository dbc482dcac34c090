"""The CTranslate2 folder that faster-whisper loads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import Tokenizer as SpeechTokenizer
from tokenizers import Tokenizer

from stt.worker.weights.tensors import Array, Weights
from tools.whisper_model.vocabulary import CONTROLS, FIRST_SPECIAL, Vocabulary

Tensors = Mapping[str, Array]

# Which projections CTranslate2 computes as one.
SELF_ATTENTION = (("query", "key", "value"),)
CROSS_ATTENTION = (("query",), ("key", "value"))
FEATURES = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 480_000,
    "nb_max_frames": 3000,
    "padding_side": "right",
    "padding_value": 0.0,
    "processor_class": "WhisperProcessor",
    "return_attention_mask": False,
    "sampling_rate": 16_000,
}


def write(
    directory: Path,
    weights: Weights,
    vocabulary: Vocabulary,
    tokenizer: Tokenizer,
    *,
    alignment_heads: Sequence[tuple[int, int]],
    quantization: str,
) -> None:
    """Write `model.bin` with everything faster-whisper reads beside it.

    `alignment_heads` are the (layer, head) pairs that attend to where the words are; word times are read from them.
    """
    directory.mkdir(parents=True, exist_ok=True)
    spec = _spec(weights)
    spec.register_vocabulary(vocabulary.all_tokens())
    _configure(spec.config, vocabulary, tokenizer)
    spec.config.alignment_heads = [list(pair) for pair in alignment_heads]
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(directory))
    tokenizer.save(str(directory / "tokenizer.json"), pretty=False)
    features = FEATURES | {"feature_size": weights.mels}
    (directory / "preprocessor_config.json").write_text(json.dumps(features, indent=2) + "\n")


def _configure(config: Any, vocabulary: Vocabulary, tokenizer: Tokenizer) -> None:
    annotations = SpeechTokenizer(tokenizer, multilingual=True, task="transcribe", language="en").non_speech_tokens
    never_written = ["<|startoftranscript|>", *(f"<|{name}|>" for name in CONTROLS[:-1])]
    config.suppress_ids = sorted([*annotations, *map(vocabulary.special_id, never_written)])
    config.suppress_ids_begin = [tokenizer.token_to_id("Ġ"), FIRST_SPECIAL]
    config.lang_ids = [vocabulary.special_id(f"<|{language}|>") for language in vocabulary.languages]


def _spec(weights: Weights) -> WhisperSpec:
    heads = weights.heads
    spec = WhisperSpec(weights.encoder_layers, heads, weights.decoder_layers, heads)
    tensors = weights.tensors
    _set_linear(spec.encoder.conv1, tensors, "encoder.conv1")
    _set_linear(spec.encoder.conv2, tensors, "encoder.conv2")
    _set_side(spec.encoder, tensors, "encoder", final_norm="encoder.ln_post")
    _set_side(spec.decoder, tensors, "decoder", final_norm="decoder.ln")
    spec.decoder.embeddings.weight = tensors["decoder.token_embedding.weight"]
    spec.decoder.projection.weight = tensors["decoder.token_embedding.weight"]
    return spec


def _set_side(spec: Any, tensors: Tensors, side: str, final_norm: str) -> None:
    spec.position_encodings.encodings = tensors[f"{side}.positional_embedding"]
    _set_norm(spec.layer_norm, tensors, final_norm)
    for index, layer in enumerate(spec.layer):
        block = f"{side}.blocks.{index}"
        _set_attention(layer.self_attention, tensors, f"{block}.attn", SELF_ATTENTION)
        if side == "decoder":
            _set_attention(layer.attention, tensors, f"{block}.cross_attn", CROSS_ATTENTION)
        _set_norm(layer.ffn.layer_norm, tensors, f"{block}.mlp_ln")
        _set_linear(layer.ffn.linear_0, tensors, f"{block}.mlp.0")
        _set_linear(layer.ffn.linear_1, tensors, f"{block}.mlp.2")


def _set_attention(spec: Any, tensors: Tensors, name: str, projections: Sequence[Sequence[str]]) -> None:
    _set_norm(spec.layer_norm, tensors, f"{name}_ln")
    *fused, output = spec.linear
    for linear, parts in zip(fused, projections, strict=True):
        linear.weight = np.concatenate([tensors[f"{name}.{part}.weight"] for part in parts])
        linear.bias = np.concatenate([_bias(tensors, f"{name}.{part}") for part in parts])
    _set_linear(output, tensors, f"{name}.out")


def _bias(tensors: Tensors, name: str) -> Array:
    """Return a projection's bias: zero for keys, which in Whisper have none."""
    return tensors.get(f"{name}.bias", np.zeros(len(tensors[f"{name}.weight"]), np.float32))


def _set_linear(spec: Any, tensors: Tensors, name: str) -> None:
    spec.weight, spec.bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def _set_norm(spec: Any, tensors: Tensors, name: str) -> None:
    spec.gamma, spec.beta = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
