"""One model in the formats of both engines."""

import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.fidelity.demo_model import DemoModel
from benchmarks.peers import cache

DEMO = "demo"
COMPUTE_TYPE = "int8"
"""The numbers of CTranslate2, in this service and beside it."""


class Weights(NamedTuple):
    """`name` is what the service calls it, `models` the folder it finds it in (none where it is in the package)."""

    name: str
    ct2: Path
    ggml: Path
    models: Path | None = None


def demo() -> Weights:
    """The model in the package."""
    model = DemoModel()
    return Weights(DEMO, model.ct2, model.ggml)


def random(shape: str, folder: Path) -> Weights:
    """Random weights in a real shape, built in the folder: `tools.random_model`."""
    name = f"random-{shape}"
    place = folder / name
    cache.command([sys.executable, "-m", "tools.random_model", shape, "--out", str(place)])
    return Weights(name, place / "ct2", place / f"ggml-{name}.bin", folder)
