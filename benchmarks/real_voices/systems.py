"""Everything that is measured, by the name it has on the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.real_voices.heard import Heard
from benchmarks.real_voices.peers import FasterWhisper, WhisperCli
from benchmarks.real_voices.service import Service


class System(Protocol):
    """Something that hears whole files."""

    def hear(self, path: Path, language: str) -> Heard:
        """What it writes for a file; `language` is a code, `auto`, or `multi` where several are spoken."""


@dataclass(frozen=True)
class Entry:
    """`slow` ones hear the core rows alone unless they are asked for everything; `ours` is this service."""

    label: str
    open: Callable[[int], AbstractContextManager[System]]
    slow: bool = False
    ours: bool = False


SYSTEMS = {
    "service": Entry("this service", lambda beam: Service("faster-whisper", beam_size=beam), ours=True),
    "service-whisper.cpp": Entry(
        "this service, whisper.cpp", lambda beam: Service("whisper.cpp", beam_size=beam), slow=True, ours=True
    ),
    "faster-whisper": Entry("faster-whisper", lambda beam: FasterWhisper(beam_size=beam)),
    "faster-whisper-vad": Entry("faster-whisper with VAD", lambda beam: FasterWhisper(beam_size=beam, vad=True)),
    "faster-whisper-batched": Entry(
        "faster-whisper, batched", lambda beam: FasterWhisper(beam_size=beam, batched=True)
    ),
    "whisper-cli": Entry("whisper-cli", lambda beam: WhisperCli(beam_size=beam), slow=True),
}
