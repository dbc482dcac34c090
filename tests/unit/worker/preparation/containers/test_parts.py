"""Where recordings were joined byte by byte, and whether something is missing at the end."""

import io

import numpy as np
import pytest

from stt.worker.constants import SAMPLE_RATE
from stt.worker.preparation.containers import mpeg_audio
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part
from stt.worker.preparation.decoder import Decoder
from stt.worker.preparation.parts import parts_of
from tests.unit.worker.sounds import bursts, write

SOUND = np.random.default_rng(0).normal(0, 3000, 500).astype("<i2").tobytes()
"""What no chunk, box or page looks like."""


def parts(tmp_path, body: bytes) -> list[Part]:
    path = tmp_path / "file"
    path.write_bytes(body)
    return parts_of(path)


def cut(tmp_path, body: bytes) -> bool | None:
    [part] = parts(tmp_path, body)
    assert (part.start, part.end) == (0, len(body))
    return part.cut


def wav(sound: bytes = SOUND, *, stated: int | None = None, riff: int | None = None, behind: bytes = b"", kind=b"RIFF"):
    """`stated` and `riff` are the sizes in the header, right unless given."""
    rest = b"data" + (len(sound) if stated is None else stated).to_bytes(4, "little") + sound + behind
    rest = b"WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0" + rest
    return kind + (len(rest) if riff is None else riff).to_bytes(4, "little") + rest


def chunk(name: bytes, size: int = 10) -> bytes:
    return name + size.to_bytes(4, "little") + bytes(size)


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        (wav(), False),
        (wav(riff=len(wav())), False),  # the whole file's size, eight bytes too many
        (wav(stated=len(SOUND) + 44), False),  # with the header counted
        (wav(riff=5000), False),
        (wav(behind=chunk(b"LIST")), False),
        (wav(behind=chunk(b"LIST")[:-5]), False),
        (wav(SOUND + b"\0", stated=1001, behind=chunk(b"odd!")), False),
        (wav(SOUND + b"\1", stated=1001, behind=chunk(b"LIST")), False),  # odd, and not padded
        (wav(behind=b"ID3\3" + SOUND), False),
        (wav(behind=bytes(5000)), False),
        (wav(stated=2000), True),
        (wav(stated=0), None),
        (wav(stated=0xFFFFFFFF), None),
        (wav(stated=0x7FFFF000, riff=0x7FFFF024), None),  # sox
        (wav(stated=0x80000000), None),
        (b"RIFF\0\0\0\0WAVE", None),
    ],
)
def test_a_wav_is_cut_when_it_holds_less_sound_than_it_states(tmp_path, body, is_cut):
    assert cut(tmp_path, body) is is_cut


def test_sound_behind_the_stated_end_of_a_wav_belongs_to_it(tmp_path):
    body = wav(stated=200)
    assert parts(tmp_path, body) == [Part(0, len(body), overlong=True)]
    assert parts(tmp_path, body + wav()) == [
        Part(0, len(body), overlong=True),
        Part(len(body), 2 * len(body), cut=False),
    ]


def test_a_size_that_wrapped_at_four_gigabytes_is_unwrapped(tmp_path):
    path = tmp_path / "huge.wav"
    size = 2**32 + 1000
    with path.open("wb") as file:
        file.write(wav(SOUND, stated=1000) + SOUND)
        file.seek(44 + size)
        file.write(chunk(b"LIST"))
    assert parts_of(path) == [Part(0, 44 + size, overlong=True)]


@pytest.mark.parametrize("unknown", [0, 0xFFFFFFFF])
def test_wavs_follow_one_another_whatever_they_state(tmp_path, unknown):
    one, other = wav(behind=chunk(b"LIST")), wav(stated=unknown)
    found = parts(tmp_path, one + other + one)
    assert [(part.start, part.cut) for part in found] == [(0, False), (len(one), None), (len(one + other), False)]


def test_a_large_wav_states_its_size_elsewhere(tmp_path):
    sizes = b"ds64" + (28).to_bytes(4, "little") + bytes(8) + len(SOUND).to_bytes(8, "little") + bytes(12)
    body = wav(stated=0xFFFFFFFF, riff=0xFFFFFFFF, kind=b"RF64")
    body = body[:12] + sizes + body[12:]
    assert cut(tmp_path, body) is False
    assert cut(tmp_path, body[:-500]) is True


def page(flags: int, size: int = 90) -> bytes:
    return b"OggS\0" + bytes([flags]) + bytes(20) + bytes([1, size]) + bytes(size)


