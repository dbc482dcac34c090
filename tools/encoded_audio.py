"""A second of noise in every accepted container, made by FFmpeg."""

import functools
import io

import av
import numpy as np

from tools.speech.media import FORMATS

CODECS = FORMATS | {
    ".m4b": ("ipod", "aac"),
    ".mov": ("mov", "aac"),
    ".oga": ("ogg", "libopus"),
    ".mka": ("matroska", "aac"),
}


@functools.cache
def encoded(extension: str) -> bytes:
    """The file; `extension` is one of `CODECS`."""
    container, codec = CODECS[extension]
    noise = np.random.default_rng(0).normal(0, 3000, (1, 48_000)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
    frame.sample_rate = 48_000
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        output.mux(stream.encode(frame) + stream.encode(None))
    return file.getvalue()
