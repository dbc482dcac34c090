"""Writing a network as an ONNX file, from numpy arrays: what the format needs of Protocol Buffers is this little.

Field numbers are those of `onnx.proto` (github.com/onnx/onnx); IR version 8, operator set 17.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPERATORS = 8, 17
Attribute = int | float | str | Sequence[int]

_FLOAT, _INT64 = 1, 7
_VARINT, _FIXED32, _BYTES = 0, 5, 2


@dataclass
class Graph:
    """A network being written: nodes in the order in which they run, and the arrays they work with."""

    name: str
    _nodes: list[bytes] = field(default_factory=list)
    _arrays: list[bytes] = field(default_factory=list)

    def add(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """One node; the name of its first output."""
        name = f"n{len(self._nodes)}"
        body = b"".join(_text(1, value) for value in inputs) + _text(2, name)
        body += _text(4, operator) + b"".join(_part(5, _attribute(*item)) for item in attributes.items())
        self._nodes.append(_part(1, body))
        return name

    def array(self, values: NDArray[np.generic]) -> str:
        """An array that nodes can name; floating point is kept in 32 bits, integers in 64."""
        name = f"a{len(self._arrays)}"
        kept, kind = (values.astype("<i8"), _INT64) if values.dtype.kind == "i" else (values.astype("<f4"), _FLOAT)
        body = b"".join(_number(1, size) for size in kept.shape) + _number(2, kind) + _text(8, name)
        self._arrays.append(_part(5, body + _part(9, kept.tobytes())))
        return name

    def integers(self, *values: int) -> str:
        """A list of integers that nodes can name."""
        return self.array(np.array(values, np.int64))

    def write(self, path: Path, entrance: tuple[str, Sequence[int | str]], result: str) -> None:
        """Put the network into a file: the shape of its input, whose free dimensions are named, and its output."""
        body = b"".join(self._nodes) + _text(2, self.name) + b"".join(self._arrays)
        body += _part(11, _value(*entrance)) + _part(12, _value(result, None))
        operators = _text(1, "") + _number(2, OPERATORS)
        path.write_bytes(_number(1, IR_VERSION) + _text(2, "stt") + _part(7, body) + _part(8, operators))


def with_notes(file: bytes, notes: Mapping[str, object]) -> bytes:
    """An ONNX file with notes (`metadata_props`) by which other programs know how to use it."""
    return file + b"".join(_part(14, _text(1, name) + _text(2, str(value))) for name, value in notes.items())


def _value(name: str, shape: Sequence[int | str] | None) -> bytes:
    tensor = _number(1, _FLOAT)
    if shape is not None:
        sizes = (_part(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape)
        tensor += _part(2, b"".join(sizes))
    return _text(1, name) + _part(2, _part(1, tensor))


def _attribute(name: str, value: Attribute) -> bytes:
    head = _text(1, name)
    match value:
        case int():
            return head + _number(3, value) + _number(20, 2)
        case float():
            return head + _varint(2 << 3 | _FIXED32) + np.array(value, "<f4").tobytes() + _number(20, 1)
        case str():
            return head + _text(4, value) + _number(20, 3)
    return head + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _text(number: int, text: str) -> bytes:
    return _part(number, text.encode())


def _part(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value & (1 << 64) - 1)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
