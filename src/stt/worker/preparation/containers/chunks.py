"""Chunks: a name, a size and so many bytes, one behind the other, as many containers are made of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stt.worker.preparation.containers.content import Content

MOST_CHUNKS = 4096


@dataclass(frozen=True)
class Layout:
    """Bytes of the name and of the size, of which multiples chunks are filled up to, and what the size counts."""

    name: int
    size: int
    order: Literal["little", "big"]
    multiple: int = 1
    is_signed: bool = False
    is_head_counted: bool = False

    @property
    def head(self) -> int:
        """Bytes of name and size."""
        return self.name + self.size


RIFF = Layout(4, 4, "little", multiple=2)


def chunks(content: Content, position: int, layout: Layout = RIFF) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and size of what each holds, to the end of the file or to a size below zero."""
    for _ in range(MOST_CHUNKS):
        head = content.at(position, layout.head)
        if len(head) < layout.head:
            return
        size = int.from_bytes(head[layout.name :], layout.order, signed=layout.is_signed)
        size -= layout.head if layout.is_head_counted else 0
        position += layout.head
        yield head[: layout.name], position, size
        if size < 0:
            return
        position += size + -size % layout.multiple
