"""Where models are looked for."""

import json
from unittest.mock import patch

import pytest

from stt.domain.whisper.engine import Engine
from stt.worker.errors import ModelUnavailable
from stt.worker.models import ModelStore
from stt.worker.weights import ct2


def install(place, *, ct2=True, ggml=True, card=None):
    if ct2:
        (place / "ct2").mkdir(parents=True)
        (place / "ct2" / "model.bin").write_bytes(b"x")
        (place / "ct2" / "tokenizer.json").write_text('{"model": {}}')
    if ggml:
        place.mkdir(parents=True, exist_ok=True)
        (place / "ggml-model.bin").write_bytes(b"x")
    if card:
        (place / "card.json").write_text(card)
    return place


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path, downloads=False)


@pytest.mark.parametrize("engine", Engine)
async def test_the_demo_model_is_in_the_package_and_asks_for_short_windows(store, engine):
    model = await store.resolve("demo", engine)
    assert model.path.exists()
    assert model.card.window_seconds == 8


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("name", ["small", "vinai/PhoWhisper-small", "ours"])
async def test_a_model_in_the_directory_is_found_for_both_engines(store, tmp_path, name, engine):
    install(tmp_path / name, card='{"window_seconds": 12.5}')
    model = await store.resolve(name, engine)
    assert model.path.is_relative_to(tmp_path / name)
    assert model.card.window_seconds == 12.5


async def test_a_model_without_a_card_takes_full_windows(store, tmp_path):
    install(tmp_path / "small")
    assert (await store.resolve("small", Engine.FASTER_WHISPER)).card.window_seconds == 30


async def test_a_converted_model_may_lie_in_the_directory_itself(store, tmp_path):
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "model.bin").write_bytes(b"x")
    (tmp_path / "small" / "tokenizer.json").write_text('{"model": {}}')
    assert (await store.resolve("small", Engine.FASTER_WHISPER)).path == tmp_path / "small"


async def test_a_missing_model_is_explained(store, tmp_path):
    install(tmp_path / "small", ggml=False)
    with pytest.raises(ModelUnavailable) as caught:
        await store.resolve("small", Engine.WHISPER_CPP)
    for part in ("'small'", "ggml-*.bin", "stt models pull small --engine whisper.cpp"):
        assert part in caught.value.message
    assert str(tmp_path) not in caught.value.message, "callers read it"


@pytest.mark.parametrize("name", ["../outside", "/etc", "..", ".", "a/b/c", "a/../../outside"])
async def test_a_name_from_the_network_is_never_a_path(tmp_path, name):
    install(tmp_path / "outside")
    store = ModelStore(tmp_path / "models", downloads=False)
    with pytest.raises(ModelUnavailable):
        await store.resolve(name, Engine.FASTER_WHISPER)


async def test_a_path_is_taken_where_paths_are_allowed(tmp_path):
    place = install(tmp_path / "mine")
    store = ModelStore(tmp_path / "models", downloads=False, paths=True)
    assert (await store.resolve(str(place), Engine.FASTER_WHISPER)).path == place / "ct2"
    assert (await store.resolve(str(place / "ggml-model.bin"), Engine.WHISPER_CPP)).path == place / "ggml-model.bin"


def test_names_of_ones_own_are_listed(store, tmp_path):
    install(tmp_path / "ours")
    install(tmp_path / "vinai" / "PhoWhisper-small", ggml=False)
    install(tmp_path / ".partial" / "tiny")
    (tmp_path / "empty").mkdir()
    assert store.installed() == {"ours", "vinai/PhoWhisper-small"}


@pytest.mark.parametrize("seconds", ["0", "-8", "31", "1e9", "NaN", "Infinity"])
async def test_a_card_out_of_range_is_named(store, tmp_path, seconds):
    install(tmp_path / "small", card=f'{{"window_seconds": {seconds}}}')
    with pytest.raises(ModelUnavailable, match=r"card\.json of this model says .* 2 to 30 s"):
        await store.resolve("small", Engine.FASTER_WHISPER)


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "missing"), ("", "damaged"), ('{"model"', "damaged"), ("[]", "damaged"), ("1", "damaged")],
)
async def test_a_tokenizer_that_cannot_be_read_is_named(store, tmp_path, content, what):
    tokenizer = install(tmp_path / "small") / "ct2" / "tokenizer.json"
    tokenizer.unlink()
    if content is not None:
        tokenizer.write_text(content)
    with pytest.raises(ModelUnavailable, match=rf"tokenizer\.json of this model is {what}"):
        await store.resolve("small", Engine.FASTER_WHISPER)
    assert await store.resolve("small", Engine.WHISPER_CPP)


async def test_a_tokenizer_is_read_once_and_again_when_it_has_changed(store, tmp_path):
    tokenizer = install(tmp_path / "small") / "ct2" / "tokenizer.json"
    with patch.object(ct2.json, "loads", wraps=json.loads) as read:
        for _chunk in range(3):
            await store.resolve("small", Engine.FASTER_WHISPER)
        whole = [call.args[0] for call in read.call_args_list].count(tokenizer.read_bytes())
    assert whole == 1
    tokenizer.write_text('{"model": }')
    with pytest.raises(ModelUnavailable, match=r"damaged"):
        await store.resolve("small", Engine.FASTER_WHISPER)


def test_what_a_model_lacks_is_told_before_a_job_is_made_of_it(store, tmp_path):
    assert store.lacks("demo", Engine.WHISPER_CPP) is None
    assert "Downloads are off" in store.lacks("small", Engine.FASTER_WHISPER)
    install(tmp_path / "small", ggml=False)
    assert store.lacks("small", Engine.FASTER_WHISPER) is None
    assert "ggml-*.bin" in store.lacks("small", Engine.WHISPER_CPP)
    assert ModelStore(tmp_path).lacks("small", Engine.WHISPER_CPP) is None, "it will be fetched"


@pytest.mark.parametrize("card", ["", "[]", '{"window_seconds": "long"}', '{"window_seconds": null}'])
async def test_a_card_that_cannot_be_read_is_named(store, tmp_path, card):
    place = install(tmp_path / "small")
    (place / "card.json").write_text(card)
    with pytest.raises(ModelUnavailable, match=r"card\.json is not a model card"):
        await store.resolve("small", Engine.WHISPER_CPP)


async def test_a_name_that_cannot_be_fetched_is_not_blamed_on_downloads(tmp_path):
    with pytest.raises(ModelUnavailable, match="not a name that can be fetched"):
        await ModelStore(tmp_path).resolve("ours", Engine.FASTER_WHISPER)


async def test_a_model_says_what_spectrogram_it_listens_to(tmp_path):
    install(tmp_path / "small")
    store = ModelStore(tmp_path, downloads=False)
    assert (await store.resolve("small", Engine.FASTER_WHISPER)).bands == 80
    place = (await store.resolve("small", Engine.FASTER_WHISPER)).path
    (place / "preprocessor_config.json").write_text('{"feature_size": 128}')
    assert (await store.resolve("small", Engine.FASTER_WHISPER)).bands == 128
    assert (await store.resolve("demo", Engine.WHISPER_CPP)).bands is None
