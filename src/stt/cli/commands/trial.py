"""The command behind `make run`: start the service, use it once as a user would, leave it running."""

import asyncio
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from stt.cli.client import service_at
from stt.cli.commands.choice import choose
from stt.cli.commands.jobs import upload_and_wait
from stt.cli.errors import CommandError
from stt.cli.options import DataDirOption, LanguageOption, ModelOption, PortOption
from stt.cli.running import run, stop_signals
from stt.cli.settings import load
from stt.cli.terminal import results, say
from stt.core.config import Settings
from stt.core.logger import configure_logging


def try_(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", exists=True, dir_okay=False, readable=True, help="File of your own."),
    ] = None,
    *,
    model: ModelOption = None,
    language: LanguageOption = None,
    port: PortOption = None,
    data_dir: DataDirOption = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after the transcript.")] = False,
) -> None:
    """Start the service, transcribe a sample or FILE through its API, and leave it running until Ctrl-C."""
    from stt.cli.listening import listen

    settings = load(port=port, data_dir=data_dir)
    configure_logging(settings.log_format, "error")
    chosen = choose(settings, file, model, language)
    # The default model may be named, whatever STT_MODELS says: whoever runs the service has chosen this one.
    settings = load(port=port, data_dir=data_dir, default_model=chosen.model)
    listener = listen(settings.host, settings.port, next_free=True)
    if settings.port and listener.getsockname()[1] != settings.port:
        say(f"Port {settings.port} is taken; using {listener.getsockname()[1]}.")
    fields = {"model": chosen.model, "language": chosen.language}
    run(_try(settings, listener, chosen.file, fields, once=once))


async def _try(settings: Settings, listener: socket.socket, file: Path, fields: dict[str, str], *, once: bool) -> None:
    from stt.cli.listening import url_of
    from stt.cli.service import running, summary

    url = url_of(listener)
    with stop_signals() as stop:
        async with running(settings, listener=listener, consuming=True) as service:
            say(f"Running {url} ({summary(service.base)})")
            trial = asyncio.create_task(_use(url, file, fields, once=once))
            if once:
                trial.add_done_callback(lambda _: stop.set())
            try:
                await service.until(stop)
            finally:
                trial.cancel()
                await asyncio.wait({trial})
            if not trial.cancelled():
                trial.result()


async def _use(url: str, file: Path, fields: dict[str, str], *, once: bool) -> None:
    """What a user does: upload, wait, read."""
    try:
        async with service_at(url) as client:
            results.print(_table(await upload_and_wait(client, file, fields)))
    except CommandError as error:
        if once:
            raise
        say(str(error))
    if not once:
        form = " ".join(f'-F "{name}={value}"' for name, value in fields.items())
        say(f'Your own file: curl -F "file=@talk.mp3" {form} {url}/api/stt/upload')
        say(f"The service runs on {url} (how to use it: {url}/docs) until Ctrl-C.")


def _table(transcript: dict[str, Any]) -> Table:
    table = Table("from", "to", "text", title=f"{transcript['duration']:.1f} s, language {transcript['language']}")
    for segment in transcript["segments"]:
        table.add_row(_clock(segment["start"]), _clock(segment["end"]), Text(segment["text"]))
    return table


def _clock(seconds: float) -> str:
    tenths = round(seconds * 10)
    return f"{tenths // 36000}:{tenths // 600 % 60:02d}:{tenths // 10 % 60:02d}.{tenths % 10}"
