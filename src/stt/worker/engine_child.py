"""What runs inside an inference process: loaded models, one call at a time."""

import ctypes
import os
import signal
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stt.domain.transcript import Segment
from stt.worker.transcriber.base import DecodingOptions, Pcm, Transcriber

LOADED_AT_ONCE = 2
"""Models a child keeps; loading one takes seconds, keeping many takes the machine's memory."""
_PR_SET_PDEATHSIG = 1
"""Option of Linux's prctl(2)."""


@dataclass(frozen=True)
class Hardware:
    """What a child may use: `cpu`, `cuda` or `auto`, a compute type of CTranslate2, a number of threads."""

    device: str = "auto"
    compute_type: str = "default"
    threads: int = 1


_hardware = Hardware()
_loaded: OrderedDict[tuple[str, Path], Transcriber] = OrderedDict()


def begin(hardware: Hardware, parent: int) -> None:
    """Set up a new child: its threads, its silence, and its end when `parent` (a process id) ends."""
    global _hardware  # noqa: PLW0603  a process has one hardware
    _hardware = hardware
    # Read by OpenMP when the engines are imported; a library that counts cores itself would oversubscribe them.
    os.environ["OMP_NUM_THREADS"] = str(hardware.threads)
    # Ctrl-C reaches the whole terminal; when to stop is the parent's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGKILL") and os.name == "posix":
        _die_with(parent)


def _die_with(parent: int) -> None:
    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def transcribe(
    engine: str, path: Path, windows: Sequence[Pcm], options: DecodingOptions
) -> list[tuple[Segment, ...]]:
    """As `Transcriber.transcribe`, by the model at `path`."""
    return _model(engine, path).transcribe(windows, options)


def language_probabilities(engine: str, path: Path, window: Pcm) -> dict[str, float]:
    """As `Transcriber.language_probabilities`, by the model at `path`."""
    return _model(engine, path).language_probabilities(window)


def _model(engine: str, path: Path) -> Transcriber:
    key = engine, path
    if key not in _loaded:
        while len(_loaded) >= LOADED_AT_ONCE:
            _loaded.popitem(last=False)
        _loaded[key] = _load(engine, path)
    _loaded.move_to_end(key)
    return _loaded[key]


def _load(engine: str, path: Path) -> Transcriber:
    """Load a model; each engine's library is imported only where it is asked for."""
    if engine == "whisper.cpp":
        from stt.worker.transcriber.whisper_cpp import WhisperCpp

        return WhisperCpp(path, device=_hardware.device, threads=_hardware.threads)
    from stt.worker.transcriber.faster_whisper import FasterWhisper

    return FasterWhisper(
        path, device=_hardware.device, compute_type=_hardware.compute_type, threads=_hardware.threads
    )
