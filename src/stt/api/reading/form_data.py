"""`multipart/form-data` read part by part while it arrives (RFC 7578)."""

import base64
import codecs
import contextlib
import quopri
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from email.message import Message

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from stt.domain.errors import InvalidRequest

_ENCODED_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?\s]*)\?=")
_BARE_WORD = re.compile(rf";\s*filename\s*=\s*((?:{_ENCODED_WORD.pattern}\s*)+)(?:;|$)", re.IGNORECASE)
_CHARSET = re.compile(
    r"ascii|utf-8|utf-16(-[bl]e)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|tis-620|ptcp154|viscii"
    r"|gb2312|gbk|gb18030|hz|big5(hkscs)?|shift_jis(_2004|x0213)?|euc_jp|euc_jis_2004|euc_kr|johab|iso2022_\w+"
)
"""Encodings of text, by the names that Python has for them; it knows others that do more than decode."""

MAX_PARTS = 256
"""Lists are sent as a part for each entry: names and terms to expect by the hundred."""
_MAX_BOUNDARY = 200


@dataclass(frozen=True)
class Part:
    """One part; its blocks can be read once, while it is the current one."""

    name: str
    filename: str | None
    blocks: AsyncIterator[bytes]


async def parts(content_type: str, body: AsyncIterator[bytes]) -> AsyncGenerator[Part, None]:
    """The parts of a body, in their order; what is not read of a part is skipped.

    Raises:
        InvalidRequest: code `form_expected` for another kind of body, `malformed_body` for a broken one.
    """
    # Latin-1 decodes every header, so that a name in an unforeseen encoding is no reason to refuse its file.
    parser = PushMultipartParser(_boundary(content_type), max_segment_count=MAX_PARTS, header_charset="latin-1")
    async with contextlib.aclosing(_events(parser, body)) as events:
        async for event in events:
            if isinstance(event, MultipartSegment):
                blocks = _blocks(events)
                yield Part(_utf8(event.name or ""), _filename(event), blocks)
                async for _ in blocks:
                    pass


def _boundary(content_type: str) -> str:
    kind, options = parse_options_header(content_type)
    boundary: str = options.get("boundary", "")
    if kind != "multipart/form-data" or not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise InvalidRequest(
            "Send the file as multipart/form-data with a boundary, for instance with curl -F file=@talk.mp3.",
            code="form_expected",
        )
    return boundary


async def _events(
    parser: PushMultipartParser, body: AsyncIterator[bytes]
) -> AsyncGenerator[MultipartSegment | bytes | None, None]:
    try:
        async for block in body:
            for event in parser.parse(block):
                yield event
        parser.close()
    except MultipartError as error:
        message = f"The body is not complete and valid multipart/form-data: {error}."
        raise InvalidRequest(message, code="malformed_body") from error


async def _blocks(events: AsyncIterator[MultipartSegment | bytes | None]) -> AsyncIterator[bytes]:
    async for event in events:
        if not isinstance(event, bytes):
            return
        yield event


def _filename(part: MultipartSegment) -> str | None:
    """The name given for a file; `filename*` (RFC 5987, RFC 2231) goes before `filename`.

    Some clients write letters beyond ASCII as in the headers of mail (RFC 2047).
    """
    disposition = part.header("Content-Disposition", "")
    if "filename*" in disposition.lower():
        header = Message()
        header["Content-Disposition"] = disposition
        names = [value for key, value in header.get_params([], "Content-Disposition") if key == "filename"]
        # The extended forms come behind the plain one; only they are tuples.
        if names and isinstance(names[-1], tuple):
            charset, _, value = names[-1]
            return _decoded(value.encode("latin-1", "replace"), charset or "utf-8")
        return _utf8(names[-1]) if names else None
    # Without quotes around it such a word is no value that a parameter may have.
    bare = _BARE_WORD.search(disposition) if part.filename is None else None
    name = bare[1] if bare else part.filename
    words = _ENCODED_WORD.findall(name or "")
    if words and not _ENCODED_WORD.sub("", name or "").strip():
        return "".join(_decoded(_bytes_of(*word[1:]), word[0]) for word in words)
    return None if name is None else _utf8(name)


def _bytes_of(encoding: str, text: str) -> bytes:
    if encoding in "Qq":
        return quopri.decodestring(text.encode("latin-1").replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return text.encode("latin-1")


def _decoded(name: bytes, charset: str) -> str:
    """Text in the encoding that a client names, if it is one of text; in UTF-8 otherwise."""
    try:
        codec = codecs.lookup(charset).name
    except (LookupError, ValueError):
        codec = ""
    return name.decode(codec, "replace") if _CHARSET.fullmatch(codec) else _utf8(name.decode("latin-1"))


def _utf8(text: str) -> str:
    """Text whose bytes were read as Latin-1, as the UTF-8 that it almost always is."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
