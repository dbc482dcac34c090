"""Make the files, decode each, and name those that do not hold what was recorded."""

import sys
import tempfile
from pathlib import Path

from tools.other_writers.files import PACKAGES, decoded, fault, make, missing_programs
from tools.speech import compose

SECONDS = 4.0


def main() -> int:
    """Print what does not hold, and how many files do."""
    if missing := missing_programs():
        print(f"not installed: {', '.join(missing)}; scripts/debian-packages {' '.join(PACKAGES)}")
        return 2
    recording = compose("en", SECONDS, seed=11)
    with tempfile.TemporaryDirectory() as directory:
        files = make(recording, Path(directory))
        unwritten = [file for file in files if file.failure]
        faults = 0
        for file in files:
            if file.failure:
                print(f"not written: {file.name}: {file.failure}")
                continue
            try:
                pcm, said = decoded(file.path)
                wrong = fault(recording, pcm) or said
            except Exception as error:
                wrong = repr(error)
            if wrong:
                faults += 1
                print(f"{wrong}: {file.name}")
    print(f"{len(files) - len(unwritten)} files, {faults} faults")
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
