"""The prefix of a bucket that is watched: which objects wait under it, and where they go."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from stt.cli.watch.place import DONE, FAILED, is_audio, name_of
from stt.client.uploads import NamedFile
from stt.domain.errors import ObjectMissing

if TYPE_CHECKING:
    from stt.core.storage.bucket_prefix import BucketPrefix, Listed  # the command is imported by every child

LOOK_SECONDS = 5.0
"""Servers in the cloud charge for each look."""


@dataclass(frozen=True)
class Waiting:
    """An object that waits."""

    listed: "Listed"

    @property
    def name(self) -> str:
        """The last part of its key."""
        return self.listed.key.rpartition("/")[2]


class Bucket:
    """The audio files that lie directly under a prefix; they go to `done/` and `failed/` below it.

    There is no moving in a bucket: an object is copied, and removed behind that. What is written carries a mark of the
    object that it is of, so that whoever is killed in between does the same again, at the same place.
    """

    look_seconds = LOOK_SECONDS

    def __init__(self, prefix: "BucketPrefix") -> None:
        self._prefix = prefix
        self._seen: list[Waiting] = []

    def __str__(self) -> str:
        return self._url("")

    def waiting(self) -> list[Waiting]:
        """Objects with something in them; each is whole from its first moment on."""
        listed = [Waiting(each) for each in self._prefix.objects() if each.size]
        self._seen = [each for each in listed if is_audio(each.name)]
        return self._seen

    @property
    def is_empty(self) -> bool:
        """Whether nothing lay there at the last look."""
        return not self._seen

    def known_as(self, item: Waiting) -> Sequence[str]:
        """Its place, and what the server tells of its content."""
        return self._prefix.bucket, item.listed.key, str(item.listed.size), item.listed.tag

    def opened(self, item: Waiting) -> NamedFile:
        """A copy of the object in a file without a name."""
        with _as_file():
            return item.name, self._prefix.opened(item.listed)

    def done(self, item: Waiting, transcripts: Mapping[str, bytes]) -> list[str]:
        """Write the transcripts, then copy the object beside them, then remove it."""
        target = self._free(DONE, item, [f".{ending}" for ending in transcripts])
        bodies = {str(target.with_suffix(f".{ending}")): body for ending, body in transcripts.items()}
        return self._moved(item, str(target), bodies)

    def failed(self, item: Waiting, reason: str) -> str:
        """The same with the reason."""
        target = self._free(FAILED, item, [])
        return self._moved(item, str(target), {f"{target}.error.txt": f"{reason}\n".encode()})[0]

    def _moved(self, item: Waiting, target: str, bodies: Mapping[str, bytes]) -> list[str]:
        mark = self._mark(item)
        with _as_file():
            for key, body in bodies.items():
                self._prefix.write(key, body, mark)
            self._prefix.copy(item.listed, target, mark)
            self._prefix.remove(item.listed)
        return [self._url(key.removeprefix(self._prefix.prefix)) for key in bodies]

    def _free(self, folder: str, item: Waiting, suffixes: Sequence[str]) -> PurePosixPath:
        """Where an object can go: under its own name, or with a number behind it, unless what lies there is its own."""
        name, number, mark = PurePosixPath(item.name), 1, self._mark(item)
        while True:
            numbered = name if number == 1 else name.with_name(f"{name.stem} ({number}){name.suffix}")
            target = PurePosixPath(f"{self._prefix.prefix}{folder}/{numbered}")
            keys = [target, *(target.with_suffix(suffix) for suffix in suffixes)]
            if all(self._prefix.mark(str(key)) in (None, mark) for key in keys):
                return target
            number += 1

    def _mark(self, item: Waiting) -> str:
        return name_of(self.known_as(item), {})

    def _url(self, name: str) -> str:
        return f"s3://{self._prefix.bucket}/{self._prefix.prefix}{name}"


@contextlib.contextmanager
def _as_file() -> Iterator[None]:
    """What is gone is gone as a file is."""
    try:
        yield
    except ObjectMissing as error:
        raise FileNotFoundError(error.message) from error
