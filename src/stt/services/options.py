"""What a caller may choose for a job, and what a deployment assumes and allows."""

from dataclasses import dataclass

from stt.domain.claim import Priority
from stt.domain.errors import InvalidRequest
from stt.domain.languages import check_language
from stt.domain.models import check_model


@dataclass(frozen=True)
class UploadPolicy:
    """What this deployment accepts, and what it assumes where a caller says nothing; sizes in bytes."""

    max_upload_bytes: int
    language: str = "vi"
    model: str = "medium"
    engines: tuple[str, ...] = ("faster-whisper", "whisper.cpp")
    local_models: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JobOptions:
    """How a job is to be done; `engine` is `None` where the consumer's own is meant."""

    language: str
    model: str
    priority: Priority
    engine: str | None


def choose_options(
    policy: UploadPolicy,
    *,
    language: str | None = None,
    model: str | None = None,
    priority: str | None = None,
    engine: str | None = None,
) -> JobOptions:
    """Options from what the caller wrote; what is missing or blank is as the policy says.

    Raises:
        InvalidRequest: codes `unknown_language`, `unknown_model`, `unknown_priority`, `unknown_engine`.
    """
    return JobOptions(
        language=check_language(_written(language) or policy.language),
        model=check_model(_written(model) or policy.model, policy.local_models),
        priority=Priority(_one_of("priority", _written(priority) or Priority.NORMAL, tuple(Priority))),
        engine=_one_of("engine", chosen, policy.engines) if (chosen := _written(engine)) else None,
    )


def _written(text: str | None) -> str:
    return (text or "").strip()


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> str:
    if value.lower() not in allowed:
        listed = ", ".join(allowed)
        raise InvalidRequest(f"{value[:40]!r} is no {field}; it is one of {listed}.", code=f"unknown_{field}")
    return value.lower()
