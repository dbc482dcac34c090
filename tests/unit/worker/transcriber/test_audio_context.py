"""How much is encoded."""

from hypothesis import given
from hypothesis import strategies as st

from stt.worker.constants import FRAMES_PER_SECOND
from stt.worker.transcriber.audio_context import MARGIN_FRAMES, MAX_FRAMES, AudioContext


@given(st.floats(0.1, 30))
def test_the_adaptive_context_holds_the_window_and_its_margin_or_all_there_can_be(seconds):
    frames = AudioContext.ADAPTIVE.frames(seconds)
    assert frames % 2 == 0
    assert frames == MAX_FRAMES or 0 <= frames - seconds * FRAMES_PER_SECOND - MARGIN_FRAMES <= 2
    assert frames <= AudioContext.FULL.frames(seconds) == MAX_FRAMES


def test_a_full_window_is_encoded_in_full_either_way():
    assert AudioContext.ADAPTIVE.frames(30) == MAX_FRAMES
