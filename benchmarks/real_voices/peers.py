"""Bare faster-whisper with all cores, and whisper.cpp's own program, each with its own defaults."""

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio

from benchmarks.long_files.peers import BATCH_SIZE
from benchmarks.peers import whisper_cpp
from benchmarks.peers.weights import COMPUTE_TYPE
from benchmarks.real_voices import weights
from benchmarks.real_voices.heard import Heard, Word
from benchmarks.real_voices.rows import AUTO, MULTI

BARE_CODES = "latin-1"
"""Reads any byte as a character: whisper.cpp's JSON holds tokens that are halves of one."""


class FasterWhisper:
    """`WhisperModel.transcribe` on the whole file with times of words; `batched` is its other pipeline."""

    def __init__(self, *, beam_size: int, vad: bool = False, batched: bool = False) -> None:
        self._options: dict[str, Any] = {"beam_size": beam_size, "word_timestamps": True}
        self._batched = batched
        self._options |= {"batch_size": BATCH_SIZE} if batched else {"vad_filter": vad}

    def __enter__(self) -> Self:
        with tempfile.TemporaryDirectory() as folder:
            model = str(weights.base(Path(folder)).ct2)
        cores = len(os.sched_getaffinity(0))
        whole: Any = WhisperModel(model, device="cpu", compute_type=COMPUTE_TYPE, cpu_threads=cores)
        self._model: Any = BatchedInferencePipeline(whole) if self._batched else whole
        return self

    def __exit__(self, *_: object) -> None:
        del self._model

    def hear(self, path: Path, language: str) -> Heard:
        """The clock runs while it decodes the file, too."""
        cpu, clock = time.process_time(), time.perf_counter()
        told = {"language": None if language in (AUTO, MULTI) else language, "multilingual": language == MULTI}
        written, info = self._model.transcribe(str(path), **told, **self._options)
        segments = list(written)
        cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
        words = (
            Word(w.word.strip(), float(w.start), float(w.end)) for segment in segments for w in segment.words or ()
        )
        text = " ".join(segment.text.strip() for segment in segments)
        return Heard(text, tuple(words), info.language, ((0.0, info.duration, info.language),), cpu, clock)

    def language(self, path: Path) -> str:
        """What it takes a file's first window to be spoken in."""
        return str(self._model.detect_language(decode_audio(str(path)))[0])


class WhisperCli:
    """`whisper-cli` with a thread for each core; loading its model is part of its time."""

    def __init__(self, *, beam_size: int) -> None:
        self._beam_size = beam_size

    def __enter__(self) -> Self:
        with tempfile.TemporaryDirectory() as folder:
            model = str(weights.base(Path(folder)).ggml)
        threads = str(len(os.sched_getaffinity(0)))
        program = str(whisper_cpp.programs().cli)
        self._command = [program, "-m", model, "-bs", str(self._beam_size), "-t", threads, "-np", "-ojf"]
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def hear(self, path: Path, language: str) -> Heard:
        """The clock runs from its start to its end."""
        told = AUTO if language == MULTI else language
        output = path.with_name("whisper-cli")
        cpu, clock = _cpu_of_children(), time.perf_counter()
        command = [*self._command, "-l", told, "-f", str(path), "-of", str(output)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        cpu, clock = _cpu_of_children() - cpu, time.perf_counter() - clock
        written = output.with_suffix(".json")
        if done.returncode or not written.exists():
            raise RuntimeError(f"whisper-cli failed: {done.stderr[-2000:]}")
        result = json.loads(written.read_text(encoding=BARE_CODES))
        written.unlink()
        segments, found = result["transcription"], result["result"]["language"]
        words = tuple(word for segment in segments for word in _words(segment["tokens"]))
        text = " ".join(_text(segment["text"]) for segment in segments)
        spans = ((s["offsets"]["from"] / 1000, s["offsets"]["to"] / 1000, found) for s in segments)
        return Heard(text, words, found, tuple(spans), cpu, clock)


def _words(tokens: Iterable[dict[str, Any]]) -> Iterator[Word]:
    """Tokens up to the next that begins with a space."""
    text, start, end = "", 0.0, 0.0
    for token in tokens:
        piece = token["text"]
        if piece.startswith("[_"):
            continue
        if piece.startswith(" ") and text.strip():
            yield Word(_text(text), start, end)
            text = ""
        start = start if text.strip() else token["offsets"]["from"] / 1000
        text, end = text + piece, token["offsets"]["to"] / 1000
    if text.strip():
        yield Word(_text(text), start, end)


def _text(characters: str) -> str:
    return characters.encode(BARE_CODES).decode(errors="replace").strip()


def _cpu_of_children() -> float:
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime
