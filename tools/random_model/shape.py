"""The shapes of OpenAI's models."""

from dataclasses import dataclass

from tools.whisper_model.vocabulary import LANGUAGES, LANGUAGES_OF_V3

HEAD_WIDTH = 64


@dataclass(frozen=True)
class Shape:
    """What the cost of a model depends on; `alignment_heads` are the (layer, head) pairs whose attention is read."""

    width: int
    encoder_layers: int
    decoder_layers: int
    alignment_heads: tuple[tuple[int, int], ...]
    mels: int = 80
    languages: tuple[str, ...] = LANGUAGES

    @property
    def heads(self) -> int:
        """Number of attention heads in every layer."""
        return self.width // HEAD_WIDTH


SHAPES = {
    "tiny": Shape(384, 4, 4, ((2, 2), (3, 0), (3, 2), (3, 3), (3, 4), (3, 5))),
    "base": Shape(512, 6, 6, ((3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6))),
    "small": Shape(
        768,
        12,
        12,
        ((5, 3), (5, 9), (8, 0), (8, 4), (8, 7), (8, 8), (9, 0), (9, 7), (9, 9), (10, 5)),
    ),
    "medium": Shape(1024, 24, 24, ((13, 15), (15, 4), (15, 15), (16, 1), (20, 0), (23, 4))),
    "large-v3-turbo": Shape(
        1280, 32, 4, ((2, 4), (2, 11), (3, 3), (3, 6), (3, 11), (3, 14)), mels=128, languages=LANGUAGES_OF_V3
    ),
}
