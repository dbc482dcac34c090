"""How much of Whisper's 30 s the encoder is given for a shorter window. Pure."""

import math
from enum import StrEnum

from stt.worker.constants import FRAMES_PER_SECOND

MAX_FRAMES = 3000
"""Frames that Whisper's encoder was trained on: 30 s."""
LENGTHS = (500, 1000, 1500, 2000, MAX_FRAMES)
"""Frames that are encoded of shorter windows. A few lengths and not each window's own, so that windows can be decoded
together though what is encoded of each depends on nothing but itself."""
MARGIN_FRAMES = 256
"""Of silence behind the audio. With 128 steps of the encoder, two frames each, words were found to be equal to those
of the full context, and with less the decoder was found to loop (ggml-org/whisper.cpp, discussions 1855 and 1951)."""


TRIED_WITH = frozenset({"base"})
"""Models that heard people as well in the adaptive context as in the full one (docs/models.md)."""


class AudioContext(StrEnum):
    """What a window shorter than 30 s is filled up to before it is encoded."""

    FULL = "full"
    """30 s, as Whisper was trained."""
    ADAPTIVE = "adaptive"
    """The shortest of a few lengths that holds it and a margin: a part of the work. What looks wrong is decoded again
    in full."""

    @classmethod
    def suited_to(cls, model: str) -> "AudioContext":
        """Adaptive for models of these names that it was tried with, else full."""
        return cls.ADAPTIVE if model in TRIED_WITH else cls.FULL

    def frames(self, seconds: float) -> int:
        """Frames of 10 ms that are encoded for so much audio: even, because the encoder takes them in twos."""
        if self is AudioContext.FULL:
            return MAX_FRAMES
        needed = math.ceil(seconds * FRAMES_PER_SECOND) + MARGIN_FRAMES
        return next((length for length in LENGTHS if length >= needed), MAX_FRAMES)
