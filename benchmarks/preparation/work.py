"""The same file, by the service's preparing process and by the two libraries alone: run in a process of its own each.

`python -m benchmarks.preparation.work KIND FILE` prints the seconds of CPU and of the clock that the work itself took.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np

from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.preparation.child import prepare
from stt.worker.preparation.vad import load_model

CHUNK_SECONDS = 60.0
FRAMES_AT_ONCE = 256
CONTEXT = 64
LONGEST_SECONDS = 48 * 3600.0


def prepared(path: Path) -> None:
    """Decode, find speech, cut and encode, as `stt.worker.preparation.child` does for a consumer."""
    for _ in prepare(path, chunk_seconds=CHUNK_SECONDS, max_seconds=LONGEST_SECONDS):
        pass


def decoded(path: Path) -> None:
    """What PyAV takes to make 16 kHz mono of the file."""
    for _ in _samples(path):
        pass


def judged(path: Path) -> None:
    """What Silero takes for the frames of a file, whose samples are raw."""
    session = load_model()
    samples = np.fromfile(path, np.int16).astype(np.float32) / 32768
    samples = np.concatenate([np.zeros(CONTEXT, np.float32), samples])
    h = c = np.zeros((1, 1, 128), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, CONTEXT + VAD_FRAME)[::VAD_FRAME]
    for first in range(0, len(frames), FRAMES_AT_ONCE):
        batch = np.ascontiguousarray(frames[first : first + FRAMES_AT_ONCE])
        _, h, c = session.run(None, {"input": batch, "h": h, "c": c})


def write_samples(path: Path, target: Path) -> float:
    """The samples of a file as they are judged; returns its seconds."""
    samples = np.concatenate(list(_samples(path)))
    samples.tofile(target)
    return len(samples) / SAMPLE_RATE


def _samples(path: Path) -> Iterator[np.ndarray]:
    """The plain way, with whole seconds handed out, which is the fastest."""
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE, frame_size=SAMPLE_RATE)
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                yield piece.to_ndarray()[0]
        for piece in resampler.resample(None):
            yield piece.to_ndarray()[0]


KINDS: dict[str, Callable[[Path], None]] = {"prepared": prepared, "decoded": decoded, "judged": judged}


def main() -> None:
    kind, path = KINDS[sys.argv[1]], Path(sys.argv[2])
    cpu, clock = time.process_time(), time.perf_counter()
    kind(path)
    print(time.process_time() - cpu, time.perf_counter() - clock)


if __name__ == "__main__":
    main()
