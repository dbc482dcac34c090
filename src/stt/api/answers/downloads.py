"""Stored objects as HTTP answers: their names, their tags, and parts of them (RFC 9110, chapter 14)."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from stt.api.answers.head import is_head
from stt.services.transcripts.download_service import Download

_SINGLE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


def downloaded(request: Request, download: Download, tag: str = "") -> Response:
    """The object, or the one range of it that is asked for; `tag` names its content better than storage does.

    Several ranges at once, and units other than bytes, are as none: that is how a server says that it has no such.
    Raises `HTTPException` (416) for a range behind the end.
    """
    size, tag = download.stat.size, tag or f'"{download.stat.tag}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # may be kept, and is asked for again with the tag
        "Content-Disposition": disposition(download.filename),
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
    }
    if is_known(request.headers, tag):
        return Response(status_code=304, headers=headers)
    asked = _range(request.headers, tag, size)
    start, end = asked or (0, size)
    if asked:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    status = 206 if asked else 200
    if is_head(request.scope):
        return Response(status_code=status, headers=headers, media_type=download.media_type)
    return StreamingResponse(download.read(start, end), status, headers, download.media_type)


def disposition(filename: str) -> str:
    """The `Content-Disposition` that shows the file where that is possible, and keeps it under its name (RFC 6266)."""
    plain = re.sub(r"[^ !#-\[\]-~]", "_", filename)
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def is_known(headers: Mapping[str, str], tag: str) -> bool:
    """Whether the client says that it has the content with this tag already."""
    tags = [known.strip().removeprefix("W/") for known in headers.get("if-none-match", "").split(",")]
    return tag in tags or tags == ["*"]


def _range(headers: Mapping[str, str], tag: str, size: int) -> tuple[int, int] | None:
    """From which byte up to which, the end excluded; `None` for the whole."""
    found = _SINGLE_RANGE.fullmatch(headers.get("range", ""))
    if not found or found.groups() == ("", "") or headers.get("if-range", tag).strip() != tag:
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last or size) + 1, size)
        if last and int(last) < start:
            return None
    if start >= end:
        message = f"The range begins behind the end: there are {size} bytes."
        raise HTTPException(416, message, headers={"Content-Range": f"bytes */{size}"})
    return start, end
