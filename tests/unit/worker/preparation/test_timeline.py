"""Frames are laid out where their timestamps say."""

import itertools
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.domain.jobs.guidance import Channels
from stt.worker.constants import SAMPLE_RATE
from stt.worker.preparation.timeline import Timeline, blocks_of
from tests.unit.worker.sounds import bursts, onsets

RATE = 48_000
FRAME = 960
"""Samples of a frame: 20 ms, as most codecs have about."""


def frames(sound: np.ndarray, times, rate: int = RATE, size: int = FRAME, layout: str = "mono"):
    """The sound, shape (n,) or (channels, n), in frames; `times` gives the timestamp of each from its start in the
    sound, in seconds.
    """
    samples = np.round(np.atleast_2d(sound) * 32767).astype(np.int16)
    for start in range(0, samples.shape[1], size):
        piece = np.ascontiguousarray(samples[:, start : start + size])
        frame = av.AudioFrame.from_ndarray(piece, format="s16p", layout=layout)
        frame.sample_rate = rate
        time = times(start / rate)
        frame.time_base = Fraction(1, 1_000_000)
        frame.pts = None if time is None else round(time * 1_000_000)
        yield frame


def laid(sound: np.ndarray, times, origin: float | None = 0.0, rate: int = RATE, size: int = FRAME) -> np.ndarray:
    return joined(Timeline(origin).lay(frames(sound, times, rate, size)))[0]


def joined(pieces) -> np.ndarray:
    return np.concatenate(list(pieces), axis=1)


SOUND = bursts([1.0, 4.0, 8.0], 10, RATE)


def test_audio_without_timestamps_is_counted():
    pcm = laid(SOUND, lambda _: None)
    assert onsets(pcm) == pytest.approx([1.0, 4.0, 8.0], abs=0.001)
    assert len(pcm) == 10 * SAMPLE_RATE


def test_timestamps_that_are_missing_now_and_then_are_filled_in():
    pcm = laid(SOUND, lambda time: None if int(time * 50) % 3 else time)
    assert onsets(pcm) == pytest.approx([1.0, 4.0, 8.0], abs=0.001)


def test_a_gap_becomes_silence():
    pcm = laid(SOUND, lambda time: time + 5 * (time >= 6))
    assert onsets(pcm) == pytest.approx([1.0, 4.0, 13.0], abs=0.002)
    assert len(pcm) == pytest.approx(15 * SAMPLE_RATE, abs=2)


def test_an_overlap_is_dropped():
    pcm = laid(SOUND, lambda time: time - 0.5 * (time >= 6))
    assert onsets(pcm) == pytest.approx([1.0, 4.0, 7.5], abs=0.002)
    assert len(pcm) == pytest.approx(9.5 * SAMPLE_RATE, abs=2)


def test_an_overlap_may_be_longer_than_a_frame_and_end_inside_one():
    pcm = laid(SOUND, lambda time: time - 0.505 * (6 <= time < 6.4), size=480)
    assert onsets(pcm) == pytest.approx([1.0, 4.0, 8.0], abs=0.002)
    assert len(pcm) == pytest.approx(10 * SAMPLE_RATE, abs=2)


@pytest.mark.parametrize("jump", [-6.0, 5000.0])
def test_a_clock_that_is_set_back_or_broken_is_gone_on_from(jump):
    pcm = laid(SOUND, lambda time: time + jump * (time >= 6))
    assert onsets(pcm) == pytest.approx([1.0, 4.0, 8.0], abs=0.002)
    assert len(pcm) == 10 * SAMPLE_RATE


def test_audio_that_begins_before_the_declared_start_loses_nothing():
    assert onsets(laid(SOUND, lambda time: time - 0.5)) == pytest.approx([1.0, 4.0, 8.0], abs=0.001)


def test_audio_that_begins_after_the_declared_start_has_silence_in_front():
    assert onsets(laid(SOUND, lambda time: time + 3)) == pytest.approx([4.0, 7.0, 11.0], abs=0.001)


def test_jitter_leaves_the_sound_untouched():
    rng = np.random.default_rng(0)
    jittered = laid(SOUND, lambda time: time + (time > 0) * rng.uniform(-0.019, 0.019))
    assert np.array_equal(jittered, laid(SOUND, lambda time: time))


def test_small_errors_never_add_up():
    late = bursts([1.0, 30.0, 59.0], 60, RATE)
    pcm = laid(late, lambda time: time * 1.002)
    assert onsets(pcm) == pytest.approx([1.002, 30.06, 59.118], abs=0.021)
    # Counting samples alone would be 118 ms off by then.
    assert onsets(laid(late, lambda _: None))[-1] == pytest.approx(59.0, abs=0.001)


