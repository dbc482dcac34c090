"""`python -m tools.speech.talk`: the sample that `make run` shows, spoken by a free voice that real models understand.

The sentences are in `talk-en.txt` of the package; the voice is awb of Flite (in Debian the package `flite`).
"""

import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.models.store import PACKAGED

VOICE = "awb"
TALK = PACKAGED / "talk-en.flac"


def main() -> None:
    with tempfile.NamedTemporaryFile(suffix=".wav") as spoken:
        text = TALK.with_suffix(".txt")
        subprocess.run(["flite", "-voice", VOICE, "-f", str(text), "-o", spoken.name], check=True)
        with wave.open(spoken.name) as recording:
            assert (recording.getframerate(), recording.getnchannels()) == (SAMPLE_RATE, 1)
            pcm = np.frombuffer(recording.readframes(recording.getnframes()), np.int16)
    TALK.write_bytes(flac.encode(pcm))
    print(f"{TALK}: {len(pcm) / SAMPLE_RATE:.1f} s, {Path(TALK).stat().st_size} bytes")


if __name__ == "__main__":
    main()
