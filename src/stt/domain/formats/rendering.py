"""A transcript as a file: the one place that knows every form it is written in. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from stt.domain.errors import InvalidRequest
from stt.domain.formats.cues import cues, label
from stt.domain.formats.docx import docx
from stt.domain.formats.limits import CueLimits
from stt.domain.formats.rttm import rttm
from stt.domain.formats.subtitles import srt, webvtt
from stt.domain.formats.verbose_json import verbose_json
from stt.domain.jobs.guidance import Task
from stt.domain.text.paragraphs import named_paragraphs
from stt.domain.transcripts.speakers import given_names
from stt.domain.transcripts.transcript import Segment

_USUAL = CueLimits()


class Format(StrEnum):
    """How a transcript is written."""

    TXT = "txt"
    JSON = "json"
    VERBOSE_JSON = "verbose_json"
    SRT = "srt"
    VTT = "vtt"
    TSV = "tsv"
    DOCX = "docx"
    RTTM = "rttm"

    @property
    def extension(self) -> str:
        """The ending of its file, without the dot."""
        return "json" if self is Format.VERBOSE_JSON else self.value

    @property
    def has_cues(self) -> bool:
        """Whether it is a file of subtitles, to which the limits of cues apply."""
        return self in (Format.SRT, Format.VTT)

    @property
    def media_type(self) -> str:
        """As HTTP names it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.TXT: "text/plain",
    Format.JSON: "application/json",
    Format.VERBOSE_JSON: "application/json",
    Format.SRT: "application/x-subrip",
    Format.VTT: "text/vtt",
    Format.TSV: "text/tab-separated-values",
    Format.RTTM: "text/plain",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def render(document: Mapping[str, Any], form: Format, limits: CueLimits = _USUAL) -> bytes:
    """A result document, or one of a job that still runs, as a file of the wanted form; text is UTF-8.

    Raises `InvalidRequest` (code `speakers_not_told_apart`) for RTTM of a transcript without speakers. Of what a result
    document has not, `task` and `filename` (a title) are used where they are there.
    """
    if form is Format.RTTM:
        return _rttm(document).encode()
    if form in (Format.TXT, Format.JSON):
        return _whole(document, form)
    segments = _said(document)
    # The duration is not known while the file is being decoded.
    duration = document["duration"] or document["until"]
    if form is Format.DOCX:
        return docx(segments, document["language"], document.get("filename", ""))
    if form is Format.VERBOSE_JSON:
        return _json(verbose_json(segments, document["language"], duration, document.get("task", Task.TRANSCRIBE)))
    return timed(segments, duration, form, limits).encode()


def timed(segments: Iterable[Segment], duration: float, form: Format, limits: CueLimits = _USUAL) -> str:
    """Segments of a file of `duration` seconds in a form that is all text and times.

    Raises `ValueError` for the forms that need the document.
    """
    match form:
        case Format.SRT:
            return srt(cues(segments, duration, limits))
        case Format.VTT:
            return webvtt(cues(segments, duration, limits))
        case Format.TSV:
            return "start\tend\ttext\n" + "".join(map(_row, segments))
    raise ValueError(form)


def named(segments: Iterable[Segment], names: Mapping[str, str]) -> list[Segment]:
    """The segments; a speaker who has a name has it for a label."""
    if not names:
        return list(segments)
    return [replace(segment, speaker=names.get(segment.speaker or "", segment.speaker)) for segment in segments]


def _rttm(document: Mapping[str, Any]) -> str:
    if document.get("turns") is None:
        message = "This transcript does not say who speaks; transcribe with speakers=auto to have RTTM."
        raise InvalidRequest(message, code="speakers_not_told_apart")
    return rttm(document["turns"], document.get("filename") or document["job_id"])


def _whole(document: Mapping[str, Any], form: Format) -> bytes:
    if form is Format.JSON:
        return _json(document, indent=1)
    if not document.get("turns"):
        return f"{document['text']}\n".encode()
    return (named_paragraphs(_said(document)) + "\n").encode()


def _said(document: Mapping[str, Any]) -> list[Segment]:
    return named(map(Segment.from_dict, document["segments"]), given_names(document))


def _json(document: Mapping[str, Any], indent: int | None = None) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=indent) + "\n").encode()


def _row(segment: Segment) -> str:
    """A line as openai/whisper writes it: milliseconds, and no tab or line end inside the text."""
    text = label(segment) + " ".join(segment.text.split())
    return f"{round(1000 * segment.start)}\t{round(1000 * segment.end)}\t{text}\n"
