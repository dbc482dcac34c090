"""What a caller may choose for a job, and what a deployment assumes and allows."""

import json
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self, TypeVar

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import MOST_TRACKS, ONE_TRACK, Channels, Guidance, Task, ToneMarks, is_track
from stt.domain.jobs.metadata import check_metadata
from stt.domain.jobs.retention import NEVER, Retention
from stt.domain.transcripts.known_speaker import KnownSpeakers
from stt.domain.transcripts.speakers import NO_SPEAKERS, SpeakerCount
from stt.domain.whisper.engine import Engine
from stt.domain.whisper.languages import check_language
from stt.domain.whisper.models import ModelList

TEXT_CHARACTERS = 1000
"""Longest prompt and longest hotwords. Whisper reads 224 tokens of them, half of what its decoder holds, and in most
languages that is less text than this."""

LONGEST_KEPT = 100 * 365 * 86_400.0
"""Seconds: a hundred years."""

Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True)
class UploadPolicy:
    """What this deployment accepts, and what it assumes where a caller says nothing; sizes in bytes."""

    max_upload_bytes: int
    language: str = "vi"
    model: str = "medium"
    engine: Engine = Engine.FASTER_WHISPER
    max_queued_seconds: float = math.inf
    retention: Retention = field(default_factory=Retention)
    models: Callable[[], ModelList] = ModelList
    lacking: Callable[[str, Engine], str | None] | None = None
    """What a model lacks and what to do, if a job with it would fail at once; `None` where it takes another machine's
    word for it."""
    lacking_speakers: Callable[[], str | None] | None = None
    """The same of the model that tells speakers apart."""
    has_speakers: Callable[[], bool] = lambda: False
    """Whether that model is here."""


@dataclass(frozen=True)
class Choices:
    """What a caller wrote, word for word; what is `None` or blank is left to the service."""

    language: str | None = None
    model: str | None = None
    priority: str | None = None
    engine: str | None = None
    task: str | None = None
    prompt: str | None = None
    hotwords: str | None = None
    channels: str | None = None
    track: str | None = None
    tone_marks: str | None = None
    speakers: str | None = None
    known_speakers: str | None = None
    metadata: str | Mapping[str, str] | None = None
    """An object, or one in JSON."""
    webhook_url: str | None = None
    delete_audio_after: str | None = None
    delete_text_after: str | None = None


@dataclass(frozen=True)
class JobOptions:
    """How a job is to be done; `engine` is `None` where the consumer's own is meant."""

    language: str
    model: str
    priority: Priority
    engine: Engine | None
    guidance: Guidance = field(default_factory=Guidance)
    metadata: Mapping[str, str] = field(default_factory=dict)
    webhook_url: str | None = None
    retention: Retention = field(default_factory=Retention)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "metadata": dict(self.metadata)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(
            language=data["language"],
            model=data["model"],
            priority=Priority(data["priority"]),
            engine=Engine(data["engine"]) if data["engine"] else None,
            guidance=Guidance.from_dict(data["guidance"]),
            metadata=data["metadata"],
            webhook_url=data["webhook_url"],
            retention=Retention(**data["retention"]),
        )


class TextTooLong(InvalidRequest):
    """A prompt or hotwords are longer than this service accepts: code `prompt_too_long` or `hotwords_too_long`."""

    def __init__(self, name: str) -> None:
        message = (
            f"{name}: at most {TEXT_CHARACTERS} characters, and this is longer."
            " Whisper reads 224 tokens of it and no more, so keep what matters most."
        )
        super().__init__(message, code=f"{name}_too_long", limit=TEXT_CHARACTERS)


