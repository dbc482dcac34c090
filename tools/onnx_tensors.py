"""The weights inside an ONNX file, read without the onnx package: protocol buffers, and little of them."""

from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[np.float32]]

# Field numbers of onnx.proto.
GRAPH, INITIALIZER = 7, 5
DIMENSIONS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
FLOAT = 1

# Wire types of protocol buffers.
VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5


def read(path: Path) -> Tensors:
    """Every float32 initializer of the graph by name; raises ValueError for what is not a protocol buffer."""
    graph = next((value for field, value in _fields(path.read_bytes()) if field == GRAPH), None)
    if not isinstance(graph, bytes):
        raise ValueError(f"{path.name} has no ONNX graph in it.")
    encoded = (value for field, value in _fields(graph) if field == INITIALIZER and isinstance(value, bytes))
    return dict(found for found in map(_tensor, encoded) if found)


def _tensor(message: bytes) -> tuple[str, NDArray[np.float32]] | None:
    name, kind, raw = "", 0, b""
    shape: list[int] = []
    for field, value in _fields(message):
        if field == DIMENSIONS:
            shape += [value] if isinstance(value, int) else _varints(value)
        elif field == DATA_TYPE and isinstance(value, int):
            kind = value
        elif field == NAME and isinstance(value, bytes):
            name = value.decode()
        elif field == RAW_DATA and isinstance(value, bytes):
            raw = value
    if kind != FLOAT or len(raw) != 4 * prod(shape):
        return None
    return name, np.frombuffer(raw, "<f4").reshape(shape)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The number and value of each field, in order: integers as they are, everything else as its bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        field, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(message, at)
            yield field, value
            continue
        length, at = _varint(message, at) if wire == COUNTED else (_fixed(wire), at)
        yield field, message[at : at + length]
        at += length


def _fixed(wire: int) -> int:
    if wire not in (FOUR_BYTES, EIGHT_BYTES):
        raise ValueError(f"Wire type {wire} is none of protocol buffers'.")
    return 4 if wire == FOUR_BYTES else 8


def _varints(packed: bytes) -> list[int]:
    values, at = [], 0
    while at < len(packed):
        value, at = _varint(packed, at)
        values.append(value)
    return values


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
