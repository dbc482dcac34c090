import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.api.reading.form_data import MAX_PARTS, parts
from stt.domain.errors import InvalidRequest

TYPE = "multipart/form-data; boundary=edge"


def part(disposition, content=b"", *headers):
    lines = [b"Content-Disposition: " + disposition, *headers]
    return b"--edge\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + content + b"\r\n"


def body(*written):
    return b"".join(written) + b"--edge--\r\n"


async def stream(*blocks):
    for block in blocks:
        yield block


async def read(*blocks, content_type=TYPE):
    """Name, file name and content of every part."""
    found = []
    async for one in parts(content_type, stream(*blocks)):
        found.append((one.name, one.filename, b"".join([block async for block in one.blocks])))
    return found


async def refusal(*blocks, content_type=TYPE):
    with pytest.raises(InvalidRequest) as caught:
        await read(*blocks, content_type=content_type)
    return caught.value


async def filename(disposition):
    [(_, name, _)] = await read(body(part(b'form-data; name="file"; ' + disposition)))
    return name


contents = st.lists(st.tuples(st.text("abc", min_size=1), st.binary(max_size=200)), max_size=5)


@given(contents, st.lists(st.integers(1, 2000), max_size=20))
async def test_parts_come_out_as_they_went_in_however_the_body_is_cut(written, places):
    data = body(*(part(f'form-data; name="{name}"'.encode(), content) for name, content in written))
    edges = [0, *sorted(place for place in places if place < len(data)), len(data)]
    blocks = [data[start:end] for start, end in zip(edges, edges[1:], strict=False) if start != end]
    assert [(name, content) for name, _, content in await read(*blocks)] == written


async def test_what_is_not_read_of_a_part_is_skipped():
    data = body(part(b'form-data; name="a"', b"x" * 100_000), part(b'form-data; name="b"', b"kept"))
    blocks = [data[start : start + 1000] for start in range(0, len(data), 1000)]
    found = []
    async for one in parts(TYPE, stream(*blocks)):
        found.append(one.name)
        if one.name == "b":
            found.append(await anext(one.blocks))
    assert found == ["a", "b", b"kept"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="talk.mp3"', "talk.mp3"),
        (b"filename=talk.mp3", "talk.mp3"),
        ('filename="băng ghi.mp3"'.encode(), "băng ghi.mp3"),
        ('filename="naïve.mp3"'.encode("latin-1"), "naïve.mp3"),
        (b'filename="say %22hi%22.mp3"', 'say "hi".mp3'),
        (b'filename="say \\"hi\\".mp3"', 'say "hi".mp3'),
        (b'filename="C:\\\\audio\\\\talk.mp3"', "talk.mp3"),
        (b"filename=\"a; filename*=UTF-8''evil.wav; b.mp3\"", "a; filename*=UTF-8''evil.wav; b.mp3"),
        (b"filename*=UTF-8''b%C4%83ng%20ghi.mp3", "băng ghi.mp3"),
        (b"filename*=utf-8'vi'b%C4%83ng.mp3; filename=\"bang.mp3\"", "băng.mp3"),
        (b"filename=\"bang.mp3\"; filename*=utf-8'vi'b%C4%83ng.mp3", "băng.mp3"),
        (b'filename*0="long "; filename*1="name.mp3"', "long name.mp3"),
        (b"filename*0*=UTF-8''b%C4%83; filename*1*=ng.mp3", "băng.mp3"),
        (b"filename*=no-such-charset''a.mp3", "a.mp3"),
        (b"filename*=''b%C4%83ng.mp3", "băng.mp3"),
        (b"filename*=windows-1258''b%E3ng.mp3", "băng.mp3"),
        (b"filename*=shift_jis''%89%B9.mp3", "音.mp3"),
        (b"filename*=utf-8''%FF.mp3", "\ufffd.mp3"),
        (b"filename*=idna''hop.mp3", "hop.mp3"),
        (b"filename*=punycode''h%C3%B3p-.mp3", "hóp-.mp3"),
        (b"filename*=unicode_escape''%5Cu0041.mp3", "\\u0041.mp3"),
        (b"filename*=utf-7''%2BAEE-.mp3", "+AEE-.mp3"),
        (b"filename*=rot13''a.mp3", "a.mp3"),
        (b"filename*=utf-8%00''hop.mp3", "hop.mp3"),
        (b"filename*=a%00b''hop.mp3", "hop.mp3"),
        (b'filename="=?utf-8?B?aOG7jXAubXAz?="', "họp.mp3"),
        (b'filename="=?UTF-8?q?h=E1=BB=8Dp_1.mp3?="', "họp 1.mp3"),
        (b'filename="=?utf-8?B?aOG7jXA=?= =?utf-8?B?Lm1wMw==?="', "họp.mp3"),
        (b"filename==?utf-8?B?aOG7jXAubXAz?=", "họp.mp3"),
        (b'filename="=?iso-8859-1?Q?na=EFve.mp3?="', "naïve.mp3"),
        (b'filename="=?no-such-charset?Q?h=E1=BB=8Dp.mp3?="', "họp.mp3"),
        (b'filename="a =?utf-8?B?aOG7jXAubXAz?= b.mp3"', "a =?utf-8?B?aOG7jXAubXAz?= b.mp3"),
        (b'filename="=?utf-8?B?!!!?="', ""),
        (b'filename=""', ""),
    ],
)
async def test_file_names_are_read_in_every_way_they_are_written(disposition, name):
    assert await filename(disposition) == name


@given(
    st.binary(max_size=60), st.sampled_from([b"filename*=", b"filename*0*=", b'filename="=?', b"filename==?utf-8?b?"])
)
async def test_whatever_stands_for_a_file_name_is_read_or_refused(data, beginning):
    with contextlib.suppress(InvalidRequest):
        await filename(beginning + data.replace(b"\r", b"").replace(b"\n", b""))


async def test_a_part_without_a_file_name_has_none():
    assert await read(body(part(b'form-data; name="language"', b"vi"))) == [("language", None, b"vi")]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=edge",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 300,
    ],
)
async def test_another_kind_of_body_is_refused_with_an_example(content_type):
    error = await refusal(body(), content_type=content_type)
    assert error.error_code == "form_expected"
    assert "curl -F" in error.message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no boundary at all",
        b"--edge\r\n",
        part(b'form-data; name="file"', b"cut off"),
        part(b'form-data; name="file"', b"cut off")[:-10],
        body(b"--edge\r\nContent-Type: text/plain\r\n\r\nno disposition\r\n"),
        body(part(b'attachment; name="file"')),
        body(part(b'form-data; name="file"', b"", b"broken header line")),
        body(part(b'form-data; name="file"', b"", b"X-Long: " + b"x" * 5000)),
        body(part(b'form-data; name="file"', b"", *(b"X-Many: x" for _ in range(20)))),
        body(*(part(b'form-data; name="x"') for _ in range(MAX_PARTS + 1))),
    ],
    ids=range(11),
)
async def test_a_broken_body_is_refused(data):
    assert (await refusal(data)).error_code == "malformed_body"


async def test_as_many_parts_as_are_allowed_are_read():
    assert len(await read(body(*(part(b'form-data; name="x"') for _ in range(MAX_PARTS))))) == MAX_PARTS


@given(st.binary(max_size=500), st.booleans())
async def test_whatever_arrives_is_read_or_refused(data, after_a_boundary):
    code = "malformed_body"
    try:
        await read((b"--edge\r\nContent-Disposition: form-data" if after_a_boundary else b"") + data)
    except InvalidRequest as error:
        code = error.error_code
    assert code == "malformed_body"
