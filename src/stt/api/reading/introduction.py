"""A form by which somebody is introduced: a name, and a recording of that one's voice."""

from contextlib import aclosing

from starlette.requests import Request

from stt.api.reading.body import body_of
from stt.api.reading.form_data import Part, parts
from stt.api.reading.uploads import text_of
from stt.domain.audio.media import check_media
from stt.domain.errors import InvalidRequest
from stt.domain.transcripts.known_speaker import Introduction, check_name
from stt.services.jobs.job_service import JobService
from stt.services.jobs.upload import FileTooLarge

RECORDING_BYTES = 16 * 1024**2
"""A minute of the best sound in two channels."""


async def take_introduction(request: Request, jobs: JobService) -> Introduction:
    """Read the form, whose fields may stand in any order; others are skipped.

    Raises:
        InvalidRequest: for what is wrong with the form or its fields.
    """
    found: dict[str, str | bytes] = {}
    content_type = request.headers.get("content-type", "")
    async with aclosing(parts(content_type, body_of(request, jobs))) as arriving:
        async for part in arriving:
            if part.name in found:
                raise _invalid("duplicate_field", part.name, f"The field {part.name!r} was sent twice.")
            if part.name == "name":
                found["name"] = check_name(await text_of(part), "name")
            elif part.name == "file":
                found["file"] = await _recording(part)
    name, audio = found.get("name"), found.get("file")
    if not isinstance(name, str):
        raise _invalid("missing_field", "name", "The form has no field 'name', which says who speaks.")
    if not isinstance(audio, bytes):
        raise _invalid("missing_field", "file", "The form has no field 'file'; with curl, write -F file=@voice.wav.")
    return Introduction(name, audio)


async def _recording(part: Part) -> bytes:
    audio = bytearray()
    async for block in part.blocks:
        audio += block
        if len(audio) > RECORDING_BYTES:
            raise FileTooLarge(RECORDING_BYTES)
    recording = bytes(audio)
    check_media(part.filename or "file", recording)
    return recording


def _invalid(code: str, field: str, message: str) -> InvalidRequest:
    return InvalidRequest(message, code=code, field=field)
