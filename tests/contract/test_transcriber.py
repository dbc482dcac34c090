"""What both engines promise; measured with the demo model, whose every word and time is known."""

import itertools
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from stt.domain.jobs.guidance import Task
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import ModelUnavailable
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.transcriber.base import DecodingOptions
from tools.speech import compose
from tools.speech.nonspeech import silence, white_noise
from tools.speech.vocabulary import WORDS

DEMO = Path(str(files("stt"))) / "assets" / "demo"
SEEDS = {"en": (2, 10), "vi": (2, 7)}
WORD_SECONDS = 0.4
"""How far off a single word's border may be; the demo model's own alignment is that rough."""


def faster_whisper():
    from stt.worker.transcriber.faster_whisper import FasterWhisper

    return FasterWhisper(DEMO / "ct2", device="cpu", threads=1)


def whisper_cpp():
    from stt.worker.transcriber.whisper_cpp import WhisperCpp

    return WhisperCpp(DEMO / "ggml-demo.bin", device="cpu", threads=1)


@pytest.fixture(scope="module", params=[faster_whisper, whisper_cpp], ids=lambda engine: engine.__name__)
def transcriber(request):
    return request.param()


@pytest.fixture(scope="module")
def recordings():
    return {lang: [compose(lang, 4, seed=n, gain_db=(-6, -6)) for n in seeds] for lang, seeds in SEEDS.items()}


def hear(transcriber, windows, language, beam_size=1, context=AudioContext.FULL):
    return transcriber.transcribe(windows, DecodingOptions(language, beam_size, audio_context=context))


def words_of(segments):
    return [word for segment in segments for word in segment.words]


@pytest.mark.parametrize("beam_size", [1, 5])
@pytest.mark.parametrize("language", SEEDS)
def test_what_was_said_is_written_at_its_time(transcriber, recordings, language, beam_size):
    windows = [recording.pcm for recording in recordings[language]]
    for recording, segments in zip(recordings[language], hear(transcriber, windows, language, beam_size), strict=True):
        words = words_of(segments)
        assert [word.word for word in words] == [word.text for word in recording.words]
        for word, truth in zip(words, recording.words, strict=True):
            assert word.start == pytest.approx(truth.start, abs=WORD_SECONDS)
            assert word.end == pytest.approx(truth.end, abs=WORD_SECONDS)
            assert 0 < word.probability <= 1


@pytest.mark.parametrize("language", SEEDS)
def test_segments_begin_and_end_with_the_phrases(transcriber, recordings, language):
    for recording in recordings[language]:
        segments = hear(transcriber, [recording.pcm], language)[0]
        borders = [(phrase.start, phrase.end) for phrase in recording.phrases]
        assert [(s.start, s.end) for s in segments] == [pytest.approx(border, abs=0.2) for border in borders]


@pytest.mark.parametrize("language", SEEDS)
def test_text_is_the_words_with_single_spaces(transcriber, recordings, language):
    for segments in hear(transcriber, [recording.pcm for recording in recordings[language]], language):
        for segment in segments:
            assert segment.text == " ".join(word.word for word in segment.words)
            assert "\ufffd" not in segment.text


@pytest.mark.parametrize("context", AudioContext)
def test_a_batch_gives_what_its_windows_give_alone(transcriber, recordings, context):
    pcm = [recording.pcm for recording in recordings["en"]]
    windows = [*pcm, silence(2).pcm, pcm[0][: 2 * SAMPLE_RATE], np.concatenate(pcm)[SAMPLE_RATE:]]
    together = hear(transcriber, windows, "en", 5, context)
    assert together == [hear(transcriber, [window], "en", 5, context)[0] for window in windows]
    assert together[2] == ()
    assert len({repr(segments) for segments in together}) == len(windows)


@pytest.mark.parametrize("recording", [silence(3), white_noise(3), silence(0.1)], ids=["silence", "noise", "short"])
def test_where_nothing_is_said_nothing_is_written(transcriber, recording):
    assert hear(transcriber, [recording.pcm], "en") == [()]


