import io
import pickle
import zipfile

import numpy as np
import pytest

from stt.worker.errors import ModelUnavailable
from stt.worker.weights.torch_checkpoint import read_tensors
from tools import speaker_model


def test_tensors_come_back_as_they_were_saved(tmp_path):
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b.c": np.array(2.5, np.float32)}
    speaker_model.save(tmp_path / "model.bin", tensors)
    read = read_tensors(tmp_path / "model.bin")
    assert list(read) == ["a", "b.c"]
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(read[name], tensor)


class Calls:
    """Pickled, it would have a command run by whoever loads it."""

    def __reduce__(self):
        return (__import__("os").system, ("touch called",))


def test_nothing_that_a_pickle_names_is_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    listing = io.BytesIO()
    pickle.Pickler(listing, protocol=2).dump({"state_dict": {"a": Calls()}})
    with zipfile.ZipFile("model.bin", "w") as archive:
        archive.writestr("archive/data.pkl", listing.getvalue())
    assert read_tensors(tmp_path / "model.bin") == {}
    assert not (tmp_path / "called").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"no archive at all"])
def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path, content):
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"model\.bin is damaged or no checkpoint"):
        read_tensors(tmp_path / "model.bin")


def test_a_checkpoint_with_a_storage_cut_short_is_damaged(tmp_path):
    speaker_model.save(tmp_path / "whole.bin", {"a": np.zeros((4, 4), np.float32)})
    with zipfile.ZipFile(tmp_path / "whole.bin") as whole, zipfile.ZipFile(tmp_path / "cut.bin", "w") as cut:
        cut.writestr("archive/data.pkl", whole.read("archive/data.pkl"))
        cut.writestr("archive/data/0", whole.read("archive/data/0")[:40])
    with pytest.raises(ModelUnavailable, match=r"cut\.bin is damaged"):
        read_tensors(tmp_path / "cut.bin")
