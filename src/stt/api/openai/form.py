"""The form of a call: every field that OpenAI's reference knows, in any order, and what of it is not used."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from starlette.requests import Request

from stt.api.openai.known_speakers import NAMES, introductions, refuse_more
from stt.api.reading.form_data import Part
from stt.api.reading.uploads import filled, text_of
from stt.domain.errors import InvalidRequest
from stt.domain.formats.verbose_json import GRANULARITIES
from stt.domain.jobs.guidance import Task
from stt.domain.jobs.job import AUTO_LANGUAGE, MULTI_LANGUAGE
from stt.domain.transcripts.known_speaker import Introduction
from stt.domain.whisper.models import SPEAKERS
from stt.services.ingest.transcription_service import REFERENCES, TranscriptionService
from stt.services.jobs.options import TEXT_CHARACTERS, Choices, JobOptions
from stt.services.jobs.upload import StoredUpload


class Format(StrEnum):
    """The values of `response_format`."""

    JSON = "json"
    TEXT = "text"
    SRT = "srt"
    VTT = "vtt"
    VERBOSE_JSON = "verbose_json"
    DIARIZED_JSON = "diarized_json"


@dataclass(frozen=True)
class Wishes:
    """How the answer is to look. `ignored` names the fields that were sent and change nothing here."""

    task: Task
    format: Format
    granularities: frozenset[str]
    stream: bool
    logprobs: bool
    ignored: tuple[str, ...]


_NEVER_STREAMED = frozenset({Format.SRT, Format.VTT, Format.VERBOSE_JSON})
"""Streams have no times, except those of speakers."""
_LISTS = frozenset({"timestamp_granularities", "include", "languages", "keywords", NAMES, REFERENCES})
_SINGLE = frozenset(
    {"model", "language", "prompt", "response_format", "temperature", "stream", "hotwords"}
    | {"engine", "channels", "tone_marks", "speakers"}
)


@dataclass(frozen=True)
class Taken:
    """A call that was read: its file lies in storage. `introduced` are those whose voices are to be known."""

    stored: StoredUpload
    options: JobOptions
    wishes: Wishes
    introduced: tuple[Introduction, ...] = ()


async def take_call(request: Request, service: TranscriptionService, task: Task) -> Taken:
    """Read a call's form in one pass, with the file going into storage while it arrives.

    Raises:
        InvalidRequest: for what is wrong with the form, its fields or the file; nothing is left in storage.
        ClientDisconnect: the client left; nothing is left in storage.
    """
    return await filled(_Form(service, task), request, service.jobs)


class _Form:
    """What has arrived of a call."""

    def __init__(self, service: TranscriptionService, task: Task) -> None:
        self._service, self._task = service, task
        self._values: dict[str, list[str]] = {}
        self._unused: list[str] = []
        self._stored: StoredUpload | None = None

    async def take(self, part: Part) -> None:
        # Arrays are written with brackets by some clients and without by others, objects as `name[key]`.
        name = part.name.partition("[")[0]
        if name == "file":
            if self._stored is not None:
                raise InvalidRequest("The field 'file' was sent twice.", code="duplicate_field", field="file")
            # Refused before hours of audio are sent, as far as fields stand in front of the file.
            self._introduced(so_far=True), self._options(so_far=True), self._wishes()
            self._stored = await self._service.jobs.store(part.filename or "upload", part.blocks)
        elif name in _SINGLE | _LISTS:
            if name == REFERENCES:
                refuse_more(len(self._all(name)))
            self._values.setdefault(name, []).append((await text_of(replace(part, name=name))).strip())
        elif name not in self._unused:
            self._unused.append(name)

    def complete(self) -> Taken:
        if self._stored is None:
            raise InvalidRequest("The form has no field 'file'.", code="missing_field", field="file")
        # A mistake in the call itself is told before what is missing here.
        introduced = self._introduced()
        return Taken(self._stored, self._options(), self._wishes(), introduced)

    async def discard(self) -> None:
        if self._stored is not None:
            await self._service.jobs.discard(self._stored)

    def _options(self, *, so_far: bool = False) -> JobOptions:
        chosen = Choices(
            language=self._language(),
            model=self._service.model_behind(self._last("model")),
            task=self._task,
            prompt=self._last("prompt")[-TEXT_CHARACTERS:],
            hotwords=", ".join([*self._all("hotwords"), *self._all("keywords")]),
            engine=self._last("engine"),
            channels=self._last("channels"),
            tone_marks=self._last("tone_marks"),
            speakers=self._last("speakers") or ("auto" if self._means_speakers() else ""),
        )
        return self._service.jobs.options(chosen, so_far=so_far)

    def _introduced(self, *, so_far: bool = False) -> tuple[Introduction, ...]:
        names, references = self._all(NAMES), self._all(REFERENCES)
        if not self._tells_apart():
            return ()
        if so_far and len(names) != len(references):
            return ()
        return introductions(names, references)

    def _tells_apart(self) -> bool:
        return bool(self._last("speakers")) or self._means_speakers()

    def _means_speakers(self) -> bool:
        """Whether an answer is asked for whose speakers nobody has to ask for, and they can be told apart here."""
        return self._is_diarized() and not self._last("channels") and self._service.jobs.policy.has_speakers()

    def _is_diarized(self) -> bool:
        return self._last("response_format") == Format.DIARIZED_JSON

    def _language(self) -> str:
        """The one that was named; several mean that each window decides, none that the whole file does."""
        named = [language for language in (*self._all("language"), *self._all("languages")) if language]
        distinct = list(dict.fromkeys(named))
        return AUTO_LANGUAGE if not distinct else distinct[0] if len(distinct) == 1 else MULTI_LANGUAGE

    def _wishes(self) -> Wishes:
        written = self._last("response_format") or Format.JSON
        form, stream = Format(_one_of("response_format", written, tuple(Format))), _flag("stream", self._last("stream"))
        return Wishes(
            task=self._task,
            format=form,
            granularities=frozenset(
                _one_of("timestamp_granularities", granularity, GRANULARITIES)
                for granularity in self._all("timestamp_granularities")
            ),
            stream=stream,
            logprobs="logprobs" in self._all("include"),
            ignored=tuple(self._ignored(form, stream=stream)),
        )

    def _ignored(self, form: Format, *, stream: bool) -> Iterator[str]:
        yield from self._unused
        if stream and form in _NEVER_STREAMED:
            yield f"response_format: {form} with stream"
        if self._all("timestamp_granularities") and (stream or form is not Format.VERBOSE_JSON):
            yield "timestamp_granularities"
        if _temperature(self._last("temperature")) > 0:
            yield "temperature"
        if self._is_diarized() and not (self._last("speakers") or self._last("channels") or self._means_speakers()):
            yield f"response_format: speakers are not told apart here; 'stt models pull {SPEAKERS}' changes that"
        if not self._tells_apart():
            yield from (name for name in (NAMES, REFERENCES) if self._all(name))
        if len(self._last("prompt")) > TEXT_CHARACTERS:
            yield f"prompt: all but its last {TEXT_CHARACTERS} characters"
        has_logprobs = stream or form is Format.JSON
        yield from (f"include: {asked}" for asked in self._all("include") if asked != "logprobs" or not has_logprobs)

    def _all(self, name: str) -> list[str]:
        return [value for value in self._values.get(name, []) if value]

    def _last(self, name: str) -> str:
        return next(reversed(self._all(name)), "")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        message = f"{name} cannot be {value[:40]!r}; it is one of {', '.join(allowed)}."
        raise InvalidRequest(message, code="invalid_field", field=name)
    return value


def _flag(name: str, value: str) -> bool:
    if value.lower() in ("", "false", "0"):
        return False
    return bool(_one_of(name, value.lower(), ("true", "false", "1", "0")))


def _temperature(value: str) -> float:
    try:
        temperature = float(value or 0)
    except ValueError:
        temperature = -1.0
    if not 0 <= temperature <= 1:
        message = f"temperature cannot be {value[:40]!r}; it is a number from 0 to 1."
        raise InvalidRequest(message, code="invalid_field", field="temperature")
    return temperature
