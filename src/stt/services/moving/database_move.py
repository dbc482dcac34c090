"""The rows of the embedded default, in PostgreSQL."""

from pathlib import Path

from stt.core.database import Database
from stt.core.storage.base import Storage
from stt.domain.errors import InvalidRequest
from stt.repositories import schema
from stt.repositories.moving.needed_objects import needed_keys
from stt.repositories.moving.retirement import alone_with, retire
from stt.repositories.moving.row_copy import fill


class DatabaseMove:
    """Copies every row in one transaction, reads all of them back, and puts what says so in the place of the file.

    Args:
        place: the name of the target, for who opens the file later.
        objects: where objects were, and where the service that goes on will look for them.
    """

    def __init__(self, source: Path, target: Database, place: str, objects: tuple[Storage, Storage]) -> None:
        self._source, self._target, self._place = source, target, place
        self._former, self._objects = objects

    async def run(self) -> Path:
        """Move; returns where the file is now, as it was.

        Nobody can write to the file meanwhile. What broke off has changed nothing, or ends when it is run again.

        Raises:
            InvalidRequest: the target holds something, or objects were not moved yet.
            DatabaseUnusable: a newer program has made the tables of one of the two.
            Unavailable: the file is being written to, or a server does not answer.
        """
        await self._prepare_target()
        await self._upgrade_source()
        with alone_with(self._source) as source:
            schema.refuse_unknown(source)
            await self._refuse_without_objects(set(needed_keys(source)))
            await self._target.write(lambda target: fill(target, source, self._place))
            return retire(self._source, self._place)

    async def _prepare_target(self) -> None:
        there = await schema.version(self._target)
        schema.refuse_newer(there)
        if there is None:
            await schema.init_db(self._target)
        elif not await schema.is_current(self._target):
            raise InvalidRequest(f"{self._place} has tables of the older version {there}; move into an empty database.")

    async def _upgrade_source(self) -> None:
        database = Database(f"sqlite:///{self._source}")
        try:
            await schema.init_db(database)
        finally:
            await database.close()

    async def _refuse_without_objects(self, needed: set[str]) -> None:
        """An object that the service had lost before is not waited for."""
        left = needed - set(await self._objects.keys(""))
        if left and (left := left & set(await self._former.keys(""))):
            raise InvalidRequest(
                f"{len(left)} objects that jobs count on are not in the storage that is configured, among them "
                f"{min(left)}: run 'stt migrate-storage' first."
            )
