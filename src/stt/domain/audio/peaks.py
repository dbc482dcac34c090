"""The outline of a recording, as a waveform is drawn from it. Pure."""

PER_SECOND = 20
"""Peaks stored for a second of audio: 1.2 kB a minute, and two pixels each where half a minute is drawn on 1200."""
LOUDEST = 255
"""What a peak of full scale is stored as. Stored is the square root of the amplitude, so that what is said softly, a
hundredth of full scale, is 25 and no 2."""


def outline(peaks: bytes, start: float, end: float, count: int) -> list[int]:
    """The loudest peak in each of at most `count` equal parts of the time from second `start` to `end`."""
    last = len(peaks) / PER_SECOND
    first, behind = (round(PER_SECOND * max(0.0, min(last, second))) for second in (start, end))
    length = behind - first
    parts = min(count, length)
    edges = [first + length * part // parts for part in range(parts + 1)] if parts > 0 else []
    return [max(peaks[a:b]) for a, b in zip(edges, edges[1:], strict=False)]
