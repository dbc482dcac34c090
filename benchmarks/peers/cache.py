"""Where peers are kept: built or installed once per machine, then found again."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stt" / "peers"


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of the cache; `make` fills it if it is not there yet, and is told where.

    `make` fills a folder beside it, which gets its name when it is whole: what was broken off is begun anew.
    """
    with _locked(name):
        place, unfinished = CACHE / name, CACHE / f"{name}.unfinished"
        if not place.exists():
            Console(stderr=True).print(f"{name} is made in {CACHE}: once per machine, takes minutes")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(place)
    return place


def venv(name: str, requirements: Sequence[str]) -> Path:
    """The Python of a virtual environment in the cache that has the requirements in it."""

    def make(place: Path) -> None:
        command([sys.executable, "-m", "venv", str(place)])
        # `python -m pip` and not `pip`, whose first line names the folder before it gets its name.
        command([str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements])

    return once(name, make) / "bin" / "python"


def command(arguments: Sequence[str]) -> None:
    """Run a program that says nothing. Raises RuntimeError with the end of what it said if it fails."""
    done = subprocess.run(
        arguments, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-3000:]}")


@contextmanager
def _locked(name: str) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
