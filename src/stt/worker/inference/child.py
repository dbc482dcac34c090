"""What runs inside an inference process: loaded models, one call at a time."""

import ctypes
import os
import signal
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, assert_never

from stt.domain.whisper.engine import Engine
from stt.worker.errors import ModelUnavailable
from stt.worker.inference import environment

if TYPE_CHECKING:  # numpy must not be imported before `begin` has set its number of threads
    from stt.domain.transcripts.transcript import Segment
    from stt.worker.audio.pcm import Pcm, Sound
    from stt.worker.transcriber.audio_context import AudioContext
    from stt.worker.transcriber.base import DecodingOptions, Transcriber

ModelKey: TypeAlias = tuple[Engine, Path]
"""An engine and the path of a model for it."""

LOADED_AT_ONCE = 2
"""Models a process keeps; loading one takes seconds, keeping many takes the machine's memory."""

_PR_SET_PDEATHSIG = 1
"""Option of Linux's prctl(2)."""


@dataclass(frozen=True)
class Hardware:
    """What a process may use: `cpu`, `cuda` or `auto`, a compute type of CTranslate2, threads, the number of a GPU."""

    device: str = "auto"
    compute_type: str = "default"
    threads: int = 1
    gpu: int = 0


_hardware = Hardware()
_loaded: "OrderedDict[ModelKey, Transcriber]" = OrderedDict()


def begin(hardware: Hardware, parent: int) -> None:
    """Set up a new process: its threads, its silence, and its end when `parent` (a process id) ends."""
    global _hardware  # noqa: PLW0603  a process has one hardware
    _hardware = hardware
    # Read when the engines and numpy are imported; a library that counts cores itself would oversubscribe them.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = str(hardware.threads)
    # Ctrl-C reaches the whole terminal; when to stop is the parent's decision, and then it is at once.
    environment.scrub()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with(parent)
    _fall_silent()


def _die_with(parent: int) -> None:
    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _fall_silent() -> None:
    """The engines write to the terminal from C, where Python's streams have no say."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def transcribe(key: ModelKey, windows: "Sequence[Sound]", options: "DecodingOptions") -> "list[tuple[Segment, ...]]":
    """As `Transcriber.transcribe`, by that model."""
    return _model(key).transcribe(windows, options)


def language_probabilities(key: ModelKey, window: "Pcm", context: "AudioContext") -> dict[str, float]:
    """As `Transcriber.language_probabilities`, by that model."""
    return _model(key).language_probabilities(window, context)


def _model(key: ModelKey) -> "Transcriber":
    if key not in _loaded:
        while len(_loaded) >= LOADED_AT_ONCE:
            _loaded.popitem(last=False)
        _loaded[key] = _load(*key)
    _loaded.move_to_end(key)
    return _loaded[key]


def _load(engine: Engine, path: Path) -> "Transcriber":
    """Load a model. Raises ModelUnavailable where its files or this machine do not let the engine do that."""
    try:
        return _transcriber(engine, path)
    except ModelUnavailable:
        raise
    except Exception as error:  # the libraries raise their own, and tokenizers the bare class
        # The owner of a job reads this: where the model lies is none of their business.
        reason = str(error).replace(f"{path.parent}{os.sep}", "")
        raise ModelUnavailable(f"{engine} cannot load the model: {reason}") from error


def _transcriber(engine: Engine, path: Path) -> "Transcriber":
    """Each engine's library is imported only where it is asked for."""
    device, threads, gpu = _hardware.device, _hardware.threads, _hardware.gpu
    match engine:
        case Engine.FASTER_WHISPER:
            from stt.worker.transcriber.faster_whisper import FasterWhisper

            return FasterWhisper(path, device=device, compute_type=_hardware.compute_type, threads=threads, gpu=gpu)
        case Engine.WHISPER_CPP:
            from stt.worker.transcriber.whisper_cpp import WhisperCpp

            return WhisperCpp(path, device=device, threads=threads, gpu=gpu)
        case _:
            assert_never(engine)
