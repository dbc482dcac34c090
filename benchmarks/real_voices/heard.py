"""What a system made of a file, in the form everything is measured in. Times are seconds of the file."""

from dataclasses import asdict, dataclass
from typing import Any, Self

Span = tuple[float, float]


@dataclass(frozen=True)
class Word:
    """As it is written, with its marks."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Heard:
    """A transcript; `languages` are spans and what was found to be spoken in each.

    `gaps`, `suppressed` and `coverage` are what a system says of what it did not write, if it says anything; `cpu` and
    `wall` are seconds.
    """

    text: str
    words: tuple[Word, ...]
    language: str
    languages: tuple[tuple[float, float, str], ...]
    cpu: float
    wall: float
    gaps: tuple[Span, ...] | None = None
    suppressed: tuple[tuple[float, float, str], ...] = ()
    coverage: dict[str, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        gaps = data["gaps"]
        return cls(
            text=data["text"],
            words=tuple(Word(**word) for word in data["words"]),
            language=data["language"],
            languages=tuple((start, end, code) for start, end, code in data["languages"]),
            cpu=data["cpu"],
            wall=data["wall"],
            gaps=None if gaps is None else tuple((start, end) for start, end in gaps),
            suppressed=tuple((start, end, text) for start, end, text in data["suppressed"]),
            coverage=data["coverage"],
        )
