"""Where somebody speaks is found, exactly the same however the audio comes in."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.cutting.speech import SpeechSpans
from stt.worker.preparation.vad import BLOCK, WARM_UP, SpeechDetector, load_model
from tools.speech import Recording, compose, nonspeech

FRAME = VAD_FRAME / SAMPLE_RATE


@functools.cache
def recording(language: str, noise_db: float | None = None) -> Recording:
    return compose(language, 90, seed=11, noise_db=noise_db)


def probabilities_of(pcm: np.ndarray, splits: list[int]) -> np.ndarray:
    detector, position, parts = SpeechDetector(), 0, []
    for split in [*splits, len(pcm)]:
        parts.append(detector.frames(pcm[position : position + split]).probabilities)
        position += split
    return np.concatenate([*parts, detector.finish().probabilities])


@functools.cache
def spans_in(language: str, noise_db: float | None = None) -> list[tuple[float, float]]:
    return spans_of(recording(language, noise_db).pcm)


def spans_of(pcm: np.ndarray) -> list[tuple[float, float]]:
    spans = SpeechSpans()
    for probability in probabilities_of(pcm, []):
        spans.hear(float(probability))
    spans.finish()
    return [(span.start * FRAME, span.stop * FRAME) for span in spans.closed]


@settings(max_examples=15)
@given(st.lists(st.integers(1, 90_000), max_size=12), st.integers(1, 400_000))
def test_probabilities_do_not_depend_on_the_blocks(splits, length):
    pcm = recording("en").pcm[:length]
    assert np.array_equal(probabilities_of(pcm, splits), probabilities_of(pcm, []))


def test_there_is_a_probability_for_every_frame_and_the_last_is_filled_up():
    assert len(probabilities_of(np.zeros(10 * VAD_FRAME, np.int16), [])) == 10
    assert len(probabilities_of(np.zeros(10 * VAD_FRAME + 1, np.int16), [])) == 11
    assert len(probabilities_of(np.zeros(0, np.int16), [])) == 0


def test_a_block_is_heard_from_both_ends_as_the_packaging_of_the_model_hears_it():
    from faster_whisper.vad import get_vad_model

    pcm = recording("vi").pcm[: BLOCK * VAD_FRAME]
    quiet = np.zeros(WARM_UP * VAD_FRAME, np.int16)

    def theirs(samples: np.ndarray) -> np.ndarray:
        # Its last frame is not looked at: the packaging writes zeros into the end of the audio.
        heard = get_vad_model()(np.concatenate([quiet, samples, quiet]).astype(np.float32) / 32768).reshape(-1)
        return heard[WARM_UP : WARM_UP + BLOCK]

    expected = np.maximum(theirs(pcm), theirs(pcm[::-1])[::-1])
    assert probabilities_of(pcm, []) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("noise_db", [None, -45.0])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_word_is_inside_a_span_and_what_is_kept_beside_it(language, noise_db):
    kept = np.zeros(90_000, bool)
    for start, end in spans_in(language, noise_db):
        kept[max(0, round((start - 0.2) * 1000)) : round((end + 0.2) * 1000)] = True
    for word in recording(language, noise_db).words:
        assert kept[round(word.start * 1000) : round(word.end * 1000)].all(), word


@pytest.mark.parametrize("language", ["en", "vi"])
def test_spans_begin_and_end_with_the_sound(language):
    spans = spans_in(language)
    begins, ends = [], []
    for phrase in recording(language).phrases:
        over = [span for span in spans if span[0] < phrase.end and span[1] > phrase.start]
        begins.append(over[0][0] - phrase.start)
        ends.append(over[-1][1] - phrase.end)
    assert np.percentile(np.abs(begins), 95) < 0.1
    assert np.percentile(np.abs(ends), 90) < 0.1


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_pause_between_phrases_is_taken_for_speech(language):
    middles = [(start + end) / 2 for start, end in recording(language).pauses()]
    assert not [m for m in middles for start, end in spans_in(language) if start <= m <= end]


@pytest.mark.parametrize("kind", ["silence", "white_noise", "hum", "dtmf", "clicks", "tones"])
def test_what_is_not_speech_gives_no_span(kind):
    spans = spans_of(getattr(nonspeech, kind)(20).pcm)
    # Where a tone breaks off at full strength, as at the border of a file, a frame may pass for speech.
    assert sum(end - start for start, end in spans) <= FRAME


def test_detectors_that_share_a_model_do_not_hear_each_other():
    model = load_model()
    detectors = {language: SpeechDetector(model) for language in ("en", "vi")}
    heard = {language: [] for language in detectors}
    for start in range(0, 30 * SAMPLE_RATE, SAMPLE_RATE):
        for language, detector in detectors.items():
            block = recording(language).pcm[start : start + SAMPLE_RATE]
            heard[language].append(detector.frames(block).probabilities)
    for language, parts in heard.items():
        together = np.concatenate(parts)
        assert np.array_equal(together, probabilities_of(recording(language).pcm, [])[: len(together)])
