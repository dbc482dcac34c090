"""One guess of a decoder, and whether to believe it; the rules and thresholds are those of the Whisper paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from stt.domain.transcripts.decoding import Decoding, compression_ratio

MAX_COMPRESSION_RATIO = 2.4
MIN_LOG_PROBABILITY = -1.0
MAX_NO_SPEECH_PROBABILITY = 0.6

LONGEST = 224
"""Tokens that Whisper writes at most for one piece: half of what its decoder remembers."""


def token_budget(seconds: float) -> int:
    """Tokens that may be written for so much audio: half as many again as the fastest speech, so only loops notice."""
    return min(LONGEST, 16 + round(25 * seconds))


@dataclass(frozen=True)
class Hypothesis:
    """Tokens, their text, the mean log probability of a token, and how likely the decoder found silence."""

    tokens: Sequence[int]
    text: str
    log_probability: float
    no_speech_probability: float
    budget: int

    @property
    def decoding(self) -> Decoding:
        """What is kept of it with its segments."""
        return Decoding(
            avg_logprob=self.log_probability,
            no_speech_prob=self.no_speech_probability,
            compression_ratio=compression_ratio(self.text),
        )

    @cached_property
    def is_repetitive(self) -> bool:
        """Whether the text loops: text that compresses this well says the same thing again and again."""
        return compression_ratio(self.text) > MAX_COMPRESSION_RATIO

    @property
    def is_unsure(self) -> bool:
        """Whether the decoder itself hardly believes it."""
        return self.log_probability < MIN_LOG_PROBABILITY

    @property
    def is_silence(self) -> bool:
        """Whether there was nothing to hear."""
        return self.no_speech_probability > MAX_NO_SPEECH_PROBABILITY and self.is_unsure

    @property
    def says_nothing(self) -> bool:
        """Whether no words come of it."""
        return self.is_silence or not self.text.strip()

    @property
    def looks_wrong(self) -> bool:
        """Whether it is worth decoding again in another way."""
        cut_off = len(self.tokens) >= self.budget
        return not self.is_silence and (self.is_repetitive or self.is_unsure or cut_off)


def best(hypotheses: Sequence[Hypothesis]) -> Hypothesis:
    """The likeliest of hypotheses that all look wrong, one that does not loop if there is one."""
    sound = [hypothesis for hypothesis in hypotheses if not hypothesis.is_repetitive]
    return max(sound or hypotheses, key=lambda hypothesis: hypothesis.log_probability)
