"""Timestamps among tokens: 100 ends the text, 200 is 0.00 s, 201 is 0.02 s."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.worker.transcriber.script import Span, parse

TEXT_END, ZERO = 100, 200


def at(seconds):
    return ZERO + round(seconds / 0.02)


def read(*tokens):
    return parse(tokens, TEXT_END, ZERO)


def test_text_between_two_times_is_a_span():
    script = read(at(0.5), 1, 2, at(1.5))
    assert script.spans == (Span(0.5, 1.5, (1, 2)),)
    assert script.resume is None


def test_a_pair_of_times_parts_two_spans():
    script = read(at(0), 1, at(1), at(2), 2, at(3))
    assert [(s.start, s.end, s.tokens) for s in script.spans] == [(0, 1, (1,)), (2, 3, (2,))]
    assert script.resume is None


def test_text_without_an_end_after_a_pair_is_to_be_heard_again():
    script = read(at(0), 1, at(1), at(1.4), 2, 3)
    assert script.resume == pytest.approx(1.0)
    assert script.closed == (Span(0, 1, (1,)),)
    assert script.spans[-1].end is None


def test_a_pair_at_the_end_is_to_be_heard_again():
    assert read(at(0), 1, at(1), at(1.4)).resume == pytest.approx(1.0)


def test_text_without_an_end_and_without_a_pair_is_all_there_is():
    script = read(at(0), 1, 2)
    assert script.resume is None
    assert script.spans == (Span(0, None, (1, 2)),)


def test_a_single_time_at_the_end_says_that_nothing_follows():
    assert read(at(0), 1, at(1), at(1), 2, at(2)).resume is None


def test_tokens_that_are_neither_text_nor_time_mean_nothing():
    assert read(150, at(0), 1, 101, at(1), 199).spans == (Span(0, 1, (1,)),)


def test_nothing_written_is_no_span():
    assert read().spans == ()
    assert read(at(0), at(0)).spans == ()


@given(st.lists(st.integers(0, 300)))
def test_no_text_is_lost_or_moved(tokens):
    assert read(*tokens).tokens == [token for token in tokens if token < TEXT_END]
