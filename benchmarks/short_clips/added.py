"""What OpenAI's endpoint adds to the job behind it: the same clip both ways, one at a time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from benchmarks.short_clips.clips import LANGUAGE, Clip
from benchmarks.short_clips.load import PATIENCE_SECONDS
from benchmarks.short_clips.service import Service


@dataclass(frozen=True)
class Pair:
    """Seconds from sending one clip to having its text, through `/api/stt/upload` and through `/v1`."""

    upload: float
    call: float

    @property
    def added(self) -> float:
        """Seconds that the call takes longer."""
        return self.call - self.upload


def compare(service: Service, clips: Sequence[Clip]) -> list[Pair]:
    """Both ways for each clip, in turned order; by one HTTP client, so that only the endpoints differ."""
    return asyncio.run(_compared(service, clips))


async def _compared(service: Service, clips: Sequence[Clip]) -> list[Pair]:
    pairs = []
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        for number, clip in enumerate(clips):
            ways = {"upload": service.text_of, "call": service.called}
            taken = {}
            for way in sorted(ways, reverse=bool(number % 2)):
                began = time.monotonic()
                await ways[way](client, clip.body, LANGUAGE)
                taken[way] = time.monotonic() - began
            pairs.append(Pair(**taken))
    return pairs
