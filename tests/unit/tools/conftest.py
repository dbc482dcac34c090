"""The demo model as it ships."""

import struct

import numpy as np
import pytest

from tools.demo_model.__main__ import PACKAGED


@pytest.fixture(scope="session")
def shipped_vocabulary():
    """The tokens inside the shipped ggml file in the order of their ranks."""
    content = (PACKAGED / "ggml-demo.bin").read_bytes()
    rows, columns = struct.unpack_from("<2i", content, 48)
    at = 56 + 4 * rows * columns
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    tokens = []
    for _ in range(count):
        (length,) = struct.unpack_from("<i", content, at)
        tokens.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return tokens


@pytest.fixture(scope="session")
def shipped_filters():
    """The mel filters inside the shipped ggml file, `(80, 201)`."""
    content = (PACKAGED / "ggml-demo.bin").read_bytes()
    return np.frombuffer(content, "<f4", 80 * 201, 56).reshape(80, 201)
