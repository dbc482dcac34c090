"""Clients that send clips to one server through OpenAI's SDK, all at the same time."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks.peers.sdk import sent
from benchmarks.peers.server import Server
from benchmarks.short_clips.clips import LANGUAGE, Clip
from benchmarks.short_clips.service import Service

PATIENCE_SECONDS = 600.0


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


def send(
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
    latencies, audio, silent, elapsed = [], 0.0, 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.wav" for number in range(len(clips))]
        for path, clip in zip(paths, clips, strict=True):
            path.write_bytes(clip.body)
        order = {"url": f"{server.url}/v1", "model": server.model, "language": LANGUAGE, "clients": clients}
        try:
            for line in sent(order | {"seconds": seconds, "clips": list(map(str, paths))}):
                if "elapsed" in line:
                    elapsed = line["elapsed"]
                    continue
                latencies.append(line["seconds"])
                audio += clips[line["clip"]].seconds
                silent += not line["text"].strip()
                done()
        except RuntimeError as failed:
            raise RuntimeError(f"{server.name}: {failed}\n{server.logs()}") from failed
    return Turn(elapsed, audio, tuple(latencies), silent)
