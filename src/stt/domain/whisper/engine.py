"""The inference engines, and what the rest of the service has to know of them."""

from dataclasses import dataclass
from enum import StrEnum

from stt.domain.errors import JobFailure


class Engine(StrEnum):
    """By the names that callers and settings give them."""

    FASTER_WHISPER = "faster-whisper"
    WHISPER_CPP = "whisper.cpp"

    @property
    def traits(self) -> "Traits":
        """What sets it apart."""
        return _TRAITS[self]


@dataclass(frozen=True)
class Traits:
    """What sets an engine apart from the others.

    Attributes:
        weights: Which files of a model's directory it loads.
        batches: Whether it decodes several windows together.
        converts: Whether it computes in numbers of one's choice; else in those that its file has.
        finds_gpus: Whether the way it is installed by default has CUDA in it, so that `auto` may mean a GPU.
    """

    weights: str
    batches: bool
    converts: bool
    finds_gpus: bool


_TRAITS = {
    Engine.FASTER_WHISPER: Traits("ct2/model.bin", batches=True, converts=True, finds_gpus=True),
    Engine.WHISPER_CPP: Traits("ggml-*.bin", batches=False, converts=False, finds_gpus=False),
}


def engine_named(name: str) -> Engine:
    """The engine of that name.

    Raises:
        JobFailure: code `unknown_engine`; a job may have been accepted by another version of the service.
    """
    try:
        return Engine(name)
    except ValueError as error:
        message = f"There is no engine {name[:40]!r} here; it is one of {', '.join(Engine)}."
        raise JobFailure(message, code="unknown_engine") from error
