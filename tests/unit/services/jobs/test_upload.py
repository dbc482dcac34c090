import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stt.domain.audio.media import HEAD_BYTES
from stt.domain.errors import InvalidRequest
from stt.services.jobs.upload import FileTooLarge, bare_name, checked
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


async def stream(*blocks):
    for block in blocks:
        yield block


async def passed_on(filename, *blocks, limit=10**9):
    return [block async for block in checked(filename, stream(*blocks), limit)]


def cut(data, *places):
    edges = [0, *sorted(place for place in places if place < len(data)), len(data)]
    return [data[start:end] for start, end in zip(edges, edges[1:], strict=False)]


@pytest.mark.parametrize("length", [1, len(MP3), HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, 3 * HEAD_BYTES])
@pytest.mark.parametrize("step", [100, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1])
async def test_the_bytes_come_out_as_they_went_in_however_they_are_cut(length, step):
    data = (b"fLaC" + bytes(length))[:length] if length > 3 else b"f"
    data = data.ljust(length, b"\0")
    with pytest.raises(InvalidRequest) if length < 4 else contextlib.nullcontext():
        assert b"".join(await passed_on("a.flac", *cut(data, *range(step, length, step)))) == data


async def test_nothing_is_passed_on_before_the_beginning_is_known():
    wrong = [b"x" * 1000] * 100
    seen = []

    async def store():
        async for block in checked("a.mp3", stream(*wrong), 10**9):
            seen.append(block)

    with pytest.raises(InvalidRequest, match="holds no audio") as caught:
        await store()
    assert (seen, caught.value.error_code) == ([], "content_mismatch")


async def test_a_beginning_in_single_bytes_is_put_together_before_it_is_judged():
    assert b"".join(await passed_on("a.mp3", *(bytes([byte]) for byte in MP3))) == MP3


@pytest.mark.parametrize("blocks", [(), (b"",), (b"", b"")])
async def test_no_bytes_are_an_empty_file(blocks):
    with pytest.raises(InvalidRequest) as caught:
        await passed_on("a.mp3", *blocks)
    assert caught.value.error_code == "file_empty"


@pytest.mark.parametrize("blocks", [(b"fLaC" + bytes(996),), (b"fLaC", bytes(996))])
async def test_the_limit_is_the_last_size_that_is_accepted(blocks):
    assert len(b"".join(await passed_on("a.flac", *blocks, limit=1000))) == 1000
    with pytest.raises(FileTooLarge) as caught:
        await passed_on("a.flac", *blocks, limit=999)
    assert caught.value.details == {"limit": 999}


async def test_too_large_is_said_at_the_first_byte_over_and_no_more_is_read():
    read = []

    async def endless():
        while True:
            read.append(1)
            yield b"fLaC" + bytes(HEAD_BYTES)

    with pytest.raises(FileTooLarge):
        _ = [block async for block in checked("a.flac", endless(), 10 * HEAD_BYTES)]
    assert len(read) == 10


@pytest.mark.parametrize(
    ("limit", "written"), [(10 * 1024**3, "10 GiB"), (1536, "1.5 KiB"), (999, "999 bytes"), (1024**2, "1 MiB")]
)
def test_the_limit_is_written_as_people_read_it(limit, written):
    assert f"larger than the {written} " in FileTooLarge(limit).message


@pytest.mark.parametrize(
    ("given_name", "bare"),
    [
        ("talk.mp3", "talk.mp3"),
        ("../../etc/talk.mp3", "talk.mp3"),
        ("C:\\Users\\An\\băng ghi.mp3", "băng ghi.mp3"),
        ("a\x00b\r\nc\x7f.mp3", "abc.mp3"),
        ('say "hi".mp3', 'say "hi".mp3'),
        ("  talk.mp3 ", "talk.mp3"),
        ("uploads/", "audio"),
        ("blob", "blob"),
        ("-", "-"),
    ],
)
def test_of_a_name_the_last_component_is_kept(given_name, bare):
    assert bare_name(given_name) == bare


@given(st.text(max_size=400), st.sampled_from([".mp3", ".opus", ""]))
@example("x" * 400, ".mp3")
@example("." * 400, "")
def test_a_bare_name_is_short_printable_and_keeps_its_extension(stem, extension):
    name = bare_name(stem + extension)
    assert len(name) <= 255
    assert not set(name) & set("/\\\0\n\r\x7f")
    name.encode()
    if extension and stem.strip():
        assert name.endswith(extension)
