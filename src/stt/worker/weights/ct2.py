"""Weights out of the directory that faster-whisper loads, under the names that OpenAI gave them.

`model.bin` is, little-endian and without padding: version of the format, name and revision of the specification, how
many variables; of each its name, rank, dimensions, type, size in bytes and content; then how many aliases; of each its
name and that of its variable. A text is its length with a zero at its end, and the characters (CTranslate2's
`ModelSpec._serialize`).
"""

import functools
import json
import mmap
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stt.worker.errors import ModelUnavailable
from stt.worker.weights.byte_level import plain
from stt.worker.weights.tensors import Array, Weights

TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
END_OF_TEXT = "<|endoftext|>"
"""The first token that is no text."""

_Variables = Mapping[str, Array]


def read(directory: Path) -> Weights:
    """The weights of the model in that directory; they stay in the file until they are looked at.

    Raises:
        ModelUnavailable: `model.bin` is damaged, or holds no Whisper model in floating point.
    """
    path = directory / "model.bin"
    try:
        variables = _variables(path)
        tensors = {
            "encoder.conv1.weight": variables["encoder/conv1/weight"],
            "encoder.conv1.bias": variables["encoder/conv1/bias"],
            "encoder.conv2.weight": variables["encoder/conv2/weight"],
            "encoder.conv2.bias": variables["encoder/conv2/bias"],
            "decoder.token_embedding.weight": variables["decoder/embeddings/weight"],
            **dict(_side(variables, "encoder", "encoder.ln_post")),
            **dict(_side(variables, "decoder", "decoder.ln")),
        }
        heads = int(variables["encoder/num_heads"])
    except (OSError, KeyError, ValueError, struct.error, UnicodeDecodeError) as error:
        raise ModelUnavailable(f"{path.name} is damaged or holds no Whisper model: {error}.") from error
    if not all(np.issubdtype(tensor.dtype, np.floating) for tensor in tensors.values()):
        raise ModelUnavailable(f"{path.name} holds quantised weights; only float16 and float32 can be written anew.")
    return Weights(tensors, heads)


def check_tokenizer(directory: Path) -> None:
    """Return if the tokenizer is there and whole; without one faster-whisper would look for another in the network.

    Raises:
        ModelUnavailable: `tokenizer.json` is missing or damaged.
    """
    path = directory / "tokenizer.json"
    if not path.is_file():
        raise ModelUnavailable("tokenizer.json of this model is missing; copy that of the model it was made from.")
    try:
        seen = path.stat()
        whole = _holds_tokenizer(path, (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns))
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnavailable(f"tokenizer.json of this model is damaged: {error}.") from error
    if not whole:
        raise ModelUnavailable("tokenizer.json of this model is damaged: it holds no tokenizer.")


def read_vocabulary(directory: Path) -> list[bytes]:
    """The text tokens of the model in that directory, in the order of their ranks.

    Raises:
        ModelUnavailable: `vocabulary.json` is missing, damaged or spelt in another alphabet.
    """
    try:
        tokens = json.loads((directory / "vocabulary.json").read_text(encoding="utf-8"))
        return [plain(token) for token in tokens[: tokens.index(END_OF_TEXT)]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(f"vocabulary.json is missing, or is not that of a Whisper model: {error!r}.") from error


@functools.lru_cache
def _holds_tokenizer(path: Path, _state: tuple[int, ...]) -> bool:
    """Asked for every chunk, and reading it takes 80 ms in which nothing else runs: once for each state of the file."""
    return "model" in json.loads(path.read_bytes())


def _variables(path: Path) -> dict[str, Array]:
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _version, place = _number(content, "I", 0)
    _name, place = _text(content, place)
    _revision, place = _number(content, "I", place)
    count, place = _number(content, "I", place)
    found: dict[str, Array] = {}
    for _ in range(count):
        name, place = _text(content, place)
        rank, place = _number(content, "B", place)
        shape = struct.unpack_from(f"<{rank}I", content, place)
        kind, place = _number(content, "B", place + 4 * rank)
        size, place = _number(content, "I", place)
        if numbers := TYPES.get(kind):
            length = size // np.dtype(numbers).itemsize
            found[name] = np.frombuffer(content, numbers, length, place).reshape(shape)
        place += size
    aliases, place = _number(content, "I", place)
    for _ in range(aliases):
        alias, place = _text(content, place)
        name, place = _text(content, place)
        found[alias] = found[name]
    return found


def _number(content: Any, kind: str, place: int) -> tuple[int, int]:
    """A number and the place behind it."""
    form = f"<{kind}"
    return struct.unpack_from(form, content, place)[0], place + struct.calcsize(form)


def _text(content: Any, place: int) -> tuple[str, int]:
    length, place = _number(content, "H", place)
    return content[place : place + length - 1].decode(), place + length


def _side(variables: _Variables, side: str, final_norm: str) -> Iterator[tuple[str, Array]]:
    yield f"{side}.positional_embedding", variables[f"{side}/position_encodings/encodings"]
    yield from _norm(variables, f"{side}/layer_norm", final_norm)
    within = [name for name in variables if name.startswith(f"{side}/layer_") and name.count("/") > 2]
    layers = dict.fromkeys(name.split("/")[1] for name in within)
    for layer in layers:
        theirs, block = f"{side}/{layer}", f"{side}.blocks.{layer.removeprefix('layer_')}"
        yield from _attention(variables, f"{theirs}/self_attention", f"{block}.attn", (("query", "key", "value"),))
        if side == "decoder":
            fused = (("query",), ("key", "value"))
            yield from _attention(variables, f"{theirs}/attention", f"{block}.cross_attn", fused)
        yield from _norm(variables, f"{theirs}/ffn/layer_norm", f"{block}.mlp_ln")
        yield from _linear(variables, f"{theirs}/ffn/linear_0", f"{block}.mlp.0")
        yield from _linear(variables, f"{theirs}/ffn/linear_1", f"{block}.mlp.2")


def _attention(
    variables: _Variables, theirs: str, name: str, fused: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[str, Array]]:
    yield from _norm(variables, f"{theirs}/layer_norm", f"{name}_ln")
    for index, projections in enumerate((*fused, ("out",))):
        weights = np.split(variables[f"{theirs}/linear_{index}/weight"], len(projections))
        biases = np.split(variables[f"{theirs}/linear_{index}/bias"], len(projections))
        for projection, weight, bias in zip(projections, weights, biases, strict=True):
            yield f"{name}.{projection}.weight", weight
            if projection != "key":  # in Whisper keys have no bias; computed as one with the others it is zero
                yield f"{name}.{projection}.bias", bias


def _linear(variables: _Variables, theirs: str, name: str) -> Iterator[tuple[str, Array]]:
    yield f"{name}.weight", variables[f"{theirs}/weight"]
    yield f"{name}.bias", variables[f"{theirs}/bias"]


def _norm(variables: _Variables, theirs: str, name: str) -> Iterator[tuple[str, Array]]:
    yield f"{name}.weight", variables[f"{theirs}/gamma"]
    yield f"{name}.bias", variables[f"{theirs}/beta"]
