"""The machine and the versions that figures were measured with."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

LIBRARIES = ("ctranslate2", "faster-whisper", "pywhispercpp", "onnxruntime", "av", "numpy")
GIBIBYTE = 2**30


@dataclass(frozen=True)
class Machine:
    """What speed depends on; memory in GiB."""

    processor: str
    cores: int
    memory: int
    system: str
    python: str
    libraries: dict[str, str]

    @classmethod
    def here(cls, libraries: Sequence[str] = LIBRARIES) -> Self:
        """This one."""
        pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(
            processor=_processor(),
            cores=os.cpu_count() or 1,
            memory=round(pages / GIBIBYTE),
            system=f"{platform.system()} {platform.release()}",
            python=platform.python_version(),
            libraries={name: version(name) for name in libraries},
        )

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        return f"{self.processor}, {self.cores} cores, {self.memory} GiB; Python {self.python}, {versions}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
