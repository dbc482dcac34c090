"""Bare faster-whisper with all cores, and whisper.cpp's own program."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

from benchmarks.long_files.heard import Heard
from benchmarks.peers import whisper_cpp

BATCH_SIZE = 8


class FasterWhisper:
    """The library as it is, one process and a thread for each core; its model is loaded before the clock runs.

    `num_workers` is of no use for one file: a worker takes a whole call, and one file is one call after another.
    """

    def __init__(self, model: Path, *, batched: bool, word_times: bool, beam_size: int, compute_type: str) -> None:
        cores = len(os.sched_getaffinity(0))
        whole: Any = WhisperModel(str(model), device="cpu", compute_type=compute_type, cpu_threads=cores)
        self._model = BatchedInferencePipeline(whole) if batched else whole
        self._options = {"beam_size": beam_size, "word_timestamps": word_times}
        if batched:
            self._options["batch_size"] = BATCH_SIZE

    def hear(self, path: Path, language: str) -> Heard:
        """The clock runs while it decodes the file, too."""
        begin = time.perf_counter()
        segments = list(self._model.transcribe(str(path), language=language, **self._options)[0])
        seconds = time.perf_counter() - begin
        words = sum(len(segment.text.split()) for segment in segments)
        return Heard(seconds, segments[-1].end, words, sum(len(segment.words or ()) for segment in segments))


class WhisperCli:
    """`whisper-cli` with a thread for each core; loading its model is part of its time.

    `alignment` names the heads by which it times words (`--dtw`), which it cannot do with flash attention.
    """

    def __init__(self, model: Path, *, beam_size: int, alignment: str = "") -> None:
        threads = len(os.sched_getaffinity(0))
        self._command = [str(whisper_cpp.programs().cli), "-m", str(model), "-bs", str(beam_size), "-t", str(threads)]
        self._command += ["-np", "-ojf"]
        if alignment:
            self._command += ["--dtw", alignment, "--no-flash-attn"]

    def hear(self, path: Path, language: str) -> Heard:
        """The clock runs from its start to its end."""
        output = path.with_name("whisper-cli")
        command = [*self._command, "-l", language, "-f", str(path), "-of", str(output)]
        begin = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        seconds = time.perf_counter() - begin
        written = output.with_suffix(".json")
        if done.returncode or not written.exists():
            raise RuntimeError(f"whisper-cli failed: {done.stderr[-2000:]}")
        segments = json.loads(written.read_text(encoding="utf-8", errors="replace"))["transcription"]
        written.unlink()
        words = sum(len(segment["text"].split()) for segment in segments)
        timed = sum(token.get("t_dtw", -1) >= 0 for segment in segments for token in segment["tokens"])
        return Heard(seconds, segments[-1]["offsets"]["to"] / 1000, words, timed)
