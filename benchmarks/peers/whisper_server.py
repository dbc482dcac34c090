"""whisper.cpp's own HTTP server: one request at a time, the others wait for its lock."""

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import whisper_cpp
from benchmarks.peers.server import Server


class WhisperServer(Server):
    """`whisper-server` with all cores; `model` is a ggml file."""

    name = "whisper.cpp's whisper-server"

    def __init__(self, log: Path, model: Path, *, beam_size: int) -> None:
        super().__init__(log)
        self._weights, self._beam_size = model, beam_size

    def command(self) -> Sequence[str]:
        return [
            str(whisper_cpp.programs().server),
            *("--model", str(self._weights)),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--inference-path", "/v1/audio/transcriptions"),
            *("--beam-size", str(self._beam_size)),
            *("--threads", str(os.cpu_count() or 1)),
        ]
