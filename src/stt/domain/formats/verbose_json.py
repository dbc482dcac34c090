"""A transcript as OpenAI's `verbose_json` has it (platform.openai.com/docs/api-reference/audio). Pure."""

from collections.abc import Collection, Sequence
from typing import Any

from stt.domain.text.paragraphs import running_text
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.transcript import Segment
from stt.domain.whisper.languages import LANGUAGES

GRANULARITIES = ("word", "segment")


def verbose_json(
    segments: Sequence[Segment],
    language: str,
    duration: float,
    task: str,
    granularities: Collection[str] = GRANULARITIES,
) -> dict[str, Any]:
    """The text in one line with what there is to it; times in seconds, the language by its English name.

    `segments` and `words` are lists beside each other; which of them there are the granularities say.
    """
    document: dict[str, Any] = {
        "task": task,
        "language": LANGUAGES.get(language, language).lower(),
        "duration": duration,
        "text": running_text(segments),
    }
    if "segment" in granularities:
        document["segments"] = [_segment(number, segment) for number, segment in enumerate(segments)]
    if "word" in granularities:
        document["words"] = [word for segment in segments for word in segment.to_dict()["words"]]
    return document


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": number,
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "text": " " + segment.text.strip(),
        **_evidence(segment.decoding or Decoding()),
    }


def _evidence(decoding: Decoding) -> dict[str, Any]:
    """What the engine said of it; `seek` in hundredths of a second, as Whisper has it."""
    return {**decoding.to_dict(), "seek": round(decoding.seek * 100), "no_speech_prob": decoding.no_speech_prob or 0.0}
