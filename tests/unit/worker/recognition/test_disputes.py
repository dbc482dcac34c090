"""What is heard again of a cut between two chunks."""

import numpy as np
import pytest

from stt.domain.chunk import ChunkPlan, Span
from stt.worker.constants import SAMPLE_RATE
from stt.worker.recognition.disputes import joined_audio, windows_at
from tests.unit.worker.listener import clock

CUT = 20.0
BEFORE = ChunkPlan(0, Span(0.0, CUT), Span(0.5, CUT + 3), (Span(1.0, CUT + 3),))
BEHIND = ChunkPlan(1, Span(CUT, 45.0), Span(CUT - 3, 45.0), (Span(CUT - 3, 44.5),))


def audio_of(plan):
    return clock(45.0)[round(plan.audio.start * SAMPLE_RATE) : round(plan.audio.end * SAMPLE_RATE)]


@pytest.mark.parametrize("longest", [8.0, 30.0])
def test_it_begins_and_ends_neither_where_the_audio_of_one_chunk_does_nor_twice_alike(longest):
    audio = [window.audio for window in windows_at(BEFORE, BEHIND, longest)]
    assert all(span.start < CUT - 3 and span.end > CUT + 3 for span in audio)
    assert all(span.duration <= longest + 1e-9 for span in audio)
    assert len({(span.start, span.end) for span in audio}) == len(audio) == 3


def test_it_reaches_no_further_than_the_audio_of_the_two():
    short = ChunkPlan(1, Span(CUT, 24.0), Span(CUT - 3, 24.0), (Span(CUT - 3, 24.0),))
    audio = [window.audio for window in windows_at(BEFORE, short, 30.0)]
    assert min(span.start for span in audio) == BEFORE.audio.start
    assert max(span.end for span in audio) == short.audio.end


def test_the_audio_of_both_has_each_sample_once():
    joined = joined_audio(BEFORE, audio_of(BEFORE), BEHIND, audio_of(BEHIND))
    assert np.array_equal(joined, clock(45.0)[round(BEFORE.audio.start * SAMPLE_RATE) :])
