"""Clients that send clips to one server, all at the same time."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

import httpx

from benchmarks.peers.server import Server
from benchmarks.short_clips.clips import LANGUAGE, Clip
from benchmarks.short_clips.service import Service

PATIENCE_SECONDS = 600.0
TRIES = 4
KEEP_ALIVE_SECONDS = 1.0
"""Less than the five after which servers close a connection that nobody uses, perhaps just as it is used again."""


@dataclass(frozen=True)
class Turn:
    """What one server did in one run: `elapsed` from the first clip sent to the last transcript, all in seconds."""

    elapsed: float
    audio: float
    latencies: tuple[float, ...]
    silent: int
    """Clips that came back without a word."""

    @property
    def clips_per_second(self) -> float:
        return len(self.latencies) / self.elapsed

    @property
    def audio_per_second(self) -> float:
        return self.audio / self.elapsed

    def latency(self, percent: int) -> float:
        """Seconds within which that many percent of the clips were done."""
        if len(self.latencies) == 1:
            return self.latencies[0]
        return quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


async def send(
    server: Server | Service,
    clips: Sequence[Clip],
    *,
    clients: int,
    seconds: float,
    done: Callable[[], None] = lambda: None,
) -> Turn:
    """Have every client send one clip after the other until all are sent, or no more after `seconds`.

    Clips under way then are waited for: all that were begun count. Raises RuntimeError with the server's log where
    one fails.
    """
    waiting, began = iter(clips), time.monotonic()
    heard: list[tuple[Clip, float, str]] = []

    async def work(client: httpx.AsyncClient) -> None:
        for clip in _until(began + seconds, waiting):
            sent = time.monotonic()
            text = await _transcribed(server, client, clip)
            heard.append((clip, time.monotonic() - sent, text))
            done()

    limits = httpx.Limits(max_connections=clients, keepalive_expiry=KEEP_ALIVE_SECONDS)
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits) as client, asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(work(client))
    except* (httpx.HTTPError, RuntimeError) as failed:
        raise RuntimeError(f"{server.name}: {failed.exceptions[0]!r}\n{server.logs()}") from failed
    return Turn(
        elapsed=time.monotonic() - began,
        audio=sum(clip.seconds for clip, _, _ in heard),
        latencies=tuple(latency for _, latency, _ in heard),
        silent=sum(not text.strip() for _, _, text in heard),
    )


async def _transcribed(server: Server | Service, client: httpx.AsyncClient, clip: Clip) -> str:
    """Its text; a connection that the server drops is tried again, as clients do, on the clip's own time."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(httpx.TransportError):
            return await server.text_of(client, clip.body, LANGUAGE)
    return await server.text_of(client, clip.body, LANGUAGE)


def _until(deadline: float, clips: Iterator[Clip]) -> Iterator[Clip]:
    while time.monotonic() < deadline and (clip := next(clips, None)):
        yield clip
