"""How loud the loudest moment of each twentieth of a second is, of all tracks together: a waveform is drawn from it."""

import numpy as np
import numpy.typing as npt

from stt.domain.audio.peaks import LOUDEST, PER_SECOND
from stt.worker.constants import SAMPLE_RATE

SAMPLES = SAMPLE_RATE // PER_SECOND
FULL_SCALE = 32768


class Peaks:
    """Hears a file block by block, and keeps a byte of each twentieth of a second."""

    def __init__(self) -> None:
        self._peaks = bytearray()
        self._rest: npt.NDArray[np.int32] = np.zeros(0, np.int32)

    def hear(self, block: npt.NDArray[np.int16]) -> None:
        """Take in the next block, of shape (tracks, samples)."""
        loudest = np.abs(block.astype(np.int32)).max(axis=0)
        samples = np.concatenate([self._rest, loudest])
        whole = len(samples) - len(samples) % SAMPLES
        self._keep(samples[:whole].reshape(-1, SAMPLES).max(axis=1))
        self._rest = samples[whole:]

    def finish(self) -> bytes:
        """All of them, a last one of less than its time as well."""
        if len(self._rest):
            self._keep(self._rest.max(keepdims=True))
        return bytes(self._peaks)

    def _keep(self, amplitudes: npt.NDArray[np.int32]) -> None:
        self._peaks += np.rint(LOUDEST * np.sqrt(amplitudes / FULL_SCALE)).astype(np.uint8).tobytes()
