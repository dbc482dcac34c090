"""A second of noise in every accepted format that FFmpeg can write."""

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
    ".3gp": ("3gp", "aac"),
    ".mp2": ("mp2", "mp2"),
    ".w64": ("w64", "pcm_s16le"),
    ".loas": ("latm", "aac"),
    ".amr": ("amr", "libopencore_amrnb"),
    ".aiff": ("aiff", "pcm_s16be"),
    ".caf": ("caf", "pcm_s16be"),
    ".wma": ("asf", "wmav2"),
    ".mpeg": ("mpeg", "mp2"),
    ".ts": ("mpegts", "mp2"),
    ".avi": ("avi", "pcm_s16le"),
    ".flv": ("flv", "aac"),
    ".au": ("au", "pcm_s16be"),
    ".ac3": ("ac3", "ac3"),
    ".eac3": ("eac3", "eac3"),
    ".wv": ("wv", "wavpack"),
    ".tta": ("tta", "tta"),
    ".voc": ("voc", "pcm_u8"),
}
RATE = 48_000
NARROW = {".amr": 8_000}
BITS_PER_SECOND = 64_000


@functools.cache
def encoded(extension: str) -> bytes:
    """The file; `extension` is one of `CODECS`."""
    container, codec = CODECS[extension]
    rate = NARROW.get(extension, RATE)
    noise = np.random.default_rng(0).normal(0, 3000, (1, rate)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
    frame.sample_rate = rate
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        if codec.startswith("wma"):
            stream.bit_rate = BITS_PER_SECOND
        stream.layout = "mono"
        output.mux(stream.encode(frame) + stream.encode(None))
    return file.getvalue()
