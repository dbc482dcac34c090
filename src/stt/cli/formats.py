"""A transcript as text, JSON or subtitles."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stt.cli.errors import CommandError
from stt.cli.options import Format
from stt.cli.terminal import say, write
from stt.domain.formats.cues import cues
from stt.domain.formats.subtitles import srt, webvtt
from stt.domain.transcript import Segment


def render(document: Mapping[str, Any], form: Format) -> str:
    """A result document in the wanted form."""
    match form:
        case Format.TXT:
            return f"{document['text']}\n"
        case Format.JSON:
            return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    segments = map(Segment.from_dict, document["segments"])
    # The duration is not known while the file is being decoded.
    shown = cues(segments, document["duration"] or document["until"])
    return srt(shown) if form is Format.SRT else webvtt(shown)


def deliver(document: Mapping[str, Any], form: Format, output: Path | None = None) -> None:
    """Write a result document to a file, or to stdout, and what there is to know about its file to stderr."""
    for note in document.get("notes", ()):
        say(note["message"])
    text = render(document, form)
    if output is None:
        write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot write {output}: {error.strerror}.") from error
