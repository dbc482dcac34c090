"""What systems have made of files is kept: measuring takes an hour and may be broken off."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.peers.cache import CACHE
from benchmarks.real_voices.heard import Heard
from benchmarks.real_voices.mix import Mix

FOLDER = CACHE.parent / "real-voices"
SOURCE = Path(__file__).parents[2] / "src"
ENGINES = ("faster-whisper", "ctranslate2", "pywhispercpp", "onnxruntime", "av")


def heard_once(mix: Mix, label: str, hear: Callable[[], Heard], *, again: bool) -> Heard:
    """What was kept of the same samples and the same system (`label` names it and its options), unless `again`."""
    place = FOLDER / f"{_key(mix, label)}.json"
    if not again:
        with suppress(FileNotFoundError, ValueError, KeyError):
            return Heard.from_dict(json.loads(place.read_text(encoding="utf-8")))
    heard = hear()
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(heard.to_dict(), ensure_ascii=False), encoding="utf-8")
    unfinished.rename(place)
    return heard


def version_of(ours: bool) -> str:
    """What a system's results depend on beside its options: the engines, and for this service its source."""
    engines = " ".join(f"{name} {version(name)}" for name in ENGINES)
    return engines + (_source() if ours else "")


def _source() -> str:
    digest = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in (".py", ".txt"):
            digest.update(path.relative_to(SOURCE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _key(mix: Mix, label: str) -> str:
    digest = hashlib.sha256(f"{label} {mix.told} ".encode())
    digest.update(np.ascontiguousarray(mix.samples).tobytes())
    return digest.hexdigest()[:32]
