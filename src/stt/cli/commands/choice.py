"""What `stt try` transcribes, and by which model: a real one if it can be had soon, else the one in the package."""

import time
from dataclasses import dataclass
from pathlib import Path

from stt.cli.commands.models import best_installed, store_of
from stt.cli.terminal import progress, say
from stt.core.config import Settings
from stt.domain.errors import SttError
from stt.domain.whisper.models import CATALOGUE, DEMO, model_named
from stt.worker.errors import ModelUnavailable
from stt.worker.models.store import PACKAGED

REAL = "base"
"""The smallest that writes what people say as a person would read it, with sentences and punctuation."""
PATIENCE_SECONDS = 120
"""For how long it is fetched: whoever tries the service for the first time waits for this as well."""
ABOUT_DEMO = (
    "The model 'demo' knows two hundred words as a speech synthesiser says them: it shows that everything works, "
    "without a network. For real speech: make run FILE=talk.mp3 MODEL=small"
)


@dataclass(frozen=True)
class Choice:
    """A file, and the model and the language to transcribe it by."""

    file: Path
    model: str
    language: str


def choose(settings: Settings, file: Path | None, model: str | None, language: str | None) -> Choice:
    """Complete what the person has said, and say what was chosen and why."""
    if file is None:
        return _sample(model_named(model) if model else _real_or_demo(settings), language)
    model = model_named(model) if model else _model_for(settings)
    if model == DEMO:
        say(ABOUT_DEMO)
    return Choice(file, model, language or settings.default_language)


def _sample(model: str, language: str | None) -> Choice:
    """A talk of real sentences, or words that the demo model knows."""
    if model != DEMO:
        return Choice(PACKAGED / "talk-en.flac", model, language or "en")
    say(ABOUT_DEMO)
    language = language or "vi"
    return Choice(PACKAGED / f"sample-{'en' if language == 'en' else 'vi'}.flac", model, language)


def _real_or_demo(settings: Settings) -> str:
    try:
        _have(settings, REAL)
    except SttError as error:
        say(f"Using the model in the package, because {REAL} could not be had. {error.message}")
        return DEMO
    say(f"Using {REAL}, a small real model; larger ones make fewer mistakes ('stt models list').")
    return REAL


def _have(settings: Settings, name: str) -> None:
    """Fetch a model unless it is here. Raises ModelUnavailable."""
    store = store_of(settings)
    if store.find(name, settings.engine):
        return
    if advice := store.lacks(name, settings.engine):
        raise ModelUnavailable(advice)
    say(f"Fetching {name} ({CATALOGUE[name].megabytes} MB), once; MODEL={DEMO} does without.")
    until = time.monotonic() + PATIENCE_SECONDS
    with progress() as show:

        def in_time(done: int, total: int) -> None:
            if time.monotonic() > until:
                raise ModelUnavailable(f"It takes longer than {PATIENCE_SECONDS} s: 'stt models pull {name}' goes on.")
            show("Fetching", 100 * done / max(1, total), name)

        store.pull(name, settings.engine, in_time)


def _model_for(settings: Settings) -> str:
    """What to use where nobody has said; and say it."""
    default = settings.default_model
    chosen = best_installed(settings) or default
    if chosen == default:
        say(f"Using the default model, {default}; another one with --model.")
    else:
        say(f"The default model, {default}, is not installed: using {chosen}. 'stt models pull {default}' fetches it.")
    return chosen
