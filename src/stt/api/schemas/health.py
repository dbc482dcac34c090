"""How the service and its parts are."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

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
    """`ok`; `degraded`: uploads are accepted and will wait; `unavailable`: they are not accepted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "degraded",
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
    parts: dict[str, PartBody]

    @classmethod
    def of(cls, health: Health) -> Self:
        """The body for what a check found."""
        parts = {
            name: PartBody(status="down" if trouble else "up", detail=trouble) for name, trouble in health.parts.items()
        }
        if not health.accepts_uploads:
            return cls(status="unavailable", parts=parts)
        return cls(status="degraded" if any(health.parts.values()) else "ok", parts=parts)
