"""How the service and its parts are."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from stt import __version__
from stt.services.health_service import Health


class LiveBody(BaseModel):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"


class PartBody(BaseModel):
    """One part that the service stands on."""

    status: Literal["up", "down"]
    detail: str | None


class ReadyBody(BaseModel):
    """`ok`; `degraded`: uploads are accepted and will wait; `unavailable`: they are not accepted.

    `version` is the program's, `tables` that of the database's tables, `null` while nobody can tell.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "degraded",
                    "version": "1.0.0",
                    "tables": "0017",
                    "parts": {
                        "database": {"status": "up", "detail": None},
                        "storage": {"status": "up", "detail": None},
                        "queue": {
                            "status": "down",
                            "detail": "The message queue does not answer at the moment.",
                        },
                    },
                }
            ]
        }
    )

    status: Literal["ok", "degraded", "unavailable"]
    version: str
    tables: str | None
    parts: dict[str, PartBody]

    @classmethod
    def of(cls, health: Health) -> Self:
        """The body for what a check found."""
        parts = {
            name: PartBody(status="down" if trouble else "up", detail=trouble) for name, trouble in health.parts.items()
        }
        status: Literal["ok", "degraded", "unavailable"] = "degraded" if any(health.parts.values()) else "ok"
        if not health.accepts_uploads:
            status = "unavailable"
        return cls(status=status, version=__version__, tables=health.tables, parts=parts)
