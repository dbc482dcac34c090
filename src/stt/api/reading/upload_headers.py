"""Requests of clients of tus 1.0.0, which say everything in headers."""

import base64
from dataclasses import fields

from starlette.requests import Request

from stt.api.answers.head import is_head
from stt.api.answers.tus import VERSION
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.checksum import Checksum
from stt.services.jobs.options import Choices

OFFSET_STREAM = "application/offset+octet-stream"
METADATA = "Upload-Metadata"
_FIELDS = frozenset(field.name for field in fields(Choices))
_NAMES = ("filename", "name")
_MOST_DIGITS = 18


async def in_our_version(request: Request) -> None:
    """Return if a request is in the version of the protocol that is spoken here; our own GET need not say.

    Raises `InvalidRequest` (code `tus_version_unsupported`).
    """
    said = request.headers.get("Tus-Resumable")
    is_our_own = said is None and request.method == "GET" and not is_head(request.scope)
    if said != VERSION and not is_our_own:
        message = f"The header Tus-Resumable says {(said or 'nothing')[:20]!r}; this service speaks {VERSION}."
        raise InvalidRequest(message, code="tus_version_unsupported")


def length_of(request: Request) -> int:
    """The size of the file in bytes; raises `InvalidRequest` (code `invalid_header`)."""
    if "Upload-Length" not in request.headers:
        message = "The header Upload-Length is missing: the size of a file has to be known before it is uploaded."
        raise InvalidRequest(message, code="invalid_header")
    return _number(request, "Upload-Length")


def offset_of(request: Request) -> int:
    """Where the body belongs; raises `InvalidRequest` (codes `invalid_header`, `offset_stream_expected`)."""
    if not is_offset_stream(request):
        message = f"The header Content-Type has to be {OFFSET_STREAM}."
        raise InvalidRequest(message, code="offset_stream_expected")
    return _number(request, "Upload-Offset")


def is_offset_stream(request: Request) -> bool:
    """Whether the body is a part of a file."""
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == OFFSET_STREAM


def checksum_of(request: Request) -> Checksum | None:
    """The checksum of the body, if it is said; raises `InvalidRequest`."""
    said = request.headers.get("Upload-Checksum")
    return None if said is None else Checksum.read(said)


def choices_of(request: Request) -> tuple[str, Choices]:
    """The name of the file, and what was chosen for its job: fields as a form has them. Others are skipped.

    Raises `InvalidRequest` (code `invalid_header`).
    """
    said = _metadata(request.headers.get(METADATA, ""))
    named = next((said[name] for name in _NAMES if said.get(name)), "")
    return named, Choices(**{name: value for name, value in said.items() if name in _FIELDS})


def _number(request: Request, name: str) -> int:
    written = request.headers.get(name, "")
    if not (written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS):
        raise InvalidRequest(f"The header {name} has to be a whole number of bytes.", code="invalid_header")
    return int(written)


def _metadata(written: str) -> dict[str, str]:
    """Pairs of a name and a text in Base64, separated by commas; a name may stand alone."""
    said: dict[str, str] = {}
    for pair in filter(None, map(str.strip, written.split(","))):
        name, _, encoded = pair.partition(" ")
        try:
            said[name] = base64.b64decode(encoded, validate=True).decode()
        except ValueError as error:
            message = f"In the header {METADATA} the value of {name[:40]!r} is no UTF-8 text in Base64."
            raise InvalidRequest(message, code="invalid_header") from error
    return said
