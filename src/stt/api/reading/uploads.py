"""Taking an upload from the wire straight into storage."""

from contextlib import aclosing
from dataclasses import asdict, fields
from typing import Protocol, TypeVar

from starlette.requests import Request

from stt.api.guard.scopes import found_for
from stt.api.reading.body import body_of
from stt.api.reading.form_data import Part, parts
from stt.domain.errors import InvalidRequest
from stt.services.ingest.idempotency_service import Turn
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import Choices, JobOptions, TextTooLong
from stt.services.jobs.upload import StoredUpload

FIELD_BYTES = 1024
TEXT_BYTES = 16 * 1024
"""What a prompt or hotwords may take: as many characters as they may have, each with several accents sent apart."""
METADATA_BYTES = 64 * 1024
"""What metadata may take: sixteen pairs of the longest, as JSON writes letters beyond ASCII."""
URL_BYTES = 4096
REFERENCE_BYTES = 4 * 1024**2
"""What a recording of a voice may take: ten seconds of the best sound in two channels, in base64."""

_FIELDS = frozenset(field.name for field in fields(Choices))
_TEXTS = frozenset({"prompt", "hotwords"})
_LIMITS = {
    **dict.fromkeys(_TEXTS, TEXT_BYTES),
    "metadata": METADATA_BYTES,
    "webhook_url": URL_BYTES,
    "known_speaker_references": REFERENCE_BYTES,
}

REFUSALS = {
    "s400": "The file is empty (`file_empty`), or `Idempotency-Key` is none (`invalid_idempotency_key`).",
    "s408": "The client stopped sending (`upload_stalled`).",
    "s409": "Another request with this `Idempotency-Key` is still running (`idempotency_key_in_use`).",
    "s413": "The file is larger than the service accepts (`file_too_large`, with `limit` in bytes).",
    "s415": "The body is no form (`form_expected`), or the file holds no audio that can be decoded "
    "(`unsupported_format`), though its name says so (`content_mismatch`).",
    "s422": "A field is missing, sent twice or not understood (`missing_field`, `duplicate_field`, "
    "`invalid_field`, `unknown_language`, `unknown_model`, `model_unavailable`, "
    "`unknown_priority`, `unknown_engine`, `unknown_task`, "
    "`unknown_channels`, `unknown_track`, `unknown_tone_marks`, `unknown_speakers`, "
    "`unknown_known_speakers`), a text is too long "
    "(`prompt_too_long`, `hotwords_too_long`, with `limit` in characters), metadata or a URL "
    "cannot be used (`invalid_metadata`, `url_not_allowed`, `url_unreachable`, `object_not_found`), the form is "
    "damaged (`malformed_body`), or this `Idempotency-Key` came with something else before (`idempotency_key_reused`).",
}
"""Why an upload is refused, by the status that says so."""

Filled_co = TypeVar("Filled_co", covariant=True)


async def take_upload(request: Request, jobs: JobService, turn: Turn) -> tuple[StoredUpload, JobOptions]:
    """Read an upload's form in one pass, with the file going into storage while it arrives.

    Fields may stand before or after the file; fields that are not known are skipped.

    Raises:
        InvalidRequest: for what is wrong with the form, its fields or the file; nothing is left in storage.
        ClientDisconnect: the client left; nothing is left in storage.
        Unavailable: a part is away, or the service is about to stop; nothing is left in storage.
        Replayed: this was answered before; nothing is left in storage.
    """
    return await filled(_Form(jobs, turn), request, jobs, is_new=turn.is_new)


class Form(Protocol[Filled_co]):
    """What has arrived of a form with a file in it."""

    async def take(self, part: Part) -> None:
        """Take in the next part."""

    def complete(self) -> Filled_co:
        """What was sent, once all parts are there; raises `InvalidRequest`."""

    async def discard(self) -> None:
        """Leave nothing of it in storage."""


async def filled(form: Form[Filled_co], request: Request, jobs: JobService, *, is_new: bool = True) -> Filled_co:
    """The form with all parts of a request's body taken in as they arrive; what fails leaves nothing in storage.

    Whether there is room for another job is asked before, if it will be a new one.
    """
    if is_new:
        await jobs.make_room(found_for(request))
    try:
        content_type = request.headers.get("content-type", "")
        async with aclosing(parts(content_type, body_of(request, jobs))) as arriving:
            async for part in arriving:
                await form.take(part)
        return form.complete()
    except BaseException:
        await form.discard()
        raise


class _Form:
    """What has arrived of an upload."""

    def __init__(self, jobs: JobService, turn: Turn) -> None:
        self._jobs, self._turn = jobs, turn
        self._fields: dict[str, str] = {}
        self._stored: StoredUpload | None = None

    async def take(self, part: Part) -> None:
        if part.name in self._fields or (part.name == "file" and self._stored):
            message = f"The field {part.name!r} was sent twice."
            raise InvalidRequest(message, code="duplicate_field", field=part.name)
        if part.name == "file":
            self._stored = await self._store(part)
        elif part.name in _FIELDS:
            self._fields[part.name] = await text_of(part)

    async def _store(self, part: Part) -> StoredUpload:
        if not part.filename:
            raise _missing("The field 'file' holds no file but text; with curl, write -F file=@talk.mp3.")
        # Again at the end, when all fields are known; here to refuse before hours of audio were sent.
        self._options(so_far=True)
        return await self._jobs.store(part.filename, part.blocks)

    def _options(self, *, so_far: bool = False) -> JobOptions:
        return self._jobs.options(Choices(**self._fields), so_far=so_far)

    def complete(self) -> tuple[StoredUpload, JobOptions]:
        if self._stored is None:
            raise _missing("The form has no field 'file'; with curl, write -F file=@talk.mp3.")
        options = self._options()
        self._turn.compare(self._stored.sha256, self._stored.filename, asdict(options))
        return self._stored, options

    async def discard(self) -> None:
        if self._stored is not None:
            await self._jobs.discard(self._stored)


async def text_of(part: Part) -> str:
    """A field's text; raises `InvalidRequest` where it is too long or no UTF-8."""
    text, limit = b"", _LIMITS.get(part.name, FIELD_BYTES)
    async for block in part.blocks:
        text += block
        if len(text) > limit:
            raise _too_long(part.name)
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        message = f"The field {part.name!r} is not UTF-8 text."
        raise InvalidRequest(message, code="invalid_field", field=part.name) from error


def _too_long(name: str) -> InvalidRequest:
    if name in _TEXTS:
        return TextTooLong(name)
    message = f"The field {name!r} is longer than {_LIMITS.get(name, FIELD_BYTES)} bytes."
    return InvalidRequest(message, code="invalid_field", field=name)


def _missing(sentence: str) -> InvalidRequest:
    return InvalidRequest(sentence, code="missing_field", field="file")
