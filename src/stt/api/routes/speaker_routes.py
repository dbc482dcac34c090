"""`/api/stt/speakers`: people whose voices an owner keeps, to have them named in transcripts."""

from fastapi import Request, Response

from stt.api.dependencies import Caller, Jobs, KnownSpeakers
from stt.api.reading.introduction import take_introduction
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.speaker import KnownSpeakerBody, KnownSpeakerListBody, introduction_request

router = new_router("/api/stt/speakers", "speakers")


@router.post(
    "",
    status_code=201,
    openapi_extra=introduction_request(),
    responses=refusals(
        s400="The recording cannot be heard (`audio_unreadable`, `audio_too_long`, `no_speech`, `file_empty`).",
        s409="There is one of that name (`speaker_exists`), or as many as are kept (`too_many_speakers`).",
        s413="The recording is larger than one can be (`file_too_large`, with `limit` in bytes).",
        s415="The body is no form (`form_expected`), or the recording no audio (`unsupported_format`).",
        s422="A field is missing, sent twice or not understood (`missing_field`, `duplicate_field`, `invalid_field`), "
        "or the form is damaged (`malformed_body`).",
    ),
)
async def create_speaker(request: Request, jobs: Jobs, speakers: KnownSpeakers, owner: Caller) -> KnownSpeakerBody:
    """Keep somebody's voice, from a recording of 2 to 60 s; it is used in jobs that ask with `known_speakers=all`."""
    return KnownSpeakerBody.of(await speakers.keep(owner, await take_introduction(request, jobs)))


@router.get("")
async def list_speakers(speakers: KnownSpeakers, owner: Caller) -> KnownSpeakerListBody:
    """All people whose voices are kept, by name."""
    return KnownSpeakerListBody(data=[KnownSpeakerBody.of(known) for known in await speakers.kept(owner)])


@router.delete(
    "/{speaker_id}", status_code=204, responses=refusals(s404="There is no such speaker (`speaker_not_found`).")
)
async def delete_speaker(speaker_id: str, speakers: KnownSpeakers, owner: Caller) -> Response:
    """Remove somebody's voice; names in transcripts that are there stay."""
    await speakers.forget(owner, speaker_id)
    return Response(status_code=204)
