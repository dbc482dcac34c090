"""What an inference process keeps of the environment it was started in.

It reads model files, which may come from strangers: it has no use for the keys and passwords of the service.
"""

import ctypes
import os
from pathlib import Path

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
KEPT_PREFIXES = ("CUDA", "NVIDIA_", "CT2_", "GGML_", "OMP_", "OPENBLAS_", "MKL_")
"""What the engines and the libraries beneath them read."""
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""What a model needs was fetched before; no library shall look for it in the network."""

_STAT = Path("/proc/self/stat")
_START, _END = 50, 51
"""Fields of Linux's proc_pid_stat(5), counted from 1: where the environment that a process was started with lies."""


def scrub() -> None:
    """Forget everything else, also in the memory that `/proc/<pid>/environ` shows."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    os.environ.clear()
    os.environ.update(kept | OFFLINE)  # copies: nothing points any longer to what the process was started with
    if _STAT.exists():
        behind_name = _STAT.read_text().rpartition(")")[2].split()  # begins with field 3
        start, end = (int(behind_name[field - 3]) for field in (_START, _END))
        if 0 < start < end:
            ctypes.memset(start, 0, end - start)
