"""What one system holds in memory at most while it tells the speakers of a file apart, in MiB.

    python -m benchmarks.speakers.footprint SYSTEM MODEL FILE

A process of its own for each: what another has left would be counted as well.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.real_voices.clips import read
from benchmarks.speakers.conversation import Conversation
from benchmarks.speakers.systems import SYSTEMS

KIB_IN_MIB = 1024


def footprint(system: str, model: Path, file: Path) -> float:
    """The greatest size of a process that runs a system on a file."""
    command = (sys.executable, "-m", __name__, system, str(model), str(file))
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(system: str, model: str, file: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        tell = SYSTEMS[system](Path(model), Path(scratch))
        if tell is None:
            raise SystemExit(f"{system} is not installed.")
        tell(Conversation(read(Path(file)), ()), Path(file), None)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB)


if __name__ == "__main__":
    main(*sys.argv[1:])
