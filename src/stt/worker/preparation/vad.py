"""Where somebody speaks: Silero VAD over a stream of audio, frame by frame."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import VAD_FRAME
from stt.worker.cutting.speech import Probabilities

_CONTEXT = 64
"""Samples in front of a frame that the model sees with it."""
_BATCH = 256
"""Frames judged in one call (8 s): as fast as any larger number. Always this many, because sums may differ in the
last bit with the shape of the input."""
_FULL_SCALE = 32768.0


class SpeechDetector:
    """The model with its state; one for each stream of audio.

    Inputs and outputs as in Silero VAD 6 (github.com/snakers4/silero-vad): frames of 64 + 512 samples at 16 kHz,
    and the state of an LSTM. What comes out does not depend on how the audio was split into blocks. Detectors that are
    given the same `model` share its memory (60 MB) and nothing else.
    """

    def __init__(self, model: onnxruntime.InferenceSession | None = None) -> None:
        self._session = model or load_model()
        self._state = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
        self._pending: Pcm = np.zeros(_CONTEXT, np.int16)

    def probabilities(self, block: Pcm) -> Probabilities:
        """Those of the next frames, a multiple of 256; what is left over of `block` is kept for later."""
        self._pending = np.concatenate([self._pending, block])
        whole = (len(self._pending) - _CONTEXT) // (_BATCH * VAD_FRAME)
        batches = [self._judged(_BATCH) for _ in range(whole)]
        return np.concatenate(batches) if batches else np.zeros(0, np.float32)

    def finish(self) -> Probabilities:
        """Those of the remaining frames, the last one filled up with silence."""
        remaining = len(self._pending) - _CONTEXT
        frames = -(-remaining // VAD_FRAME)
        self._pending = np.pad(self._pending, (0, frames * VAD_FRAME - remaining))
        return self._judged(frames) if frames else np.zeros(0, np.float32)

    def _judged(self, frames: int) -> Probabilities:
        used = frames * VAD_FRAME
        samples = self._pending[: _CONTEXT + used].astype(np.float32) / _FULL_SCALE
        self._pending = self._pending[used:]
        windows = np.lib.stride_tricks.sliding_window_view(samples, _CONTEXT + VAD_FRAME)[::VAD_FRAME]
        h, c = self._state
        result, *state = self._session.run(None, {"input": np.ascontiguousarray(windows), "h": h, "c": c})
        self._state = (state[0], state[1])
        probabilities: Probabilities = result.reshape(frames)
        return probabilities


def load_model() -> onnxruntime.InferenceSession:
    """The model, for as many detectors as are used in one thread."""
    return onnxruntime.InferenceSession(_model_path(), sess_options=_one_thread(), providers=["CPUExecutionProvider"])


def _one_thread() -> onnxruntime.SessionOptions:
    """More threads for so small a model only get in each other's way."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return options


def _model_path() -> str:
    # Found without importing the package, which would load an inference engine into this process.
    package = find_spec("faster_whisper")
    if package is None or package.origin is None:
        raise FileNotFoundError("faster-whisper, which brings the Silero VAD model, is not installed.")
    return str(Path(package.origin).parent / "assets" / "silero_vad_v6.onnx")
