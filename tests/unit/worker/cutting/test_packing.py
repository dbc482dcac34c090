"""Spans of speech share windows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import Span
from stt.worker.cutting.packing import LEAST_MARGIN_SECONDS, LONGEST_PAUSE_SECONDS, fewest_windows, packed, pieces_of

EPSILON = 1e-9


@st.composite
def speech(draw: st.DrawFn) -> list[Span]:
    clock, spans = 0.0, []
    for pause, length in draw(st.lists(st.tuples(st.floats(0.03, 6), st.floats(0.1, 20)), min_size=1, max_size=20)):
        spans.append(Span(clock + pause, clock + pause + length))
        clock += pause + length
    return spans


def spans(*edges: tuple[float, float]) -> list[Span]:
    return [Span(*edge) for edge in edges]


def room(longest: float) -> float:
    return longest - 2 * LEAST_MARGIN_SECONDS


def first_come(pieces: list[Span], longest: float) -> int:
    """As many pieces as fit into each window: it takes the fewest, wherever that cuts."""
    count, first = 1, 0
    for last in range(1, len(pieces)):
        pause = pieces[last].start - pieces[last - 1].end
        if pieces[last].end - pieces[first].start > room(longest) or pause > LONGEST_PAUSE_SECONDS:
            count, first = count + 1, last
    return count


def well_filled(pieces: list[Span], longest: float) -> int:
    """Windows that end at the longest pause once they are filled to seven tenths, one after the other."""
    count, first = 0, 0
    while first < len(pieces):
        fitting = [i for i in range(first, len(pieces)) if pieces[i].end - pieces[first].start <= room(longest)]
        last = max(fitting, default=first)
        if last + 1 < len(pieces):
            filled = [i for i in fitting if pieces[i].end - pieces[first].start >= 0.7 * longest]
            last = max([*filled, last], key=lambda i: pieces[i + 1].start - pieces[i].end)
        count, first = count + 1, last + 1
    return count


@given(speech(), st.floats(2, 30))
def test_groups_are_the_pieces_in_order_and_fit(said, longest):
    pieces = pieces_of(said, longest)
    groups = packed(pieces, longest)
    assert [number for group in groups for number in range(group.first, group.last + 1)] == list(range(len(pieces)))
    for first, last in groups:
        within = zip(pieces[first:last], pieces[first + 1 : last + 1], strict=True)
        assert all(after.start - before.end <= LONGEST_PAUSE_SECONDS for before, after in within)
        assert first == last or pieces[last].end - pieces[first].start <= room(longest) + EPSILON


@given(speech(), st.floats(2, 30))
def test_no_grouping_takes_fewer_windows(said, longest):
    pieces = pieces_of(said, longest)
    counts = fewest_windows(pieces, longest)
    assert counts == [first_come(pieces[: number + 1], longest) for number in range(len(pieces))]
    assert counts[-1] == len(packed(pieces, longest))


def test_windows_that_each_look_for_the_longest_pause_would_be_more():
    phrases = spans((0, 7.2), (7.8, 9.4), (9.7, 17), (17.4, 19))
    assert len(packed(phrases, 10.0)) == 2
    assert well_filled(phrases, 10.0) == 3


def test_of_as_few_windows_the_ones_that_part_in_the_clearest_pauses_are_taken():
    assert packed(spans((0, 7), (7.7, 8.6), (8.9, 9.4), (9.7, 12)), 10.0) == [(0, 0), (1, 3)]


def test_a_pause_with_room_for_both_margins_is_as_clear_as_a_longer_one():
    assert packed(spans((0, 5), (5.5, 10), (12, 14)), 10.5) == [(0, 0), (1, 2)]


def test_of_windows_as_clear_the_evenest_are_taken():
    assert packed(spans((0, 3), (4, 6), (7, 9), (10, 13)), 10.0) == [(0, 1), (2, 3)]


@pytest.mark.parametrize(("pause", "count"), [(LONGEST_PAUSE_SECONDS, 1), (LONGEST_PAUSE_SECONDS + 0.1, 2)])
def test_a_long_pause_parts_what_would_fit(pause, count):
    assert len(packed(spans((0, 3), (3 + pause, 9)), 30.0)) == count


def test_no_speech_needs_no_window():
    assert packed([], 10.0) == fewest_windows([], 10.0) == []
