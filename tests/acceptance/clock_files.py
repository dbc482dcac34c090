"""Files of which every moment is known: how to make each, and where in it a moment of the recording lies."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.codec.context import Flags2

from tests.unit.worker.sounds import steady
from tests.unit.worker.sounds import write as pack
from tools.speech import SAMPLE_RATE, Recording, write

LATER = 3.7
CUT = 7.3
GAP = 2.5
SLOW = 1.005
PICTURES = 44.0
"""Seconds; a little more than the speech beside them."""


class Case(NamedTuple):
    """`moved` gives the second of the file at which a second of the recording is heard; earlier than 0 it is not."""

    make: Callable[[Recording, Path], Path]
    moved: Callable[[Recording, float], float] = lambda recording, time: time


def spoken(name, **options):
    """The recording as it is."""
    return lambda recording, directory: write(recording, directory / name, **options)


def packed(name, codec, *, retime=lambda recording, time: time, **options):
    """The recording with other timestamps, in seconds, or with pictures beside it."""

    def make(recording, directory):
        def retimed(sample):
            return round(retime(recording, sample / SAMPLE_RATE) * SAMPLE_RATE)

        return pack(directory / name, recording.pcm / 32768, codec=codec, retime=retimed, **options)

    return make


def later(recording, time):
    return time + LATER


def cut(recording, time):
    return time - CUT


def slow(recording, time):
    return time * SLOW


def interrupted(recording, time):
    """Time that jumps in the pause nearest to the middle."""
    pause = min(map(np.mean, recording.pauses()), key=lambda middle: abs(middle - recording.duration / 2))
    return time + GAP * (time > pause)


def jittering(recording, time):
    """Off by up to 9 ms."""
    return time + (time > 0) * 0.009 * np.sin(1e4 * time)


def irregular() -> list[float]:
    """Times of pictures as a telephone takes them: many a second, then few."""
    steps = np.random.default_rng(0).choice([0.01, 0.033, 0.04, 0.2, 0.6], 1000)
    return [time for time in np.cumsum(steps) - steps[0] if time < PICTURES]


CASES = {
    "WAV": Case(spoken("a.wav")),
    "WAV at 8 kHz": Case(spoken("a.wav", sample_rate=8_000)),
    "FLAC at 96 kHz in 5.1": Case(spoken("a.flac", sample_rate=96_000, channels=6)),
    "stereo M4A": Case(spoken("a.m4a", sample_rate=44_100, channels=2)),
    "MP3 with encoder delay": Case(spoken("a.mp3")),
    "Opus": Case(spoken("a.opus")),
    "MP4 cut by an edit list": Case(packed("a.mp4", "alac", retime=cut), cut),
    "MP4 delayed by an edit list": Case(packed("a.m4a", "aac", retime=later), later),
    "MP4 with pictures cut away": Case(packed("a.mp4", "aac", pictures=steady(PICTURES, start=-2))),
    "MP4 with sound later than irregular pictures": Case(
        packed("a.mp4", "aac", retime=later, pictures=irregular()), later
    ),
    "Matroska with sound later than irregular pictures": Case(
        packed("a.mkv", "flac", retime=later, pictures=irregular()), later
    ),
    "Matroska with jitter": Case(packed("a.mkv", "flac", retime=jittering)),
    "Matroska with a gap": Case(packed("a.mkv", "flac", retime=interrupted), interrupted),
    "MP4 with a clock of its own": Case(packed("a.mp4", "alac", retime=slow), slow),
}
MORE_CASES = {
    f"{extension} at {rate} Hz in {channels} channels": Case(
        spoken(f"a{extension}", sample_rate=rate, channels=channels)
    )
    for extension in (".wav", ".m4a")
    for rate in (8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000)
    for channels in (1, 2, 6)
} | {
    "WebM": Case(spoken("a.webm")),
    "MOV cut by an edit list": Case(packed("a.mov", "aac", retime=cut), cut),
    "Matroska of sound alone that begins later": Case(packed("a.mkv", "flac", retime=later)),
    "MP4 with a gap": Case(packed("a.mp4", "aac", retime=interrupted), interrupted),
    "MP4 with jitter": Case(packed("a.mp4", "alac", retime=jittering)),
    "AAC without a container": Case(spoken("a.aac", sample_rate=48_000), lambda recording, time: time + 1024 / 48_000),
}


class Naive(NamedTuple):
    """A program that takes the samples of a case one after another, with FFmpeg told to ignore what it knows."""

    case: str
    options: tuple[tuple[str, str], ...] = ()
    padded: bool = False
    """With what the encoder has put in front."""

    def decoded(self, path: Path, directory: Path) -> Path:
        with av.open(str(path), options=dict(self.options)) as container:
            stream = container.streams.audio[0]
            if self.padded:
                stream.codec_context.flags2 |= Flags2.skip_manual
            resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
            frames = [resampler.resample(_without_time(frame)) for frame in container.decode(stream)]
        pcm = np.concatenate([piece.to_ndarray()[0] for pieces in frames for piece in pieces])
        return write(Recording(pcm), directory / "naive.wav")


def _without_time(frame: av.AudioFrame) -> av.AudioFrame:
    frame.pts = None
    return frame


NAIVE = (
    Naive("MP3 with encoder delay", padded=True),
    Naive("MP4 cut by an edit list", (("ignore_editlist", "1"),)),
    Naive("MP4 delayed by an edit list"),
    Naive("Matroska with sound later than irregular pictures"),
    Naive("Matroska with a gap"),
    Naive("MP4 with a clock of its own"),
)


class BrokenOff(NamedTuple):
    """The first part of a file."""

    extension: str
    part: float = 0.6

    def make(self, recording: Recording, directory: Path) -> Path:
        whole = write(recording, directory / f"whole{self.extension}").read_bytes()
        path = directory / f"part{self.extension}"
        path.write_bytes(whole[: int(self.part * len(whole))])
        return path


BROKEN_OFF = (BrokenOff(".wav"), BrokenOff(".mp3"), BrokenOff(".mkv"))
