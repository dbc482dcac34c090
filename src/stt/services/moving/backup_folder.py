"""The folder that a backup is.

stt.db          the database as it was at one moment
objects/        the objects that it counts on, each a file
SHA256SUMS      of all of these, as `sha256sum --check` reads it
backup.json     when and by what it was made; a folder without it is no whole backup
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from stt.core.storage.folders import sync_folder
from stt.domain.errors import InvalidRequest

_OBJECTS = "objects"
_DIGITS = 64


@dataclass(frozen=True)
class BackupAccount:
    """What is in a backup; `missing` are the keys of objects that the service itself had lost before."""

    made_at: str
    program: str
    tables: str
    objects: int
    bytes: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class BackupFolder:
    """Names and reads what lies in one."""

    path: Path

    @property
    def database(self) -> Path:
        """The file with the database."""
        return self.path / "stt.db"

    @property
    def objects(self) -> Path:
        """The folder with the objects."""
        return self.path / _OBJECTS

    @property
    def _account(self) -> Path:
        return self.path / "backup.json"

    @property
    def _sums(self) -> Path:
        return self.path / "SHA256SUMS"

    def conclude(self, account: BackupAccount, database_sum: str, sums: Mapping[str, str]) -> None:
        """Write the sums, by the objects' keys, and the account, which makes it a whole backup."""
        lines = [f"{database_sum}  {self.database.name}\n"]
        lines += (f"{digits}  {_OBJECTS}/{key}\n" for key, digits in sorted(sums.items()))
        _write(self._sums, "".join(lines))
        _write(self._account, json.dumps(asdict(account), indent=2) + "\n")

    def account(self) -> BackupAccount:
        """What is in it; raises `InvalidRequest` where it is no whole backup."""
        try:
            found = json.loads(self._account.read_text("utf-8"))
            return BackupAccount(**{**found, "missing": tuple(found["missing"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InvalidRequest(
                f"{self.path} is no whole backup: it has no {self._account.name} that can be read. What 'stt backup' "
                "could not finish has a name that ends in .partial."
            ) from error

    def sums(self) -> tuple[str, dict[str, str]]:
        """The SHA-256 of the database, and those of the objects by their keys."""
        entries = (line.split("  ", 1) for line in self._sums.read_text("utf-8").split("\n") if line)
        named = {name: digits for digits, name in entries if len(digits) == _DIGITS}
        objects = {name.removeprefix(f"{_OBJECTS}/"): digits for name, digits in named.items() if "/" in name}
        return named.get(self.database.name, ""), objects


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
