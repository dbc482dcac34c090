"""Transcripts in the shapes of OpenAI's API: https://platform.openai.com/docs/api-reference/audio."""

import math
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from stt.api.openai.form import Format, Wishes
from stt.domain.formats import rendering
from stt.domain.formats.rendering import named, timed
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
    return timed(named(transcript.segments, transcript.names), transcript.duration, rendering.Format(form.value))


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
            called = callings(transcript)
            document["segments"] = [diarized(n, segment, called) for n, segment in enumerate(transcript.segments)]
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


def diarized(number: int, segment: Segment, called: Mapping[str, str]) -> dict[str, Any]:
    """A segment with who speaks in it; `called` is what each speaker is called, by label."""
    return {
        "id": f"seg_{number}",
        "type": "transcript.text.segment",
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "speaker": _speaker(segment, called),
        "text": segment.text.strip(),
    }


def callings(transcript: Transcript) -> dict[str, str]:
    """What each speaker is called, by label: by name who is known, the others by letters that are nobody's name."""
    labels = sorted({segment.speaker for segment in transcript.segments if segment.speaker}, key=number_of)
    names = transcript.names
    letters = (letter for letter in map(_letters, count(1)) if letter not in names.values())
    return {label: names.get(label) or next(letters) for label in labels}


def _speaker(segment: Segment, called: Mapping[str, str]) -> str:
    """The name or the letter of the speaker, or the letter of the channel, from A on; AA comes behind Z."""
    if segment.speaker is not None:
        return called[segment.speaker]
    return ONE_SPEAKER if segment.channel is None else _letters(segment.channel + 1)


def _letters(number: int) -> str:
    before, last = divmod(number - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


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
