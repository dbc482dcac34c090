"""A transcript as a file: the one place that knows every form it is written in. Pure."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from stt.domain.formats.cues import cues, label
from stt.domain.formats.subtitles import srt, webvtt
from stt.domain.transcript import Segment


class Format(StrEnum):
    """How a transcript is written; the value is also the ending of its file."""

    TXT = "txt"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
    TSV = "tsv"


def render(document: Mapping[str, Any], form: Format) -> str:
    """A result document, or one of a job that still runs, in the wanted form."""
    if form is Format.TXT:
        return f"{document['text']}\n"
    if form is Format.JSON:
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    segments = map(Segment.from_dict, document["segments"])
    # The duration is not known while the file is being decoded.
    return timed(segments, document["duration"] or document["until"], form)


def timed(segments: Iterable[Segment], duration: float, form: Format) -> str:
    """Segments of a file of `duration` seconds in a form that is all text and times.

    Raises `ValueError` for `TXT` and `JSON`, which need the document.
    """
    match form:
        case Format.SRT:
            return srt(cues(segments, duration))
        case Format.VTT:
            return webvtt(cues(segments, duration))
        case Format.TSV:
            return "start\tend\ttext\n" + "".join(map(_row, segments))
    raise ValueError(form)


def _row(segment: Segment) -> str:
    """A line as openai/whisper writes it: milliseconds, and no tab or line end inside the text."""
    text = label(segment.channel) + " ".join(segment.text.split())
    return f"{round(1000 * segment.start)}\t{round(1000 * segment.end)}\t{text}\n"
