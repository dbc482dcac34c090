from hypothesis import given
from hypothesis import strategies as st

from stt.domain.audio.peaks import PER_SECOND, outline

PEAKS = bytes(range(200))
LENGTH = len(PEAKS) / PER_SECOND


def test_each_part_is_its_loudest_moment():
    assert outline(PEAKS, 0, LENGTH, 4) == [49, 99, 149, 199]
    assert outline(PEAKS, 1, 2, 2) == [29, 39]


def test_there_are_no_more_parts_than_peaks():
    assert outline(PEAKS, 0, 0.25, 100) == [0, 1, 2, 3, 4]


def test_outside_there_is_nothing():
    assert outline(PEAKS, LENGTH + 1, LENGTH + 2, 10) == outline(PEAKS, 3, 2, 10) == outline(b"", 0, 9, 5) == []
    assert outline(PEAKS, 1.5e308, 1.6e308, 10) == outline(PEAKS, -1e308, -1.0, 10) == []


@given(st.binary(max_size=300), st.integers(1, 50))
def test_the_loudest_moment_is_never_lost(peaks, count):
    found = outline(peaks, 0, len(peaks) / PER_SECOND, count)
    assert max(found, default=0) == max(peaks, default=0)
    assert len(found) == min(count, len(peaks))
