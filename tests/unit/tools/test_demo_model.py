import base64
import filecmp
import io
import json
import zipfile

import numpy as np
import pytest
from faster_whisper.audio import decode_audio

from tools.demo_model import measure
from tools.demo_model.__main__ import HERE, PACKAGED
from tools.demo_model.build import build

WHEEL_LIMIT = 15_000_000  # bytes
# Seconds to the middle of the last pause before 8 s, and the words until there.
FIRST_WINDOWS = {"vi": (6.02, 16), "en": (5.66, 9)}


@pytest.fixture(scope="module")
def assets(tmp_path_factory, shipped_vocabulary, shipped_filters):
    """What openai-whisper carries, taken back from the shipped files."""
    directory = tmp_path_factory.mktemp("assets")
    lines = [f"{base64.b64encode(token).decode() or '='} {rank}" for rank, token in enumerate(shipped_vocabulary)]
    (directory / "multilingual.tiktoken").write_text("\n".join(lines))
    np.savez(directory / "mel_filters.npz", mel_80=shipped_filters)
    return directory


def test_the_shipped_files_are_what_the_builder_makes_of_the_weights(assets, tmp_path):
    build(HERE / "weights.npz", assets, tmp_path)
    names = [path.relative_to(PACKAGED) for path in PACKAGED.rglob("*") if path.is_file()]
    assert len(names) == 8
    assert filecmp.cmpfiles(tmp_path, PACKAGED, names, shallow=False) == ([*names], [], [])


def test_filters_that_are_not_whispers_stop_the_build(assets, tmp_path, shipped_filters):
    (tmp_path / "multilingual.tiktoken").write_bytes((assets / "multilingual.tiktoken").read_bytes())
    np.savez(tmp_path / "mel_filters.npz", mel_80=shipped_filters * np.float32(1.001))
    with pytest.raises(ValueError, match="mel filters differ"):
        build(HERE / "weights.npz", tmp_path, tmp_path / "out")


@pytest.mark.parametrize("engine", measure.ENGINES)
@pytest.mark.parametrize("language", FIRST_WINDOWS)
def test_both_engines_write_the_first_words_of_a_shipped_sample(engine, language):
    end, count = FIRST_WINDOWS[language]
    sample = PACKAGED.parent / f"sample-{language}.flac"
    samples = decode_audio(str(sample))[: round(end * 16_000)]
    listen = measure.ENGINES[engine](PACKAGED, beam=1)
    assert listen(samples, language).split() == sample.with_suffix(".txt").read_text().split()[:count]
    backwards = np.ascontiguousarray(samples[::-1])
    assert listen(backwards, language).split() != sample.with_suffix(".txt").read_text().split()[:count]


def test_the_card_says_what_the_model_is_and_how_long_it_can_listen():
    card = json.loads((PACKAGED / "card.json").read_text())
    assert card["name"] == "demo"
    assert card["languages"] == ["en", "vi"]
    assert card["window_seconds"] == 8
    assert all(card[field] for field in ("description", "licence", "made"))


def test_the_licence_of_the_vocabulary_ships_with_it():
    licence = (PACKAGED / "LICENSE").read_text()
    assert "Copyright (c) 2022 OpenAI" in licence
    assert licence.count("Permission is hereby granted") == 2


def test_what_ships_leaves_the_wheel_far_below_its_limit():
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(PACKAGED.parent.rglob("*")):
            archive.write(path)
    assert len(wheel.getvalue()) < WHEEL_LIMIT * 2 / 3
    assert all(path.stat().st_size < 300_000 for path in PACKAGED.parent.glob("sample-*"))
