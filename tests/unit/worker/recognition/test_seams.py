"""What is heard again of a cut, between windows and between chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.worker.constants import SAMPLE_RATE
from stt.worker.recognition.seams import joined_audio, windows_around, windows_between
from tests.unit.worker.chunks import WHOLE
from tests.unit.worker.listener import clock

CUT = 20.0
BEFORE = ChunkPlan(0, Span(0.0, CUT), Span(0.5, CUT + 3), (Span(1.0, CUT + 3),))
BEHIND = ChunkPlan(1, Span(CUT, 45.0), Span(CUT - 3, 45.0), (Span(CUT - 3, 44.5),))


def audio_of(plan):
    return clock(45.0)[round(plan.audio.start * SAMPLE_RATE) : round(plan.audio.end * SAMPLE_RATE)]


@pytest.mark.parametrize("longest", [8.0, 30.0])
def test_it_begins_and_ends_neither_where_the_audio_of_one_chunk_does_nor_twice_alike(longest):
    audio = [window.audio for window in windows_between(BEFORE, BEHIND, longest)]
    assert all(span.start < CUT - 3 and span.end > CUT + 3 for span in audio)
    assert all(span.duration <= longest + 1e-9 for span in audio)
    assert len({(span.start, span.end) for span in audio}) == len(audio) == 3


def test_it_reaches_no_further_than_the_audio_of_the_two():
    short = ChunkPlan(1, Span(CUT, 24.0), Span(CUT - 3, 24.0), (Span(CUT - 3, 24.0),))
    audio = [window.audio for window in windows_between(BEFORE, short, 30.0)]
    assert min(span.start for span in audio) == BEFORE.audio.start
    assert max(span.end for span in audio) == short.audio.end


def test_the_audio_of_both_has_each_sample_once():
    joined = joined_audio(BEFORE, audio_of(BEFORE), BEHIND, audio_of(BEHIND))
    assert np.array_equal(joined, clock(45.0)[round(BEFORE.audio.start * SAMPLE_RATE) :])


@given(st.floats(0, 20), st.floats(2, 30))
def test_further_hearings_stay_in_the_room_hold_the_cut_and_have_edges_of_their_own(cut, longest):
    windows = [window.audio for window in windows_around(cut, WHOLE, longest)]
    for window in windows:
        assert 0 <= window.start <= cut <= window.end <= 20
        assert window.duration <= longest + 1e-9
    if 1 < cut < 19:
        assert len(set(windows)) == 3
