"""What a file says about its own length."""

import pytest

from stt.worker.preparation.truncation import ends_early, states_duration, tagged_end


def riff(stated: int, length: int) -> bytes:
    return b"RIFF" + stated.to_bytes(4, "little") + b"WAVE" + bytes(length - 12)


def box(kind: bytes, length: int) -> bytes:
    return length.to_bytes(4, "big") + kind + bytes(length - 8)


def large_box(kind: bytes, length: int) -> bytes:
    return (1).to_bytes(4, "big") + kind + length.to_bytes(8, "big") + bytes(length - 16)


@pytest.mark.parametrize(
    ("body", "early"),
    [
        (riff(92, 100), False),
        (riff(93, 100), False),  # a chunk of odd length is padded, but not by every writer
        (riff(300, 100), True),
        (riff(0, 100), False),
        (riff(0xFFFFFFFF, 100), False),
        (b"OggS\0\x02" + bytes(90) + b"OggS\0\x04" + bytes(90), False),
        (b"OggS\0\x02" + bytes(90) + b"OggS\0\x00" + bytes(90), True),
        (box(b"ftyp", 16) + box(b"moof", 40) + box(b"mdat", 60), False),
        (box(b"ftyp", 16) + box(b"moof", 40) + box(b"mdat", 60)[:-1], True),
        (box(b"ftyp", 16) + box(b"moof", 40) + box(b"mdat", 60) + box(b"moof", 40)[:9], True),
        (box(b"ftyp", 16) + large_box(b"mdat", 60), False),
        (box(b"ftyp", 16) + large_box(b"mdat", 60)[:-1], True),
        (box(b"ftyp", 16) + box(b"mdat", 60) + b"TAG and other things that are not boxes", False),
        (box(b"ftyp", 16) + box(b"mdat", 60) + bytes(90), False),
        (b"fLaC" + bytes(90), False),
        (b"", False),
    ],
)
def test_a_file_is_cut_when_it_is_shorter_than_it_says(tmp_path, body, early):
    path = tmp_path / "file"
    path.write_bytes(body)
    assert ends_early(path) is early


def test_the_tag_with_the_number_of_frames_is_found_behind_an_id3_tag(tmp_path):
    path = tmp_path / "a.mp3"
    picture = bytes(300_000)
    size = bytes((len(picture) >> shift) & 127 for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x04\0\0" + size + picture + b"\xff\xfb\x90\x64" + bytes(32) + b"Xing" + bytes(400))
    assert states_duration(path, "mp3")
    path.write_bytes(b"ID3\x04\0\0" + size + picture + b"\xff\xfb\x90\x64" + bytes(436))
    assert not states_duration(path, "mp3")


def test_formats_without_a_header_state_nothing(tmp_path):
    assert not states_duration(tmp_path / "unused", "aac")
    assert not states_duration(tmp_path / "unused", "ogg")
    assert states_duration(tmp_path / "unused", "flac")


def test_a_duration_tag_is_hours_minutes_and_seconds():
    assert tagged_end({"DURATION": "01:02:03.500000000"}) == 3723.5
    assert tagged_end({"DURATION": "soon"}) is None
    assert tagged_end({}) is None
