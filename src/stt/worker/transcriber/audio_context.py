"""How much of Whisper's 30 s the encoder is given for a shorter window. Pure."""

import math
from enum import StrEnum

from stt.worker.constants import FRAMES_PER_SECOND

MAX_FRAMES = 3000
"""Frames that Whisper's encoder was trained on: 30 s."""
MARGIN_FRAMES = 256
"""Of silence behind the audio. With 128 steps of the encoder, two frames each, words were found to be equal to those
of the full context, and with less the decoder was found to loop (ggml-org/whisper.cpp, discussions 1855 and 1951)."""


class AudioContext(StrEnum):
    """What a window shorter than 30 s is filled up to before it is encoded."""

    FULL = "full"
    """30 s, as Whisper was trained."""
    ADAPTIVE = "adaptive"
    """Its own length and a margin: a part of the work. What looks wrong is decoded again in full."""

    def frames(self, seconds: float) -> int:
        """Frames of 10 ms that are encoded for so much audio: even, because the encoder takes them in twos."""
        if self is AudioContext.FULL:
            return MAX_FRAMES
        heard = math.ceil(seconds * FRAMES_PER_SECOND)
        return min(MAX_FRAMES, heard + heard % 2 + MARGIN_FRAMES)
