"""Words written stand for words spoken: by the word, and where that leaves a choice by the time."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fidelity.alignment import align, is_right
from tools.speech.recording import Word

gaps = st.lists(st.floats(0.0, 20.0), min_size=1, max_size=40)
texts = st.sampled_from(["a", "b", "c"])


def spoken_at(gaps, draw_text):
    words, clock = [], 0.0
    for gap in gaps:
        clock += gap
        words.append(Word(draw_text(), clock, clock + 0.3))
        clock += 0.3
    return words


@st.composite
def speech(draw):
    return spoken_at(draw(gaps), lambda: draw(texts))


@given(speech())
def test_what_is_written_as_it_was_spoken_is_right(words):
    pairs = align(words, words)
    assert pairs == [(word, word) for word in words]
    assert all(map(is_right, pairs))


@given(speech(), speech())
def test_every_word_is_in_one_pair_in_its_order(spoken, written):
    pairs = align(spoken, written)
    assert [said for said, _ in pairs if said] == spoken
    assert [heard for _, heard in pairs if heard] == written


@given(speech(), st.data())
def test_a_lost_word_costs_one_word_whatever_its_neighbours_are(words, data):
    lost = data.draw(st.integers(0, len(words) - 1))
    pairs = align(words, words[:lost] + words[lost + 1 :])
    assert [said for said, heard in pairs if heard is None] == [words[lost]]
    assert sum(map(is_right, pairs)) == len(words) - 1


def test_of_equal_words_the_one_that_is_not_at_its_time_is_the_doubled_one():
    spoken = [Word(text, at, at + 0.3) for text, at in (("a", 0.0), ("b", 0.3), ("c", 0.6))]
    again = Word("b", 0.5, 0.7)
    assert (None, again) in align(spoken, [spoken[0], spoken[1], again, spoken[2]])


def test_a_word_written_seconds_away_stands_for_nothing():
    spoken = Word("a", 0.0, 0.3)
    assert align([spoken], [replace(spoken, start=4.0, end=4.3)]) == [(spoken, None), (None, Word("a", 4.0, 4.3))]


def test_nothing_written_is_everything_lost():
    word = Word("a", 1.0, 1.3)
    assert align([word], []) == [(word, None)]
    assert align([], [word]) == [(None, word)]
    assert align([], []) == []
