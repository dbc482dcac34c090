"""Speech with exactly known words and times, spoken by espeak-ng, for tests and benchmarks."""

from tools.speech.compose import compose
from tools.speech.cut import Window, hand_cut
from tools.speech.espeak import EspeakError, EspeakMissingError
from tools.speech.media import write
from tools.speech.recording import SAMPLE_RATE, Phrase, Recording, Word

__all__ = [
    "SAMPLE_RATE",
    "EspeakError",
    "EspeakMissingError",
    "Phrase",
    "Recording",
    "Window",
    "Word",
    "compose",
    "hand_cut",
    "write",
]
