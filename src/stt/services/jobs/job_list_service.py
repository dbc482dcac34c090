"""An owner's jobs page by page, and the search in them."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.job import Job
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.text.search import query_of
from stt.repositories.jobs.job_list import JobList, Position

_DIGEST_CHARACTERS = 16


@dataclass(frozen=True)
class JobPage:
    """Some jobs, and the cursor of the next ones; `None` behind the last."""

    jobs: list[Job]
    next_cursor: str | None


class JobListService:
    """Lists; every method raises `Unavailable` while the database is away."""

    def __init__(self, jobs: JobList) -> None:
        self._jobs = jobs

    async def page(self, owner: Owner, wanted: JobFilter, query: str, cursor: str, limit: int) -> JobPage:
        """The jobs that meet a filter, newest first; with a `query` those found by it, exact matches first.

        Raises:
            InvalidRequest: codes `invalid_cursor`, and `invalid_field` for a query without a letter.
        """
        asked = _digest(owner, wanted, query)
        after = _position(cursor, asked, (bool, int) if query else (float, str)) if cursor else None
        if query:
            page = await self._jobs.search(owner, wanted, query_of(query), after, limit)
        else:
            page = await self._jobs.page(owner, wanted, after, limit)
        return JobPage(page.jobs, None if page.following is None else _cursor(asked, page.following))


def _digest(owner: Owner, wanted: JobFilter, query: str) -> str:
    """Of all that a page depends on besides its position: a cursor leads on in the list that it is from alone."""
    known = json.dumps([owner, {name: str(value) for name, value in asdict(wanted).items()}, query])
    return sha256(known.encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _cursor(asked: str, position: Position) -> str:
    return base64.urlsafe_b64encode(json.dumps([asked, *position]).encode()).decode().rstrip("=")


def _position(cursor: str, asked: str, kinds: tuple[type, type]) -> Position:
    """The position in a cursor; raises `InvalidRequest` (code `invalid_cursor`)."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        digest, first, second = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        digest, first, second = None, None, None
    if digest != asked or (type(first), type(second)) != kinds:
        message = "The cursor is not one of this list: send it with the parameters of the answer that it is from."
        raise InvalidRequest(message, code="invalid_cursor")
    return first, second
