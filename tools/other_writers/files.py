"""The files, and whether they hold what was recorded."""

import itertools
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tools.other_writers import encoders, ffmpeg, gstreamer, mkvmerge, sox
from tools.speech import Recording, write

WRITERS = (sox, encoders, ffmpeg, gstreamer, mkvmerge)
"""Each gives extensions, and shell commands that write $O from the `inputs`."""
PACKAGES = (
    "sox libsox-fmt-all mkvtoolnix lame opus-tools flac vorbis-tools wavpack speex twolame ffmpeg gstreamer1.0-tools"
    " gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly"
    " gstreamer1.0-libav"
).split()
"""Debian packages that bring the programs."""
LONGER_SECONDS = 0.25
"""What encoders put in front and behind."""
PATIENCE_SECONDS = 120
LIKENESS = 0.9
"""Correlation of how loud each 20 ms is, from which a file holds the recording: even LPC-10 keeps that."""


class Made(NamedTuple):
    """A file and how it was made; `failure` is why its writer wrote nothing, if it did not."""

    name: str
    path: Path
    failure: str = ""


def inputs(recording: Recording, directory: Path) -> dict[str, str]:
    """The recording as WAV, for the commands: $I mono, $STEREO and $SIX with as many channels at 44.1 and 48 kHz."""
    made = {
        "I": write(recording, directory / "mono.wav"),
        "STEREO": write(recording, directory / "stereo.wav", sample_rate=44_100, channels=2),
        "SIX": write(recording, directory / "six.wav", sample_rate=48_000, channels=6),
    }
    return {name: str(path) for name, path in made.items()}


def make(recording: Recording, directory: Path) -> list[Made]:
    """All files, writer by writer."""
    sources = inputs(recording, directory)

    def made(number: int, extension: str, command: str) -> Made:
        path = directory / f"{number:03d}{extension}"
        return Made(
            f"{extension} {command}", path, _run(command, {"O": str(path), "HOME": str(directory), **sources}, path)
        )

    commands = itertools.chain.from_iterable(writer.commands() for writer in WRITERS)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda job: made(job[0], *job[1]), enumerate(commands)))


def _run(command: str, environment: dict[str, str], path: Path) -> str:
    """What went wrong, if the file is not there afterwards."""
    try:
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            env={"PATH": "/usr/bin:/bin", **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it takes longer than {PATIENCE_SECONDS} s"
    written = run.returncode == 0 and path.exists() and path.stat().st_size > 0
    return "" if written else run.stderr.strip()[-200:] or "nothing was written"


def envelope(pcm: np.ndarray) -> np.ndarray:
    """How loud each 20 ms of 16 kHz audio is."""
    frames = pcm[: len(pcm) // 320 * 320].astype(float).reshape(-1, 320)
    return np.sqrt((frames**2).mean(axis=1))


def fault(recording: Recording, pcm: np.ndarray) -> str | None:
    """What tells that decoded samples are not the recording, if anything does."""
    excess = len(pcm) / 16_000 - recording.duration
    if not -0.1 <= excess <= LONGER_SECONDS:
        return f"{excess:+.2f} s"
    wanted, got = envelope(recording.pcm), envelope(pcm)
    shifts = [got[shift : shift + len(wanted)] for shift in range(LONGER_SECONDS.__ceil__() * 12)]
    likeness = max(float(np.corrcoef(wanted[: len(part)], part)[0, 1]) for part in shifts if len(part) > 100)
    return None if likeness >= LIKENESS else f"likeness {likeness:.2f}"


def missing_programs() -> list[str]:
    """Programs that are not installed."""
    programs = ("sox", "mkvmerge", "lame", "opusenc", "flac", "oggenc", "wavpack", "speexenc", "twolame", "ffmpeg")
    return [program for program in (*programs, "gst-launch-1.0") if not shutil.which(program)]


def decoded(path: Path) -> tuple[np.ndarray, str]:
    """The samples, and what the decoder says of the file beyond them."""
    from stt.worker.preparation.decoder import Decoder

    decoder = Decoder(path, max_seconds=100)
    pcm = np.concatenate(list(decoder.blocks()), axis=1)[0]
    said = [note.message for note in decoder.notes] + (["broke off"] if decoder.broke_off is not None else [])
    return pcm, "; ".join(said)
