"""Files of every kind, with bursts of sound at known times."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BURST_SECONDS = 0.05


def bursts(times: Sequence[float], seconds: float, rate: int = 16_000, amplitude: float = 0.5) -> np.ndarray:
    """Silence with a tone of 50 ms at each of the times; float, shape (n,)."""
    clock = np.arange(round(seconds * rate)) / rate
    on = np.zeros(len(clock), bool)
    for time in times:
        on |= (clock >= time) & (clock < time + BURST_SECONDS)
    return amplitude * np.sin(2 * np.pi * 1000 * clock) * on


def onsets(pcm: np.ndarray, level: int = 2000) -> list[float]:
    """When each burst begins, in seconds."""
    loud = np.flatnonzero(np.abs(pcm.astype(int)) > level) / 16_000
    return [float(t) for t, before in zip(loud, [-1.0, *loud], strict=False) if t - before > 0.1]


Retime = Callable[[int], int]
"""Gives the packet that begins at a sample its timestamp, in samples."""


def write(
    path: Path,
    sound: np.ndarray,
    *,
    rate: int = 16_000,
    codec: str,
    layout: str = "mono",
    container: str | None = None,
    options: dict[str, str] | None = None,
    retime: Retime = lambda pts: pts,
    pictures: Sequence[float] = (),
    title: bytes = b"",
) -> Path:
    """Encode a sound, shape (n,) or (channels, n).

    The file and its track are tagged with the title, as it is: in UTF-8 or not.

    With `pictures`, the time of each in seconds, a video stands beside it, each picture built on the one before; an
    MP4 cuts what is before 0 away by an edit list.
    """
    with av.open(path, "w", format=container, options=options or {}, metadata_encoding="latin-1") as target:
        picture = target.add_stream("mpeg4", rate=1000, width=64, height=64) if pictures else None
        stream = target.add_stream(codec, rate=rate, layout=layout)
        for tagged in (target, stream) if title else ():
            tagged.metadata["title"] = title.decode("latin-1")
        packets = _sound_packets(stream, np.atleast_2d(sound), rate, retime)
        if picture is not None:
            packets += _picture_packets(picture, pictures)
            packets.sort(key=lambda packet: packet.dts * packet.time_base)
        target.mux(packets)
    return path


def _sound_packets(stream, sound: np.ndarray, rate: int, retime: Retime):
    samples = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    stream.codec_context.open()
    wanted = stream.codec_context
    size = wanted.frame_size or 1024
    resampler = av.AudioResampler(wanted.format, wanted.layout, wanted.rate, frame_size=size)
    interleaved = np.ascontiguousarray(samples.T).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=stream.layout.name)
    frame.sample_rate = rate
    frame.pts, frame.time_base = 0, Fraction(1, rate)
    packets = []
    for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
        packets += stream.encode(piece)
    for packet in packets:
        step = Fraction(1, wanted.rate) / packet.time_base
        shifted = round(retime(round(packet.pts / step)) * step)
        packet.pts = packet.dts = shifted
    return packets


def steady(seconds: float, start: float = 0.0) -> list[float]:
    """Times of ten pictures a second."""
    return [start + i / 10 for i in range(round(seconds * 10))]


def _picture_packets(stream, times: Sequence[float]):
    stream.pix_fmt = "yuv420p"
    stream.gop_size = 600
    packets = []
    for i, time in enumerate(times):
        frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), i % 250, np.uint8), format="rgb24")
        frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
        packets += stream.encode(frame)
    return packets + stream.encode(None)
