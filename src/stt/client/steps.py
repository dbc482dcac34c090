"""What an operation does, without doing it: it yields what it needs and is sent what came of it.

So an operation is written once, and whoever runs it decides whether to block or to await (`blocking_client`,
`async_client`).
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Generic, TypeAlias, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Call:
    """A request; `path` is below the service's URL, or is a URL `is_elsewhere`, which learns no key of the service."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] | None = None
    file: tuple[str, BinaryIO] | None = None
    json: Mapping[str, Any] | None = None
    is_elsewhere: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Pause:
    """Nothing is done for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Open:
    """A request whose answer is read line by line; what is sent back is its beginning, whole if it is an error."""

    call: Call


class NextLine:
    """The next line of what is open: a text, or `None` behind the last."""


@dataclass(frozen=True)
class Found(Generic[Item]):
    """Something for whoever iterates."""

    item: Item


Step: TypeAlias = "Call | Pause | Open | NextLine"
Steps: TypeAlias = Generator[Step, Any, T]
"""An operation that returns a `T`."""
Items: TypeAlias = Generator[Step | Found[Item], Any, None]
"""One that finds many."""


class Running(Generic[T]):
    """An operation that is under way; `value` is what it returned, once it is at its end."""

    value: T

    def __init__(self, steps: "Generator[Any, Any, T]") -> None:
        self._steps = steps

    def advance(self, outcome: Any = None, error: Exception | None = None) -> Any:
        """The next step, after what came of the one before; `None` at the end."""
        try:
            return self._steps.throw(error) if error else self._steps.send(outcome)
        except StopIteration as end:
            self.value = end.value
            return None

    def close(self) -> None:
        """Let it tidy up, wherever it is."""
        self._steps.close()
