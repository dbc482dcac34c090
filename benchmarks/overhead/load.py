"""Requests over kept connections, as many as a server answers. It parses next to nothing, to leave it the machine."""

import asyncio
import time
from dataclasses import dataclass

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """How many requests were answered with 200, and in how many seconds."""

    answered: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.answered / self.seconds


async def ask_repeatedly(port: int, path: str, seconds: float, connections: int = CONNECTIONS) -> Load:
    """GET the path from this machine, again and again; raises RuntimeError for any answer but 200."""
    began = time.perf_counter()
    counts = await asyncio.gather(*(_ask_until(port, path, began + seconds) for _ in range(connections)))
    return Load(sum(counts), time.perf_counter() - began)


async def _ask_until(port: int, path: str, deadline: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    count = 0
    try:
        while time.perf_counter() < deadline:
            writer.write(request)
            await read_answer(reader, b"HTTP/1.1 200")
            count += 1
    finally:
        writer.close()
    return count


async def read_answer(reader: asyncio.StreamReader, beginning: bytes) -> None:
    """All of the next answer on a connection; raises RuntimeError if it begins in another way."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(beginning):
        raise RuntimeError(f"A request was answered with {head.splitlines()[0]!r}.")
    lines = head.lower().splitlines()
    length = next(line for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
