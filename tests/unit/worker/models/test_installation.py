"""Two that fetch the same model take turns."""

import threading

import pytest

from stt.worker.errors import ModelUnavailable
from stt.worker.models.installation import exclusively


def test_only_one_at_a_time_is_in_a_directory(tmp_path):
    entered = threading.Event()

    def enter(place):
        with exclusively(place):
            entered.set()

    with exclusively(tmp_path / "tiny"):
        rival = threading.Thread(target=enter, args=[tmp_path / "tiny"])
        rival.start()
        assert not entered.wait(0.2)
        other = threading.Thread(target=enter, args=[tmp_path / "base"])
        other.start()
        assert entered.wait(5)
        entered.clear()
    assert entered.wait(5)
    rival.join()
    other.join()


def test_a_directory_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ModelUnavailable, match="Nothing can be fetched"), exclusively(tmp_path / "file" / "tiny"):
        pass
