"""`stt watch`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from stt.cli.client import service_at
from stt.cli.errors import CommandError, WrongUse
from stt.cli.options import (
    DEFAULT_URL,
    ChannelsOption,
    EngineOption,
    HotwordsOption,
    LanguageOption,
    ModelOption,
    PromptOption,
    SpeakersOption,
    TaskOption,
    ToneMarksOption,
    UrlOption,
)
from stt.cli.running import run, stop_signals
from stt.cli.settings import load
from stt.cli.terminal import say
from stt.cli.watch.bucket import Bucket
from stt.cli.watch.folder import Folder
from stt.cli.watch.place import Place
from stt.cli.watch.watcher import Watcher
from stt.core.logger import configure_logging
from stt.domain.formats.rendering import Format
from stt.services.jobs.options import Choices

_S3 = "s3://"


def watch(  # noqa: PLR0913  a parameter is an option of the command
    place: Annotated[
        str,
        typer.Argument(
            metavar="DIR|s3://BUCKET/PREFIX",
            help="Folder, or prefix of a bucket at MINIO_ENDPOINT, that files are put into.",
        ),
    ],
    *,
    forms: Annotated[
        list[Format] | None, typer.Option("--format", "-f", help="How transcripts are written; may be repeated.")
    ] = None,
    language: LanguageOption = None,
    model: ModelOption = None,
    engine: EngineOption = None,
    task: TaskOption = None,
    prompt: PromptOption = None,
    hotwords: HotwordsOption = None,
    channels: ChannelsOption = None,
    tone_marks: ToneMarksOption = None,
    speakers: SpeakersOption = None,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is left.")] = False,
    alone: Annotated[bool, typer.Option("--alone", help="Without a service: run one in this process.")] = False,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Transcribe each audio file that is put into a folder or a bucket, and move it to done/, transcripts beside it."""
    chosen = Choices(
        language=language,
        model=model,
        engine=engine,
        task=task,
        prompt=prompt,
        hotwords=hotwords,
        channels=channels,
        tone_marks=tone_marks,
        speakers=speakers,
    )
    options = {name: str(value) for name, value in asdict(chosen).items() if value is not None}
    failures = run(_watched(None if alone else url, _place_of(place), options, forms or [Format.TXT], once=once))
    if once and failures:
        raise CommandError(f"{failures} of the files could not be transcribed; what is wrong stands beside them.")


async def _watched(
    url: str | None, place: Place[Any], options: dict[str, str], forms: list[Format], *, once: bool
) -> int:
    with stop_signals() as stop:
        async with _service(url) as found, service_at(found) as client:
            watcher = Watcher(client, place, options, forms)
            say(f"Watching {place}, with {found}")
            watching = asyncio.create_task(watcher.run(once=once))
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({watching, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (watching, stopped):
                task.cancel()
            await asyncio.wait({watching, stopped})
            if not watching.cancelled():
                watching.result()
            return watcher.failures


def _place_of(named: str) -> Place[Any]:
    """What is watched; raises `WrongUse`."""
    if not named.startswith(_S3):
        if not Path(named).is_dir():
            raise typer.BadParameter(f"There is no folder {named!r}.", param_hint="DIR")
        return Folder(Path(named))
    from stt.bootstrap.watching import bucket_prefix

    bucket, _, prefix = named.removeprefix(_S3).partition("/")
    settings = load()
    if not bucket:
        raise WrongUse(f"{named!r} names no bucket; right is {_S3}BUCKET/PREFIX.")
    if not settings.minio_endpoint:
        raise WrongUse("MINIO_ENDPOINT is not set: it says at which server the bucket lies.")
    return Bucket(bucket_prefix(settings, bucket, prefix))


@asynccontextmanager
async def _service(url: str | None) -> AsyncIterator[str]:
    """The URL of the service, or of one in this process."""
    if url is not None:
        yield url
        return
    from stt.cli.listening import listen, url_of
    from stt.cli.service import running

    settings = load()
    configure_logging(settings.log_format, "error")
    listener = listen("127.0.0.1", 0)
    async with running(settings, listener=listener, consuming=True):
        yield url_of(listener)
