"""The client for what obstore has no call for: buckets, parts, and forms that are signed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from minio import Minio
from minio.datatypes import PostPolicy
from minio.error import S3Error
from urllib3 import PoolManager, Retry, Timeout

from stt.domain.jobs.upload import PresignedForm

CONNECT_SECONDS = 5
READ_SECONDS = 30
"""How long an answer may take, the sending of one part included."""


def url_of(endpoint: str, use_ssl: bool) -> str:
    """The URL of a server that is named as `host:port`, or by its URL."""
    endpoint = endpoint.rstrip("/")
    return endpoint if "://" in endpoint else f"{'https' if use_ssl else 'http'}://{endpoint}"


def client_of(host: str, access_key: str, secret_key: str, *, secure: bool, region: str) -> Callable[[], Minio]:
    """What makes a client of the server at `host`, anew for each use: one belongs to one thread."""

    def client() -> Minio:
        pool = PoolManager(timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=Retry(1))
        return Minio(host, access_key, secret_key, secure=secure, region=region, http_client=pool)

    return client


def make_bucket(client: Minio, bucket: str) -> None:
    """Make a bucket if it is not there, whoever else does so at this moment."""
    try:
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)
    except S3Error as error:
        if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise


def presigned_form(client: Minio, url: str, bucket: str, key: str, size: int, seconds: float) -> PresignedForm:
    """A form that puts `size` bytes under `key`, no more and no less; the server at `url` is not asked for it."""
    expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
    policy = PostPolicy(bucket, expires_at)
    policy.add_equals_condition("key", key)
    policy.add_content_length_range_condition(size, size)
    fields = {"key": key, **client.presigned_post_policy(policy)}
    return PresignedForm(f"{url}/{bucket}", fields, expires_at)
