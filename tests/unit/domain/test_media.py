import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stt.domain.errors import InvalidRequest
from stt.domain.media import EXTENSIONS, HEAD_BYTES, Family, check_media, check_name, recognise
from tools.encoded_audio import CODECS, encoded

MP3, AAC = encoded(".mp3"), encoded(".aac")
BARE_MP3 = MP3[MP3.index(b"\xff\xfb") :]


def id3(size: int) -> bytes:
    """An ID3v2.4 tag of `size` bytes behind its header."""
    return b"ID3\x04\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\x01" * size


def code_of_refusal(filename: str, head: bytes) -> str | None:
    """`None` for what is accepted."""
    try:
        check_media(filename, head)
    except InvalidRequest as error:
        return error.error_code
    return None


def refusal(filename: str, head: bytes) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        check_media(filename, head)
    return caught.value


def test_every_accepted_extension_is_tried_here():
    assert set(CODECS) == set(EXTENSIONS)


@pytest.mark.parametrize("content", EXTENSIONS)
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_content_is_accepted_under_the_names_of_its_family_and_no_others(content, extension):
    head = encoded(content)[:HEAD_BYTES]
    if check_name("a" + content) is check_name("a" + extension):
        check_media(f"talk{extension}", head)
    else:
        error = refusal(f"talk{extension}", head)
        assert error.error_code == "content_mismatch"
        assert f"'talk{check_name('a' + content).value[0]}'" in error.message


@pytest.mark.parametrize("name", ["a.MP3", "A.Mp3", "băng ghi.mp3", "a.wav.mp3", " .mp3", "x" * 300 + ".mp3"])
def test_the_extension_counts_in_any_case_and_the_rest_of_the_name_does_not(name):
    check_media(name, MP3)


@pytest.mark.parametrize(
    "name", ["", "talk", ".mp3", "talk.", "talk.mp3.exe", "talk.wma", "mp3", "talk.m3u8", "talk.mp3 "]
)
def test_other_names_are_refused_with_the_accepted_extensions(name):
    error = refusal(name, MP3)
    assert error.error_code == "unsupported_format"
    assert all(extension in error.message for extension in EXTENSIONS)


def test_a_file_without_bytes_is_empty_whatever_its_extension():
    assert {refusal(f"a{extension}", b"").error_code for extension in EXTENSIONS} == {"file_empty"}


@pytest.mark.parametrize("magic", [b"RIFF", b"RF64", b"BW64"])
def test_wave_files_beyond_four_gigabytes_are_wave_files(magic):
    check_media("a.wav", magic + b"\xff\xff\xff\xff" + b"WAVEfmt ")


@pytest.mark.parametrize("box", [b"ftyp", b"moov", b"mdat", b"free", b"wide"])
def test_an_mp4_may_begin_with_other_boxes(box):
    check_media("a.mp4", b"\x00\x00\x00\x08" + box + b"\x00" * 100)


@given(st.integers(0, HEAD_BYTES - 4096))
def test_zero_padding_before_the_first_mpeg_frame_is_skipped(padding):
    check_media("a.mp3", (bytes(padding) + BARE_MP3)[:HEAD_BYTES])


@given(st.integers(0, 200_000), st.integers(0, 500))
@example(size=200_000, padding=0)
def test_a_tag_of_any_size_may_stand_before_mp3_aac_and_flac(size, padding):
    for extension, content in ((".mp3", BARE_MP3), (".aac", AAC), (".flac", encoded(".flac"))):
        check_media(f"a{extension}", (id3(size) + bytes(padding) + content)[:HEAD_BYTES])


@pytest.mark.parametrize("extension", [".wav", ".m4a", ".ogg", ".webm"])
def test_a_tag_alone_does_not_pass_for_a_format_that_has_none(extension):
    assert refusal(f"a{extension}", id3(100_000)[:HEAD_BYTES]).error_code == "content_mismatch"


def test_what_follows_a_visible_tag_decides():
    assert recognise(id3(500) + AAC) == (Family.AAC,)
    assert recognise(id3(500) + BARE_MP3) == (Family.MP3,)
    assert recognise(id3(500) + id3(300) + BARE_MP3) == (Family.MP3,)
    assert recognise(id3(500) + b"<html><body>") == ()


def test_odd_bytes_before_the_first_mpeg_frame_are_forgiven():
    check_media("a.mp3", b"recorder 3.1\x00\xff\xfb" + BARE_MP3)


def test_a_single_mpeg_header_is_no_proof():
    header = BARE_MP3[:4]
    assert refusal("a.mp3", header + b"nonsense" * 1000).error_code == "content_mismatch"
    assert refusal("a.mp3", b"some text " + header + b"nonsense" * 1000).error_code == "content_mismatch"


def test_utf_16_text_does_not_pass_for_mpeg_audio():
    assert refusal("a.mp3", "Xin chào các bạn".encode("utf-16")).error_code == "content_mismatch"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/data/other.mp3\n", "playlist"),
        (b"\xef\xbb\xbf#EXTM3U\n", "playlist"),
        (b"ffconcat version 1.0\nfile 'other.mp3'\n", "playlist"),
        (b"[playlist]\nFile1=http://127.0.0.1/a.mp3\n", "playlist"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5044 RTP/AVP 0\r\n", "SDP"),
        (b"<?xml version='1.0'?>\n<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'>", "DASH"),
        (b"\n\n<!DOCTYPE html><html>", "web page"),
        (b"<HTML><body>404", "web page"),
        (b'{"error": "not found"}', "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "Windows Media"),
        (b"FORM\x00\x00\x00\x00AIFFCOMM", "AIFF"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "AVI"),
        (b"#!AMR\n", "AMR"),
    ],
)
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_what_is_not_the_audio_itself_is_refused_and_named(content, words, extension):
    error = refusal(f"talk{extension}", content)
    assert error.error_code == "content_mismatch"
    assert words in error.message
    assert "upload the audio file itself" in error.message


def test_the_playlist_guard_can_fail():
    """The same file would pass if its first line did not give it away: what refuses it is that line."""
    check_media("a.mp3", BARE_MP3)
    assert refusal("a.mp3", b"#EXTM3U\n" + BARE_MP3).error_code == "content_mismatch"


@given(st.text(max_size=40), st.binary(max_size=3000))
def test_a_refusal_is_always_one_of_the_three(filename, head):
    assert code_of_refusal(filename, head) in {None, "unsupported_format", "file_empty", "content_mismatch"}


@given(st.sampled_from(EXTENSIONS), st.integers(0, 200))
def test_a_file_cut_off_anywhere_is_judged_without_a_crash(extension, length):
    code = code_of_refusal(f"a{extension}", encoded(extension)[:length])
    assert code in ({None, "content_mismatch"} if length else {"file_empty"})


@given(st.sampled_from(EXTENSIONS), st.binary(min_size=1, max_size=3000))
def test_bytes_that_are_no_audio_are_not_accepted(extension, head):
    # No family begins with these letters, and without 0xFF no frame follows.
    assert refusal(f"a{extension}", b"nonsense" + head.replace(b"\xff", b"")).error_code == "content_mismatch"
