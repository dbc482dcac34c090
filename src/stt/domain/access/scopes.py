"""What a caller may do."""

from dataclasses import dataclass, field
from enum import StrEnum

from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS, Owner


class Scope(StrEnum):
    """A kind of thing that a key may be used for."""

    WRITE = "jobs:write"
    """Upload, cancel: what makes or changes jobs."""
    READ = "jobs:read"
    """Status, transcripts, models: what only tells."""
    ADMIN = "admin"
    """Make, list, rotate and revoke keys; have consumers pause and end."""
    METRICS = "metrics"
    """Read what is counted of the whole service: for Prometheus, and nothing else."""


@dataclass(frozen=True)
class Access:
    """Whose jobs a caller sees, and what it may do; `key_id` is `None` for one that needs no key."""

    owner: Owner
    scopes: frozenset[Scope]
    limits: Limits = field(default_factory=Limits)
    key_id: str | None = None


WITHOUT_KEY = Access(ANONYMOUS, frozenset({Scope.WRITE, Scope.READ, Scope.METRICS}))
"""Of everybody, where there are no keys. Keys are made by whoever has the database then."""
