"""What is done again, and which spans can be."""

import math

import pytest

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.chunk import Span
from stt.domain.jobs.redo import SpanRedo, SpeakersRedo, redo_of, span_within


@pytest.mark.parametrize("redo", [SpeakersRedo("2-4"), SpanRedo(1.0, 2.5, "base", "whisper.cpp", "vi", "So.", "key_1")])
def test_what_is_done_again_comes_back_from_plain_values(redo):
    assert redo_of(redo.to_dict()) == redo


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(0, 600, Span(0, 600)), (1.5, 2, Span(1.5, 2)), (899, 900.9, Span(899, 900)), (0.1, 0.11, Span(0.1, 0.11))],
)
def test_a_span_within_the_file_is_taken_up_to_its_end(start, end, found):
    assert span_within(start, end, 900.0) == found


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (5, 5, "invalid_span"),
        (5, 4, "invalid_span"),
        (-0.1, 4, "invalid_span"),
        (900, 900.5, "invalid_span"),
        (880, 901.1, "invalid_span"),
        (math.nan, 4, "invalid_span"),
        (0, math.inf, "invalid_span"),
        (0, 600.1, "span_too_long"),
    ],
)
def test_others_are_refused(start, end, code):
    with pytest.raises(InvalidRequest) as refused:
        span_within(start, end, 900.0)
    assert refused.value.error_code == code
