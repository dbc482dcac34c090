"""This service, embedded: `stt serve` as its users start it."""

from pathlib import Path

import httpx

from benchmarks.peers.weights import Weights
from tools import service

WAIT_SECONDS = 30
"""How long the service may keep a client waiting for its clip before it has to ask again."""


class Service(service.Service):
    """`audio_context` is the setting of that name: what the encoder is given, `full` 30 s or `adaptive`."""

    def __init__(self, home: Path, weights: Weights, *, audio_context: str, beam_size: int, compute_type: str) -> None:
        settings = {
            "STT_DEVICE": "cpu",
            "STT_ENGINE": "faster-whisper",
            "STT_BEAM_SIZE": str(beam_size),
            "STT_COMPUTE_TYPE": compute_type,
            "STT_AUDIO_CONTEXT": audio_context,
        }
        if weights.models is not None:
            settings["STT_MODEL_DIR"] = str(weights.models)
        super().__init__(home, settings)
        self.name = f"this service, {audio_context} audio context"
        self.model = weights.name

    async def text_of(self, client: httpx.AsyncClient, clip: bytes, language: str) -> str:
        answer = await client.post(
            f"{self.url}/api/stt/upload",
            files={"file": ("clip.wav", clip)},
            data={"language": language, "model": self.model},
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

    async def called(self, client: httpx.AsyncClient, clip: bytes, language: str) -> str:
        """The same through OpenAI's endpoint."""
        answer = await client.post(
            f"{self.url}/v1/audio/transcriptions",
            files={"file": ("clip.wav", clip)},
            data={"language": language, "model": self.model},
        )
        text: str = answer.raise_for_status().json()["text"]
        return text
