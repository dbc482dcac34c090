"""The smallest server around faster-whisper: FastAPI, one model, a lock.

It is what the engine `faster_whisper` of whisper-asr-webservice comes to: beam 5, the library's own defaults, no VAD,
one request in the model at a time. The variant `--batched` has `BatchedInferencePipeline` in its place, with the VAD
that it needs to cut the audio. Unlike there, audio is decoded beside the lock and without starting a program for it.
"""

import argparse
import io
import os
import threading

import uvicorn
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio
from multipart import MultipartParser, parse_options_header

BATCH_SIZE = 8


def create_app(model: WhisperModel | BatchedInferencePipeline, beam_size: int) -> FastAPI:
    """An app whose `POST /v1/audio/transcriptions` takes a form with a `file` and a `language`, and gives the text."""
    app, lock = FastAPI(), threading.Lock()
    batching = {"batch_size": BATCH_SIZE} if isinstance(model, BatchedInferencePipeline) else {}

    def transcribe(body: bytes, language: str) -> str:
        audio = decode_audio(io.BytesIO(body))
        with lock:
            segments, _ = model.transcribe(audio, language=language, beam_size=beam_size, **batching)
            return "".join(segment.text for segment in segments)

    @app.get("/")
    def index() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/audio/transcriptions")
    async def transcriptions(request: Request) -> dict[str, str]:
        _, options = parse_options_header(request.headers["content-type"])
        form = MultipartParser(io.BytesIO(await request.body()), options["boundary"])
        clip, language = form.get("file"), form.get("language")
        return {"text": await run_in_threadpool(transcribe, clip.raw, language.value)}

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--beam-size", type=int, default=5)
    parser.add_argument("--compute-type", default="int8")
    parser.add_argument("--batched", action="store_true")
    options = parser.parse_args()
    model = WhisperModel(
        options.model, device="cpu", compute_type=options.compute_type, cpu_threads=os.cpu_count() or 1
    )
    app = create_app(BatchedInferencePipeline(model) if options.batched else model, options.beam_size)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
