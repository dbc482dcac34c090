"""Weights out of a CTranslate2 directory, and whisper.cpp's file from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.worker.audio.spectrogram import mel_filters
from stt.worker.errors import ModelUnavailable
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.whisper_cpp import WhisperCpp
from stt.worker.weights import ct2, ggml
from stt.worker.weights.byte_level import plain, printable
from tools.demo_model.__main__ import PACKAGED
from tools.random_model.build import build
from tools.random_model.shape import Shape

SHAPE = Shape(128, 2, 3, ((2, 0), (2, 1)), mels=128)
"""Two heads, three layers that write, and the bands of the largest models: nothing that a default would hit."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "random"
    build(SHAPE, folder, name="random", tokens=60)
    return folder


@pytest.fixture
def written(folder, tmp_path):
    weights = ct2.read(folder / "ct2")
    path = tmp_path / "ggml-written.bin"
    ggml.write(path, weights, mel_filters(weights.mels), ct2.read_vocabulary(folder / "ct2"), matrices="f16")
    return path


def words_in(path, audio):
    heard = WhisperCpp(path, device="cpu").transcribe([audio], DecodingOptions("vi", 1))
    return [(word.word, word.start, word.end) for segments in heard for segment in segments for word in segment.words]


def test_whisper_cpp_hears_the_same_from_the_file_written_from_ct2_as_from_the_one_built_with_it(folder, written):
    noise = np.random.default_rng(0).integers(-8000, 8000, 20 * 16_000).astype(np.int16)
    heard = words_in(written, noise)
    assert len(heard) > 20
    assert heard == words_in(folder / "ggml-random.bin", noise)


def test_the_file_is_of_the_same_shape_size_and_vocabulary(folder, written):
    direct = folder / "ggml-random.bin"
    assert ggml.GgmlShape.read(written) == ggml.GgmlShape.read(direct)
    assert written.stat().st_size == direct.stat().st_size
    assert ggml.read_vocabulary(written) == ggml.read_vocabulary(direct)


def test_a_file_without_its_end_is_damaged(folder, tmp_path):
    whole = (folder / "ct2" / "model.bin").read_bytes()
    for size in (0, 3, 40, len(whole) // 2, len(whole) - 60):
        (tmp_path / "model.bin").write_bytes(whole[:size])
        with pytest.raises(ModelUnavailable, match=r"model\.bin is damaged"):
            ct2.read(tmp_path)


def test_quantised_weights_are_refused(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"model\.bin holds quantised weights"):
        ct2.read(PACKAGED / "ct2")


@pytest.mark.parametrize("content", [None, "[", "{}", '["a", 1]', '["日", "<|endoftext|>"]'])
def test_a_vocabulary_that_cannot_be_read_is_named(tmp_path, content):
    if content:
        (tmp_path / "vocabulary.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"vocabulary\.json"):
        ct2.read_vocabulary(tmp_path)


@given(st.binary())
def test_bytes_come_back_from_their_characters(token):
    spelt = printable(token)
    assert spelt.isprintable()
    assert plain(spelt) == token
