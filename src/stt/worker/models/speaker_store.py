"""The model that tells speakers apart, on this machine."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import structlog

from stt.domain.whisper.models import SPEAKERS
from stt.worker.errors import ModelUnavailable
from stt.worker.models.checkpoints import PACKAGED, SEGMENTATION, VOICES, LocalCheckpoints, Written
from stt.worker.models.installation import exclusively, fetch_from, put_directory
from stt.worker.models.source import Progress, Source, no_progress

log = structlog.get_logger()

ADVICE = f"Whoever runs this service can fetch it, or copy it from a machine that did: stt models pull {SPEAKERS}"


class SpeakerStore:
    """Two networks and their licences in `<directory>/speakers/`, fetched by the first job that needs them."""

    def __init__(self, directory: Path, *, downloads: bool = True) -> None:
        self._directory = directory
        self._downloads = downloads
        self._lock = asyncio.Lock()

    @property
    def place(self) -> Path:
        """Where the model lies or would lie."""
        return self._directory / SPEAKERS

    def find(self) -> Path | None:
        """Its directory, if it is on this machine."""
        return self.place if all((self.place / name).is_file() for name in (SEGMENTATION, VOICES)) else None

    def lacks(self) -> str | None:
        """What is missing and what to do, if the model is not on this machine and will not be fetched; else `None`."""
        if self.find() or self._downloads:
            return None
        return f"Speakers cannot be told apart here: the model {SPEAKERS!r} is missing, and downloads are off. {ADVICE}"

    async def resolve(self) -> Path:
        """Its directory, fetched if need be.

        Raises:
            ModelUnavailable: it is not here and cannot be fetched; says what is missing, and what to do.
        """
        async with self._lock:
            if found := self.find():
                return found
            if advice := self.lacks():
                raise ModelUnavailable(advice)
            return await asyncio.to_thread(self.pull)

    def sources(self) -> Sequence[Source]:
        """Where it can be had, in the order in which they are asked."""
        return [Written(PACKAGED)]

    def pull(self, progress: Progress = no_progress, origin: Path | None = None) -> Path:
        """Fetch it, from `origin` where that is given: a directory with both checkpoints.

        Raises:
            ModelUnavailable: it could not be had, or did not arrive whole.
        """
        partial = self._directory / ".partial" / SPEAKERS
        sources = self.sources() if origin is None else [Written(LocalCheckpoints(origin))]
        with exclusively(partial):
            try:
                fetched, source = fetch_from(sources, partial / "files", progress)
            except ModelUnavailable as error:
                message = f"Model {SPEAKERS!r} could not be fetched. {error.message} {ADVICE}"
                raise ModelUnavailable(message) from error
            put_directory(fetched, self.place)
            shutil.rmtree(partial / "files", ignore_errors=True)
        log.info("model_fetched", model=SPEAKERS, source=source.title)
        return self.place
