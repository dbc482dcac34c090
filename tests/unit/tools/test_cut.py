import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.speech import SAMPLE_RATE, Phrase, Recording, Word, hand_cut

LENGTHS = st.lists(st.tuples(st.floats(0, 3), st.floats(0.2, 4)), max_size=30)  # pause, phrase


def recording(lengths, tail=0.5):
    at, phrases = 0.0, []
    for index, (pause, length) in enumerate(lengths):
        at += pause
        words = (Word(f"a{index}", at, at + length / 2), Word(f"b{index}", at + length / 2, at + length))
        phrases.append(Phrase(at, at + length, words, "en-us"))
        at += length
    return Recording(np.zeros(round((at + tail) * SAMPLE_RATE), np.int16), tuple(phrases), "en")


@given(LENGTHS, st.floats(5, 30), st.floats(0, 4))
def test_windows_never_exceed_the_bound_and_lose_no_word(lengths, bound, tail):
    spoken = recording(lengths, tail)
    windows = hand_cut(spoken, bound)
    assert all(0 < window.end - window.start <= bound for window in windows)
    assert tuple(word for window in windows for word in window.words) == spoken.words


@given(LENGTHS, st.floats(5, 30))
def test_no_cut_goes_through_a_word(lengths, bound):
    spoken = recording(lengths)
    windows = hand_cut(spoken, bound)
    assert all(one.end <= other.start for one, other in zip(windows, windows[1:], strict=False))
    for window in windows:
        assert window.start <= window.words[0].start
        assert window.words[-1].end <= window.end


def test_windows_meet_in_the_middle_of_a_pause_and_are_as_full_as_they_can_be():
    windows = hand_cut(recording([(0.4, 2.0), (0.6, 2.0), (0.8, 2.0)]), 5.5)
    assert [(round(window.start, 3), round(window.end, 3)) for window in windows] == [(0.0, 5.4), (5.4, 8.3)]
    assert [len(window.words) for window in windows] == [4, 2]


def test_of_a_long_silence_a_window_keeps_half_a_second():
    (window,) = hand_cut(recording([(5.0, 2.0)], tail=9.0), 8)
    assert (window.start, window.end) == (4.5, 7.5)


def test_a_phrase_longer_than_the_bound_is_refused():
    with pytest.raises(ValueError, match=r"at 1\.00 s does not fit into 5 s"):
        hand_cut(recording([(1.0, 6.0)]), 5)
