"""Long files of speech, encoded as people upload them."""

from pathlib import Path

import av
import numpy as np

from stt.worker.models.store import PACKAGED
from stt.worker.preparation.decoder import Decoder

SAMPLE = PACKAGED / "sample-en.flac"
RATE = 44_100
"""What recorders and phones write."""
CODECS = {".mp3": ("mp3", "libmp3lame"), ".flac": ("flac", "flac"), ".m4a": ("ipod", "aac")}
BLOCK = 1152
"""Samples per frame that every one of these encoders takes."""


def written(path: Path, seconds: float) -> Path:
    """The packaged sample, over and over, in the format that the name's ending tells; stereo."""
    container, codec = CODECS[path.suffix]
    second = np.concatenate([block[0] for block in Decoder(SAMPLE, max_seconds=60).blocks()])
    resampler = av.AudioResampler("s16", "stereo", RATE, frame_size=RATE)
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE)
        stream.layout = "stereo"
        for round_ in range(round(seconds * 16_000 / len(second))):
            frame = av.AudioFrame.from_ndarray(second[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 16_000, round_ * len(second)
            for piece in resampler.resample(frame):
                output.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return path
