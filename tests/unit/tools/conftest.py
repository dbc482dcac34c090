"""The demo model as it ships."""

import numpy as np
import pytest

from stt.worker.weights import ggml
from tools.demo_model.__main__ import PACKAGED


@pytest.fixture(scope="session")
def shipped_vocabulary():
    """The tokens inside the shipped ggml file in the order of their ranks."""
    return ggml.read_vocabulary(PACKAGED / "ggml-demo.bin")


@pytest.fixture(scope="session")
def shipped_filters():
    """The mel filters inside the shipped ggml file, `(80, 201)`."""
    content = (PACKAGED / "ggml-demo.bin").read_bytes()
    return np.frombuffer(content, "<f4", 80 * 201, 56).reshape(80, 201)
