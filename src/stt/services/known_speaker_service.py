"""People whose voices are known, as their owners introduce them."""

from collections.abc import Sequence
from typing import Protocol

from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest, JobFailure, Unavailable, WorkFailure
from stt.domain.transcripts.known_speaker import Introduction, KnownSpeaker, Sample
from stt.repositories.known_speaker_repository import Introduced, KnownSpeakerRepository

LEAST_SPEECH = 1.0
"""Seconds of speech by which a voice can be known at all."""
REFERENCE_SECONDS = 2.0, 10.0
"""How long a recording is that comes with a job."""
KEPT_SECONDS = 2.0, 60.0
"""And one that is kept."""
SLACK_SECONDS = 0.1
"""What encoders add to a recording."""


class Sampling(Protocol):
    """What decodes recordings."""

    async def sample(self, introduced: Introduction) -> Sample:
        """How somebody sounds; raises `JobFailure` for a file in which that cannot be heard."""


class KnownSpeakerService:
    """Voices that are known; every method raises `Unavailable` while a part it needs is away."""

    def __init__(self, speakers: KnownSpeakerRepository, sampler: Sampling) -> None:
        self._speakers, self._sampler = speakers, sampler

    async def keep(self, owner: Owner, introduced: Introduction) -> KnownSpeaker:
        """Keep the voice of somebody for the owner's jobs.

        Raises:
            InvalidRequest: codes `speaker_exists`, `too_many_speakers`, and for the field `file` as `introduce` does.
        """
        return await self._speakers.keep(owner, await self._sampled(introduced, "file", KEPT_SECONDS))

    async def kept(self, owner: Owner) -> list[KnownSpeaker]:
        """Those whose voices an owner keeps, by name."""
        return await self._speakers.kept(owner)

    async def forget(self, owner: Owner, speaker_id: str) -> None:
        """Remove the voice of somebody, whom later jobs know no more; raises `NotFound` (code `speaker_not_found`)."""
        await self._speakers.forget(owner, speaker_id)

    async def introduce(self, introductions: Sequence[Introduction], field: str) -> Introduced:
        """Who will be known in one job, to be stored with it.

        Raises:
            InvalidRequest: code `audio_unreadable` and others of files, `no_speech`, `invalid_field`; with the `field`
                that they came in.
        """
        return Introduced([await self._sampled(introduced, field, REFERENCE_SECONDS) for introduced in introductions])

    async def _sampled(self, introduced: Introduction, field: str, within: tuple[float, float]) -> Sample:
        shortest, longest = within
        try:
            sample = await self._sampler.sample(introduced)
        except JobFailure as error:
            message = f"The recording of {introduced.name} cannot be used. {error.message}"
            raise InvalidRequest(message, code=error.error_code, field=field) from error
        except WorkFailure as error:
            raise Unavailable(f"A recording of a voice could not be decoded: {error.message}") from error
        if not shortest - SLACK_SECONDS <= sample.seconds <= longest + SLACK_SECONDS:
            message = (
                f"The recording of {introduced.name} lasts {sample.seconds:.1f} s; it has to be {shortest:.0f} to "
            )
            raise InvalidRequest(f"{message}{longest:.0f} s long.", code="invalid_field", field=field)
        if sample.speech < LEAST_SPEECH:
            message = f"The recording of {introduced.name} has {sample.speech:.1f} s of speech; that is too little."
            raise InvalidRequest(message, code="no_speech", field=field)
        return sample
