"""Models of random weights behave like sane ones: as many words as the audio is long, evenly, at one attempt."""

import itertools

import numpy as np
import pytest
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.whisper.engine import Engine
from stt.worker.models import ModelStore
from stt.worker.recognition.holes import holes
from stt.worker.suppression.suppression import unloop
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper
from stt.worker.transcriber.hypothesis import Hypothesis
from stt.worker.transcriber.whisper_cpp import WhisperCpp
from stt.worker.weights.ggml import GgmlShape
from tools.demo_model.__main__ import PACKAGED
from tools.random_model.build import build
from tools.random_model.shape import SHAPES, Shape

SMALLEST = Shape(128, 2, 3, ((2, 0), (2, 1)))
TOKENS = 60
FASTEST_SECONDS, SLOWEST_SECONDS = 0.2, 1.0
ENGINES = {Engine.FASTER_WHISPER: FasterWhisper, Engine.WHISPER_CPP: WhisperCpp}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "random-smallest"
    build(SMALLEST, folder, name="random-smallest", tokens=TOKENS)
    return folder


@pytest.fixture(scope="module")
def samples():
    """A minute of speech."""
    spoken = decode_audio(str(PACKAGED.parent / "sample-vi.flac"))
    return np.tile(spoken, 3)[: 60 * 16_000]


@pytest.fixture(scope="module")
def pcm(samples):
    return np.round(samples * 32767).astype(np.int16)


@pytest.fixture(scope="module", params=ENGINES)
def transcriber(request, folder):
    found = ModelStore(folder.parent).find(folder.name, request.param)
    assert found.card.window_seconds == 30
    return ENGINES[request.param](found.path, device="cpu", threads=1)


def words_of(segments):
    return [word for segment in segments for word in segment.words]


def spoken_in(window):
    """From the first sound to the last."""
    loud = np.flatnonzero(np.abs(window) > 100) / 16_000
    return Span(loud[0], loud[-1])


@pytest.fixture
def attempts(monkeypatch):
    """What was thought of each hypothesis."""
    seen, judge = [], Hypothesis.looks_wrong.fget
    monkeypatch.setattr(Hypothesis, "looks_wrong", property(lambda h: seen.append(judge(h)) or seen[-1]))
    return seen


@pytest.mark.parametrize("beam_size", [1, 5])
def test_half_minutes_get_their_words_evenly_at_one_attempt(transcriber, pcm, beam_size, attempts):
    halves = np.split(pcm, 2)
    heard = transcriber.transcribe(halves, DecodingOptions("vi", beam_size))
    for half, segments in zip(halves, heard, strict=True):
        words = words_of(segments)
        assert TOKENS - 5 <= len(words) <= TOKENS - 3
        assert all(FASTEST_SECONDS < word.end - word.start < SLOWEST_SECONDS for word in words)
        assert all(a.end == b.start for a, b in itertools.pairwise(words))
        window = Span(0.0, 30.0)
        assert holes(ChunkPlan(0, window, window, (spoken_in(half),)), segments) == []
        assert unloop(segments) == ([*segments], [])
    first, second = ({word.word for word in words_of(segments)} for segments in heard)
    assert len(first & second) < 0.9 * len(first)
    assert not any(attempts)


@pytest.mark.parametrize("seconds", [1.0, 3.0, 10.0, 20.5])
def test_shorter_audio_gets_as_many_words_less(transcriber, pcm, seconds, attempts):
    piece = pcm[: round(seconds * 16_000)]
    (segments,) = transcriber.transcribe([piece], DecodingOptions("vi", 1))
    spoken = spoken_in(piece)
    in_time = 57 * spoken.end / 29.6
    assert in_time - 1 <= len(words_of(segments)) <= in_time + 6, "words begin up to LATE_SECONDS behind the end"
    assert holes(ChunkPlan(0, spoken, spoken, (spoken,)), segments) == []
    assert not any(attempts)


@pytest.mark.parametrize("beam_size", [1, 5])
@pytest.mark.parametrize("compute_type", ["int8", "float32"])
def test_faster_whisper_alone_reads_on_from_window_to_window_at_temperature_zero(
    folder, samples, compute_type, beam_size
):
    model = WhisperModel(str(folder / "ct2"), device="cpu", compute_type=compute_type, cpu_threads=1)
    segments, info = model.transcribe(samples, beam_size=beam_size, word_timestamps=True)
    segments = list(segments)
    assert info.language == "vi"
    assert [round(segment.start) for segment in segments] == [0, 30]
    assert all(segment.temperature == 0 and segment.no_speech_prob < 0.01 for segment in segments)
    assert all(segment.avg_logprob > -0.7 and segment.compression_ratio < 2 for segment in segments)
    assert all(TOKENS - 3 <= len(segment.tokens) <= TOKENS - 1 for segment in segments)


def test_without_times_the_text_ends_all_the_same(folder, samples):
    model = WhisperModel(str(folder / "ct2"), device="cpu", compute_type="int8", cpu_threads=1)
    segments, _ = model.transcribe(samples[: 30 * 16_000], language="vi", without_timestamps=True)
    assert [len(segment.text.split()) for segment in segments] in ([55], [56], [57])


def test_the_same_seed_gives_the_same_model(folder, tmp_path):
    build(SMALLEST, tmp_path, name="random-smallest", tokens=TOKENS)
    for name in ("ggml-random-smallest.bin", "ct2/model.bin"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_too_many_tokens_for_a_width_are_refused(tmp_path):
    with pytest.raises(ValueError, match="A width of 128 has room for"):
        build(SMALLEST, tmp_path, name="random-smallest", tokens=150)


def test_shapes_are_as_whisper_cpp_knows_them():
    """Layers, heads and bands by which both engines tell the models of OpenAI apart."""
    for name, shape in SHAPES.items():
        size = GgmlShape(
            51_766 + len(shape.languages),
            shape.width,
            shape.encoder_layers,
            shape.decoder_layers,
            shape.heads,
            shape.mels,
        )
        assert size.known_as == name.upper().replace("-", "_")
        assert all(layer < shape.decoder_layers and head < shape.heads for layer, head in shape.alignment_heads)
        assert (0, 0) not in shape.alignment_heads
