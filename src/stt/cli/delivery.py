"""Where a transcript goes that a command was asked for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stt.cli.errors import CommandError
from stt.cli.terminal import say, write
from stt.domain.formats.rendering import Format, render


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
