"""What can go wrong with audio, engines and models. Their messages are read by the job's owner."""

from stt.domain.errors import JobFailure, SttError, WorkFailure
from stt.domain.jobs.claim import DEATHS_IN_COMPANY


class AudioUnreadable(JobFailure):
    """The file holds no audio that can be decoded."""

    code = "audio_unreadable"


class AudioEncrypted(AudioUnreadable):
    """The audio is encrypted, and its key is not in the file."""

    code = "audio_encrypted"


class TrackMissing(JobFailure):
    """The file has no audio track of the number asked for."""

    code = "track_missing"


class AudioTooLong(JobFailure):
    """The audio is longer than this service accepts."""

    code = "audio_too_long"


class PreparationTooLong(JobFailure):
    """Preparing the file took longer than any file needs."""

    code = "preparation_too_long"


class TooManyChannels(JobFailure):
    """The file has more channels than can be transcribed apart."""

    code = "too_many_channels"


class UploadMissing(JobFailure):
    """The audio file is no longer in storage."""

    code = "upload_missing"


class ModelUnavailable(JobFailure):
    """The model is not installed here and could not be fetched."""

    code = "model_unavailable"


class DecoderCrashed(WorkFailure):
    """The process that decodes audio died or stopped making progress."""

    code = "decoder_crashed"


class EngineCrashed(WorkFailure):
    """The inference process died."""

    code = "engine_crashed"


class EngineTimeout(WorkFailure):
    """Inference ran past its deadline and was stopped."""

    code = "engine_timeout"


def deadly(deaths: int) -> SttError:
    """That work is given up over which so many processes died."""
    alone = deaths - DEATHS_IN_COMPANY
    return SttError(
        f"Gave up: {deaths} times the process that worked on it died, {alone} times while it did nothing else.",
        code="too_many_attempts",
    )
