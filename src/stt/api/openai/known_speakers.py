"""Those whom a call introduces: `known_speaker_names`, and in `known_speaker_references` a recording of each."""

import base64
import re
from collections.abc import Sequence

from stt.domain.audio.media import check_media
from stt.domain.errors import InvalidRequest
from stt.domain.transcripts.known_speaker import Introduction, check_name
from stt.services.ingest.transcription_service import REFERENCES

NAMES = "known_speaker_names"
MOST = 4
_DATA_URL = re.compile(r"data:[^,]*?;base64,", re.IGNORECASE)


def refuse_more(kept: int) -> None:
    """Keep no further recording of a call than tells that there are too many; raises `InvalidRequest`."""
    if kept > MOST:
        raise _invalid(REFERENCES, f"{REFERENCES} has more than {kept} entries; at most {MOST} speakers can be known.")


def introductions(names: Sequence[str], references: Sequence[str]) -> tuple[Introduction, ...]:
    """Who speaks in which recording.

    Raises:
        InvalidRequest: code `invalid_field`, `unsupported_format` and others for what is no audio; with the `field`.
    """
    if len(names) > MOST:
        raise _invalid(NAMES, f"{NAMES} has {len(names)} entries; at most {MOST} speakers can be known.")
    if len(names) != len(references):
        counts = f"{len(names)} {NAMES}, and {len(references)} {REFERENCES}"
        raise _invalid(REFERENCES, f"There are {counts}; each name needs one recording of that speaker.")
    called = [check_name(name, NAMES) for name in names]
    if len(set(called)) < len(called):
        raise _invalid(NAMES, f"{NAMES} has a name twice; each speaker needs one of their own.")
    return tuple(
        Introduction(name, _audio(number, reference))
        for number, (name, reference) in enumerate(zip(called, references, strict=True))
    )


def _audio(number: int, reference: str) -> bytes:
    entry = f"{REFERENCES}[{number}]"
    found = _DATA_URL.match(reference)
    if not found:
        raise _invalid(REFERENCES, f"{entry} is no data URL with base64, such as data:audio/wav;base64,UklGR….")
    try:
        audio = base64.b64decode(reference[found.end() :], validate=True)
    except ValueError as error:  # not only `binascii.Error`: of letters beyond ASCII it is told otherwise
        raise _invalid(REFERENCES, f"{entry} is a data URL, but what stands in it is no base64.") from error
    try:
        check_media(entry, audio)
    except InvalidRequest as error:
        raise InvalidRequest(error.message, code=error.error_code, field=REFERENCES) from error
    return audio


def _invalid(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(message, code="invalid_field", field=field)
