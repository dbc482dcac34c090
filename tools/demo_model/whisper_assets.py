"""The vocabulary and the reference mel filters that the openai-whisper package carries (MIT)."""

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

REQUIREMENT = "openai-whisper==20250625"
DIGESTS = {
    "multilingual.tiktoken": "b34b360dbb493e781e479794586d661700670d65564001f23024971d1f2fa126",
    "mel_filters.npz": "7450ae70723a5ef9d341e3cee628c7cb0177f36ce42c44b7ed2bf3325f0f6d4c",
}


class AssetsUnavailableError(Exception):
    """The openai-whisper assets are missing or are not the ones the model was trained with."""


def download(directory: Path) -> Path:
    """Fetch the source distribution with pip and unpack its assets; nothing of it is installed.

    Raises AssetsUnavailableError where pip is missing or the package cannot be had.
    """
    _pip_download(directory)
    return _unpack(next(directory.glob("openai_whisper-*.tar.gz")), directory)


def verify(directory: Path) -> Path:
    """Return the directory if it holds exactly the expected assets; raise AssetsUnavailableError if not."""
    for name, expected in DIGESTS.items():
        path = directory / name
        if not path.is_file():
            raise AssetsUnavailableError(f"{path} is missing; give the whisper/assets folder of {REQUIREMENT}.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise AssetsUnavailableError(f"{path} is not the file of {REQUIREMENT}; its SHA-256 differs.")
    return directory


def _pip_download(directory: Path) -> None:
    command = ["pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary=:all:"]
    outcome = subprocess.run(
        [sys.executable, "-m", *command, "--dest", str(directory), REQUIREMENT],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if outcome.returncode:
        raise AssetsUnavailableError(
            f"pip could not download {REQUIREMENT}; install pip and connect, or unpack that package "
            f"yourself and pass --whisper-assets DIR.\n{outcome.stderr.strip()}"
        )


def _unpack(archive: Path, directory: Path) -> Path:
    with tarfile.open(archive) as source:
        for member in source:
            name = Path(member.name).name
            if "/whisper/assets/" in member.name and name in DIGESTS:
                content = source.extractfile(member)
                if content is not None:
                    (directory / name).write_bytes(content.read())
    return directory
