"""Everything that is measured, by the name it has on the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from benchmarks.fidelity.demo_model import DemoModel
from benchmarks.fidelity.faster_whisper_peers import Batched, Sequential
from benchmarks.fidelity.measurement import System
from benchmarks.fidelity.service import Service
from benchmarks.fidelity.whisper_cpp_peers import WhisperCpp

Opening = Callable[[int], AbstractContextManager[System]]
"""Makes a system with a beam size; it is ready inside the context."""

SYSTEMS: dict[str, Opening] = {
    "service-faster-whisper": lambda beam: Service("faster-whisper", beam_size=beam),
    "service-whisper.cpp": lambda beam: Service("whisper.cpp", beam_size=beam),
    "faster-whisper": lambda beam: Sequential(DemoModel(), beam_size=beam, vad=False),
    "faster-whisper-vad": lambda beam: Sequential(DemoModel(), beam_size=beam, vad=True),
    "faster-whisper-batched": lambda beam: Batched(DemoModel(), beam_size=beam),
    "whisper.cpp": lambda beam: WhisperCpp(DemoModel(), beam_size=beam, vad=False),
    "whisper.cpp-vad": lambda beam: WhisperCpp(DemoModel(), beam_size=beam, vad=True),
}