@pytest.mark.parametrize("seconds", [0.1, 0.13, 0.17, 0.5, 1.0, 8.0, 30.0])
def test_times_stay_inside_the_window_and_in_order(transcriber, seconds):
    recording = compose("vi", 35, seed=4, pause=(3, 4))
    first = round(recording.phrases[0].start * SAMPLE_RATE)
    window = recording.pcm[first : first + round(seconds * SAMPLE_RATE)]
    segments = hear(transcriber, [window], "vi")[0]
    times = [time for word in words_of(segments) for time in (word.start, word.end)]
    assert times == sorted(times)
    for segment in segments:
        assert 0 <= segment.start <= segment.words[0].start
        assert segment.words[-1].end <= segment.end <= seconds
    for left, right in itertools.pairwise(segments):
        assert left.end <= right.start
    assert segments or seconds < 1


def test_how_likely_a_language_is_does_not_depend_on_what_was_heard_before(transcriber, recordings):
    window = np.concatenate([recording.pcm for recording in recordings["en"]] * 2)
    before = transcriber.language_probabilities(window)
    hear(transcriber, [recordings["vi"][0].pcm[:SAMPLE_RATE]], "vi", context=AudioContext.ADAPTIVE)
    assert transcriber.language_probabilities(window) == before


@pytest.mark.parametrize("context", AudioContext)
@pytest.mark.parametrize("language", SEEDS)
def test_the_language_is_recognised(transcriber, recordings, language, context):
    probabilities = transcriber.language_probabilities(recordings[language][0].pcm, context)
    assert max(probabilities, key=lambda code: probabilities[code]) == language
    assert sum(probabilities.values()) == pytest.approx(1, abs=0.01)
    assert {"en", "vi", "zh"} <= probabilities.keys()


def test_the_samples_are_left_as_they_were(transcriber, recordings):
    pcm = recordings["en"][0].pcm.copy()
    hear(transcriber, [pcm], "en")
    assert np.array_equal(pcm, recordings["en"][0].pcm)


def test_faster_whisper_writes_what_the_bare_library_writes(recordings):
    ours = faster_whisper()
    for language, both in recordings.items():
        for recording in both:
            bare, _ = ours._model.transcribe(
                recording.samples(0, recording.duration),
                language=language,
                beam_size=5,
                vad_filter=False,
                condition_on_previous_text=False,
            )
            heard = hear(ours, [recording.pcm], language, beam_size=5)[0]
            assert [segment.text for segment in heard] == [segment.text.strip() for segment in bare]


def test_whisper_cpp_refuses_a_file_that_is_no_ggml_model(tmp_path):
    from stt.worker.transcriber.whisper_cpp import WhisperCpp

    impostor = tmp_path / "ggml-small.bin"
    impostor.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelUnavailable, match=r"ggml-small\.bin is not a ggml Whisper model"):
        WhisperCpp(impostor)


def test_whisper_cpp_says_that_a_file_is_damaged(tmp_path):
    from stt.worker.transcriber.whisper_cpp import WhisperCpp

    half = tmp_path / "ggml-demo.bin"
    half.write_bytes((DEMO / "ggml-demo.bin").read_bytes()[:100_000])
    with pytest.raises(ModelUnavailable, match="damaged"):
        WhisperCpp(half)


@pytest.mark.parametrize("language", SEEDS)
def test_the_prompt_and_the_hotwords_reach_every_window(transcriber, recordings, language):
    """The demo model writes capitals where its prompt does, as Whisper follows the style of its prompt."""
    windows = [recording.pcm for recording in recordings[language]] * 2
    terms = " ".join(word.capitalize() for word in WORDS[language][:4])
    plain = transcriber.transcribe(windows, DecodingOptions(language, 1))
    for told in (DecodingOptions(language, 1, prompt=terms), DecodingOptions(language, 1, hotwords=terms)):
        heard = transcriber.transcribe(windows, told)
        for window, without in zip(heard, plain, strict=True):
            words = [word.word for word in words_of(window)]
            assert words == [word.word.capitalize() for word in words_of(without)]
            assert words != [word.word for word in words_of(without)]


def test_the_task_reaches_the_decoder(transcriber, recordings):
    """The demo model was not trained to translate: that what it writes changes shows that it was asked to."""
    window = recordings["vi"][0].pcm
    asked = [DecodingOptions("vi", 1, task=task) for task in (Task.TRANSCRIBE, Task.TRANSCRIBE, Task.TRANSLATE)]
    first, again, translated = (transcriber.transcribe([window], options) for options in asked)
    assert first == again != translated
