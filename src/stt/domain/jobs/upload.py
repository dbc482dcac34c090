"""Uploads that go on after a lost line, whose last byte makes the job, and direct ones, which are confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest

LEASE_SECONDS = 5.0
"""For how long a request holds its upload from the last bytes that came; a lost line may look like a slow one for
hours, so another request may go on then."""


class UploadBusy(InvalidRequest):
    """Another request is sending this upload; ask for its offset in some seconds, and go on from there."""

    code = "upload_busy"


class OffsetConflict(InvalidRequest):
    """The upload stands at another offset."""

    code = "offset_conflict"

    def __init__(self, offset: int) -> None:
        super().__init__(f"The upload stands at offset {offset}; go on from there.", offset=offset)


class UploadNotArrived(InvalidRequest):
    """Nothing has arrived of this upload; send the file to its `url` with its `fields`, and confirm then."""

    code = "upload_not_arrived"


class NoDirectUploads(InvalidRequest):
    """This service keeps files in a folder; POST the file to /api/stt/jobs, or in pieces to /api/stt/uploads."""

    code = "direct_uploads_unsupported"


@dataclass(frozen=True)
class NewUpload:
    """What is known of an upload before its first byte; `upload_id` is the id that its job will have.

    `metadata` is what the client wrote in `Upload-Metadata`, `options` how the job is to be done, fit for JSON.
    `sha256`, in hexadecimal, is of a direct one whose client says it.
    """

    owner: Owner
    upload_id: str
    filename: str
    object_key: str
    length: int
    metadata: str
    options: Mapping[str, Any]
    kept_seconds: float
    is_direct: bool = False
    sha256: str | None = None


@dataclass(frozen=True)
class Upload:
    """An upload as it stands: `offset` of its `length` bytes have arrived to stay until `expires_at`.

    `notes` are what the store needs to go on. It `is_finished` once its job is made.
    """

    owner: Owner
    upload_id: str
    filename: str
    object_key: str
    length: int
    offset: int
    metadata: str
    expires_at: datetime
    is_finished: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    is_direct: bool = False
    sha256: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset == self.length


@dataclass(frozen=True)
class PresignedForm:
    """What lets whoever has it put one file in one place, until then and with nothing else.

    It is sent to `url` as multipart/form-data: the `fields`, and behind them the file as the field `file`.
    """

    url: str
    fields: Mapping[str, str]
    expires_at: datetime
