"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from stt.domain.formats.rendering import Format
from stt.domain.jobs.guidance import Channels, Task, ToneMarks
from stt.domain.transcripts.known_speaker import KnownSpeakers
from stt.domain.whisper.engine import Engine


def _utf8(text: str | None) -> str | None:
    """The text itself, unless the shell gave bytes that are no text."""
    try:
        (text or "").encode()
    except UnicodeEncodeError as error:
        raise typer.BadParameter("it is not UTF-8 text.") from error
    return text


def _writable(file: Path | None) -> Path | None:
    """The file itself, unless nothing can be written to it; found out at the end, the transcript would be lost."""
    if file is None:
        return None
    if file.is_dir():
        raise typer.BadParameter(f"{file} is a folder.")
    if not file.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {file.parent}.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise typer.BadParameter(f"{file} may not be written.")
    return file


def _not_blank(text: str) -> str:
    """The text itself, unless it is none, as of a variable that was never set."""
    if not text.strip():
        raise typer.BadParameter("It is empty.")
    return text


AudioFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="Audio or video file."),
]
JobId = Annotated[str, typer.Argument(metavar="JOB_ID", callback=_not_blank, help="Id that 'stt submit' printed.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the transcript is written.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", callback=_writable, help="File to write the transcript to, instead of stdout."),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", "-l", help="Code of the language spoken (vi, en, ...), auto, or multi for several."),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", "-m", help="Model: a name, a Hugging Face repository id or a path.")
]
TaskOption = Annotated[
    Task | None, typer.Option("--task", help="Write what is said in its own language, or in English.")
]
PromptOption = Annotated[
    str | None,
    typer.Option("--prompt", callback=_utf8, help="Text in whose style and spelling the transcript is written."),
]
HotwordsOption = Annotated[str | None, typer.Option("--hotwords", callback=_utf8, help="Names and terms to expect.")]
ChannelsOption = Annotated[
    Channels | None, typer.Option("--channels", help="Hear all channels as one, or each on its own.")
]
TrackOption = Annotated[
    str | None, typer.Option("--track", metavar="NUMBER|all", help="Audio track of a file that has several, from 1.")
]
ToneMarksOption = Annotated[
    ToneMarks | None, typer.Option("--tone-marks", help="Where Vietnamese tone marks stand: old hòa, new hoà.")
]
SpeakersOption = Annotated[
    str | None,
    typer.Option("--speakers", metavar="auto|NUMBER|MIN-MAX", help="Tell speakers apart, this many or by itself."),
]
KnownSpeakersOption = Annotated[
    KnownSpeakers | None,
    typer.Option("--known-speakers", help="Name speakers who sound like those of 'stt speakers list'."),
]
EngineOption = Annotated[Engine | None, typer.Option("--engine", "-e", help="Inference engine.")]
UrlOption = Annotated[str, typer.Option("--url", envvar="STT_URL", help="Where the service listens.")]
HostOption = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: a free one.")]
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="Directory of the embedded database, objects and models.")
]

DEFAULT_URL = "http://127.0.0.1:8000"
