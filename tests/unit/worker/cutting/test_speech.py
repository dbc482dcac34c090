"""Probabilities become spans."""

from hypothesis import given
from hypothesis import strategies as st

from stt.worker.cutting.speech import OFFSET, ONSET, SHORTEST_PAUSE, SpeechSpans

QUIET, FAINT, LOUD = 0.0, (ONSET + OFFSET) / 2, 0.9


def spans_of(probabilities: list[float]) -> list[range]:
    spans = SpeechSpans()
    for probability in probabilities:
        spans.hear(probability)
    spans.finish()
    return spans.closed


def test_speech_begins_at_the_onset_threshold_and_ends_where_it_falls_below_the_offset():
    frames = [QUIET] * 10 + [LOUD] * 5 + [FAINT] * 3 + [QUIET] * 10
    assert spans_of(frames) == [range(10, 18)]


def test_what_is_only_faint_never_begins_a_span():
    assert spans_of([FAINT] * 50) == []


def test_a_single_frame_is_enough_for_a_span():
    assert spans_of([QUIET] * 9 + [LOUD] + [QUIET] * 9) == [range(9, 10)]


def test_a_dip_shorter_than_a_pause_does_not_part_a_span_and_a_pause_does():
    dip = [LOUD] * 5 + [QUIET] * (SHORTEST_PAUSE - 1) + [LOUD] * 5
    pause = [LOUD] * 5 + [QUIET] * SHORTEST_PAUSE + [LOUD] * 5
    assert len(spans_of(dip)) == 1
    assert len(spans_of(pause)) == 2


def test_the_end_of_the_audio_ends_the_span_where_it_was_last_heard():
    assert spans_of([LOUD] * 6 + [QUIET] * (SHORTEST_PAUSE - 1)) == [range(6)]


@given(st.lists(st.sampled_from([QUIET, FAINT, LOUD]), max_size=300))
def test_spans_are_apart_and_hold_every_frame_that_is_speech_beyond_doubt(frames):
    spans = spans_of(frames)
    assert all(a.stop < b.start for a, b in zip(spans, spans[1:], strict=False))
    assert all(0 <= s.start < s.stop <= len(frames) for s in spans)
    inside = {i for s in spans for i in s}
    assert inside >= {i for i, p in enumerate(frames) if p == LOUD}
