"""Keys by which callers show whose they are.

A key reads `stt_`, 30 characters of base62 at random and 6 of base62 that check them: GitHub's form since 2021. The
prefix is what scanners of leaked secrets look for, the check tells a mistyped key from an unknown one without a look
into the database, and a double click selects all of it. Of a key only its digest is stored: 178 random bits need no
slow one.
"""

import hashlib
import re
import string
import zlib
from dataclasses import dataclass, field
from datetime import datetime

from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access, Scope

PREFIX = "stt_"
SHOWN_CHARACTERS = len(PREFIX) + 4
"""How much of a key's beginning is kept, so that a person knows it again."""

OVERLAP_SECONDS = 24 * 3600.0
"""How long a rotated key works beside the next one, unless told otherwise."""

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_CHARACTERS, _CHECK_CHARACTERS = 30, 6
_FORM = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{_RANDOM_CHARACTERS}}})([0-9A-Za-z]{{{_CHECK_CHARACTERS}}})")
SECRETS = 62**_RANDOM_CHARACTERS
"""How many there are."""


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key, which is all but the key; times are UTC, `lifetime` is in seconds, `None` for ever."""

    key_id: str
    owner: Owner
    name: str
    prefix: str
    last_four: str
    scopes: frozenset[Scope]
    limits: Limits
    created_at: datetime
    lifetime: float | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def access(self) -> Access:
        """What its holder may do."""
        return Access(self.owner, self.scopes, self.limits, self.key_id)


@dataclass(frozen=True)
class MadeKey:
    """A key that was just made, with the secret, which nobody can read again."""

    key: ApiKey
    secret: str


@dataclass(frozen=True)
class Wanted:
    """What a key is to be; `owner` is whose jobs it sees, `None` for a new owner's; `lifetime` in seconds."""

    name: str
    owner: str | None = None
    scopes: frozenset[Scope] = frozenset({Scope.WRITE, Scope.READ})
    lifetime: float | None = None
    limits: Limits = field(default_factory=Limits)


def secret_of(number: int) -> str:
    """The key of a random number from 0 to `SECRETS` - 1."""
    random = _in_base62(number, _RANDOM_CHARACTERS)
    return PREFIX + random + _check(random)


def is_secret(text: str) -> bool:
    """Whether it is written like a key; every mistyped character shows."""
    form = _FORM.fullmatch(text)
    return form is not None and form[2] == _check(form[1])


def digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal: what is stored of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(random: str) -> str:
    return _in_base62(zlib.crc32(random.encode()), _CHECK_CHARACTERS)


def _in_base62(number: int, characters: int) -> str:
    digits = ""
    for _ in range(characters):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits
