"""Several channels become one, and what each of them holds is heard."""

import av
import numpy as np
import pytest

from stt.domain.jobs.guidance import Channels
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import TooManyChannels
from stt.worker.preparation.mixing import Mixer
from stt.worker.preparation.tracks import MOST_APART, Resampler, abreast

NOISE = np.random.default_rng(0).normal(0, 1, (4, 6 * SAMPLE_RATE))
VOICE = 3000 * NOISE[0] * (np.sin(np.arange(NOISE.shape[1]) / 5_000) > 0)
"""Bursts of sound and pauses between them."""


def mixed(layout: str, *channels: np.ndarray) -> tuple[np.ndarray, Mixer]:
    mixer = Mixer(av.AudioLayout(layout))
    pcm = np.stack(channels).astype(np.int16)
    pieces = [mixer.mix(pcm[:, start : start + SAMPLE_RATE]) for start in range(0, pcm.shape[1], SAMPLE_RATE)]
    return np.concatenate(pieces, axis=1)[0], mixer


def loudness(pcm: np.ndarray) -> float:
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))


def likeness(pcm: np.ndarray, sound: np.ndarray) -> float:
    """Correlation, from -1 to 1."""
    return float(np.corrcoef(pcm.astype(float), sound)[0, 1])


@pytest.mark.parametrize("gain", [-1.0, -0.98, -0.8, -0.5])
@pytest.mark.parametrize("noise", [0, 20, 900])
def test_a_channel_that_holds_the_inverse_of_another_does_not_cancel_it(gain, noise):
    pcm, mixer = mixed("stereo", VOICE + noise * NOISE[1], gain * VOICE + noise * NOISE[2])
    assert loudness(pcm) > 0.7 * loudness(VOICE)
    assert abs(likeness(pcm, VOICE)) > 0.9
    if noise < 900:
        assert (mixer.cancelled > 2 * SAMPLE_RATE) == (gain < -0.5)


def test_channels_may_turn_over_in_the_middle_and_back():
    sign = np.where((np.arange(len(VOICE)) // (2 * SAMPLE_RATE)) % 2, -1, 1)
    pcm, _ = mixed("stereo", VOICE, sign * VOICE)
    for start in range(0, len(pcm), SAMPLE_RATE):
        part = slice(start, start + SAMPLE_RATE)
        assert loudness(pcm[part]) >= 0.9 * loudness(VOICE[part])


def test_two_who_speak_apart_are_both_heard_and_nothing_is_turned_over():
    other = 3000 * NOISE[3]
    pcm, mixer = mixed("stereo", VOICE, other)
    assert np.abs(pcm - np.rint((VOICE.astype(np.int16) + other.astype(np.int16).astype(float)) / 2)).max() <= 1
    assert mixer.cancelled == 0


def test_pairs_that_cancel_among_many_channels_are_heard():
    pcm, mixer = mixed("quad", VOICE, -VOICE, 0.5 * VOICE, -0.5 * VOICE)
    assert abs(likeness(pcm, VOICE)) > 0.99
    assert mixer.cancelled > 2 * SAMPLE_RATE


def test_three_of_which_one_holds_the_inverse_of_the_others_together():
    pcm, _ = mixed("3.0", 2000 * NOISE[0], 2000 * NOISE[1], -2000 * (NOISE[0] + NOISE[1]))
    assert loudness(pcm) > 500


@pytest.mark.parametrize("count", [3, 4, 6, 7, 8, 9, 11, 32, 60, 255])
def test_who_speaks_into_one_of_many_microphones_is_as_loud_as_into_one_of_one(count):
    for speaker in {0, count // 2, count - 1}:
        channels = [20 * np.roll(NOISE[1], 100 * number) for number in range(count)]
        channels[speaker] = VOICE
        pcm, _ = mixed(f"{count} channels", *channels)
        assert loudness(pcm) == pytest.approx(loudness(VOICE), rel=0.1)


def test_a_channel_for_low_tones_is_left_out_unless_it_holds_more():
    clock = np.arange(len(VOICE)) / SAMPLE_RATE
    nothing = np.zeros(len(VOICE))
    rumble, _ = mixed("5.1", nothing, nothing, VOICE, 8000 * np.sin(2 * np.pi * 60 * clock), nothing, nothing)
    silent, _ = mixed("5.1", nothing, nothing, VOICE, nothing, nothing, nothing)
    assert np.array_equal(rumble, silent)
    spoken, _ = mixed("5.1", nothing, nothing, nothing, VOICE, nothing, nothing)
    assert likeness(spoken, VOICE) > 0.99


def test_the_same_channels_always_give_the_same_mix():
    channels = [VOICE, -VOICE + NOISE[1], 500 * NOISE[2]]
    assert np.array_equal(mixed("3 channels", *channels)[0], mixed("3 channels", *channels)[0])


def frames(channels: int, rate: int = 48_000):
    """Two seconds, with a tone on the last channel alone."""
    sound = np.zeros((2 * rate, channels), np.int16)
    sound[:, -1] = 8000 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate)
    for start in range(0, len(sound), 4096):
        interleaved = np.ascontiguousarray(sound[start : start + 4096]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=f"{channels} channels")
        frame.sample_rate = rate
        yield frame


def resampled(channels: int, how: Channels) -> np.ndarray:
    resampler = Resampler(how)
    resampler.begin(av.AudioLayout(f"{channels} channels"))
    pieces = [piece for frame in [*frames(channels), None] for piece in resampler.resample(frame)]
    return np.concatenate(pieces, axis=1)


@pytest.mark.parametrize("channels", [2, 6, 9, 13, 64, 65, 255])
def test_any_number_of_channels_becomes_one(channels):
    pcm = resampled(channels, Channels.MIXED)
    assert pcm.shape == (1, 2 * SAMPLE_RATE)
    assert np.abs(pcm).max() == pytest.approx(8000 if channels > 2 else 4000, rel=0.02)


@pytest.mark.parametrize("channels", [3, 9, 13, MOST_APART])
def test_channels_without_positions_can_be_kept_apart(channels):
    pcm = resampled(channels, Channels.SEPARATE)
    assert [np.abs(track).max() > 7000 for track in pcm] == [False] * (channels - 1) + [True]


def test_more_channels_than_can_be_kept_apart_are_refused_with_a_sentence():
    with pytest.raises(TooManyChannels, match=f"33 channels; at most {MOST_APART}"):
        resampled(MOST_APART + 1, Channels.SEPARATE)


def blocks(*lengths: int, tracks: int = 1, value: int = 1):
    return (np.full((tracks, length), value, np.int16) for length in lengths)


def test_what_ends_first_goes_on_in_silence():
    pcm = np.concatenate(list(abreast([blocks(3, 2), blocks(1, 1, tracks=2, value=2)], [])), axis=1)
    assert pcm.tolist() == [[1, 1, 1, 1, 1], [2, 2, 0, 0, 0], [2, 2, 0, 0, 0]]


def test_what_was_there_before_keeps_its_place():
    pcm = np.concatenate(list(abreast([blocks(2)], [1, 2])), axis=1)
    assert pcm.tolist() == [[1, 1], [0, 0], [0, 0]]
    assert list(abreast([blocks()], [1])) == []
