"""From a model's name to files an engine can load."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import assert_never

import structlog

from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import ANY, DEMO, ModelList, is_known_model
from stt.worker.errors import ModelUnavailable
from stt.worker.models import sums
from stt.worker.models.card import ModelCard, bands_of
from stt.worker.models.installation import exclusively, fetch_from, put_directory, put_files
from stt.worker.models.source import Progress, Source, no_progress
from stt.worker.models.sources import sources_of

log = structlog.get_logger()

PARTIAL = ".partial"
"""Where downloads wait until they are complete; no model has a name that begins with a dot."""
SUMS = ".sums"
"""Where it is noted what files were when they were fetched."""

MOST_BYTES = 10 * 1000**3
"""What a repository may hold unless the operator says otherwise: three times OpenAI's largest model."""

PACKAGED = Path(str(files("stt"))) / "assets"


@dataclass(frozen=True)
class ResolvedModel:
    """A model on this machine: a directory for faster-whisper, a file for whisper.cpp."""

    name: str
    path: Path
    card: ModelCard

    @property
    def bands(self) -> int | None:
        """Of the spectrogram it listens to; `None` where the engine makes its own."""
        return bands_of(self.path)


class ModelStore:
    """Models under `directory`, one directory each, with `ct2/` and `ggml-*.bin` side by side.

    A name is looked up in this order: the demo model in the package, a path (only where `paths` are allowed: a name
    that came over the network must never be one), the directory, and a download unless those are off.

    `offered` is what callers may name, as the operator has chosen it, and for nothing else the operator's own token is
    used; `most_bytes` is what a repository of the hub may hold.
    """

    def __init__(
        self,
        directory: Path,
        *,
        downloads: bool = True,
        paths: bool = False,
        offered: ModelList = ModelList((ANY,)),  # noqa: B008  it cannot change
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._directory = directory
        self._downloads = downloads
        self._paths = paths
        self._offered = offered
        self._most_bytes = most_bytes
        self._locks: defaultdict[tuple[str, Engine], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def resolve(self, name: str, engine: Engine) -> ResolvedModel:
        """The model's files for an engine, fetched if need be.

        Raises:
            ModelUnavailable: it is not here and cannot be fetched, or damaged; says what is missing, and what to do.
        """
        async with self._locks[name, engine]:
            return await asyncio.to_thread(self._resolve, name, engine)

    def _resolve(self, name: str, engine: Engine) -> ResolvedModel:
        if (found := self.find(name, engine)) is None:
            if advice := self.lacks(name, engine):
                raise ModelUnavailable(advice)
            with exclusively(self._partial(name)):
                trusted = self._paths or name in self._offered.names
                found = self.find(name, engine) or self._install(name, engine, no_progress, trusted=trusted)
        if engine is Engine.FASTER_WHISPER:
            from stt.worker.weights import ct2  # with numpy, which who looks for a model has no use for

            ct2.check_tokenizer(found.path)
        return found

    def find(self, name: str, engine: Engine) -> ResolvedModel | None:
        """The model if it is on this machine. Raises ModelUnavailable if its card cannot be read."""
        place = self.place(name)
        path = _files_for(place, engine) if place else None
        return ResolvedModel(name, path, ModelCard.beside(path)) if path else None

    def lacks(self, name: str, engine: Engine) -> str | None:
        """What is missing and what to do, if a model is not on this machine and will not be fetched; else `None`."""
        if self.find(name, engine) or (self._downloads and is_known_model(name)):
            return None
        why = "It is not a name that can be fetched." if self._downloads else "Downloads are off."
        return (
            f"Model {name!r} for {engine} is not here: it has no {engine.traits.weights}. {why} {_advice(name, engine)}"
        )

    def place(self, name: str) -> Path | None:
        """Where a model of that name lies or would lie; `None` for a name that could be anywhere."""
        if name == DEMO:
            return PACKAGED / DEMO
        if self._paths and Path(name).exists():
            return Path(name)
        return self._directory / name if is_known_model(name) or name in self.installed() else None

    def installed(self) -> frozenset[str]:
        """Names of the models in the directory: of the catalogue, of one's own, and repositories."""
        names = [place.name for place in _directories(self._directory) if _holds_model(place)]
        owners = [place for place in _directories(self._directory) if place.name not in names]
        repositories = [
            f"{owner.name}/{place.name}" for owner in owners for place in _directories(owner) if _holds_model(place)
        ]
        return frozenset([*names, *repositories])

    def offered(self) -> ModelList:
        """What callers may name, with what is installed by now."""
        return replace(self._offered, installed=self.installed())

    def sources(self, name: str, engine: Engine, *, trusted: bool = True) -> Sequence[Source]:
        """Where a model can be had, in the order in which they are asked."""
        return sources_of(name, engine, self._directory / name, most_bytes=self._most_bytes, trusted=trusted)

    def pull(self, name: str, engine: Engine, progress: Progress = no_progress) -> ResolvedModel:
        """Fetch a model for the operator, whether it is here or not.

        Raises:
            ModelUnavailable: there is nothing to fetch, or it did not arrive whole.
        """
        if not is_known_model(name):
            raise ModelUnavailable(f"{name!r} is not a name that can be fetched.")
        with exclusively(self._partial(name)):
            return self._install(name, engine, progress, trusted=True)

    def changed(self, name: str, engine: Engine) -> list[str] | None:
        """The files of an installed model that are not as they came; `None` if it was not fetched by this program.

        Raises:
            ModelUnavailable: it is not installed.
        """
        if (found := self.find(name, engine)) is None:
            raise ModelUnavailable(f"Model {name!r} is not installed for {engine}.")
        return sums.changed(self._sums(name, engine), found.path)

    def remove(self, name: str, engine: Engine) -> Path | None:
        """Remove a model's files for an engine; where they lay, `None` if there were none.

        Raises:
            ModelUnavailable: it is not one that this program may remove.
        """
        if name == DEMO or not (is_known_model(name) or name in self.installed()):
            raise ModelUnavailable(f"{name!r} is none of the models in {self._directory}.")
        with exclusively(self._partial(name)):
            if (found := self.find(name, engine)) is None:
                return None
            if engine is Engine.FASTER_WHISPER and found.path.is_dir():
                shutil.rmtree(found.path)
            else:
                found.path.unlink()
            self._sums(name, engine).unlink(missing_ok=True)
            place = self._directory / name
            if place.is_dir() and not _holds_model(place):
                shutil.rmtree(place)
        return found.path

    def _install(self, name: str, engine: Engine, progress: Progress, *, trusted: bool) -> ResolvedModel:
        if name != DEMO:
            place, partial = self._directory / name, self._partial(name) / engine
            try:
                fetched, source = fetch_from(self.sources(name, engine, trusted=trusted), partial, progress)
            except ModelUnavailable as error:
                message = f"Model {name!r} for {engine} could not be fetched. {error.message} {_advice(name, engine)}"
                raise ModelUnavailable(message) from error
            if engine is Engine.FASTER_WHISPER:
                put_directory(fetched, place / "ct2")
            else:
                put_files(fetched, place)
            shutil.rmtree(partial)
            log.info("model_fetched", model=name, engine=engine, source=source.title)
        if found := self.find(name, engine):
            if name != DEMO:
                sums.note(self._sums(name, engine), found.path)
            return found
        raise ModelUnavailable(f"What was fetched for model {name!r} holds no {engine.traits.weights}.")

    def _sums(self, name: str, engine: Engine) -> Path:
        return self._directory / SUMS / name / f"{engine}.sha256"

    def _partial(self, name: str) -> Path:
        return self._directory / PARTIAL / name


def _advice(name: str, engine: Engine) -> str:
    return (
        f"Whoever runs this service can fetch it, or copy it from a machine that did: stt models pull {name} "
        f"--engine {engine}"
    )


def _directories(place: Path) -> Sequence[Path]:
    """Those in a directory that a name can mean."""
    if not place.is_dir():
        return []
    return [path for path in place.iterdir() if path.is_dir() and not path.name.startswith(".")]


def _holds_model(place: Path) -> bool:
    return any(_files_for(place, engine) for engine in Engine)


def _files_for(place: Path, engine: Engine) -> Path | None:
    match engine:
        case Engine.FASTER_WHISPER:
            return next((p for p in (place / "ct2", place) if (p / "model.bin").is_file()), None)
        case Engine.WHISPER_CPP:
            return place if place.is_file() else next(iter(sorted(place.glob(engine.traits.weights))), None)
        case _:
            assert_never(engine)
