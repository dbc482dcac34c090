"""faster-whisper behind FastAPI, in a process of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.server import Server


class FasterWhisperServer(Server):
    """`faster_whisper_app` with all cores; `model` is a folder as CTranslate2 has it."""

    def __init__(self, log: Path, model: Path, *, beam_size: int, compute_type: str, batched: bool) -> None:
        super().__init__(log)
        self.name = f"faster-whisper{', batched,' if batched else ''} behind FastAPI"
        self._options = ["--model", str(model), "--beam-size", str(beam_size), "--compute-type", compute_type]
        self._options += ["--batched"] if batched else []

    def command(self) -> Sequence[str]:
        program = [sys.executable, "-m", "benchmarks.peers.faster_whisper_app"]
        return [*program, "--port", str(self.port), *self._options]
