"""Every system on the files of every row."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.heard import Heard
from benchmarks.real_voices.kept import heard_once, version_of
from benchmarks.real_voices.mix import Mix
from benchmarks.real_voices.report import Measured
from benchmarks.real_voices.rows import ROWS
from benchmarks.real_voices.scoring import score
from benchmarks.real_voices.systems import SYSTEMS, System
from tools.speech import write

WARMING_SECONDS = 45.0
"""Of speech: more than a window, so that every process has loaded the model before the clock runs."""


@dataclass(frozen=True)
class Task:
    """What is measured: so many seconds of each row and seed. `resume` takes what was kept of an earlier run.

    `everything` has slow systems hear all rows.
    """

    rows: Sequence[str]
    systems: Sequence[str]
    seeds: int
    seconds: float
    beam: int
    resume: bool = False
    everything: bool = False


def measure(task: Task, speech: SpeechSet, say: Callable[[str], None]) -> Iterator[Measured]:
    """Row by row, so that what is compared was measured side by side."""
    with ExitStack() as exits:
        opened = _Opened(task, speech, exits)
        for name in task.rows:
            row = ROWS[name]
            mixes = [mix for seed in range(1, task.seeds + 1) for mix in row.mixes(speech, task.seconds, seed)]
            for system in task.systems:
                if row.core or task.everything or not SYSTEMS[system].slow:
                    say(f"{name}, {SYSTEMS[system].label} ...")
                    yield Measured(name, system, total(opened.hear(system, mix) for mix in mixes))


def total(scored: Iterator[tuple[Mix, Heard]]) -> Figures:
    """The figures of several files."""
    return sum((score(mix, heard) for mix, heard in scored), Figures())


class _Opened:
    """Systems, each started and warmed when it is first needed: what was kept needs none."""

    def __init__(self, task: Task, speech: SpeechSet, exits: ExitStack) -> None:
        self._task, self._exits = task, exits
        self._warming = ROWS["en-no-pauses"].mixes(speech, WARMING_SECONDS, 0)[0]
        self._systems: dict[str, System] = {}

    def hear(self, name: str, mix: Mix) -> tuple[Mix, Heard]:
        label = f"{name} beam {self._task.beam} {version_of(SYSTEMS[name].ours)}"
        return mix, heard_once(mix, label, lambda: _in_a_file(mix, self._system(name)), again=not self._task.resume)

    def _system(self, name: str) -> System:
        if name not in self._systems:
            self._systems[name] = self._exits.enter_context(SYSTEMS[name].open(self._task.beam))
            _in_a_file(self._warming, self._systems[name])
        return self._systems[name]


def _in_a_file(mix: Mix, system: System) -> Heard:
    with tempfile.TemporaryDirectory(prefix="real-voices-") as scratch:
        return system.hear(write(mix.recording, Path(scratch) / "speech.flac"), mix.told)
