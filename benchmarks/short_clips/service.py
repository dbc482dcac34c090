"""This service, embedded: `stt serve` as its users start it."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from benchmarks.peers.server import Server
from benchmarks.peers.weights import Weights

WAIT_SECONDS = 30
"""How long the service may keep a client waiting for its clip before it has to ask again."""
FOREIGN = ("STT_", "DATABASE_URL", "RABBITMQ_URL", "MINIO_")


class Service(Server):
    """`audio_context` is the setting of that name: what the encoder is given, `full` 30 s or `adaptive`."""

    ready_path = "/health/ready"

    def __init__(self, log: Path, weights: Weights, *, audio_context: str, beam_size: int, compute_type: str) -> None:
        super().__init__(log)
        home = log.parent
        self.name = f"this service, {audio_context} audio context"
        self._model = weights.name
        self._environment = _outside() | {
            "STT_DATA_DIR": str(home / "data"),
            "STT_SCRATCH_DIR": str(home / "scratch"),
            "STT_PORT": str(self.port),
            "STT_MODEL_DOWNLOADS": "false",
            "STT_DEVICE": "cpu",
            "STT_ENGINE": "faster-whisper",
            "STT_BEAM_SIZE": str(beam_size),
            "STT_COMPUTE_TYPE": compute_type,
            "STT_AUDIO_CONTEXT": audio_context,
        }
        if weights.models is not None:
            self._environment["STT_MODEL_DIR"] = str(weights.models)

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "stt", "serve"]

    def environment(self) -> Mapping[str, str]:
        return self._environment

    async def transcribe(self, client: httpx.AsyncClient, clip: bytes, language: str) -> str:
        answer = await client.post(
            f"{self.url}/api/stt/upload",
            files={"file": ("clip.wav", clip)},
            data={"language": language, "model": self._model},
        )
        job_id = answer.raise_for_status().json()["job_id"]
        job = {"status": "PENDING"}
        while job["status"] in ("PENDING", "PROCESSING"):
            answer = await client.get(f"{self.url}/api/stt/status/{job_id}", params={"wait": WAIT_SECONDS})
            job = answer.raise_for_status().json()
        if job["status"] != "COMPLETED":
            raise RuntimeError(f"The service failed: {job}")
        result = await client.get(f"{self.url}/api/stt/result/{job_id}")
        text: str = result.raise_for_status().json()["text"]
        return text


def _outside() -> dict[str, str]:
    """The environment without anything that would set the service up differently."""
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