def choose_options(policy: UploadPolicy, chosen: Choices, *, so_far: bool = False) -> JobOptions:
    """Options from what the caller wrote; what is missing or blank is as the policy says.

    With `so_far` more may be written yet: whether a model is here is asked only if it and its engine were named.

    Raises:
        InvalidRequest: codes `unknown_language`, `unknown_model`, `unknown_priority`, `unknown_engine`,
            `unknown_task`, `unknown_channels`, `unknown_track`, `unknown_tone_marks`, `unknown_speakers`,
            `unknown_known_speakers`, `prompt_too_long`, `hotwords_too_long`, `model_unavailable`, `invalid_metadata`,
            `invalid_field`.
    """
    written = _written(chosen.engine)
    engine = Engine(_one_of("engine", written, tuple(Engine))) if written else None
    return JobOptions(
        language=check_language(_written(chosen.language) or policy.language),
        model=_model(policy, chosen, engine, so_far=so_far),
        priority=_member(Priority.NORMAL, "priority", chosen.priority),
        engine=engine,
        guidance=_guidance(policy, chosen),
        metadata=_metadata(chosen.metadata),
        webhook_url=_written(chosen.webhook_url) or None,
        retention=Retention(
            _seconds("delete_audio_after", chosen.delete_audio_after, policy.retention.delete_audio_after),
            _seconds("delete_text_after", chosen.delete_text_after, policy.retention.delete_text_after),
        ),
    )


def _model(policy: UploadPolicy, chosen: Choices, engine: Engine | None, *, so_far: bool) -> str:
    named = _written(chosen.model)
    name = policy.models().check(named or policy.model)
    if so_far and not (named and engine):
        return name
    if policy.lacking and (advice := policy.lacking(name, engine or policy.engine)):
        raise InvalidRequest(advice, code="model_unavailable")
    return name


def _guidance(policy: UploadPolicy, chosen: Choices) -> Guidance:
    known = _member(KnownSpeakers.OFF, "known_speakers", chosen.known_speakers)
    # Who is to be known is to be told apart.
    usual = NO_SPEAKERS if known is KnownSpeakers.OFF else str(SpeakerCount())
    return Guidance(
        task=_member(Task.TRANSCRIBE, "task", chosen.task),
        prompt=_text("prompt", chosen.prompt),
        hotwords=_text("hotwords", chosen.hotwords),
        channels=_member(Channels.MIXED, "channels", chosen.channels),
        track=_track(_written(chosen.track).lower() or ONE_TRACK),
        tone_marks=_member(ToneMarks.AS_WRITTEN, "tone_marks", chosen.tone_marks),
        speakers=_speakers(policy, _written(chosen.speakers) or usual),
        known_speakers=known,
    )


def _metadata(written: str | Mapping[str, str] | None) -> Mapping[str, str]:
    if isinstance(written, str):
        try:
            written = json.loads(written) if written.strip() else {}
        except (ValueError, RecursionError):
            written = None
            return check_metadata(written)
    return check_metadata({} if written is None else written)


def _seconds(name: str, text: str | None, usual: float | None) -> float | None:
    """How long something is kept; `None` for ever."""
    written = _written(text).lower()
    if not written or written == NEVER:
        return None if written else usual
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_KEPT:
        message = f"{name} cannot be {written[:40]!r}; it is a number of seconds, or {NEVER}."
        raise InvalidRequest(message, code="invalid_field", field=name)
    return seconds


def _written(text: str | None) -> str:
    return (text or "").strip()


def _text(name: str, written: str | None) -> str:
    """What the engine is given to read: composed (NFC), and of all control characters only tabs and line ends."""
    # Whatever ends a line, `\n` stands for it: two words must not become one.
    lines = "\n".join((written or "").splitlines())
    legible = "".join(c for c in lines if c in "\t\n" or unicodedata.category(c) != "Cc")
    text = unicodedata.normalize("NFC", legible).strip()
    if len(text) > TEXT_CHARACTERS:
        raise TextTooLong(name)
    return text


def _speakers(policy: UploadPolicy, text: str) -> str:
    wanted = SpeakerCount.read(text)
    if wanted is None:
        return NO_SPEAKERS
    if policy.lacking_speakers and (advice := policy.lacking_speakers()):
        raise InvalidRequest(advice, code="model_unavailable")
    return str(wanted)


def _track(written: str) -> str:
    if not is_track(written):
        message = f"track cannot be {written[:40]!r}; it is auto, all, or a number from 1 to {MOST_TRACKS}."
        raise InvalidRequest(message, code="unknown_track")
    return str(int(written)) if written.isdigit() else written


def _member(default: Kind, name: str, written: str | None) -> Kind:
    kind, value = type(default), _written(written)
    return kind(_one_of(name, value, tuple(kind))) if value else default


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value.lower() not in allowed:
        listed = ", ".join(allowed)
        raise InvalidRequest(f"{name} cannot be {value[:40]!r}; it is one of {listed}.", code=f"unknown_{name}")
    return value.lower()
