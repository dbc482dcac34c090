"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

Engine = Literal["faster-whisper", "whisper.cpp"]


class Format(StrEnum):
    """How a transcript is written."""

    TXT = "txt"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"


AudioFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="Audio or video file."),
]
JobId = Annotated[str, typer.Argument(metavar="JOB_ID", help="Id that 'stt submit' printed.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the transcript is written.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write the transcript to, instead of stdout.")
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", "-l", help="Code of the language spoken (vi, en, ...), or auto.")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", "-m", help="Model: a name, a Hugging Face repository id or a path.")
]
EngineOption = Annotated[Engine | None, typer.Option("--engine", "-e", help="Inference engine.")]
UrlOption = Annotated[str, typer.Option("--url", envvar="STT_URL", help="Where the service listens.")]
HostOption = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: a free one.")]
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="Directory of the embedded database, objects and models.")
]

DEFAULT_URL = "http://127.0.0.1:8000"
