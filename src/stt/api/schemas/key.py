"""Keys on the wire."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from stt.domain.access.api_key import OVERLAP_SECONDS, ApiKey, MadeKey, Wanted
from stt.domain.access.limits import Limits
from stt.domain.access.scopes import Scope


class LimitsBody(BaseModel):
    """How much the owner may have and do; what is left out or `null` has no limit."""

    model_config = ConfigDict(extra="forbid")

    jobs_at_once: int | None = Field(None, ge=1, description="Jobs that have not ended.")
    audio_hours_per_day: float | None = Field(None, gt=0, allow_inf_nan=False, description="Within 24 hours.")
    bytes_stored: int | None = Field(None, ge=1, description="Bytes of uploaded files.")
    requests_per_minute: int | None = Field(None, ge=1, description="Requests made with the key.")


class NewKeyBody(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="What the key is for, to know it by.", examples=["ci"])
    owner: str | None = Field(None, description="Whose jobs it sees; otherwise those of a new owner.")
    scopes: list[Scope] = Field([Scope.WRITE, Scope.READ], description="What it is for.")
    expires_in: float | None = Field(None, gt=0, allow_inf_nan=False, description="Seconds; otherwise for ever.")
    limits: LimitsBody = Field(default_factory=LimitsBody)

    def wanted(self) -> Wanted:
        """As the service takes it."""
        limits = Limits.from_dict(self.limits.model_dump())
        return Wanted(self.name, self.owner, frozenset(self.scopes), self.expires_in, limits)


class RotationBody(BaseModel):
    """How a key is replaced."""

    model_config = ConfigDict(extra="forbid")

    overlap: float = Field(
        OVERLAP_SECONDS, ge=0, allow_inf_nan=False, description="Seconds that the key before works still."
    )


class KeyBody(BaseModel):
    """What is known of a key."""

    key_id: str = Field(examples=["key_0f3a9c5d7e12"])
    owner: str
    name: str
    prefix: str = Field(description="How the key begins.", examples=["stt_k3Qz"])
    last_four: str = Field(description="How it ends.")
    scopes: list[Scope]
    limits: LimitsBody
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """As it is told."""
        return cls(**_facts(key))


class MadeKeyBody(KeyBody):
    """A key that was just made."""

    key: str = Field(description="The key itself; this is the only time that it is shown.")

    @classmethod
    def made(cls, made: MadeKey) -> Self:
        """As it is told."""
        return cls(**_facts(made.key), key=made.secret)


class KeysBody(BaseModel):
    """Every key that was made, the oldest first."""

    data: list[KeyBody]


def _facts(key: ApiKey) -> dict[str, object]:
    told = ("key_id", "owner", "name", "prefix", "last_four", "created_at", "expires_at", "revoked_at", "last_used_at")
    facts: dict[str, object] = {name: getattr(key, name) for name in told}
    return facts | {"scopes": sorted(key.scopes), "limits": LimitsBody(**key.limits.to_dict())}