FIRST, NEXT, LAST = page(2), page(0), page(4)


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        (FIRST + NEXT + LAST, False),
        (FIRST + NEXT, False),  # many writers never mark the last page
        (FIRST + NEXT[:-1], True),
        *((FIRST + NEXT + LAST[:length], True) for length in (1, 3, 4, 5, 6, 26, 27, 28)),
        (FIRST + LAST + b"appended", False),
        (b"OggS", True),
    ],
)
def test_an_ogg_is_cut_when_its_last_page_is(tmp_path, body, is_cut):
    assert cut(tmp_path, body) is is_cut


def test_links_of_an_ogg_begin_with_the_first_pages_of_all_their_streams(tmp_path):
    one, two = FIRST + LAST, FIRST + FIRST + NEXT + LAST
    found = parts(tmp_path, one + two + two)
    assert [part.start for part in found] == [0, len(one), len(one + two)]
    assert [part.cut for part in found] == [None, None, False]


def box(kind: bytes, length: int) -> bytes:
    return length.to_bytes(4, "big") + kind + bytes(length - 8)


def large_box(kind: bytes, length: int) -> bytes:
    return (1).to_bytes(4, "big") + kind + length.to_bytes(8, "big") + bytes(length - 16)


FILE_TYPE, INDEX = box(b"ftyp", 16), box(b"moov", 40)


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        (FILE_TYPE + INDEX + box(b"moof", 40) + box(b"mdat", 60), False),
        (FILE_TYPE + INDEX + box(b"moof", 40) + box(b"mdat", 60)[:-1], True),
        (FILE_TYPE + INDEX + box(b"mdat", 60) + box(b"moof", 40)[:9], True),
        (FILE_TYPE + INDEX + large_box(b"mdat", 60), False),
        (FILE_TYPE + INDEX + large_box(b"mdat", 60)[:-1], True),
        (FILE_TYPE + INDEX + box(b"mdat", 60) + b"TAG and other things that are not boxes", False),
        (FILE_TYPE + box(b"mdat", 60) + bytes(90), False),
        (FILE_TYPE + INDEX + box(b"mdat", 60) + FILE_TYPE + box(b"moof", 40), False),  # a type without an index
    ],
)
def test_an_mp4_is_cut_when_a_box_with_sound_is(tmp_path, body, is_cut):
    assert cut(tmp_path, body) is is_cut


def test_movies_that_were_joined_each_have_an_index(tmp_path):
    one, two = FILE_TYPE + box(b"mdat", 60) + INDEX, FILE_TYPE + INDEX + box(b"moof", 40) + box(b"mdat", 60)
    assert [part.start for part in parts(tmp_path, one + two + one)] == [0, len(one), len(one + two)]


def webm(length: int | None = None, content: bytes = SOUND) -> bytes:
    header = b"\x1a\x45\xdf\xa3\x8f\x42\x86\x81\1\x42\x82\x84webm\x42\x87\x81\2"
    size = b"\x01" + (len(content) if length is None else length).to_bytes(7, "big")
    return header + b"\x18\x53\x80\x67" + (b"\x01" + b"\xff" * 7 if length == -1 else size) + content


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [(webm(), False), (webm(length=2000), True), (webm() + b"appended", False), (b"\x1a\x45\xdf\xa3", None)],
)
def test_a_matroska_is_cut_when_its_segment_is(tmp_path, body, is_cut):
    assert cut(tmp_path, body) is is_cut


def test_clips_follow_one_another_whether_their_length_is_known_or_not(tmp_path):
    live = webm().replace(
        b"\x18\x53\x80\x67\x01" + len(SOUND).to_bytes(7, "big"), b"\x18\x53\x80\x67\x01" + b"\xff" * 7
    )
    assert [part.start for part in parts(tmp_path, live + webm() + live)] == [0, len(live), 2 * len(live)]


def test_the_last_cluster_tells_how_far_the_clock_goes(tmp_path):
    clusters = b"".join(b"\x1f\x43\xb6\x75\xff\xe7\x83" + time.to_bytes(3, "big") + SOUND for time in (0, 70 * 60_000))
    [part] = parts(tmp_path, webm(content=clusters))
    assert part.last_time == 4200.0
    [part] = parts(tmp_path, webm(content=b"\x2a\xd7\xb1\x83\x01\x86\xa0" + clusters))
    assert part.last_time == pytest.approx(420.0)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.flac", "flac", 16_000),
        ("a.aiff", "pcm_s16be", 16_000),
        ("a.amr", "libopencore_amrnb", 8_000),
        ("a.au", "pcm_s16be", 16_000),
        ("a.caf", "alac", 16_000),
        ("a.wma", "pcm_s16le", 16_000),
    ],
)
def test_other_files_that_were_joined_are_told_apart(tmp_path, name, codec, rate):
    one = write(tmp_path / name, bursts([0.5], 1, rate), codec=codec, rate=rate).read_bytes()
    assert [part.start for part in parts(tmp_path, one * 3)] == [0, len(one), 2 * len(one)]
    assert heard_whole(tmp_path / name, one * 3, 3.0)


