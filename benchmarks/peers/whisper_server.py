"""whisper.cpp's own HTTP server: one request at a time, the others wait for its lock."""

import os
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.peers import whisper_cpp
from benchmarks.peers.server import Server


class WhisperServer(Server):
    """`whisper-server` with all cores; `model` is a ggml file."""

    name = "whisper.cpp's whisper-server"

    def __init__(self, log: Path, model: Path, *, beam_size: int) -> None:
        super().__init__(log)
        self._model, self._beam_size = model, beam_size

    def command(self) -> Sequence[str]:
        return [
            str(whisper_cpp.programs().server),
            *("--model", str(self._model)),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--beam-size", str(self._beam_size)),
            *("--threads", str(os.cpu_count() or 1)),
        ]

    async def text_of(self, client: httpx.AsyncClient, clip: bytes, language: str) -> str:
        answer = await client.post(
            f"{self.url}/inference",
            files={"file": ("clip.wav", clip)},
            data={"language": language, "response_format": "json"},
        )
        text: str = answer.raise_for_status().json()["text"]
        return text
