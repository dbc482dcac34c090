"""The objects of the embedded default, in a bucket."""

from stt.core.storage.base import Storage
from stt.domain.errors import InvalidRequest
from stt.services.moving.object_copy import ObjectCopy, Show


class StorageMove:
    """Copies a folder's objects to a bucket that holds nothing else; what broke off goes on where it was.

    The folder stays as it is.
    """

    def __init__(self, source: Storage, target: Storage) -> None:
        self._source, self._target = source, target

    async def run(self, show: Show) -> int:
        """Copy all, until none is left that came meanwhile; returns how many objects there are.

        Raises:
            InvalidRequest: the bucket is not empty, and what is in it is not from here.
            StorageUnavailable: the bucket or the folder does not answer.
        """
        await self._target.prepare()
        await self._refuse_others()
        copying, copied = ObjectCopy(self._source, self._target, show), set[str]()
        while left := set(await self._source.keys("")) - copied:
            copied |= left
            await copying.copy(sorted(left))
        return len(copied)

    async def _refuse_others(self) -> None:
        others = sorted(set(await self._target.keys("")) - set(await self._source.keys("")))
        if others:
            raise InvalidRequest(
                f"The bucket is not empty: it holds {len(others)} objects that are not in the folder, among them "
                f"{others[0]}. Objects are moved into an empty bucket, or one that an earlier move has begun to fill."
            )
