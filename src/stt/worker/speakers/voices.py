"""What was heard of voices in a chunk, as it is kept until all chunks are there. Pure."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stt.domain.jobs.chunk import Span

LOCAL_SPEAKERS = 3
"""Voices that are told apart in one window."""

EMBEDDING_SIZE = 192
Embedding = npt.NDArray[np.float32]
"""192 numbers of length 1; voices are alike by the cosine between them."""

_SPEECH = np.dtype([("window", "<u2"), ("local", "u1"), ("start", "<f4"), ("end", "<f4")])


@dataclass(frozen=True)
class Stretch:
    """Speech of one voice in one window: seconds from the start of the chunk's audio."""

    window: int
    local: int
    start: float
    end: float

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class Voices:
    """What was heard of a chunk.

    Windows overlap: `speech` says for each, on its own, when which of its voices speak. `owned` are the pieces of the
    chunk for which each window is the best witness, since they lie in its midst. `runs` are stretches in which one
    voice speaks alone, within what their window owns, with the embedding of each. `narrow` where nothing is in it that
    a telephone does not let through.
    """

    owned: tuple[Span, ...]
    speech: tuple[Stretch, ...]
    runs: tuple[Stretch, ...]
    embeddings: npt.NDArray[np.float16]
    narrow: bool = False

    def to_bytes(self) -> bytes:
        """As it is stored: about 1 MB for an hour of speech."""
        kept = io.BytesIO()
        np.savez(
            kept,
            allow_pickle=False,
            owned=np.array([(span.start, span.end) for span in self.owned], "<f4").reshape(-1, 2),
            speech=_rows(self.speech),
            runs=_rows(self.runs),
            embeddings=self.embeddings,
            narrow=np.bool_(self.narrow),
        )
        return kept.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Voices":
        """Inverse of `to_bytes`; what was kept before bands were judged is of a microphone."""
        with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
            owned = tuple(Span(start, end) for start, end in arrays["owned"].tolist())
            speech, runs = (tuple(Stretch(*row) for row in arrays[name].tolist()) for name in ("speech", "runs"))
            narrow = "narrow" in arrays and bool(arrays["narrow"])
            return cls(owned, speech, runs, arrays["embeddings"], narrow)


def _rows(stretches: Sequence[Stretch]) -> npt.NDArray[np.void]:
    return np.array([(s.window, s.local, s.start, s.end) for s in stretches], _SPEECH)
