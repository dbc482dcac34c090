"""`multipart/form-data` read part by part while it arrives (RFC 7578)."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from stt.domain.errors import InvalidRequest

MAX_PARTS = 64
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
    """The name given for a file; `filename*` (RFC 5987, RFC 2231) goes before `filename`."""
    disposition = part.header("Content-Disposition", "")
    if "filename*" in disposition.lower():
        header = Message()
        header["Content-Disposition"] = disposition
        names = [value for key, value in header.get_params([], "Content-Disposition") if key == "filename"]
        # The extended forms come behind the plain one; only they are tuples.
        if names and isinstance(names[-1], tuple):
            return collapse_rfc2231_value(names[-1])
        return _utf8(names[-1]) if names else None
    return None if part.filename is None else _utf8(part.filename)


def _utf8(text: str) -> str:
    """Text whose bytes were read as Latin-1, as the UTF-8 that it almost always is."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