def heard_whole(path, content, seconds):
    path.write_bytes(content)
    decoder = Decoder(path, max_seconds=100)
    length = sum(block.shape[1] for block in decoder.blocks()) / SAMPLE_RATE
    assert (decoder.broke_off, decoder.notes) == (None, [])
    return length == pytest.approx(seconds, abs=0.2)


ID3 = b"ID3\4\0\0\0\0\1\0" + bytes(128)
ID3V1 = b"TAG" + bytes(125)
APE = b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in (2000, 132, 1, 0)) + bytes(8)


def test_flac_behind_a_tag_is_told_apart_from_what_was_joined_to_it(tmp_path):
    one = ID3 + write(tmp_path / "a.flac", bursts([0.5], 1), codec="flac").read_bytes()
    assert [part.start for part in parts(tmp_path, one * 2)] == [0, len(one) + len(ID3)]
    assert heard_whole(tmp_path / "a.flac", one * 2, 2.0)


@pytest.mark.parametrize(("name", "codec", "rate"), [("a.amr", "libopencore_amrnb", 8_000), ("a.ac3", "ac3", 48_000)])
@pytest.mark.parametrize("tag", [ID3V1, bytes(100) + APE, bytes(100) + APE + ID3V1])
def test_a_tag_behind_bare_frames_is_no_half_frame(tmp_path, name, codec, rate, tag):
    one = write(tmp_path / name, bursts([0.5], 1, rate), codec=codec, rate=rate).read_bytes()
    assert heard_whole(tmp_path / name, one + tag, 1.0)


def aiff(stated: int) -> bytes:
    return b"FORM" + stated.to_bytes(4, "big") + b"AIFF" + SOUND


@pytest.mark.parametrize(
    ("stated", "is_cut"), [(1004, False), (2000, True), (0, False), (0x7F000050, False), (0x7FFFFFFF, False)]
)
def test_an_aiff_is_cut_when_it_holds_less_than_it_states(tmp_path, stated, is_cut):
    assert cut(tmp_path, aiff(stated)) is is_cut


def test_a_file_of_nothing_but_beginnings_has_a_bounded_number_of_parts(tmp_path):
    found = parts(tmp_path, b"fLaC\0\0\0\x22" * 3 * MOST_PARTS)
    assert len(found) == MOST_PARTS
    assert found[-1].end == 24 * MOST_PARTS


@pytest.mark.parametrize("body", [b"", b"ID3", b"\xff\xfb\x90\x64" * 100])
def test_anything_else_is_one_part(tmp_path, body):
    assert cut(tmp_path, body) is None


def mp3(tag: bytes) -> bytes:
    return b"\xff\xfb\x90\x64" + bytes(32) + tag + bytes(1000)


def xing(flags: int, size: int, mark: bytes = b"Xing") -> bytes:
    return mark + flags.to_bytes(4, "big") + (100).to_bytes(4, "big") + size.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("tag", "states", "is_cut"),
    [
        (xing(3, 1052), True, False),
        (xing(3, 1052, b"Info"), True, False),
        (xing(3, 5000), True, True),
        (xing(3, 500), False, False),  # of the first of several that were joined
        (xing(1, 500), True, None),
        (xing(2, 1052), False, None),
        (b"VBRI" + bytes(6) + (1052).to_bytes(4, "big"), True, False),
        (b"VBRI" + bytes(6) + (5000).to_bytes(4, "big"), True, True),
        (b"VBRI" + bytes(6) + (500).to_bytes(4, "big"), False, False),
        (b"", False, None),
    ],
)
@pytest.mark.parametrize("picture", [0, 300_000])
def test_an_mp3_states_a_length_where_its_tag_is_of_all_of_it(tmp_path, tag, states, is_cut, picture):
    id3 = b"ID3\4\0\0" + bytes(picture >> shift & 127 for shift in (21, 14, 7, 0)) + bytes(picture) if picture else b""
    body = id3 + mp3(tag)
    assert mpeg_audio.states_length(Content(io.BytesIO(body), len(body))) is states
    assert cut(tmp_path, body) is is_cut


def test_a_box_that_ends_farther_than_any_file_can_is_the_last(tmp_path):
    """It was a place that no file can be read at, over which the process died."""
    assert cut(tmp_path, box(b"ftyp", 16) + b"\0\0\0\1moov" + b"\xff" * 8) is False
    assert cut(tmp_path, box(b"ftyp", 16) + b"\0\0\0\1mdat" + b"\xff" * 8) is True
