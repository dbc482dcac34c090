"""Every error raised on purpose.

    SttError
    ├── InvalidRequest       the caller's mistake; nothing was kept
    ├── NotFound             no such thing
    ├── Unauthorized         nobody knows who the caller is
    ├── Forbidden            the caller may not do that
    ├── LimitReached         the caller has and does all that it may
    ├── Unavailable          a part of the service is down for now; the same call may work later
    ├── DatabaseUnusable     somebody has to mend the database before anything works again
    ├── JobFailure           this job can never succeed; the message is shown to its owner
    ├── WorkFailure          this attempt failed; another attempt may succeed
    └── ClaimLost            another worker holds the work by now; write nothing more

The edges translate: HTTP status in `api/answers/errors.py`, retry or reject in `consumer/loop.py`.
"""

from typing import ClassVar

from stt.domain.access.limits import Spent


class SttError(Exception):
    """Something went wrong in the service."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.message = str(self)
        self.error_code = code or self.code


class InvalidRequest(SttError):
    """The request cannot be accepted as it is."""

    code = "invalid_request"

    def __init__(self, message: str | None = None, *, code: str | None = None, **details: str | float) -> None:
        super().__init__(message, code=code)
        self.details = details
        """What a program may want to read without parsing the message, such as a limit."""


class NotFound(SttError):
    """There is nothing under that name."""

    code = "not_found"


class Unauthorized(SttError):
    """This service needs a key; send one in the header Authorization, behind the word Bearer."""

    code = "key_missing"


class Forbidden(SttError):
    """The key that was sent is not for that; `scope` is the one that it lacks."""

    code = "scope_missing"

    def __init__(self, message: str | None = None, *, code: str | None = None, scope: str | None = None) -> None:
        super().__init__(message, code=code)
        self.scope = scope


class LimitReached(SttError):
    """The key that was sent allows no more for now."""

    code = "limit_reached"

    def __init__(self, spent: Spent) -> None:
        super().__init__(spent.sentence)
        self.spent = spent


class ObjectMissing(NotFound):
    """No object is stored under that key."""

    code = "object_missing"


class Unavailable(SttError):
    """A part of the service does not answer at the moment; try again shortly."""

    code = "unavailable"
    retry_seconds: ClassVar[int] = 5

    def __init__(self, message: str | None = None, *, public: str | None = None) -> None:
        super().__init__(message)
        self.public = public


class DatabaseUnavailable(Unavailable):
    """The database does not answer at the moment; try again shortly."""

    code = "database_unavailable"


class DatabaseFull(DatabaseUnavailable):
    """The disk of the database is full; try again later."""

    code = "database_full"
    retry_seconds = 60


class DatabaseUnusable(SttError):
    """The database cannot be used as it is; the service's log says why."""

    code = "database_unusable"


class StorageUnavailable(Unavailable):
    """The object storage does not answer at the moment; try again shortly."""

    code = "storage_unavailable"


class StorageFull(StorageUnavailable):
    """The disk of the object storage is full; try again later."""

    code = "storage_full"
    retry_seconds = 60


class ScratchUnavailable(Unavailable):
    """The disk for local files of running jobs takes none at the moment; jobs wait."""

    code = "scratch_unavailable"


class QueueUnavailable(Unavailable):
    """The message queue does not answer at the moment."""

    code = "queue_unavailable"


class QueueFull(Unavailable):
    """More audio waits than this service takes on; try again later."""

    code = "queue_full"
    retry_seconds = 60


class Leaving(Unavailable):
    """The service is about to stop; send the request again in a moment."""

    code = "service_leaving"


class JobFailure(SttError):
    """The job cannot succeed."""

    code = "job_failed"


class WorkFailure(SttError):
    """This attempt failed."""

    code = "attempt_failed"


class ClaimLost(SttError):
    """The work is held by another worker or was cancelled."""

    code = "claim_lost"


class MalformedMessage(SttError):
    """The message is not one this service understands."""

    code = "malformed_message"


def public_sentence(error: SttError) -> str:
    """What anybody may read about an error of the service itself, whose message may name hosts and paths."""
    return (isinstance(error, Unavailable) and error.public) or (type(error).__doc__ or "").strip()
