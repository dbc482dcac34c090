"""Keys on the wire."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.domain.access.api_key import OVERLAP_SECONDS, ApiKey, MadeKey, Wanted
from stt.domain.access.limits import Limits
from stt.domain.access.scopes import Scope
from stt.services.key_service import (
    MOST_LIFETIME_SECONDS,
    MOST_NAME_CHARACTERS,
    MOST_OVERLAP_SECONDS,
    OWNER_PATTERN,
)

EXAMPLE: dict[str, JsonValue] = {
    "key_id": "key_0f3a9c5d7e12",
    "owner": "owner_5d1e9b2c7a40",
    "name": "ci",
    "prefix": "stt_k3Qz",
    "last_four": "Xw1d",
    "scopes": ["jobs:read", "jobs:write"],
    "limits": {
        "jobs_at_once": 20,
        "audio_hours_per_day": None,
        "bytes_stored": None,
        "requests_per_minute": None,
    },
    "created_at": "2026-01-31T08:15:00Z",
    "expires_at": None,
    "revoked_at": None,
    "last_used_at": None,
}


class LimitsBody(BaseModel):
    """How much the owner may have and do; what is left out or `null` has no limit."""

    model_config = ConfigDict(extra="forbid")

    jobs_at_once: int | None = Field(None, ge=1, strict=True, description="Jobs that have not ended.")
    audio_hours_per_day: float | None = Field(
        None, gt=0, strict=True, allow_inf_nan=False, description="Within 24 hours."
    )
    bytes_stored: int | None = Field(None, ge=1, strict=True, description="Bytes of uploaded files.")
    requests_per_minute: int | None = Field(None, ge=1, strict=True, description="Requests made with the key.")


class NewKeyBody(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(extra="forbid")

    # What is described here and not checked, the service checks: it is the same for the command.
    name: str = Field(
        description="What the key is for, to know it by.",
        examples=["ci"],
        json_schema_extra={"minLength": 1, "maxLength": MOST_NAME_CHARACTERS, "pattern": r"\S"},
    )
    owner: Annotated[str, Field(json_schema_extra={"pattern": f"^{OWNER_PATTERN}$"})] | None = Field(
        None, description="Whose jobs it sees; otherwise those of a new owner."
    )
    scopes: list[Scope] = Field(
        [Scope.WRITE, Scope.READ], description="What it is for.", json_schema_extra={"minItems": 1}
    )
    expires_in: (
        Annotated[float, Field(gt=0, strict=True, json_schema_extra={"maximum": MOST_LIFETIME_SECONDS})] | None
    ) = Field(None, allow_inf_nan=False, description="Seconds; otherwise for ever.")
    limits: LimitsBody = Field(default_factory=LimitsBody)

    def wanted(self) -> Wanted:
        """As the service takes it."""
        limits = Limits.from_dict(self.limits.model_dump())
        return Wanted(self.name, self.owner, frozenset(self.scopes), self.expires_in, limits)


class RotationBody(BaseModel):
    """How a key is replaced."""

    model_config = ConfigDict(extra="forbid")

    overlap: float = Field(
        OVERLAP_SECONDS,
        ge=0,
        strict=True,
        allow_inf_nan=False,
        description="Seconds that the key before works still.",
        json_schema_extra={"maximum": MOST_OVERLAP_SECONDS},
    )


class KeyBody(BaseModel):
    """What is known of a key."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

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

    model_config = ConfigDict(
        json_schema_extra={"examples": [EXAMPLE | {"key": "stt_k3Qz0000000000000000000000000000000Xw1d"}]}
    )

    key: str = Field(description="The key itself; this is the only time that it is shown.")

    @classmethod
    def made(cls, made: MadeKey) -> Self:
        """As it is told."""
        return cls(**_facts(made.key), key=made.secret)


class KeysBody(BaseModel):
    """Every key that was made, the oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": [EXAMPLE]}]})

    data: list[KeyBody]


def _facts(key: ApiKey) -> dict[str, object]:
    told = ("key_id", "owner", "name", "prefix", "last_four", "created_at", "expires_at", "revoked_at", "last_used_at")
    facts: dict[str, object] = {name: getattr(key, name) for name in told}
    return facts | {"scopes": sorted(key.scopes), "limits": LimitsBody(**key.limits.to_dict())}
