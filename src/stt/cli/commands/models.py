"""Commands for models on this machine: models list, models pull, models path, models verify, models remove."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from stt.cli.errors import CommandError
from stt.cli.options import EngineOption
from stt.cli.settings import load
from stt.cli.terminal import progress, results, say, write
from stt.core.config import Settings
from stt.core.logger import configure_logging
from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import ANY, CATALOGUE, DEMO, SPEAKERS, ModelList, model_named
from stt.worker.models import ModelStore, SpeakerStore

app = typer.Typer(help="List, fetch or find models.", no_args_is_help=True)
ModelName = Annotated[
    str, typer.Argument(metavar="NAME", help="A name that 'stt models list' shows, or a repository id.")
]


@app.command("list")
def list_() -> None:
    """Show the models that have names: their size, and for which engine they are installed."""
    settings = load()
    store = store_of(settings)
    table = Table("model", "MB", "installed for", "about", box=None, pad_edge=False)
    for known in CATALOGUE.values():
        table.add_row(known.name, str(known.megabytes), _engines(store, known.name), known.about)
    speakers = speaker_store(settings).find() is not None
    table.add_row(SPEAKERS, "33", "any engine" if speakers else "", "tells speakers apart; taken by --speakers")
    for name in sorted(store.installed() - set(CATALOGUE)):
        table.add_row(name, "", _engines(store, name), "in the model directory")
    results.print(table)


@app.command()
def pull(
    name: ModelName,
    *,
    engine: EngineOption = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch it again although it is installed.")] = False,
    origin: Annotated[
        Path | None, typer.Option("--from", file_okay=False, help="Directory with the checkpoints of 'speakers'.")
    ] = None,
) -> None:
    """Download a model and check it before it can be used."""
    settings = load()
    configure_logging(settings.log_format, "error")
    if name == SPEAKERS:
        _pull_speakers(settings, origin, force=force)
        return
    if origin:
        raise CommandError(f"--from is for {SPEAKERS!r}; a model of Whisper is copied into the model directory.")
    store, engine = store_of(settings), engine or settings.engine
    name = ModelList((ANY,), store.installed()).check(name)
    found = store.find(name, engine)
    if found is None or force:
        with progress() as show:
            found = store.pull(name, engine, lambda done, total: show("Fetching", 100 * done / max(1, total), name))
    say(f"{name} is installed for {engine}:")
    write(str(found.path))


def _pull_speakers(settings: Settings, origin: Path | None, *, force: bool) -> None:
    store = speaker_store(settings)
    found = store.find()
    if found is None or force or origin:
        with progress() as show:
            found = store.pull(lambda done, total: show("Fetching", 100 * done / max(1, total), SPEAKERS), origin)
    say(f"{SPEAKERS} is installed:")
    write(str(found))


@app.command()
def path(name: ModelName) -> None:
    """Print the directory of an installed model."""
    if name == SPEAKERS and (speakers := speaker_store(load()).find()):
        write(str(speakers))
        return
    store, name = store_of(load()), model_named(name)
    place = store.place(name)
    if place is None or not _engines(store, name):
        raise CommandError(f"Model {name!r} is not installed; 'stt models pull {name}' fetches it.")
    write(str(place))


@app.command()
def verify(name: ModelName, *, engine: EngineOption = None) -> None:
    """Compare each file of an installed model with what it was when it was fetched."""
    settings = load()
    store, name = store_of(settings), model_named(name)
    engines = [engine] if engine else [each for each in Engine if store.find(name, each)]
    if not engines:
        raise CommandError(f"Model {name!r} is not installed; 'stt models pull {name}' fetches it.")
    for each in engines:
        changed = store.changed(name, each)
        if changed is None:
            raise CommandError(f"Nobody knows what {name} for {each} should be: 'stt models pull' has not fetched it.")
        if changed:
            raise CommandError(
                f"{len(changed)} files of {name} for {each} are damaged or gone: {', '.join(changed)}. "
                f"'stt models pull {name} --engine {each} --force' fetches it again."
            )
        say(f"{name} for {each} is as it was fetched.")


@app.command()
def remove(name: ModelName, *, engine: EngineOption = None) -> None:
    """Remove an installed model from the disk, for one engine or for all."""
    settings = load()
    configure_logging(settings.log_format, "error")
    store = store_of(settings)
    removed = [place for each in ([engine] if engine else Engine) if (place := store.remove(model_named(name), each))]
    if not removed:
        raise CommandError(f"Model {name!r} is not installed.")
    for place in removed:
        write(str(place))


def store_of(settings: Settings) -> ModelStore:
    """Where models are looked for and put."""
    from stt.bootstrap import model_store  # only what is asked for is loaded

    return model_store(settings)


def speaker_store(settings: Settings) -> SpeakerStore:
    """Where the model that tells speakers apart is looked for and put."""
    from stt.bootstrap import speaker_store  # only what is asked for is loaded

    return speaker_store(settings)


def best_installed(settings: Settings) -> str | None:
    """The configured default model if it is installed, else the largest that is; never the demo model."""
    store = store_of(settings)
    by_size = sorted(CATALOGUE.values(), key=lambda known: -known.megabytes)
    names = [settings.default_model, *(known.name for known in by_size if known.name != DEMO)]
    return next((name for name in names if store.find(name, settings.engine)), None)


def _engines(store: ModelStore, name: str) -> str:
    return ", ".join(engine for engine in Engine if store.find(name, engine))
