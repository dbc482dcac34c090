"""What faster-whisper can compute with here. Asked in a process of its own: no driver is loaded into this one."""

import asyncio
import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stt.domain.errors import InvalidRequest

COMMAND = (sys.executable, "-P", "-m", "stt.worker.inference.gpus")
NODES = ("nvidia*", "dxg")
"""What the driver puts into `DEVICES`, under Linux and under Windows' own Linux."""
DEVICES = Path("/dev")
PREFERRED = ("float16", "bfloat16", "int8_float16", "int8_float32", "float32")
"""Number formats, the best first: half the memory and more than twice the speed of float32, with the same words."""


@dataclass(frozen=True)
class Gpus:
    """How many there are, and the number formats that all of them compute in."""

    count: int = 0
    compute_types: Collection[str] = ()

    @property
    def best_compute_type(self) -> str:
        """The first of those preferred, or `default`, which leaves it to CTranslate2."""
        return next((name for name in PREFERRED if name in self.compute_types), "default")


async def find_gpus(device: str, command: Sequence[str] = COMMAND) -> Gpus:
    """The GPUs there are, none for `device` `cpu`; on `auto` nobody is asked where there is no driver.

    Raises:
        InvalidRequest: code `no_gpu`; `device` is `cuda`, and there is none that can be used.
    """
    if device == "cpu" or (device == "auto" and not _has_driver()):
        return Gpus()
    answer, complaint = await _asked(command)
    found = Gpus(**answer) if answer else Gpus()
    if device == "cuda" and not found.count:
        reason = complaint.rpartition("\n")[2] or "the driver shows no device"
        raise InvalidRequest(
            f"STT_DEVICE is cuda, but no GPU can be used here: {reason}. It takes an NVIDIA GPU, a driver, cuBLAS 12 "
            "(docs/deployment.md, GPUs); in a container also its toolkit. STT_DEVICE=cpu works without.",
            code="no_gpu",
        )
    return found


async def cpu_compute_types(command: Sequence[str] = COMMAND) -> Collection[str]:
    """The number formats that the CPU computes in, in alphabetical order; none if the engine cannot be loaded."""
    answer, _ = await _asked([*command, "cpu"])
    return answer["compute_types"] if answer else ()


async def _asked(command: Sequence[str]) -> tuple[dict[str, Any], str]:
    """The answer, empty if the process failed, and what it complained of."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe)
    answer, complaint = await process.communicate()
    return json.loads(answer) if process.returncode == 0 else {}, complaint.decode(errors="replace").strip()


def _has_driver() -> bool:
    return any(next(DEVICES.glob(node), None) for node in NODES)


def main(device: str = "cuda") -> None:
    """Print what CTranslate2 sees."""
    import ctranslate2

    count = ctranslate2.get_cuda_device_count() if device == "cuda" else 0
    indices = range(count) if device == "cuda" else [0]
    types = [set(ctranslate2.get_supported_compute_types(device, index)) for index in indices]
    json.dump({"count": count, "compute_types": sorted(set.intersection(*types)) if types else []}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
