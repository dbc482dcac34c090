"""How an engine came to a segment: evidence for those who read the transcript, and for those who judge it."""

import zlib
from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Decoding:
    """What the decoder says of the guess that a segment is from, in the words of OpenAI's Whisper.

    `avg_logprob` is the mean log probability of a token, `no_speech_prob` how likely it found that nobody speaks (0 to
    1, `None` where the engine does not tell), `compression_ratio` how often the text repeats itself, `temperature` at
    what it was sampled (0: not sampled), `tokens` the segment's text as ids of the model's vocabulary, and `seek` the
    second at which the audio begins that was decoded.
    """

    avg_logprob: float = 0.0
    no_speech_prob: float | None = None
    compression_ratio: float = 0.0
    temperature: float = 0.0
    tokens: tuple[int, ...] = ()
    seek: float = 0.0

    def shifted(self, seconds: float) -> "Decoding":
        """The same, of audio that begins later by `seconds`."""
        return replace(self, seek=self.seek + seconds)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, rounded to what tells anything."""
        values = {name: round(v, 4) if isinstance(v, float) else v for name, v in asdict(self).items()}
        return {**values, "tokens": list(self.tokens), "seek": round(self.seek, 3)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(**{**data, "tokens": tuple(data["tokens"])})


def compression_ratio(text: str) -> float:
    """How many times smaller text becomes by zlib; what loops compresses well (Radford et al., 2022, section 4.5)."""
    written = text.strip().encode()
    return len(written) / len(zlib.compress(written))
