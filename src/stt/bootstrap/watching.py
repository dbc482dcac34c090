"""What `stt watch` looks into, where that is no folder."""

from stt.core.config import Settings
from stt.core.storage.bucket_prefix import BucketPrefix
from stt.core.storage.s3_client import client_of, url_of


def bucket_prefix(settings: Settings, bucket: str, prefix: str) -> BucketPrefix:
    """What lies under a prefix of a bucket, at the server of the settings."""
    scheme, _, host = url_of(settings.minio_endpoint, settings.minio_use_ssl).partition("://")
    secret = settings.minio_secret_key.get_secret_value()
    secure, region = scheme == "https", settings.minio_region
    client = client_of(host, settings.minio_access_key, secret, secure=secure, region=region)
    return BucketPrefix(client, host, bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "")
