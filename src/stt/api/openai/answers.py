"""Transcripts in the shapes of OpenAI's API: https://platform.openai.com/docs/api-reference/audio."""

import math
from collections.abc import Sequence
from typing import Any

from stt.api.openai.form import Format, Wishes
from stt.domain.formats import rendering
from stt.domain.formats.rendering import timed
from stt.domain.formats.verbose_json import verbose_json
from stt.domain.jobs.guidance import Task
from stt.domain.text.paragraphs import running_text
from stt.domain.transcripts.speakers import number_of
from stt.domain.transcripts.transcript import Segment, Transcript, Word

TRANSLATED = "en"
"""The language that the text of every translation is in; OpenAI names it and not the one that is spoken."""
ONE_SPEAKER = "A"
"""What everybody is called while nobody is told apart; a channel on its own has the letter of its number."""


def as_text(transcript: Transcript, form: Format) -> str:
    """The answer of the formats that are bare text."""
    if form is Format.TEXT:
        return running_text(transcript.segments) + "\n"
    return timed(transcript.segments, transcript.duration, rendering.Format(form.value))


def as_document(transcript: Transcript, wishes: Wishes) -> dict[str, Any]:
    """The answer of the formats that are JSON."""
    document: dict[str, Any] = {"text": running_text(transcript.segments)}
    match wishes.format:
        case Format.VERBOSE_JSON:
            wanted = wishes.granularities or {"segment"}
            written_in = TRANSLATED if wishes.task is Task.TRANSLATE else transcript.language
            document |= verbose_json(transcript.segments, written_in, transcript.duration, wishes.task, wanted)
        case Format.DIARIZED_JSON:
            document |= {"task": wishes.task, "duration": transcript.duration}
            document["segments"] = [diarized(n, segment) for n, segment in enumerate(transcript.segments)]
        case _:
            if wishes.logprobs:
                document["logprobs"] = logprobs(transcript.segments)
    document["usage"] = usage(transcript)
    if wishes.ignored:
        document["ignored"] = list(wishes.ignored)
    return document


def usage(transcript: Transcript) -> dict[str, Any]:
    """What was heard, in whole seconds, begun ones counted."""
    return {"type": "duration", "seconds": math.ceil(transcript.duration)}


def diarized(number: int, segment: Segment) -> dict[str, Any]:
    """A segment with who speaks in it."""
    return {
        "id": f"seg_{number}",
        "type": "transcript.text.segment",
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "speaker": speaker(segment),
        "text": segment.text.strip(),
    }


def speaker(segment: Segment) -> str:
    """The letter of the speaker, or of the channel, from A on; AA comes behind Z."""
    if segment.speaker is not None:
        return _letters(number_of(segment.speaker))
    return ONE_SPEAKER if segment.channel is None else _letters(segment.channel + 1)


def _letters(number: int) -> str:
    return _letters((number - 1) // 26) * (number > 26) + chr(ord("A") + (number - 1) % 26)


def logprobs(segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """How sure the engine was of each word: its tokens are words here, with the space before them."""
    return [_logprob(word) for segment in segments for word in segment.words]


def _logprob(word: Word) -> dict[str, Any]:
    token = f" {word.word}"
    return {
        "token": token,
        "bytes": list(token.encode()),
        "logprob": round(math.log(max(word.probability, 1e-5)), 4),
    }
