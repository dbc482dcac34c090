"""The account of every millisecond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import Span
from stt.domain.merging.ledger import Track, account
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed, Word

spans = st.lists(
    st.tuples(st.floats(0, 100), st.floats(0.01, 20)).map(lambda p: Span(p[0], p[0] + p[1])), max_size=8
).map(lambda many: sorted(many, key=lambda span: span.start))


def said(start: float, end: float, *words: tuple[float, float]) -> Segment:
    spoken = tuple(Word(f"w{i}", a, b, 0.9) for i, (a, b) in enumerate(words))
    return Segment(start, end, " ".join(word.word for word in spoken) or "text", spoken)


tracks = st.builds(
    Track,
    speech=spans,
    segments=spans.map(lambda many: [said(s.start, s.end) for s in many]),
    suppressed=spans.map(lambda many: [Suppressed(s.start, s.end, "x", "loop") for s in many]),
    failed=spans.map(lambda many: [Gap(s.start, s.end, "engine_crashed") for s in many]),
    channel=st.none(),
    sound=spans,
)


@given(st.floats(0, 130), st.lists(tracks, min_size=1, max_size=3))
def test_the_parts_add_up_to_the_duration_to_the_millisecond(duration, heard):
    coverage, gaps = account(duration, heard)
    parts = (coverage.words, coverage.silence, coverage.sound, coverage.suppressed, coverage.gap)
    assert sum(round(part * 1000) for part in parts) == round(duration * 1000)
    assert all(part >= 0 for part in (*parts, coverage.speech))
    assert 0 <= coverage.ratio <= 1
    assert all(gap.start < gap.end <= round(duration, 3) for gap in gaps)
    if len(heard) == 1:
        assert coverage.gap == pytest.approx(sum(gap.end - gap.start for gap in gaps))


def test_speech_without_words_is_a_gap():
    coverage, gaps = account(10.0, [Track([Span(1, 3), Span(5, 8)], [said(1, 3)])])
    assert gaps == (Gap(5.0, 8.0, "no_words"),)
    assert (coverage.speech, coverage.words, coverage.silence, coverage.gap) == (5.0, 2.0, 5.0, 3.0)
    assert coverage.ratio == 0.4


def test_words_that_are_missing_inside_a_segment_are_a_gap_as_well():
    heard = said(1, 9, (1, 2), (2, 3), (7.5, 9))
    _, gaps = account(10.0, [Track([Span(1, 9)], [heard])])
    assert gaps == (Gap(3.0, 7.5, "no_words"),)
    borders_alone, _ = account(10.0, [Track([Span(1, 9)], [said(1, 9)])])
    assert borders_alone.gap == 0, "what believes a segment's borders does not notice"


@pytest.mark.parametrize(("left", "is_gap"), [(0.04, False), (0.05, True)])
def test_between_two_words_little_speech_is_a_gap(left, is_gap):
    _, gaps = account(9.0, [Track([Span(1, 5)], [said(1, 5, (1, 2), (2 + left, 5))])])
    assert bool(gaps) == is_gap


@pytest.mark.parametrize(("left", "is_gap"), [(0.06, False), (0.07, True)])
def test_between_a_word_and_a_pause_it_is_one_from_where_voice_detection_is_sure(left, is_gap):
    _, gaps = account(9.0, [Track([Span(1, 5)], [said(1 + left, 5 - left)])])
    assert len(gaps) == (2 if is_gap else 0)


def test_a_failed_window_is_named_with_its_reason():
    coverage, gaps = account(10.0, [Track([Span(2, 6)], [], failed=[Gap(2.0, 6.0, "engine_crashed")])])
    assert gaps == (Gap(2.0, 6.0, "engine_crashed"),)
    assert coverage.ratio == 0.0


def test_what_was_left_out_is_neither_words_nor_silence_nor_a_gap():
    invented = Suppressed(4.0, 6.0, "thanks for watching", "hallucination")
    coverage, gaps = account(10.0, [Track([Span(1, 3), Span(4, 6)], [said(1, 3)], [invented])])
    assert gaps == ()
    assert (coverage.words, coverage.suppressed, coverage.silence) == (2.0, 2.0, 6.0)
    assert coverage.ratio == 0.5


def test_a_step_of_alignment_beside_words_is_no_gap_and_more_is():
    _, gaps = account(10.0, [Track([Span(1, 5)], [said(1.04, 2.8), said(2.84, 4.96)])])
    assert gaps == ()
    _, gaps = account(10.0, [Track([Span(1, 5)], [said(1.2, 4.96, (1.2, 2.8), (3.0, 4.96))])])
    assert gaps == (Gap(1.0, 1.2, "no_words"), Gap(2.8, 3.0, "no_words"))


def test_a_breath_apart_from_words_is_no_gap_and_more_is():
    _, gaps = account(10.0, [Track([Span(1, 3), Span(4, 4.25), Span(6, 6.3)], [said(1, 3)])])
    assert gaps == (Gap(6.0, 6.3, "no_words"),)


def test_what_is_loud_and_no_speech_is_sound_and_no_silence():
    coverage, gaps = account(10.0, [Track([Span(1, 3)], [said(1, 3)], sound=[Span(0.5, 3.5), Span(6, 8)])])
    assert gaps == ()
    assert (coverage.words, coverage.sound, coverage.silence) == (2.0, 3.0, 5.0)


def test_the_edge_of_a_word_belongs_to_it_and_a_breath_apart_does_not():
    heard = Track([Span(1, 3.04), Span(5, 5.25)], [said(1, 3)], sound=[Span(1, 3.04), Span(5, 5.25)])
    coverage, _ = account(10.0, [heard])
    assert (coverage.words, coverage.sound) == (2.04, 0.25)


def test_a_gap_in_one_channel_is_named_even_while_the_other_speaks():
    caller = Track([Span(0, 4)], [said(0, 4)], channel=0)
    called = Track([Span(1, 3)], [], channel=1)
    coverage, gaps = account(10.0, [caller, called])
    assert gaps == (Gap(1.0, 3.0, "no_words", 1),)
    assert (coverage.words, coverage.gap, coverage.silence) == (4.0, 0.0, 6.0)
    assert coverage.ratio == pytest.approx(4 / 6, abs=1e-4)


def test_a_silent_file_is_covered():
    coverage, gaps = account(3600.0, [Track([], [])])
    assert (coverage.silence, coverage.ratio, gaps) == (3600.0, 1.0, ())


def test_a_file_of_which_nothing_was_cut_is_silence():
    assert account(2.0, [])[0].silence == 2.0
