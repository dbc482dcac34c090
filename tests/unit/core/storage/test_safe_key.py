"""Keys that every store takes to mean the same object."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stt.core.storage.safe_key import MAX_KEY_BYTES, MAX_SEGMENT_BYTES, safe_key
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.keys import chunk_key, result_key, upload_key

ROOT = Path("/srv/objects")
TRICKY = st.text(alphabet=st.sampled_from("./\\a\0\n\udc80é"), max_size=12)


def accepts(key):
    try:
        return safe_key(key) == key
    except InvalidRequest:
        return False


@given(TRICKY | st.text())
@example("..")
@example("a/../../b")
def test_an_accepted_key_names_one_path_inside_the_root(key):
    if accepts(key):
        path = ROOT / key
        assert Path(*path.parts).resolve().is_relative_to(ROOT)
        assert path.relative_to(ROOT).as_posix() == key


@given(st.text(), st.integers(0, 100_000))
def test_every_key_of_the_service_is_accepted(filename, index):
    assert accepts(upload_key("job-1", filename))
    assert accepts(chunk_key("job-1", index))
    assert accepts(result_key("job-1"))


def test_length_is_limited_in_bytes():
    assert accepts("é" * (MAX_SEGMENT_BYTES // 2))
    assert not accepts("é" * (MAX_SEGMENT_BYTES // 2 + 1))
    assert accepts("/".join(["a" * 127] * (MAX_KEY_BYTES // 128)))
    assert not accepts("/".join(["a" * 127] * (MAX_KEY_BYTES // 128)) + "/a")


def test_a_refusal_says_what_would_be_right():
    with pytest.raises(InvalidRequest, match="relative path like 'uploads/<job>/<name>'"):
        safe_key("/etc/passwd")
