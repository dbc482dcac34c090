"""A stream of audio becomes chunks."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.worker.constants import MIN_WINDOW_SECONDS, SAMPLE_RATE, VAD_FRAME
from stt.worker.cutting.chunking import MARGIN, OVERLAP, Chunker, Cut
from stt.worker.cutting.speech import SpeechSpans
from stt.worker.preparation.vad import Probabilities

FRAME = VAD_FRAME / SAMPLE_RATE
TARGET = 10.0


def chunks_of(
    pcm: np.ndarray,
    probabilities: Probabilities,
    target: float = TARGET,
    batch: int = 256,
    stated_end: float | None = None,
) -> list[Cut]:
    """As the pipeline does it: the probabilities lag behind the samples by up to a batch."""
    chunker, cuts = Chunker(target, stated_end=stated_end), []
    whole = len(probabilities) // batch * batch
    for frame in range(0, whole, batch):
        block = pcm[frame * VAD_FRAME : (frame + batch) * VAD_FRAME]
        cuts += chunker.push(block, probabilities[frame : frame + batch])
        assert chunker.held <= (1.5 * target + 2 * batch * FRAME + 3) * SAMPLE_RATE
    cuts += chunker.push(pcm[whole * VAD_FRAME :], probabilities[:0])
    cuts += chunker.finish(probabilities[whole:])
    return cuts


def sound(*parts: tuple[str, float]) -> tuple[np.ndarray, Probabilities]:
    """Audio of which sample i holds i (so that a slice tells where it is from), and the probabilities of its parts."""
    levels = [level for level, seconds in parts for _ in range(round(seconds / FRAME))]
    pcm = (np.arange(len(levels) * VAD_FRAME) % 30_011).astype(np.int16)
    return pcm, np.array([0.95 if level == "speech" else 0.02 for level in levels], np.float32)


def plans_of(*parts: tuple[str, float], target: float = TARGET, stated_end: float | None = None) -> list[ChunkPlan]:
    return [plan for plan, _ in chunks_of(*sound(*parts), target, stated_end=stated_end)]


streams = st.lists(st.tuples(st.sampled_from(["speech", "silence"]), st.floats(0.03, 25)), min_size=1, max_size=8)
ends = st.sampled_from([None, 1.0, 1e6])


@settings(max_examples=60)
@given(streams, st.integers(0, VAD_FRAME - 1), st.sampled_from([10.0, 17.3, 30.0]), ends)
def test_chunks_tile_the_stream_and_hold_its_very_samples(parts, missing, target, stated_end):
    pcm, probabilities = sound(*parts)
    pcm = pcm[: max(1, len(pcm) - missing)]
    if len(probabilities) == 0:
        return
    cuts = chunks_of(pcm, probabilities, target, stated_end=stated_end)
    assert [plan.index for plan, _ in cuts] == list(range(len(cuts)))
    assert cuts[0][0].owned.start == 0
    assert cuts[-1][0].owned.end == len(pcm) / SAMPLE_RATE
    assert all(a.owned.end == b.owned.start for (a, _), (b, _) in zip(cuts, cuts[1:], strict=False))
    for plan, samples in cuts:
        first, last = round(plan.audio.start * SAMPLE_RATE), round(plan.audio.end * SAMPLE_RATE)
        assert np.array_equal(samples, pcm[first:last])
        assert plan.is_silent == (len(samples) == 0)
        assert plan.is_silent or plan.audio.duration >= MIN_WINDOW_SECONDS
        assert plan.is_silent or plan.owned.duration <= 1.5 * target + FRAME
        assert all(plan.audio.start <= s.start < s.end <= plan.audio.end for s in plan.speech)


@settings(max_examples=60)
@given(streams, st.sampled_from([10.0, 25.0]))
def test_every_span_of_speech_is_within_exactly_the_chunks_that_own_it(parts, target):
    pcm, probabilities = sound(*parts)
    if len(pcm) < SAMPLE_RATE:
        return
    spans = SpeechSpans()
    for probability in probabilities:
        spans.hear(float(probability))
    spans.finish()
    truth = {frame for span in spans.closed for frame in span}
    owned: list[int] = []
    for plan, _ in chunks_of(pcm, probabilities, target):
        for span in plan.speech:
            start, end = max(span.start, plan.owned.start), min(span.end, plan.owned.end)
            owned += range(round(start / FRAME), round(end / FRAME))
    assert len(owned) == len(set(owned))
    # A cut in a pause that goes on may come to lie in the lead of speech that begins right behind it.
    assert set(owned) <= truth
    assert all(probabilities[frame] < 0.5 for frame in truth - set(owned))


@settings(max_examples=60)
@given(streams, st.lists(st.integers(1, 90_000), max_size=40), st.integers(1, 300), ends)
def test_chunks_do_not_depend_on_how_the_stream_was_split(parts, splits, batch, stated_end):
    pcm, probabilities = sound(*parts)
    chunker, cuts, position, frame = Chunker(TARGET, stated_end=stated_end), [], 0, 0
    for split in [*splits, len(pcm)]:
        cuts += chunker.push(pcm[position : position + split], probabilities[:0])
        position = min(len(pcm), position + split)
        while (frame + batch) * VAD_FRAME <= position:
            cuts += chunker.push(pcm[:0], probabilities[frame : frame + batch])
            frame += batch
    cuts += chunker.finish(probabilities[frame:])
    reference = chunks_of(pcm, probabilities, stated_end=stated_end)
    assert [plan for plan, _ in cuts] == [plan for plan, _ in reference]


def test_chunkers_of_one_job_never_give_an_index_twice():
    numbers = itertools.count()
    streams = [sound(("speech", 25.0)), sound(("speech", 12.0), ("silence", 13.0))]
    chunkers = [Chunker(TARGET, channel, numbers) for channel in range(2)]
    cuts = [cut for chunker, stream in zip(chunkers, streams, strict=True) for cut in chunker.push(*stream)]
    for chunker in chunkers:
        cuts += chunker.finish(np.zeros(0, np.float32))
    assert [plan.index for plan, _ in cuts] == list(range(len(cuts)))
    for channel, stream in enumerate(streams):
        mine = [plan for plan, _ in cuts if plan.channel == channel]
        assert [plan.owned for plan in mine] == [plan.owned for plan, _ in chunks_of(*stream)]


def test_the_cut_goes_through_the_middle_of_the_longest_pause_after_half_the_length():
    speech = [("speech", 6.0), ("silence", 0.64), ("speech", 2.0), ("silence", 0.96), ("speech", 8.0)]
    first, *_ = plans_of(*speech)
    assert first.owned.end == pytest.approx(6.0 + 0.64 + 2.0 + 0.48 - FRAME, abs=2 * FRAME)


def test_of_clear_pauses_the_one_up_to_which_windows_are_filled_is_cut_in():
    phrases = [("speech", 4.0), ("silence", 0.6)] * 3  # three of them are more than a window of 10 s
    before = [("speech", 10.0), ("silence", 0.6), ("speech", 8.0), ("silence", 30.0)]
    pcm, probabilities = sound(*before, *phrases, ("speech", 4.0), ("silence", 0.6), ("speech", 20.0))
    ends = []
    for window_seconds in (10.0, 30.0):
        chunker = Chunker(16.0, window_seconds=window_seconds)
        spoken = [plan for plan, _ in chunker.push(pcm, probabilities) if not plan.is_silent]
        ends.append(spoken[2].owned.end - sum(seconds for _, seconds in before))
    two_phrases, three_phrases = 4.0 + 0.6 + 4.0 + 0.3, 3 * 4.6 - 0.3
    assert ends == [pytest.approx(two_phrases, abs=0.1), pytest.approx(three_phrases, abs=0.1)]


TALK = [("speech", 4.0), ("silence", 0.6)]
LONG = 3600.0


@pytest.mark.parametrize("stated_end", [None, LONG])
def test_the_first_chunk_is_a_third_of_a_window_and_the_next_is_one_so_that_first_words_come_soon(stated_end):
    plans = plans_of(*TALK * 50, target=60.0, stated_end=stated_end)
    first, second, third, *_ = [plan.owned.duration for plan in plans]
    assert 8 < first < 12
    assert 25 < second < 30.3
    assert 40 < third < 70


@pytest.mark.parametrize(("stated_end", "needed"), [(None, 60.0), (LONG, 10.0)])
def test_first_words_wait_only_until_it_is_known_that_the_file_is_long(stated_end, needed):
    pcm, probabilities = sound(*TALK * 20)
    chunker = Chunker(60.0, stated_end=stated_end)
    came = next(n for n in range(len(probabilities)) if [*chunker.push(pcm[:VAD_FRAME], probabilities[n : n + 1])])
    assert needed - 0.1 < came * FRAME < needed + 1.1


def test_first_words_are_those_behind_a_silence():
    plans = plans_of(("silence", 20.0), *TALK * 30, target=60.0, stated_end=LONG)
    assert 28 < plans[0].owned.end < 32
    assert 8 < plans[0].audio.duration < 12
    assert 25 < plans[1].owned.duration < 30.3


@pytest.mark.parametrize("stated_end", [None, LONG])
def test_first_words_are_cut_off_in_a_clear_pause_if_one_is_near(stated_end):
    unclear = [("speech", 7.0), ("silence", 0.6), ("speech", 1.5), ("silence", 0.36), ("speech", 6.0)]
    first, *_ = plans_of(*unclear, *TALK * 20, target=60.0, stated_end=stated_end)
    assert first.owned.end == pytest.approx(7.3, abs=0.1)
    unclear = [("speech", 12.0), ("silence", 0.36), ("speech", 50.0)]
    first, *_ = plans_of(*unclear, *TALK * 20, target=60.0, stated_end=stated_end)
    assert first.owned.end == pytest.approx(12.18, abs=0.1)


@pytest.mark.parametrize("stated_end", [None, LONG])
def test_no_word_is_cut_for_the_sake_of_first_words(stated_end):
    """Where nobody pauses, the first chunk is as long as a window may get, as any other that is cut in speech."""
    unpausing = ("speech", 25.0), ("silence", 0.6), ("speech", 60.0)
    first, *_ = plans_of(*unpausing, target=60.0, stated_end=stated_end)
    assert first.owned.end == pytest.approx(25.3, abs=0.1)
    first, *_ = plans_of(("speech", 120.0), target=60.0, stated_end=stated_end)
    assert 30 <= first.owned.end <= 45
    assert first.audio.end - first.owned.end == pytest.approx(OVERLAP * FRAME)


@pytest.mark.parametrize("stated_end", [None, 50.6])
def test_what_is_shorter_than_a_chunk_has_no_window_more_for_its_first_words(stated_end):
    first, second = plans_of(*TALK * 11, target=60.0, stated_end=stated_end)
    assert 25 < first.owned.duration < 30.3
    assert second.owned.duration < 30


def test_a_file_of_one_window_is_one_chunk():
    assert len(plans_of(("speech", 12.0), ("silence", 1.0), ("speech", 14.0), target=60.0)) == 1


def test_a_pause_in_the_first_half_is_not_cut_in():
    first, *_ = plans_of(("speech", 3.0), ("silence", 0.9), ("speech", 5.0), ("silence", 0.4), ("speech", 9.0))
    assert first.owned.end == pytest.approx(9.1, abs=0.1)


def test_without_a_good_pause_by_the_full_length_the_next_good_one_is_taken():
    first, *_ = plans_of(("speech", 7.0), ("silence", 0.2), ("speech", 5.0), ("silence", 0.5), ("speech", 9.0))
    assert first.owned.end == pytest.approx(12.45, abs=0.1)


def test_a_poor_pause_is_better_than_none_and_heard_from_both_sides():
    first, second = plans_of(("speech", 7.0), ("silence", 0.26), ("speech", 12.0))
    assert first.owned.end == pytest.approx(7.13, abs=0.1)
    assert first.audio.end - first.owned.end == pytest.approx(OVERLAP * FRAME)
    assert first.owned.end - second.audio.start == pytest.approx(OVERLAP * FRAME)


def test_speech_without_a_pause_is_cut_at_its_faintest_and_both_chunks_hold_what_is_around():
    pcm, probabilities = sound(("speech", 40.0))
    pcm[:] = np.where(np.arange(len(pcm)) % 2, 8000, -8000)
    faint = round(11.5 / FRAME)
    pcm[(faint - 1) * VAD_FRAME : (faint + 2) * VAD_FRAME] //= 20
    first, second, *_ = (plan for plan, _ in chunks_of(pcm, probabilities))
    assert first.owned.end == pytest.approx(faint * FRAME)
    assert first.audio.end == pytest.approx((faint + OVERLAP) * FRAME)
    assert second.audio.start == pytest.approx((faint - OVERLAP) * FRAME)
    assert first.speech[-1].end == first.audio.end


@settings(max_examples=15)
@given(st.floats(60, 600))
def test_silence_of_any_length_is_one_chunk_without_samples(seconds):
    before, silent, after = plans_of(("speech", 8.0), ("silence", seconds), ("speech", 8.0))
    assert silent.is_silent
    assert silent.audio.duration == 0
    assert before.owned.end <= TARGET
    assert after.audio.start == silent.owned.end
    assert after.speech[0].start - after.audio.start == pytest.approx(MARGIN * FRAME)


def test_a_file_of_nothing_but_silence_is_one_silent_chunk():
    assert plans_of(("silence", 700.0)) == [ChunkPlan(0, Span(0, 21875 * FRAME), Span(0, 0), ())]


def test_silence_beside_speech_is_owned_but_not_stored():
    (plan,) = plans_of(("silence", 3.0), ("speech", 2.0), ("silence", 4.0))
    assert plan.owned == Span(0, plan.owned.end)
    assert plan.owned.end == pytest.approx(9.0, abs=0.1)
    assert plan.audio.start == pytest.approx(2.5, abs=0.1)
    assert plan.audio.end == pytest.approx(5.5, abs=0.1)
