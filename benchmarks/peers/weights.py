"""One model in the formats of both engines."""

from pathlib import Path
from typing import NamedTuple


class Weights(NamedTuple):
    """`name` is what the service calls it, `models` the folder it finds it in (none where it is in the package)."""

    name: str
    ct2: Path
    ggml: Path
    models: Path | None = None
