"""Hours of speech as an MP3, in seconds: ten minutes are encoded, and their frames follow themselves."""

import io
from pathlib import Path
from typing import Any

import av

from tools.speech import compose
from tools.speech.media import BITS_PER_SECOND
from tools.speech.recording import SAMPLE_RATE, Recording

ROUND_SECONDS = 600.0


def write_long_file(path: Path, hours: float, *, seed: int) -> Path:
    """English speech with pauses; `hours` are rounded to whole rounds, at least one."""
    body = _frames(compose("en", ROUND_SECONDS, seed=seed))
    with path.open("wb") as file:
        for _ in range(max(1, round(hours * 3600 / ROUND_SECONDS))):
            file.write(body)
    return path


def _frames(recording: Recording) -> bytes:
    """The recording as MP3 frames alone: no tag states a length that would be wrong for several rounds."""
    body = io.BytesIO()
    with av.open(body, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as output:
        stream: Any = output.add_stream("libmp3lame", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BITS_PER_SECOND
        frame = av.AudioFrame.from_ndarray(recording.pcm[None], format="s16p", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for part in av.AudioResampler(stream.format, stream.layout, SAMPLE_RATE, frame_size=1152).resample(frame):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return body.getvalue()
