"""`GET /api/stt/jobs/{job_id}/transcript`."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from stt.api.answers.accept import preferred
from stt.api.answers.downloads import disposition, downloaded, is_known
from stt.api.answers.preconditions import stored_as, tag_of
from stt.api.dependencies import Caller, Downloads
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.result import EXAMPLE
from stt.domain.access.owner import Owner
from stt.domain.edits.version import MACHINE
from stt.domain.errors import InvalidRequest
from stt.domain.formats.limits import CueLimits
from stt.domain.formats.rendering import Format
from stt.services.transcripts.download_service import DownloadService

Wanted = Annotated[
    str,
    Query(
        pattern=r"^(edited|machine|[0-9]{1,9})$",
        description="`edited`: the newest version; `machine`: as the machine wrote it; or the number of a version.",
    ),
]
Form = Annotated[Format | None, Query(alias="format", description="In which form; without it, what `Accept` prefers.")]
LineCharacters = Annotated[
    int | None, Query(ge=10, le=100, description="Of `srt` and `vtt`: characters of a line; 42 unless asked.")
]
Lines = Annotated[int | None, Query(ge=1, le=3, description="Of `srt` and `vtt`: lines of a cue; 2 unless asked.")]
Seconds = Annotated[
    float | None,
    Query(ge=1, le=30, allow_inf_nan=False, description="Of `srt` and `vtt`: how long a cue stays; 7 unless asked."),
]

router = new_router("/api/stt/jobs", "jobs")

_OFFERED = {form.media_type: form for form in reversed(Format)}
"""What `Accept` chooses from. `verbose_json` has to be asked for by name: it is JSON, as the result document is."""
_ORDER = (Format.JSON.media_type, *sorted(set(_OFFERED) - {Format.JSON.media_type}))
_EXAMPLES = {
    "text/plain": "xin chào\n",
    "application/x-subrip": "1\n00:00:00,200 --> 00:00:01,100\nxin chào\n",
    "text/vtt": "WEBVTT\n\n00:00:00.200 --> 00:00:01.100\nxin chào\n",
    "text/tab-separated-values": "start\tend\ttext\n200\t1100\txin chào\n",
}
_CONTENT = {
    Format.JSON.media_type: {"schema": {"type": "object"}, "example": EXAMPLE},
    **{form: {"schema": {"type": "string"}, "example": text} for form, text in _EXAMPLES.items()},
    Format.DOCX.media_type: {"schema": {"type": "string", "format": "binary"}},
}


async def _asked_of_cues(
    max_chars_per_line: LineCharacters = None, max_lines: Lines = None, max_seconds: Seconds = None
) -> dict[str, float | None]:
    return {"max_chars_per_line": max_chars_per_line, "max_lines": max_lines, "max_seconds": max_seconds}


@router.get(
    "/{job_id}/transcript",
    response_class=Response,
    responses={
        200: {
            "description": "The transcript; the machine's own in JSON is the document of `/result` as it is stored.",
            "content": _CONTENT,
        },
        304: {"description": "It is as `If-None-Match` knows it."},
        **refusals(
            s400="The job is not completed (`job_not_completed`, with its `job_status`).",
            s404="There is no such job (`job_not_found`) or version (`version_not_found`), or its transcript was "
            "removed (`result_missing`).",
            s406="There is no form that `Accept` allows (`not_acceptable`).",
            s422="A parameter is not understood, or not one of the form (`invalid_field`).",
        ),
    },
)
async def job_transcript(
    job_id: str,
    request: Request,
    owner: Caller,
    downloads: Downloads,
    *,
    version: Wanted = "edited",
    form: Form = None,
    cues: Annotated[dict[str, float | None], Depends(_asked_of_cues)],
) -> Response:
    """The transcript of a completed job, as a file: as it was edited, where it was.

    `ETag` names the version, which is what a change asks for in `If-Match`.
    """
    wanted = form or _accepted(request.headers.get("accept", ""))
    limits = _limits(wanted, **cues)
    number = await downloads.version(owner, job_id, _number(version))
    if wanted is Format.JSON and number == MACHINE:
        stored = await downloads.stored_transcript(owner, job_id)
        answer = downloaded(request, stored, tag_of(number, stored_as(stored.stat.tag)))
    else:
        answer = await _rendered(request, downloads, (owner, job_id, wanted, limits, number))
    answer.headers["Vary"] = "Accept"
    return answer


async def _rendered(
    request: Request, downloads: DownloadService, asked: tuple[Owner, str, Format, CueLimits, int]
) -> Response:
    *_, form, _, number = asked
    tag = tag_of(number, "" if form is Format.JSON else form)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if form is Format.JSON and is_known(request.headers, tag):
        return Response(status_code=304, headers=headers)
    filename, file = await downloads.transcript(*asked)
    return Response(file, headers=headers | {"Content-Disposition": disposition(filename)}, media_type=form.media_type)


def _number(version: str) -> int | None:
    """The number of the version that is asked for; `None` for the newest."""
    return {"edited": None, "machine": MACHINE}[version] if version.isalpha() else int(version)


def _accepted(accept: str) -> Format:
    media_type = preferred(accept, _ORDER)
    if media_type is None:
        raise HTTPException(406, f"The transcript is there as {', '.join(_ORDER)}; `format` chooses as well.")
    return Format.JSON if media_type == Format.JSON.media_type else _OFFERED[media_type]


def _limits(form: Format, **asked: Any) -> CueLimits:
    """The limits of cues that are asked for; raises `InvalidRequest` where the form has no cues."""
    given = [name for name, value in asked.items() if value is not None]
    if given and not form.has_cues:
        message = f"{given[0]} is for srt and vtt; {form} has no lines that could be limited."
        raise InvalidRequest(message, code="invalid_field", field=given[0])
    usual, seconds = CueLimits(), asked["max_seconds"]
    return CueLimits(
        asked["max_chars_per_line"] or usual.line_characters,
        asked["max_lines"] or usual.lines,
        usual.longest_ms if seconds is None else round(1000 * seconds),
    )
