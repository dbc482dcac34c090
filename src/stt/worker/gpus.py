"""Which GPUs faster-whisper can use here. Asked in a process of its own: no driver is loaded into this one."""

import asyncio
import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from stt.domain.errors import InvalidRequest

COMMAND = (sys.executable, "-P", "-m", "stt.worker.gpus")
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
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    answer, complaint = await process.communicate()
    found = Gpus(**json.loads(answer)) if process.returncode == 0 else Gpus()
    if device == "cuda" and not found.count:
        reason = complaint.decode(errors="replace").strip().rpartition("\n")[2] or "the driver shows no device"
        raise InvalidRequest(
            f"STT_DEVICE is cuda, but no GPU can be used here: {reason}. It takes an NVIDIA GPU, a driver, cuBLAS 12 "
            "(docs/deployment.md, GPUs); in a container also its toolkit. STT_DEVICE=cpu works without.",
            code="no_gpu",
        )
    return found


def _has_driver() -> bool:
    return any(next(DEVICES.glob(node), None) for node in NODES)


def main() -> None:
    """Print what CTranslate2 sees."""
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    types = [set(ctranslate2.get_supported_compute_types("cuda", gpu)) for gpu in range(count)]
    json.dump({"count": count, "compute_types": sorted(set.intersection(*types)) if types else []}, sys.stdout)


if __name__ == "__main__":
    main()
