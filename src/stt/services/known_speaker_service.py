"""People whose voices are known, as their owners introduce them."""

from collections.abc import Sequence
from typing import Protocol

from stt.domain.errors import InvalidRequest, JobFailure, Unavailable, WorkFailure
from stt.domain.transcripts.known_speaker import Introduction, Sample
from stt.repositories.known_speaker_repository import Introduced

LEAST_SPEECH = 1.0
"""Seconds of speech by which a voice can be known at all."""
REFERENCE_SECONDS = 2.0, 10.0
"""How long a recording is that comes with a job."""
SLACK_SECONDS = 0.1
"""What encoders add to a recording."""


class Sampling(Protocol):
    """What decodes recordings."""

    async def sample(self, introduced: Introduction) -> Sample:
        """How somebody sounds; raises `JobFailure` for a file in which that cannot be heard."""


class KnownSpeakerService:
    """Voices that are known; every method raises `Unavailable` while a part it needs is away."""

    def __init__(self, sampler: Sampling) -> None:
        self._sampler = sampler

    async def introduce(self, introductions: Sequence[Introduction], field: str) -> Introduced:
        """Who will be known in one job, to be stored with it.

        Raises:
            InvalidRequest: code `audio_unreadable` and others of files, `no_speech`, `invalid_field`; with the `field`
                that they came in.
        """
        return Introduced([await self._sampled(introduced, field) for introduced in introductions])

    async def _sampled(self, introduced: Introduction, field: str) -> Sample:
        shortest, longest = REFERENCE_SECONDS
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
