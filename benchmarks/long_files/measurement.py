"""Every system in turn, run after run."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.long_files.heard import Heard, check
from benchmarks.long_files.peers import FasterWhisper, Manner, WhisperCli
from benchmarks.long_files.service import Consumers, Service
from benchmarks.peers.weights import COMPUTE_TYPE, DEMO, Weights, demo, random
from tools.speech import compose, write

LANGUAGE = "en"
WARMING_SECONDS = 45.0
"""Of speech: more than a window, so that both processes of two cores load the model before the clock runs."""

OURS = {"service-faster-whisper": "faster-whisper", "service-whisper.cpp": "whisper.cpp"}
CONSUMERS = {"one-consumer": 1, "two-consumers": 2}
LIBRARY = {
    "faster-whisper": Manner(batched=False, word_times=True),
    "faster-whisper-batched": Manner(batched=True, word_times=True),
    "faster-whisper-segments": Manner(batched=False, word_times=False),
    "faster-whisper-batched-segments": Manner(batched=True, word_times=False),
    "faster-whisper-workers": Manner(batched=True, word_times=False, a_worker_for_each_core=True),
}
PROGRAM = {"whisper-cli": True, "whisper-cli-segments": False}
"""Whether it times words."""
SYSTEMS = (*OURS, *LIBRARY, *PROGRAM, *CONSUMERS)

Hear = Callable[[Path, str], Heard]
Begin = Callable[[str, int], None]


@dataclass(frozen=True)
class Task:
    """`model` is `demo` or a shape, `seconds` the length of the file."""

    model: str
    seconds: float
    runs: int
    beam: int
    seed: int


def measure(task: Task, systems: Sequence[str], begin: Begin) -> dict[str, list[Heard]]:
    """What each system made of the file, run by run; every run asks all of them, one after the other.

    Raises:
        RuntimeError: one failed, or left out part of the file.
    """
    heard: dict[str, list[Heard]] = {system: [] for system in systems}
    with tempfile.TemporaryDirectory(prefix="long-files-") as scratch:
        folder = Path(scratch)
        speech = write(compose(LANGUAGE, task.seconds, seed=task.seed), folder / "speech.flac")
        warming = write(compose(LANGUAGE, WARMING_SECONDS, seed=task.seed), folder / "warming.flac")
        weights = demo() if task.model == DEMO else random(task.model, folder / "models")
        for run in range(task.runs):
            for system in systems:
                begin(system, run + 1)
                with _opened(system, weights, warming, task) as hear:
                    heard[system].append(hear(speech, LANGUAGE))
    check(heard, task.seconds)
    return heard


@contextmanager
def _opened(system: str, weights: Weights, warming: Path, task: Task) -> Iterator[Hear]:
    """A system that has its model, but for `whisper-cli`, which loads it each time."""
    if system in LIBRARY:
        yield FasterWhisper(weights.ct2, LIBRARY[system], beam_size=task.beam, compute_type=COMPUTE_TYPE).hear
    elif system in PROGRAM:
        alignment = task.model.replace("-v3-", ".v3.") if PROGRAM[system] and task.model != DEMO else ""
        yield WhisperCli(weights.ggml, beam_size=task.beam, alignment=alignment).hear
    else:
        with (
            tempfile.TemporaryDirectory(prefix="long-files-") as home,
            _service(system, Path(home), weights, task) as s,
        ):
            s.hear(warming, LANGUAGE)
            yield s.hear


def _service(system: str, home: Path, weights: Weights, task: Task) -> Service:
    if system in OURS:
        return Service(home, weights, engine=OURS[system], beam_size=task.beam)
    return Consumers(home, weights, count=CONSUMERS[system], beam_size=task.beam)
