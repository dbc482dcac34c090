"""Where a transcript goes that a command was asked for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stt.cli.errors import CommandError, WrongUse
from stt.cli.terminal import is_terminal, say, write_bytes
from stt.domain.formats.rendering import Format, render


def deliver(document: Mapping[str, Any], form: Format, output: Path | None = None) -> None:
    """Write a result document to a file, or to stdout, and what there is to know about its file to stderr."""
    for note in document.get("notes", ()):
        say(note["message"])
    if form is Format.DOCX and output is None and is_terminal():
        raise WrongUse("A Word document is nothing for a terminal: name a file with --output.")
    file = render(document, form)
    if output is None:
        write_bytes(file)
        return
    try:
        output.write_bytes(file)
    except OSError as error:
        raise CommandError(f"Cannot write {output}: {error.strerror}.") from error
