"""Cuts are drawn inside words, at the lengths that were asked for."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fidelity.corpus import CHUNK_LENGTHS, any_chunk_length, cuts_inside_words
from tests.unit.benchmarks.conftest import numbered, spoken_evenly

RECORDING = numbered(spoken_evenly())


@given(st.integers(), st.floats(2.0, 10.0))
def test_every_cut_is_in_the_middle_of_a_word_and_near_the_length_wanted(seed, seconds):
    cuts = cuts_inside_words(RECORDING, lambda _: seconds, seed)
    assert cuts
    middles = [(word.start + word.end) / 2 for word in RECORDING.words]
    assert set(cuts) <= set(middles)
    assert all(abs(b - a - seconds) <= 0.31 for a, b in pairwise(cuts))


@given(st.randoms(use_true_random=False))
def test_lengths_of_chunks_are_what_the_setting_allows(draw):
    assert CHUNK_LENGTHS[0] <= any_chunk_length(draw) <= CHUNK_LENGTHS[1]


def test_a_recording_too_short_to_be_cut_is_not():
    assert cuts_inside_words(RECORDING, lambda _: 300.0, 1) == []
