"""Recordings as files in the formats people upload."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from tools.speech.recording import SAMPLE_RATE, Recording

# Extension: container, codec.
FORMATS = {
    ".wav": ("wav", "pcm_s16le"),
    ".flac": ("flac", "flac"),
    ".mp3": ("mp3", "libmp3lame"),
    ".m4a": ("ipod", "aac"),
    ".mp4": ("mp4", "aac"),
    ".aac": ("adts", "aac"),
    ".ogg": ("ogg", "libopus"),
    ".opus": ("opus", "libopus"),
    ".webm": ("webm", "libopus"),
    ".mkv": ("matroska", "aac"),
}
TIMED = {".m4a", ".mp4", ".ogg", ".opus", ".webm", ".mkv"}  # formats that say when their audio starts
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
BLOCK = SAMPLE_RATE
BITS_PER_SECOND = 128_000
"""For codecs that lose something. At their own choice for 16 kHz they cut the sibilants that tell words apart."""


def write(
    recording: Recording | Sequence[Recording],
    path: Path,
    *,
    sample_rate: int | None = None,
    channels: int | None = None,
    start_offset: float = 0.0,
) -> Path:
    """Encode by the path's extension and return the path.

    One recording stands alike in each of 1 (the default), 2 or 6 channels; 2 or 6 recordings stand on a channel each,
    the shorter ones silent at the end. `start_offset` is the presentation time of the first sample in seconds. Raises
    ValueError for an extension it does not know, for other numbers of channels, and for an offset in a format that
    has no times.
    """
    recordings = [recording] if isinstance(recording, Recording) else recording
    channels = channels or len(recordings)
    _check(path.suffix, len(recordings), channels, start_offset)
    container, codec = FORMATS[path.suffix]
    rate = sample_rate or (48_000 if codec == "libopus" else SAMPLE_RATE)
    with av.open(str(path), "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate, layout=LAYOUTS[channels])
        stream.bit_rate = BITS_PER_SECOND
        resampler = av.AudioResampler(stream.format, stream.layout, rate)
        first = round(start_offset * rate)
        for frame in _frames(recordings, resampler):
            frame.pts, frame.time_base = first, Fraction(1, rate)
            first += frame.samples
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _check(extension: str, recordings: int, channels: int, start_offset: float) -> None:
    if extension not in FORMATS:
        raise ValueError(f"{extension!r} is not one of {', '.join(FORMATS)}.")
    if channels not in LAYOUTS or (extension == ".mp3" and channels > 2):
        raise ValueError(f"{channels} channels in {extension}; there may be 1 or 2, or 6 except in .mp3.")
    if recordings not in (1, channels):
        raise ValueError(f"{recordings} recordings on {channels} channels; there may be one, or one for each.")
    if start_offset and extension not in TIMED:
        raise ValueError(f"{extension} files always start at 0; {', '.join(sorted(TIMED))} may start later.")


def _frames(recordings: Sequence[Recording], resampler: av.AudioResampler) -> Any:
    for start in range(0, max(len(recording.pcm) for recording in recordings), BLOCK):
        pieces = [recording.pcm[start : start + BLOCK] for recording in recordings]
        longest = max(map(len, pieces))
        block = np.stack([np.pad(piece, (0, longest - len(piece))) for piece in pieces])
        frame = av.AudioFrame.from_ndarray(block, format="s16p", layout=LAYOUTS[len(recordings)])
        frame.sample_rate = SAMPLE_RATE
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
