"""Keys by which a request that is sent again is known to be the same (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest

KEPT_SECONDS = 24 * 3600.0
"""How long the first answer is given again."""
LEASE_SECONDS = 60.0
"""For how long a request holds its key, renewed while it runs: that of a process that died is free after so long."""
LONGEST_KEY = 255
_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")


class KeyInUse(InvalidRequest):
    """Another request with this Idempotency-Key is still running; send it again in some seconds."""

    code = "idempotency_key_in_use"


class KeyReused(InvalidRequest):
    """This Idempotency-Key was sent with another file, options or path before; make a new one for each job."""

    code = "idempotency_key_reused"


@dataclass(frozen=True)
class Reservation:
    """A key of an owner, held by one request; `token` tells it from others that hold the key before and after."""

    owner: Owner
    key: str
    token: str


@dataclass(frozen=True)
class Answer:
    """What a request is answered with; `body` is JSON."""

    status: int
    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Kept:
    """The answer that a key's first request had, and the fingerprint of what that request asked for."""

    fingerprint: str
    answer: Answer


def check_key(key: str) -> str:
    """The same key; raises `InvalidRequest` (code `invalid_idempotency_key`) for what is none."""
    if not _KEY.fullmatch(key):
        message = f"An Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID has."
        raise InvalidRequest(message, code="invalid_idempotency_key")
    return key


def fingerprint(*parts: object) -> str:
    """SHA-256, in hexadecimal, of what can be written as JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
