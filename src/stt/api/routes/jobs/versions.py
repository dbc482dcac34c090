"""`PATCH /api/stt/jobs/{job_id}/transcript`, and the versions that it makes."""

from typing import Annotated

from fastapi import Header, Path, Query, Response

from stt.api.answers.preconditions import base_of, tag_of
from stt.api.dependencies import KNOWN_JOB, Caller, CallerAccess, Edits
from stt.api.routes.routing import new_router
from stt.api.schemas.edit import ChangedBody, EditBody, VersionBody, VersionPageBody
from stt.api.schemas.error import refusals
from stt.domain.edits.version import Edit

IfMatch = Annotated[str | None, Header(description="The `ETag` of the version that is changed.")]
Number = Annotated[int, Path(description="Number of a version; 0 is the machine's.")]
Before = Annotated[int | None, Query(ge=1, le=10**9, description="Only versions with smaller numbers.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many versions at most.")]

router = new_router("/api/stt/jobs", "jobs")


_ABSENT = "There is no such job (`job_not_found`), or no such version (`version_not_found`)."
_NOT_DONE = "The job is not completed (`job_not_completed`, with its `job_status`)."
_REFUSED = refusals(
    s400=_NOT_DONE,
    s404="There is no such job (`job_not_found`) or version (`version_not_found`), or its transcript was removed "
    "(`result_missing`).",
    s412="There is a newer version (`version_outdated`, with its number, `version`).",
    s422="An operation cannot be done (`unknown_segment`, `invalid_edit`, with the number of the `operation`) or is "
    "not understood (`invalid_field`).",
    s428="There is no `If-Match` (`version_expected`).",
)


@router.patch("/{job_id}/transcript", dependencies=KNOWN_JOB, responses=_REFUSED)
async def edit_transcript(
    job_id: str, edit: EditBody, response: Response, edits: Edits, access: CallerAccess, if_match: IfMatch = None
) -> ChangedBody:
    """Change a transcript: the operations make one new version, or nothing. What the machine wrote stays.

    What is sent again with the same `If-Match`, because an answer was lost, is answered as it was and done once.
    """
    made = await edits.edit(access, job_id, base_of(if_match), edit.to_operations())
    return _tagged(response, made)


@router.get("/{job_id}/versions", dependencies=KNOWN_JOB, responses=refusals(s400=_NOT_DONE, s404=_ABSENT))
async def list_versions(
    job_id: str, edits: Edits, owner: Caller, before: Before = None, limit: Limit = 50
) -> VersionPageBody:
    """The versions that people have made of a transcript, newest first."""
    found, has_more = await edits.page(owner, job_id, before, limit)
    return VersionPageBody(data=[VersionBody.of(version) for version in found], has_more=has_more)


@router.get("/{job_id}/versions/{number:int}", dependencies=KNOWN_JOB, responses=refusals(s400=_NOT_DONE, s404=_ABSENT))
async def show_version(job_id: str, number: Number, response: Response, edits: Edits, owner: Caller) -> ChangedBody:
    """What was changed in a version, and what undoes it; its text is at `/transcript?version=`."""
    return _tagged(response, await edits.get(owner, job_id, number))


@router.post("/{job_id}/versions/{number:int}/revert", dependencies=KNOWN_JOB, responses=_REFUSED)
async def revert_transcript(
    job_id: str, number: Number, response: Response, edits: Edits, access: CallerAccess, if_match: IfMatch = None
) -> ChangedBody:
    """Make a new version that is as an old one was, 0 for the machine's; nothing in between is lost."""
    return _tagged(response, await edits.revert(access, job_id, base_of(if_match), number))


def _tagged(response: Response, edit: Edit) -> ChangedBody:
    response.headers["ETag"] = tag_of(edit.version.number)
    return ChangedBody.with_changes(edit)
