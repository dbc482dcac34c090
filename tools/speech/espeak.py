"""espeak-ng as a source of audio and of the sample each word begins at."""

import ctypes
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tools.speech.espeak_process import LIBRARY

SAMPLE_RATE = 22_050
_SERVER = Path(__file__).with_name("espeak_process.py")


class EspeakError(Exception):
    """espeak-ng did not speak what it was asked to."""


class EspeakMissingError(EspeakError):
    """libespeak-ng is not installed."""


@dataclass(frozen=True)
class Request:
    """One utterance: `speed` in words a minute, `pitch` from 0 to 99."""

    voice: str
    speed: int
    pitch: int
    text: str


def version() -> str:
    """Version of the installed library; EspeakMissingError where there is none."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise EspeakMissingError("libespeak-ng is missing; on Debian: apt-get install espeak-ng") from error
    library.espeak_Info.restype = ctypes.c_char_p
    return str(library.espeak_Info(None).decode())


class Espeak:
    """A child process that speaks; it starts with the first request and ends with the `with` block."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.communicate()

    def speak(self, request: Request) -> tuple[NDArray[np.int16], list[int]]:
        """Return 22,050 Hz samples and the sample each word begins at; the same request gives the same bytes.

        Raises EspeakError for an unknown voice, and where espeak-ng does not tell every word apart.
        """
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
        process.stdin.flush()
        header = json.loads(process.stdout.readline() or '{"error": "espeak-ng ended without an answer"}')
        if "error" in header:
            raise EspeakError(header["error"])
        pcm = np.frombuffer(process.stdout.read(header["bytes"]), "<i2")
        if len(header["onsets"]) != len(request.text.split()):
            raise EspeakError(f"espeak-ng marked {len(header['onsets'])} words in {request.text!r}")
        return pcm, header["onsets"]

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", str(_SERVER)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
