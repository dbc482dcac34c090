import os

import pytest

from stt.cli.watch.folder import Folder
from stt.cli.watch.place import name_of


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path, settled_seconds=0.0)


def put(folder, name, body=b"audio"):
    path = folder.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    return path


def test_audio_files_wait_and_nothing_else_does(folder):
    found = [put(folder, name) for name in ("a.MP3", "b.wav")]
    for name in ("notes.txt", ".hidden.mp3", "done/c.mp3", "d.mp3.part"):
        put(folder, name)
    put(folder, "empty.mp3", b"")
    assert folder.waiting() == found


def test_a_file_that_grows_is_left_alone_until_it_rests(tmp_path, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    folder = Folder(tmp_path, settled_seconds=2.0)
    path = put(folder, "a.mp3")
    for second, size in ((0, 5), (1, 6), (2, 7), (3, 7)):
        clock[0] = 100.0 + second
        path.write_bytes(bytes(size))
        os.utime(path, ns=(size, size))
        assert folder.waiting() == []
    assert not folder.is_empty
    clock[0] = 104.0
    assert folder.waiting() == [path]


def test_what_is_done_lies_with_its_transcripts_and_covers_nothing(folder):
    for number in ("", " (2)"):
        put(folder, "talk.mp3", number.encode() or b"first")
        written = folder.done(folder.root / "talk.mp3", {"txt": b"xin ch\xc3\xa0o", "srt": b"1"})
        assert written == [str(folder.root / f"done/talk{number}.{ending}") for ending in ("txt", "srt")]
    assert (folder.root / "done/talk.mp3").read_bytes() == b"first"
    assert sorted(path.name for path in (folder.root / "done").iterdir()) == [
        "talk (2).mp3", "talk (2).srt", "talk (2).txt", "talk.mp3", "talk.srt", "talk.txt"
    ]  # fmt: skip


def test_what_failed_lies_with_its_reason(folder):
    said = folder.failed(put(folder, "talk.mp3"), "No audio.")
    assert said == str(folder.root / "failed/talk.mp3.error.txt")
    assert (folder.root / "failed/talk.mp3.error.txt").read_text() == "No audio.\n"
    assert (folder.root / "failed/talk.mp3").exists()


def test_a_file_is_known_by_place_content_and_what_is_asked(folder):
    path = put(folder, "talk.mp3")
    name = name_of(folder.known_as(path), {"language": "vi"})
    assert name == name_of(folder.known_as(path), {"language": "vi"})
    assert name != name_of(folder.known_as(path), {"language": "en"})
    os.utime(path, ns=(1, 1))
    assert name != name_of(folder.known_as(path), {"language": "vi"})
    assert name.isascii()
