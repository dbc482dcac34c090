"""Where files are put that are to be transcribed: a folder, or a prefix of a bucket."""

import os
from collections.abc import Hashable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from stt.client.uploads import NamedFile
from stt.domain.audio.media import EXTENSIONS

DONE, FAILED = "done", "failed"
"""Folders below, for what was transcribed and what could not be."""


class Named(Hashable, Protocol):
    """A file that waits, as it is now: one that changes is another."""

    @property
    def name(self) -> str:
        """Without folders."""


Item = TypeVar("Item", bound=Named)


class Place(Protocol[Item]):
    """Every method blocks, and raises `FileNotFoundError` for a file that is not there any more, or has changed."""

    look_seconds: float
    """How often it is looked what waits."""

    def waiting(self) -> list[Item]:
        """Audio files that are whole, as far as can be told; raises `OSError`, or `StorageUnavailable`."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing lay there at the last look."""

    def known_as(self, item: Item) -> Sequence[str]:
        """What tells a file, with this content as far as can be seen, from all others."""

    def opened(self, item: Item) -> Path | NamedFile:
        """The file, to be uploaded."""

    def done(self, item: Item, transcripts: Mapping[str, bytes]) -> list[str]:
        """Move a file away, with its transcripts, by their endings, beside it; where these lie."""

    def failed(self, item: Item, reason: str) -> str:
        """Move a file away, with the reason beside it; where that lies."""


def is_audio(name: str) -> bool:
    """Whether a file is one to be transcribed, by its name."""
    return not name.startswith(".") and Path(name).suffix.lower() in EXTENSIONS


def name_of(known_as: Sequence[str], options: Mapping[str, str]) -> str:
    """What a file is known by that is to be done in this way.

    A service makes one job of what is sent under the same name, however often the watch is begun anew.
    """
    known = [*known_as, *map(str, sorted(options.items()))]
    return f"watch-{sha256(os.fsencode(chr(0).join(known))).hexdigest()[:40]}"
