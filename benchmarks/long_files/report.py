"""The section of docs/performance.md, one for each model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from benchmarks.long_files.heard import Heard
from benchmarks.long_files.measurement import CONSUMERS, OURS, PROGRAM, Task
from benchmarks.report.bars import Bar, draw
from benchmarks.report.page import Section, table
from benchmarks.report.spread import Spread

LABELS = {
    "service-faster-whisper": "this service, faster-whisper",
    "service-whisper.cpp": "this service, whisper.cpp",
    "faster-whisper": "faster-whisper",
    "faster-whisper-batched": "faster-whisper, batched",
    "faster-whisper-segments": "faster-whisper, no word times",
    "faster-whisper-batched-segments": "faster-whisper, batched, no word times",
    "faster-whisper-workers": "faster-whisper, batched, a worker for each core",
    "whisper-cli": "whisper-cli with --dtw",
    "whisper-cli-segments": "whisper-cli, no word times",
    "one-consumer": "one consumer on one core",
    "two-consumers": "two consumers on two cores",
}
TITLES = ("", "word times", "seconds", "times real time", "as fast as this service", "words")


def section(heard: Mapping[str, Sequence[Heard]], task: Task, command: str) -> Section:
    """What was measured; ratios are taken run by run."""
    name = f"long-files-{task.model}"
    speeds = [Bar(LABELS[s], _speed(runs, task), ours=s in OURS) for s, runs in heard.items() if s not in CONSUMERS]
    picture = draw(f"Long files, {task.model}: times real time", speeds, ".1f") if speeds else None
    figures = {"task": asdict(task), "systems": {s: [asdict(one) for one in runs] for s, runs in heard.items()}}
    body = f"{_how(task)}\n\n{table(TITLES, rows(heard, task))}\n\n{_scaling(heard)}"
    return Section(name, command, figures, body, picture)


def rows(heard: Mapping[str, Sequence[Heard]], task: Task) -> list[list[str]]:
    """One for each system."""
    return [list(_row(system, heard, task)) for system in heard]


def _row(system: str, heard: Mapping[str, Sequence[Heard]], task: Task) -> Iterator[str]:
    runs = heard[system]
    yield LABELS[system]
    yield "yes" if runs[0].timed_words else "no"
    yield Spread.of([one.seconds for one in runs]).show(".1f")
    yield _speed(runs, task).show(".1f")
    ours = heard.get(
        "service-whisper.cpp" if "whisper.cpp" in system or system in PROGRAM else "service-faster-whisper"
    )
    yield _ratio(ours, runs).show() if ours and system not in CONSUMERS else ""
    yield str(runs[0].words)


def _speed(runs: Sequence[Heard], task: Task) -> Spread:
    return Spread.of([task.seconds / one.seconds for one in runs])


def _ratio(longer: Sequence[Heard], shorter: Sequence[Heard]) -> Spread:
    return Spread.of_ratios([one.seconds for one in longer], [one.seconds for one in shorter])


def _how(task: Task) -> str:
    return (
        f"{task.seconds / 60:g} minutes of speech with pauses as FLAC, a model in the shape of {task.model}, beam "
        f"{task.beam}, int8 for CTranslate2 and f16 for whisper.cpp, all cores for everybody. The service is timed "
        "from outside, from the first byte sent to the last byte of the result; libraries from the file to the last "
        "segment. Models are loaded before, but for `whisper-cli`, which loads its own within its time. A system is "
        "compared with the service on the same engine: above 1 it is faster. That everybody wrote the whole file is "
        "checked."
    )


def _scaling(heard: Mapping[str, Sequence[Heard]]) -> str:
    if not CONSUMERS.keys() <= heard.keys():
        return ""
    gain = _ratio(heard["one-consumer"], heard["two-consumers"])
    return f"Two consumers on two cores are {gain.show()} times as fast as one on one core.\n"
