"""Every server in turn, run after run."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import whisper_cpp
from benchmarks.peers.faster_whisper_server import FasterWhisperServer
from benchmarks.peers.server import Server
from benchmarks.peers.weights import COMPUTE_TYPE, DEMO, Weights, demo, random
from benchmarks.peers.whisper_server import WhisperServer
from benchmarks.short_clips import clips
from benchmarks.short_clips.added import Pair, compare
from benchmarks.short_clips.clips import Clip
from benchmarks.short_clips.load import Turn, send
from benchmarks.short_clips.service import Service

WARM_UP = 4
"""Clips before the clock runs, others than those behind: by then every process has its model."""
ADDED_SECONDS = (5.0, 5.0)


@dataclass(frozen=True)
class Load:
    """How much is sent: `clients` at once; none begins a clip more than `seconds` after the first.

    `pairs` clips are sent one at a time to both of this service's endpoints.
    """

    clips: int
    pairs: int
    clients: int
    seconds: float
    runs: int
    beam: int
    seed: int


SYSTEMS = ("service-adaptive", "service-full", "faster-whisper", "faster-whisper-batched", "whisper.cpp")
OURS = SYSTEMS[:2]
Begin = Callable[[str, int], Callable[[], None]]
"""Told what begins and of how many clips; returns what to call for every clip that is done."""


@dataclass(frozen=True)
class Measured:
    """The turns of each system, one a run, and the clips that were sent to both endpoints of this service."""

    turns: dict[str, list[Turn]]
    pairs: list[Pair]


def measure(load: Load, model: str, systems: Sequence[str], begin: Begin) -> Measured:
    """Every system in each run; the order is turned by one from run to run. `model` is `demo` or a shape."""
    measured = Measured({system: [] for system in systems}, [])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        recordings = clips.make(load.clips + WARM_UP, load.seed)
        weights = demo() if model == DEMO else random(model, folder)
        if "whisper.cpp" in systems:
            weights = weights._replace(ggml=whisper_cpp.quantized(weights.ggml, folder / "q8_0.bin"))
        for run in range(load.runs):
            shift = run % len(systems)
            for system in [*systems[shift:], *systems[:shift]]:
                with ExitStack() as stack:
                    home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                    server: Server | Service = stack.enter_context(_server(system, home, weights, load.beam))
                    done = begin(f"run {run + 1}, {server.name}", load.clips)
                    measured.turns[system].append(_turn(server, recordings, load, done))
                    if system == OURS[0] and isinstance(server, Service):
                        alike = clips.make(load.pairs, load.seed + 1 + run, ADDED_SECONDS)
                        measured.pairs.extend(compare(server, alike))
    return measured


def _turn(server: Server | Service, recordings: Sequence[Clip], load: Load, done: Callable[[], None]) -> Turn:
    send(server, recordings[-WARM_UP:], clients=WARM_UP, seconds=load.seconds)
    return send(server, recordings[:-WARM_UP], clients=load.clients, seconds=load.seconds, done=done)


def _server(system: str, home: Path, weights: Weights, beam: int) -> Server | Service:
    if system in OURS:
        context = system.removeprefix("service-")
        return Service(home, weights, audio_context=context, beam_size=beam, compute_type=COMPUTE_TYPE)
    log = home / "log"
    if system == "whisper.cpp":
        return WhisperServer(log, weights.ggml, beam_size=beam)
    batched = system == "faster-whisper-batched"
    return FasterWhisperServer(log, weights.ct2, beam_size=beam, compute_type=COMPUTE_TYPE, batched=batched)
