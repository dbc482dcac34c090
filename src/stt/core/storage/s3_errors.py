"""What an S3 server refuses, said so that somebody can mend it."""

import re

from minio.error import S3Error
from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

from stt.domain.errors import StorageUnavailable

_REFUSALS = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch")
"""Codes of the S3 protocol, where an error has no type of its own: for what is said, never for what is done."""
_CODE = re.compile(r"<Error>.*?<Code>(\w+)</Code>", re.DOTALL)


def unavailable(error: Exception, host: str, bucket: str) -> StorageUnavailable:
    """What either client raised, as an outage of the store."""
    reason = str(error)
    found = _CODE.search(reason)
    code = error.code if isinstance(error, S3Error) else found and found[1]
    if code == "NoSuchBucket":
        return StorageUnavailable(f"There is no bucket {bucket!r} at {host}.")
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or code in _REFUSALS:
        return StorageUnavailable(
            f"The object store at {host} refuses the access key or its secret for the bucket "
            f"{bucket!r}; check MINIO_ACCESS_KEY and MINIO_SECRET_KEY."
        )
    first_line = reason.partition("\n")[0][:300]
    return StorageUnavailable(f"The object store at {host} failed: {first_line}")
