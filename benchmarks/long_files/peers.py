"""Bare faster-whisper with all cores, and whisper.cpp's own program."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

from benchmarks.long_files.heard import Heard
from benchmarks.peers import whisper_cpp

BATCH_SIZE = 8


@dataclass(frozen=True)
class Manner:
    """How the library is used: with one worker that has a thread for each core, or with as many workers of a thread.

    Workers are not expected to help: each takes a whole call, and one file is one call after another.
    """

    batched: bool
    word_times: bool
    a_worker_for_each_core: bool = False


class FasterWhisper:
    """The library as it is, in one process with all cores; its model is loaded before the clock runs."""

    def __init__(self, model: Path, manner: Manner, *, beam_size: int, compute_type: str) -> None:
        cores = len(os.sched_getaffinity(0))
        threads, workers = (1, cores) if manner.a_worker_for_each_core else (cores, 1)
        whole: Any = WhisperModel(
            str(model), device="cpu", compute_type=compute_type, cpu_threads=threads, num_workers=workers
        )
        self._model = BatchedInferencePipeline(whole) if manner.batched else whole
        self._options = {"beam_size": beam_size, "word_timestamps": manner.word_times}
        if manner.batched:
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
