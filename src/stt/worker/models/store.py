"""From a model's name to files an engine can load."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from stt.domain.engine import Engine
from stt.domain.models import CATALOGUE, DEMO, is_known_model
from stt.worker.errors import ModelUnavailable
from stt.worker.models.card import ModelCard, bands_of
from stt.worker.models.installation import Progress, exclusively, install_ct2, install_ggml, no_progress

PARTIAL = ".partial"
"""Where downloads wait until they are complete; no model has a name that begins with a dot."""

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
    """

    def __init__(self, directory: Path, *, downloads: bool = True, paths: bool = False) -> None:
        self._directory = directory
        self._downloads = downloads
        self._paths = paths
        self._locks: defaultdict[tuple[str, Engine], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def resolve(self, name: str, engine: Engine) -> ResolvedModel:
        """The model's files for an engine, fetched if need be.

        Raises:
            ModelUnavailable: it is not here and cannot be fetched; the message says what was looked for and what to do.
        """
        async with self._locks[name, engine]:
            return await asyncio.to_thread(self._resolve, name, engine)

    def _resolve(self, name: str, engine: Engine) -> ResolvedModel:
        if found := self.find(name, engine):
            return found
        if not self._downloads:
            raise ModelUnavailable(self._advice(name, engine, "Downloads are off."))
        if not is_known_model(name):
            raise ModelUnavailable(self._advice(name, engine, "It is not a name that can be fetched."))
        with exclusively(self._partial(name)):
            return self.find(name, engine) or self._install(name, engine, no_progress)

    def find(self, name: str, engine: Engine) -> ResolvedModel | None:
        """The model if it is on this machine."""
        place = self.place(name)
        path = _files_for(place, engine) if place else None
        return ResolvedModel(name, path, ModelCard.beside(path)) if path else None

    def place(self, name: str) -> Path | None:
        """Where a model of that name lies or would lie; `None` for a name that could be anywhere."""
        if name == DEMO:
            return PACKAGED / DEMO
        if self._paths and Path(name).exists():
            return Path(name)
        return self._directory / name if is_known_model(name) or name in self.local_names() else None

    def local_names(self) -> frozenset[str]:
        """Models that somebody has put into the directory under a name of their own."""
        if not self._directory.is_dir():
            return frozenset()
        return frozenset(place.name for place in self._directory.iterdir() if _holds_model(place))

    def pull(self, name: str, engine: Engine, progress: Progress = no_progress) -> ResolvedModel:
        """Fetch a model, whether it is here or not; `progress` hears of bytes done and bytes in all.

        Raises:
            ModelUnavailable: there is nothing to fetch, or it did not arrive whole.
        """
        if not is_known_model(name):
            raise ModelUnavailable(self._advice(name, engine, "It is not a name that can be fetched."))
        with exclusively(self._partial(name)):
            return self._install(name, engine, progress)

    def _install(self, name: str, engine: Engine, progress: Progress) -> ResolvedModel:
        if name != DEMO:
            known, place, partial = CATALOGUE.get(name), self._directory / name, self._partial(name)
            if engine == Engine.FASTER_WHISPER:
                install_ct2(known.ct2 if known else name, place / "ct2", partial, progress)
            else:
                install_ggml(known.ggml if known else None, name, place, partial, progress)
        if found := self.find(name, engine):
            return found
        raise ModelUnavailable(self._advice(name, engine, "What was fetched holds no model for this engine."))

    def _partial(self, name: str) -> Path:
        return self._directory / PARTIAL / name

    def _advice(self, name: str, engine: Engine, why: str) -> str:
        wanted = engine.traits.weights
        place = self.place(name) or self._directory / "…"
        return (
            f"Model {name!r} for {engine} is not on this machine: no {wanted} in {place}. {why} "
            f"Fetch it there with: stt models pull {name} --engine {engine}"
        )


def _holds_model(place: Path) -> bool:
    return any(_files_for(place, engine) for engine in Engine)


def _files_for(place: Path, engine: Engine) -> Path | None:
    if engine == Engine.FASTER_WHISPER:
        return next((p for p in (place / "ct2", place) if (p / "model.bin").is_file()), None)
    if place.is_file():
        return place
    return next(iter(sorted(place.glob("ggml-*.bin"))), None)
