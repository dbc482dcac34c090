"""The model everything is measured with: its files, and what its card says."""

import json
from dataclasses import dataclass
from pathlib import Path

from tools.demo_model.__main__ import PACKAGED


@dataclass(frozen=True)
class DemoModel:
    """A folder as it is shipped in the package."""

    folder: Path = PACKAGED

    @property
    def ct2(self) -> Path:
        """For faster-whisper."""
        return self.folder / "ct2"

    @property
    def ggml(self) -> Path:
        """For whisper.cpp."""
        return self.folder / "ggml-demo.bin"

    @property
    def window_seconds(self) -> int:
        """The longest window it is good at."""
        return int(json.loads((self.folder / "card.json").read_text())["window_seconds"])
