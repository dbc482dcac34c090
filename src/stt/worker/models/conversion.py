"""whisper.cpp's file of a model, written from its CTranslate2 weights."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from stt.worker.models.source import Progress, Source, sync


@dataclass(frozen=True)
class Converted:
    """A source: the ggml file `name` out of a CTranslate2 model, which another source has or a directory here."""

    origin: Source | Path
    name: str

    @property
    def title(self) -> str:
        """As `Source.title`."""
        return "CTranslate2 model on this machine" if isinstance(self.origin, Path) else self.origin.title

    def check(self) -> None:
        """As `Source.check`."""
        if not isinstance(self.origin, Path):
            self.origin.check()

    def fetch(self, partial: Path, progress: Progress) -> Path:
        """As `Source.fetch`."""
        from stt.worker.audio.spectrogram import mel_filters  # with numpy, which few commands have a use for
        from stt.worker.weights import ct2, ggml

        origin = self.origin
        directory = origin if isinstance(origin, Path) else origin.fetch(partial / "origin", progress)
        target = partial / "written"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        weights = ct2.read(directory)
        vocabulary = ct2.read_vocabulary(directory)
        ggml.write(target / self.name, weights, mel_filters(weights.mels), vocabulary, matrices="f16")
        sync(target / self.name)
        return target
