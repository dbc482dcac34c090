"""whisper.cpp's own programs, built for this machine from the source that our locked pywhispercpp is made of.

`python -m benchmarks.peers.whisper_cpp` builds them and prints where they are.
"""

import os
import shutil
import struct
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers import cache

PACKAGE = "pywhispercpp"
TARGETS = ("whisper-cli", "whisper-server", "whisper-quantize")
OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=ON",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DWHISPER_BUILD_TESTS=OFF",
)
"""No GPU backend is switched on by default; GGML_NATIVE is `-march=native`."""
Q8_0, QUANTIZATION_VERSION = 7, 1000
"""What the last number of a ggml file's header says: the form of the weights, and a version in thousands."""


class Programs(NamedTuple):
    """Paths of what was built."""

    cli: Path
    server: Path
    quantize: Path


def programs() -> Programs:
    """Build them if that was not done yet. Raises RuntimeError with the end of the log if it fails."""
    folder = cache.once(f"whisper.cpp-{version(PACKAGE)}", _build)
    return Programs(*(folder / target for target in TARGETS))


def quantized(model: Path, target: Path) -> Path:
    """A ggml model with its weights as `q8_0`, written to `target`; the model itself if that is what it is."""
    with model.open("rb") as file:
        ftype = struct.unpack("<12i", file.read(48))[-1]
    if ftype % QUANTIZATION_VERSION == Q8_0:
        return model
    cache.command([str(programs().quantize), str(model), str(target), "q8_0"])
    return target


def _build(place: Path) -> None:
    source, build = _source(place / "source"), place / "build"
    cmake = _cmake()
    cache.command([cmake, "-S", str(source), "-B", str(build), *OPTIONS])
    cache.command([cmake, "--build", str(build), "--parallel", str(os.cpu_count() or 1), "--target", *TARGETS])
    for target in TARGETS:
        shutil.move(build / "bin" / target, place / target)
    shutil.rmtree(place / "source")
    shutil.rmtree(build)


def _source(place: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE]
    cache.command([*pip, "--dest", str(place), f"{PACKAGE}=={version(PACKAGE)}"])
    (archive,) = place.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    return place / archive.name.removesuffix(".tar.gz") / "whisper.cpp"


def _cmake() -> str:
    return shutil.which("cmake") or str(cache.venv("cmake", ["cmake"]).with_name("cmake"))


if __name__ == "__main__":
    print(*programs(), sep="\n")
