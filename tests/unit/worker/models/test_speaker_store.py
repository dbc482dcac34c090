"""The model that tells speakers apart, from checkpoints with random weights."""

import hashlib
import zipfile

import pytest

from stt.worker.errors import ModelUnavailable
from stt.worker.models import SpeakerStore, checkpoints, speaker_store
from stt.worker.models.package_index import Content, PackagedModel, Wheel
from tools import speaker_model


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    place = tmp_path_factory.mktemp("checkpoints")
    speaker_model.save(place / "a" / "pytorch_model.bin", speaker_model.segmentation())
    speaker_model.save(place / "b" / "campplus_cn_en_common.pt", speaker_model.campplus())
    return place


@pytest.fixture
def pinned(saved, monkeypatch):
    contents = {p.name: p.read_bytes() for p in saved.rglob("*") if p.is_file()}
    pinned = {name: Content(len(body), hashlib.sha256(body).hexdigest()) for name, body in contents.items()}
    monkeypatch.setattr(checkpoints, "CHECKPOINTS", pinned)
    return contents, pinned


@pytest.mark.usefixtures("pinned")
async def test_a_directory_with_both_checkpoints_becomes_the_model_with_its_licences(tmp_path, saved):
    store = SpeakerStore(tmp_path / "models", downloads=False)
    assert store.find() is None
    place = store.pull(origin=saved)
    assert sorted(path.name for path in place.iterdir()) == ["LICENSES", "segmentation.onnx", "voices.onnx"]
    licences = (place / "LICENSES").read_text()
    assert "CNRS" in licences
    assert "Apache License" in licences
    assert await store.resolve() == place == store.find()
    assert store.lacks() is None


@pytest.mark.usefixtures("pinned")
def test_a_checkpoint_that_is_another_is_refused_and_nothing_appears(tmp_path, saved):
    store = SpeakerStore(tmp_path / "models")
    other = tmp_path / "other"
    for path in saved.rglob("*.*"):
        target = other / path.relative_to(saved)
        target.parent.mkdir(parents=True)
        target.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelUnavailable, match="SHA-256 is not the one announced"):
        store.pull(origin=other)
    with pytest.raises(ModelUnavailable, match="elsewhere holds no"):
        store.pull(origin=tmp_path / "elsewhere")
    assert store.find() is None


async def test_where_nothing_may_be_fetched_it_is_said_what_to_do(tmp_path):
    store = SpeakerStore(tmp_path, downloads=False)
    assert "stt models pull speakers" in store.lacks()
    with pytest.raises(ModelUnavailable, match="stt models pull speakers"):
        await store.resolve()
    assert SpeakerStore(tmp_path).lacks() is None


def test_a_wheel_that_is_built_for_one_machine_is_taken_on_every_one(tmp_path, pinned, monkeypatch):
    contents, files = pinned
    index, tags = tmp_path / "index", ("cp313", "cp313", "manylinux_2_24_x86_64.manylinux_2_28_x86_64")
    index.mkdir()
    wheel = Wheel("voices-for-tests", "1.0", 0, "", tuple(f"voices/{name}" for name in contents), tags)
    with zipfile.ZipFile(index / wheel.filename, "w") as archive:
        for name, content in contents.items():
            archive.writestr(f"voices/{name}", content)
        about = "voices_for_tests-1.0.dist-info"
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: voices-for-tests\nVersion: 1.0\n")
        listed = "".join(f"Tag: cp313-cp313-{platform}\n" for platform in tags[2].split("."))
        archive.writestr(f"{about}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\n{listed}")
        archive.writestr(f"{about}/RECORD", "")
    body = (index / wheel.filename).read_bytes()
    pinned_wheel = Wheel(wheel.name, "1.0", len(body), hashlib.sha256(body).hexdigest(), wheel.parts, tags)
    monkeypatch.setattr(speaker_store, "PACKAGED", PackagedModel((pinned_wheel,), files))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    assert SpeakerStore(tmp_path / "models").pull() == tmp_path / "models" / "speakers"
