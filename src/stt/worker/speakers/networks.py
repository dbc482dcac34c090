"""The two networks that tell voices apart, as ONNX Runtime runs them."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from stt.worker.audio.filterbank import filterbank
from stt.worker.audio.pcm import Pcm
from stt.worker.models.checkpoints import SEGMENTATION, VOICES
from stt.worker.speakers.voices import Embedding
from stt.worker.weights import campplus, segmentation

_FULL_SCALE = 32768.0


class Networks:
    """Both networks, of the model in `directory`. They run in the thread that calls; several threads may."""

    def __init__(self, directory: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._segmentation, self._voices = (
            onnxruntime.InferenceSession(directory / name, options, providers=["CPUExecutionProvider"])
            for name in (SEGMENTATION, VOICES)
        )

    def classes(self, pcm: Pcm) -> npt.NDArray[np.float32]:
        """How likely each class is in each frame of a window of up to 10 s, shape (frames, 7)."""
        samples = pcm.astype(np.float32)[None, None] / np.float32(_FULL_SCALE)
        (logarithms,) = self._segmentation.run(None, {segmentation.INPUT: samples})
        likely: npt.NDArray[np.float32] = np.exp(logarithms[0])
        return likely

    def embedding(self, pcm: Pcm) -> Embedding:
        """Whose voice it is."""
        (found,) = self._voices.run(None, {campplus.INPUT: filterbank(pcm)[None]})
        embedding: Embedding = found[0] / max(np.linalg.norm(found[0]), 1e-9)
        return embedding
