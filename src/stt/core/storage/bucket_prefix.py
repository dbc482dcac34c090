"""Objects that others put under a prefix of a bucket: taken, marked and moved, whatever lies around them."""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from minio import Minio
from minio.commonconfig import REPLACE, CopySource
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from stt.core.storage.disk import BLOCK_BYTES
from stt.core.storage.s3_errors import unavailable
from stt.domain.errors import ObjectMissing

_MARK = "x-amz-meta-stt-watch"
_GONE = ("NoSuchKey", "PreconditionFailed")
"""What a server says of an object that is not there, or not the one any more that was listed."""


@dataclass(frozen=True)
class Listed:
    """An object as it was listed: `size` in bytes, and a tag that another content has not."""

    key: str
    size: int
    tag: str


class BucketPrefix:
    """What lies directly under a prefix, an empty one or one that ends in `/`.

    Every method blocks. It raises `StorageUnavailable` where the server does not answer, or does not let us in, and
    `ObjectMissing` for an object that is gone or has another content than when it was listed.
    """

    def __init__(self, client: Callable[[], Minio], host: str, bucket: str, prefix: str) -> None:
        self._client, self._host, self.bucket, self.prefix = client, host, bucket, prefix

    def objects(self) -> list[Listed]:
        """All of them, sorted by key."""
        with self._translated():
            found = self._client().list_objects(self.bucket, self.prefix)
            listed = [
                Listed(each.object_name or "", each.size or 0, each.etag or "") for each in found if not each.is_dir
            ]
        return sorted(listed, key=lambda each: each.key)

    def opened(self, listed: Listed) -> BinaryIO:
        """The bytes of an object, in a file without a name: whatever ends, nothing of it is left."""
        with self._translated():
            headers = {"If-Match": listed.tag}
            answer = self._client().get_object(self.bucket, listed.key, request_headers=headers)  # type: ignore[arg-type]
            file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115  it is for whoever asked
            try:
                for block in answer.stream(BLOCK_BYTES):
                    file.write(block)
                file.seek(0)
            except BaseException:
                file.close()
                raise
            finally:
                answer.close()
                answer.release_conn()
        return file

    def mark(self, key: str) -> str | None:
        """The mark that an object was written with, an empty one where it has none; `None` where there is no object."""
        try:
            with self._translated():
                found = self._client().stat_object(self.bucket, key)
        except ObjectMissing:
            return None
        return str((found.metadata or {}).get(_MARK, ""))

    def write(self, key: str, body: bytes, mark: str) -> None:
        """Store a small object with a mark."""
        with self._translated():
            self._client().put_object(self.bucket, key, io.BytesIO(body), len(body), metadata={_MARK: mark})

    def copy(self, listed: Listed, key: str, mark: str) -> None:
        """Have an object at another place as well, with a mark there; the server copies it."""
        with self._translated():
            client = self._client()
            kind = client.stat_object(self.bucket, listed.key).content_type or "application/octet-stream"
            source = CopySource(self.bucket, listed.key, match_etag=listed.tag)
            about = {_MARK: mark, "Content-Type": kind}
            client.copy_object(self.bucket, key, source, metadata=about, metadata_directive=REPLACE)  # type: ignore[arg-type]

    def remove(self, listed: Listed) -> None:
        """Remove an object, if it is still the one that was listed."""
        with self._translated():
            client = self._client()
            # No server but the newest removes on a condition; between these two is a moment.
            if client.stat_object(self.bucket, listed.key).etag != listed.tag:
                raise ObjectMissing(f"{listed.key} has changed.")
            client.remove_object(self.bucket, listed.key)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            if error.code in _GONE:
                raise ObjectMissing(f"{error.object_name or 'The object'} is gone, or has changed.") from error
            raise unavailable(error, self._host, self.bucket) from error
        except (MinioException, HTTPError, ValueError) as error:
            raise unavailable(error, self._host, self.bucket) from error
