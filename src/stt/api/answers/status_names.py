"""The names of HTTP's statuses, the same on every Python: since 3.13 some are those of RFC 9110."""

from enum import IntEnum
from http import HTTPStatus


class TusStatus(IntEnum):
    """Statuses that the protocol of resumable uploads has and HTTP has not."""

    CHECKSUM_MISMATCH = 460

    @property
    def phrase(self) -> str:
        """As `HTTPStatus` has it."""
        return self.name.replace("_", " ").title()


Status = HTTPStatus | TusStatus

_RENAMED: dict[Status, str] = {
    HTTPStatus(413): "Content Too Large",
    HTTPStatus(414): "URI Too Long",
    HTTPStatus(416): "Range Not Satisfiable",
    HTTPStatus(422): "Unprocessable Content",
}


def status_of(number: int) -> Status:
    """The status with this number."""
    return TusStatus(number) if number in list(TusStatus) else HTTPStatus(number)


def phrase_of(status: Status) -> str:
    """What a status is called (RFC 9110 §15)."""
    return _RENAMED.get(status, status.phrase)


def code_of(status: Status) -> str:
    """The same as a code, where an error has none of its own."""
    return phrase_of(status).lower().replace(" ", "_").replace("-", "_")
