"""Which frames are loud, beside the quietest of the file around them. Pure."""

from collections import deque

import numpy as np
import numpy.typing as npt

from stt.worker.constants import VAD_FRAME
from stt.worker.cutting.speech import Flags

FULL_SCALE = 32768.0
"""Of 16-bit samples."""
FLOOR_FRAMES = 469
"""Frames (15 s) whose quietest tenth is the floor: somebody who speaks pauses so often. With a minute a man who speaks
low behind a noisier recording is quiet for most of it."""
QUIETEST = 10
"""Per cent of the frames that are taken for the floor."""
ABOVE_FLOOR_DB = 12.0
"""From so much above the floor a frame is loud: noise varies by less, speech reaches 20 dB and more."""
LEAST_DB = -95.0
"""Below this, of full scale, no frame is loud: 16-bit samples have nothing left but their rounding at -98 dB. Of 61
words at -40 dB one is missed, six with -85."""

ALWAYS_LOUD_DB = -35.0
"""From here on every frame is loud, however loud the rest: music on hold has no pauses."""


class Loudness:
    """Hears frame after frame, and remembers the levels of the last 15 s."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=FLOOR_FRAMES)

    def hear(self, samples: npt.NDArray[np.float32]) -> Flags:
        """Which of the next frames are loud; `samples` from -1 to 1, 512 for each."""
        power = np.square(samples.reshape(-1, VAD_FRAME)).mean(axis=1)
        levels = 10 * np.log10(np.maximum(power, 1e-12))
        self._levels.extend(levels.tolist())
        floor = float(np.percentile(np.array(self._levels), QUIETEST)) if self._levels else 0.0
        loud: Flags = levels > min(max(floor + ABOVE_FLOOR_DB, LEAST_DB), ALWAYS_LOUD_DB)
        return loud
