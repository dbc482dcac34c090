"""Words lie in the speech around them."""

from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.recognition.times import BEFORE_ONSET_SECONDS, BEHIND_END_SECONDS, clipped


def said(*times: tuple[float, float]) -> Segment:
    words = tuple(Word(f"w{number}", start, end, 0.9) for number, (start, end) in enumerate(times))
    return Segment(words[0].start, words[-1].end, " ".join(word.word for word in words), words)


def times_of(segments: list[Segment]) -> list[tuple[float, float]]:
    return [(round(word.start, 3), round(word.end, 3)) for segment in segments for word in segment.words]


def test_a_word_that_begins_in_the_pause_before_it_begins_with_the_speech():
    heard = clipped([said((0.5, 1.0), (1.0, 3.4))], [Span(0.5, 1.0), Span(3.0, 4.0)])
    assert times_of(heard) == [(0.5, 1.0), (3.0 - BEFORE_ONSET_SECONDS, 3.4)]


def test_a_word_that_reaches_over_a_pause_is_where_more_of_it_is_speech():
    assert times_of(clipped([said((0.2, 3.1))], [Span(0.0, 1.0), Span(3.0, 4.0)])) == [(0.2, 1.0 + BEHIND_END_SECONDS)]


def test_the_first_word_of_a_segment_is_said_where_it_ends():
    """`base` gives it what it has heard before the pause and not written."""
    speech = [Span(0.0, 1.0), Span(3.0, 4.0)]
    first, second = times_of(clipped([said((0.2, 3.1), (3.1, 3.9))], speech))
    assert first == (3.0 - BEFORE_ONSET_SECONDS, 3.1)
    assert second == (3.1, 3.9)


def test_the_last_word_of_a_segment_is_said_where_more_of_it_is_speech():
    _, last = times_of(clipped([said((0.0, 0.2), (0.2, 3.1))], [Span(0.0, 1.0), Span(3.0, 4.0)]))
    assert last == (0.2, 1.0 + BEHIND_END_SECONDS)


def test_a_word_ends_before_a_short_pause_and_the_next_begins_behind_it():
    speech = [Span(0.0, 1.0), Span(1.4, 2.0)]
    first, second = times_of(clipped([said((0.2, 1.25), (1.25, 1.9))], speech))
    assert first == (0.2, 1.0 + BEHIND_END_SECONDS)
    assert second == (round(1.4 - BEFORE_ONSET_SECONDS, 3), 1.9)


def test_a_step_of_alignment_beyond_a_short_pause_is_not_of_the_word_before_it():
    speech = [Span(0.0, 1.0), Span(1.4, 2.0)]
    first, second = times_of(clipped([said((0.2, 1.41), (1.41, 1.9))], speech))
    assert (first, second) == ((0.2, 1.0 + BEHIND_END_SECONDS), (1.41, 1.9))


def test_a_word_in_a_short_pause_stays_there():
    assert times_of(clipped([said((1.1, 1.3))], [Span(0.0, 1.0), Span(1.4, 2.0)])) == [(1.1, 1.3)]


def test_a_word_over_the_closure_of_a_consonant_stays_whole():
    assert times_of(clipped([said((0.2, 1.8))], [Span(0.0, 1.0), Span(1.2, 2.0)])) == [(0.2, 1.8)]


def test_a_word_in_no_speech_keeps_its_times():
    assert times_of(clipped([said((5.0, 5.5))], [Span(0.0, 1.0)])) == [(5.0, 5.5)]
    assert times_of(clipped([said((5.0, 5.5))], [])) == [(5.0, 5.5)]


def test_a_segment_reaches_from_its_first_word_to_its_last_one():
    (segment,) = clipped([said((1.0, 3.4), (3.4, 6.0))], [Span(3.0, 4.0)])
    assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)


def test_a_segment_without_words_stays_as_it_is():
    segment = Segment(1.0, 2.0, "text")
    assert clipped([segment], [Span(1.5, 2.0)]) == [segment]


spans = st.lists(st.tuples(st.floats(0, 20), st.floats(0, 3)).map(lambda p: (p[0], p[0] + p[1])), min_size=1)


@given(spans, spans)
def test_no_two_words_overlap_and_each_lasts(times, spoken):
    clock, speech = 0.0, []
    for start, end in sorted(spoken):
        if start > clock:
            speech.append(Span(start, end))
            clock = max(clock, end)
    words = clipped([said(*sorted(times))], speech)[0].words
    assert all(word.start < word.end for word in words)
    assert all(a.end <= b.start for a, b in zip(words, words[1:], strict=False))
