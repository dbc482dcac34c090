import numpy as np
import pytest

from tools.speech import SAMPLE_RATE, EspeakError, compose
from tools.speech.espeak import Espeak, Request
from tools.speech.utterance import Utterances, resample
from tools.speech.vocabulary import VOICES, WORDS

pytestmark = pytest.mark.usefixtures("espeak_ng")

LANGUAGES = pytest.mark.parametrize("language", ["en", "vi"])


@pytest.fixture
def fresh_cache(tmp_path, monkeypatch):
    """Point the cache at an empty folder; call it for another one."""

    def empty(name):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))

    empty("first")
    return empty


@LANGUAGES
def test_the_same_seed_gives_the_same_recording_whatever_was_spoken_before(language, fresh_cache):
    first = compose(language, 15, seed=3)
    fresh_cache("second")
    compose(language, 8, seed=4)
    again = compose(language, 15, seed=3)
    assert np.array_equal(first.pcm, again.pcm)
    assert first.phrases == again.phrases
    assert compose(language, 15, seed=4).text != first.text


def test_what_comes_from_the_cache_is_what_was_spoken(fresh_cache):
    spoken = compose("en", 10, seed=3)
    cached = compose("en", 10, seed=3)
    assert np.array_equal(spoken.pcm, cached.pcm)
    assert spoken.phrases == cached.phrases


@LANGUAGES
def test_a_recording_is_as_long_as_asked_and_holds_whole_phrases_between_pauses(language):
    recording = compose(language, 20.5, seed=6, pause=(0.25, 0.6))
    assert recording.duration == 20.5
    first, *between, last = [end - start for start, end in recording.pauses()]
    assert all(0.249 < pause < 0.601 for pause in (first, *between))
    assert 0 <= last < 2.5  # less than the last pause and another word
    assert set(recording.text.split()) <= set(WORDS[language])
    assert all(1 <= len(phrase.words) <= 8 for phrase in recording.phrases)


@LANGUAGES
def test_phrase_times_are_where_the_sound_starts_and_stops(language):
    recording = compose(language, 20, seed=7)
    silent = np.ones(len(recording.pcm), bool)
    for phrase in recording.phrases:
        start, end = round(phrase.start * SAMPLE_RATE), round(phrase.end * SAMPLE_RATE)
        silent[start:end] = False
        heard = np.abs(recording.pcm[start:end]) > 0.01 * np.abs(recording.pcm[start:end]).max()
        assert heard[:320].any()  # 20 ms
        assert heard[-480:].any()  # 30 ms
    assert not recording.pcm[silent].any()
    assert silent.mean() < 0.5


@LANGUAGES
def test_the_words_of_a_phrase_fill_it_without_gaps(language):
    for phrase in compose(language, 20, seed=8).phrases:
        borders = [(word.start, word.end) for word in phrase.words]
        assert borders[0][0] == phrase.start
        assert borders[-1][1] == phrase.end
        assert all(end == start for (_, end), (start, _) in zip(borders, borders[1:], strict=False))
        assert all(end - start > 0.08 for start, end in borders)


@pytest.mark.parametrize(
    ("voice", "before", "hissing"),
    [("en-us", "yellow", "six"), ("en-us+m3", "zero", "seven"), ("en-gb", "yellow", "summer"), ("vi", "hai", "sáu")],
)
def test_a_word_begins_where_its_first_sound_is_heard(voice, before, hissing):
    with Espeak() as espeak:
        utterance = Utterances(espeak).speak(Request(voice, 150, 50, f"{before} {hissing} {before}"))
    frames = np.lib.stride_tricks.sliding_window_view(utterance.pcm / 32768, 160)[::16] * np.hanning(160)
    hiss = (np.abs(np.fft.rfft(frames, axis=1))[:, 35:] ** 2).sum(axis=1)  # above 3.5 kHz, each millisecond
    onset = utterance.onsets[1]
    around = slice(round(onset * 1000) - 100, round(onset * 1000) + 150)
    first = np.argmax(hiss[around] > 0.25 * hiss[around].max()) - 100 + 5
    assert 0 <= first <= 50


def test_voices_differ_and_are_those_asked_for():
    american, british = (compose("en", 6, seed=9, voices=(voice,)) for voice in ("en-us", "en-gb"))
    assert {phrase.voice for phrase in british.phrases} == {"en-gb"}
    assert american.text.split()[0] == british.text.split()[0]
    assert not np.array_equal(american.pcm, british.pcm)


def test_every_voice_of_a_language_is_heard():
    assert {phrase.voice for phrase in compose("en", 60, seed=1).phrases} == set(VOICES["en"])


def test_noise_has_the_level_asked_for_and_leaves_the_words_alone():
    clean, noisy = (compose("vi", 10, seed=5, noise_db=level) for level in (None, -40))
    difference = noisy.pcm.astype(float) - clean.pcm
    level = 20 * np.log10(difference.std() / 32768)
    assert level == pytest.approx(-40, abs=0.2)
    assert noisy.phrases == clean.phrases


def test_phrases_stay_within_the_gain_asked_for():
    recording = compose("en", 20, seed=2, gain_db=(-9.0, -3.0))
    for phrase in recording.phrases:
        peak = np.abs(recording.samples(phrase.start, phrase.end)).max()
        assert -9.01 < 20 * np.log10(peak) < -2.99


def test_an_unknown_voice_is_named():
    with pytest.raises(EspeakError, match=r"no voice .nowhere"), Espeak() as espeak:
        espeak.speak(Request("nowhere", 150, 50, "one"))


def test_a_text_whose_words_are_not_marked_is_refused():
    with pytest.raises(EspeakError, match="marked"), Espeak() as espeak:
        espeak.speak(Request("en-us", 150, 50, "one - two"))


def test_resampling_keeps_the_time_and_height_of_what_is_heard():
    time = np.arange(22_050) / 22_050
    burst = np.sin(2 * np.pi * 1000 * time) * np.exp(-(((time - 0.3) / 0.02) ** 2))
    moved = resample(np.round(burst * 32767).astype(np.int16), 22_050)
    assert len(moved) == 16_000
    assert np.sum(moved**2 * np.arange(16_000)) / np.sum(moved**2) / 16_000 == pytest.approx(0.3, abs=1e-4)
    assert moved.max() == pytest.approx(burst.max(), abs=0.01)
