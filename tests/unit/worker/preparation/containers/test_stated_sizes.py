"""Containers whose headers state where the sound ends: a file that ends before that is cut, as by a broken download."""

import pytest

from stt.worker.preparation.decoder import Decoder
from stt.worker.preparation.parts import parts_of
from tests.unit.worker.sounds import bursts, write

SECONDS = 6.0
KINDS = [("a.w64", "pcm_s16le", 16000), ("a.caf", "pcm_s16be", 16000), ("a.avi", "libmp3lame", 44100)]


def heard(path, body: bytes) -> Decoder:
    path.write_bytes(body)
    decoder = Decoder(path, max_seconds=60.0)
    list(decoder.blocks())
    return decoder


@pytest.fixture
def file(tmp_path, request):
    name, codec, rate = request.param
    return write(tmp_path / name, bursts([1.0, 5.0], SECONDS, rate), codec=codec, rate=rate)


@pytest.mark.parametrize("file", KINDS, indirect=True, ids=[name for name, *_ in KINDS])
def test_half_a_file_is_said_to_break_off(file):
    whole = file.read_bytes()
    assert heard(file, whole).broke_off is None
    half = heard(file, whole[: len(whole) // 2])
    assert half.broke_off == half.duration == pytest.approx(SECONDS / 2, abs=0.5)


@pytest.mark.parametrize("file", KINDS[:2], indirect=True, ids=[name for name, *_ in KINDS[:2]])
def test_files_that_were_joined_follow_one_another(file):
    whole = file.read_bytes()
    joined = heard(file, 2 * whole)
    assert (joined.duration, joined.broke_off) == (pytest.approx(2 * SECONDS, abs=0.1), None)
    assert heard(file, whole + whole[: len(whole) // 2]).broke_off == pytest.approx(1.5 * SECONDS, abs=0.1)


@pytest.mark.parametrize("size", [b"\xff" * 8, bytes(8)], ids=["all bits", "none"])
@pytest.mark.parametrize(
    ("file", "mark", "behind"),
    [(KINDS[0], bytes.fromhex("f3acd3118cd100c04f8edb8a"), 12), (KINDS[1], b"", 0)],
    indirect=["file"],
)
def test_a_size_that_was_never_filled_in_is_none(file, mark, behind, size):
    body = file.read_bytes()
    at = body.index(b"data" + mark) + 4 + behind
    file.write_bytes(body[:at] + size + body[at + 8 :])
    assert not parts_of(file)[0].cut


def test_an_avi_that_lost_its_index_alone_is_whole(tmp_path):
    file = write(tmp_path / "a.avi", bursts([1.0, 5.0], SECONDS, 44100), codec="libmp3lame", rate=44100)
    body = file.read_bytes()
    assert heard(file, body[: body.rindex(b"idx1")]).broke_off is None
