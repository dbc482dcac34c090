import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stt.domain.audio.media import EXTENSIONS, HEAD_BYTES, Family, check_media, recognise
from stt.domain.errors import InvalidRequest
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


UNWRITABLE = {Family.DTS, Family.TRUEHD, Family.APE}
"""FFmpeg reads them and writes none."""


def test_every_family_is_tried_here():
    assert {recognise(encoded(extension)[:HEAD_BYTES])[0] for extension in CODECS} == set(Family) - UNWRITABLE
    assert set(CODECS) <= set(EXTENSIONS)


@pytest.mark.parametrize("content", CODECS)
def test_content_decides_and_belongs_to_the_family_of_its_extension(content):
    head = encoded(content)[:HEAD_BYTES]
    [family] = recognise(head)
    assert content in family.value
    for name in (f"talk{content}", "talk.mp3", "talk.exe", "blob"):
        check_media(name, head)


@pytest.mark.parametrize(
    "head",
    [
        b"\x7f\xfe\x80\x01\xfc\x3c",
        b"\0\0\0\0\xf8\x72\x6f\xba",
        b"MAC \x96\x0f",
        b"riff\x2e\x91\xcf\x11",
        b"#!AMR-WB\n",
        b"\0\0\0\x14ftypqt  ",
    ],
)
def test_formats_that_nobody_here_writes_are_recognised_too(head):
    check_media("blob", head)


@pytest.mark.parametrize(
    "name",
    ["", "-", "blob", ".webm", "talk.", "talk.webm?token=1", "talk.webm.tmp", "talk.weba", "băng ghi.mpga", "x" * 300],
)
def test_a_name_is_no_reason_to_refuse_what_can_be_decoded(name):
    check_media(name, MP3)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("talk.MP3", "content_mismatch"),
        ("talk.qta", "content_mismatch"),
        ("talk", "unsupported_format"),
        ("talk.docx", "unsupported_format"),
        ("", "unsupported_format"),
    ],
)
def test_what_is_no_audio_is_refused_by_what_it_claims_to_be(name, code):
    error = refusal(name, b"nonsense" * 1000)
    assert error.error_code == code
    assert all(family.label in error.message for family in Family)


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
        (b"MThd\x00\x00\x00\x06\x00\x01", "MIDI"),
        (b"\x02#!SILK_V3", "SILK"),
        (b".RMF\x00\x00", "RealMedia"),
        (b"\x00\x00\x00\x20ftypheic\x00\x00", "picture"),
    ],
)
@pytest.mark.parametrize("extension", [".mp3", ".wav", ".mp4", ".webm"])
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


@given(st.sampled_from(sorted(CODECS)), st.integers(0, 200))
def test_a_file_cut_off_anywhere_is_judged_without_a_crash(extension, length):
    code = code_of_refusal(f"a{extension}", encoded(extension)[:length])
    assert code in ({None, "content_mismatch"} if length else {"file_empty"})


@given(st.sampled_from(EXTENSIONS), st.binary(min_size=1, max_size=3000))
def test_bytes_that_are_no_audio_are_not_accepted(extension, head):
    # No family begins with these letters, and without 0xFF no frame follows.
    assert refusal(f"a{extension}", b"nonsense" + head.replace(b"\xff", b"")).error_code == "content_mismatch"