def test_a_change_of_rate_and_of_channels_keeps_time():
    def mixed():
        yield from frames(bursts([1.0], 2, RATE), lambda time: time)
        yield from frames(bursts([1.0], 2, 22_050), lambda time: time + 2, rate=22_050)
        stereo = av.AudioFrame.from_ndarray(np.zeros((1, 2 * RATE), np.int16), format="s16", layout="stereo")
        stereo.sample_rate = RATE
        yield stereo

    pcm = joined(Timeline(0.0).lay(mixed()))[0]
    assert onsets(pcm) == pytest.approx([1.0, 3.0], abs=0.002)
    assert len(pcm) == pytest.approx(5 * SAMPLE_RATE, abs=2)


CHANNELS = np.stack([bursts([1.0, 4.0], 6, RATE), bursts([2.0, 5.0], 6, RATE)])


def apart(*parts) -> np.ndarray:
    return joined(Timeline(0.0, Channels.SEPARATE).lay(itertools.chain(*parts)))


@pytest.mark.parametrize("times", [lambda time: time + 3 * (time >= 3), lambda time: time - 0.3 * (time >= 3)])
def test_channels_that_are_kept_apart_lie_on_one_clock(times):
    both = apart(frames(CHANNELS, times, layout="stereo"))
    alone = [laid(channel, times) for channel in CHANNELS]
    assert both.shape == (2, len(alone[0]))
    assert [onsets(track) for track in both] == [onsets(track) for track in alone]
    mixed = joined(Timeline(0.0).lay(frames(CHANNELS, times, layout="stereo")))
    assert onsets(mixed[0]) == pytest.approx(sorted(onsets(alone[0]) + onsets(alone[1])), abs=0.002)


def test_a_single_channel_is_one_track_however_it_is_asked_for():
    assert np.array_equal(apart(frames(SOUND, lambda time: time))[0], laid(SOUND, lambda time: time))


def test_channels_that_go_missing_are_silent_and_the_others_keep_their_numbers():
    stereo = frames(CHANNELS, lambda time: time, layout="stereo")
    mono = frames(bursts([1.0], 6, RATE), lambda time: time + 6)
    pcm = apart(stereo, mono)
    assert onsets(pcm[0]) == pytest.approx([1.0, 4.0, 7.0], abs=0.002)
    assert onsets(pcm[1]) == pytest.approx([2.0, 5.0], abs=0.002)
    assert pcm.shape == (2, 12 * SAMPLE_RATE)


def test_channels_that_come_later_are_mixed_into_those_there_were():
    stereo = frames(CHANNELS, lambda time: time, layout="stereo")
    center = np.zeros((6, 6 * RATE))
    center[2] = bursts([1.0], 6, RATE)
    pcm = apart(stereo, frames(center, lambda time: time + 6, layout="5.1"))
    assert onsets(pcm[0]) == pytest.approx([1.0, 4.0, 7.0], abs=0.002)
    assert onsets(pcm[1]) == pytest.approx([2.0, 5.0, 7.0], abs=0.002)


def test_what_began_with_one_channel_stays_one_track():
    pcm = apart(
        frames(bursts([1.0], 6, RATE), lambda time: time), frames(CHANNELS, lambda time: time + 6, layout="stereo")
    )
    assert onsets(pcm[0]) == pytest.approx([1.0, 7.0, 8.0, 10.0, 11.0], abs=0.002)
    assert len(pcm) == 1


def test_a_long_gap_is_given_out_in_pieces():
    pieces = Timeline(0.0).lay(frames(SOUND, lambda time: time + 1800 * (time >= 6)))
    assert max(piece.shape[1] for piece in pieces) <= SAMPLE_RATE


@settings(max_examples=25)
@given(
    st.sampled_from([8_000, 16_000, 22_050, 44_100, 96_000]),
    st.integers(100, 3000),
    st.lists(st.floats(0, 4), min_size=4, max_size=4),
)
def test_after_any_gaps_every_sound_is_where_its_timestamp_puts_it(rate, size, gaps):
    moments = [0.5, 1.5, 2.5, 3.5]
    shifts = np.cumsum(gaps)

    def shifted(time):
        return time + shifts[min(3, int(time))]

    # A frame is moved as a whole: what counts is when the one begins in which the sound does.
    first = [int(moment * rate) // size * size / rate for moment in moments]
    expected = [moment - start + shifted(start) for moment, start in zip(moments, first, strict=True)]
    found = onsets(laid(bursts(moments, 4, rate), shifted, rate=rate, size=size))
    assert found == pytest.approx(expected, abs=0.021)


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 60), st.integers(1, 3))
def test_blocks_hold_all_samples_and_only_the_last_is_short(lengths, size, tracks):
    stream = np.arange(tracks * sum(lengths), dtype=np.int16).reshape(tracks, -1)
    pieces = np.split(stream, np.cumsum(lengths)[:-1], axis=1) if lengths else []
    blocks = list(blocks_of(pieces, size))
    assert not blocks or np.array_equal(joined(blocks), stream)
    assert sum(block.shape[1] for block in blocks) == sum(lengths)
    assert all(size <= block.shape[1] < size + 50 for block in blocks[:-1])
