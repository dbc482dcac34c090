"""How much is encoded."""

from hypothesis import given
from hypothesis import strategies as st

from stt.worker.constants import FRAMES_PER_SECOND
from stt.worker.transcriber.audio_context import LENGTHS, MARGIN_FRAMES, MAX_FRAMES, AudioContext


@given(st.floats(0.1, 30))
def test_the_adaptive_context_is_the_shortest_length_that_holds_the_window_and_its_margin(seconds):
    frames, needed = AudioContext.ADAPTIVE.frames(seconds), seconds * FRAMES_PER_SECOND + MARGIN_FRAMES
    assert frames == MAX_FRAMES or frames >= needed
    assert all(length < needed + 1 for length in LENGTHS if length < frames)
    assert frames <= AudioContext.FULL.frames(seconds) == MAX_FRAMES


def test_the_encoder_can_take_every_length():
    assert list(LENGTHS) == sorted(LENGTHS)
    assert all(length % 2 == 0 for length in LENGTHS)


def test_only_models_it_was_tried_with_are_heard_in_the_adaptive_context_if_nobody_chooses():
    suited = {name: AudioContext.suited_to(name) for name in ("base", "demo", "large-v3", "someone/whisper-base")}
    assert [name for name, context in suited.items() if context is AudioContext.ADAPTIVE] == ["base"]


def test_a_full_window_is_encoded_in_full_either_way():
    assert AudioContext.ADAPTIVE.frames(30) == MAX_FRAMES
