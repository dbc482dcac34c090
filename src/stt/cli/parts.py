"""Names of what the service stands on, fit for a screen: never with a password."""

from urllib.parse import urlsplit

from stt.core.config import Settings
from stt.core.database import Database


def database_name(database: Database) -> str:
    """The SQLite file, or host and name of the PostgreSQL database."""
    url = database.url
    return (
        f"SQLite {url.database}" if database.is_sqlite else f"PostgreSQL {url.host}:{url.port or 5432}/{url.database}"
    )


def storage_name(settings: Settings) -> str:
    """The folder, or the S3 server and bucket."""
    if settings.minio_endpoint:
        return f"S3 {settings.minio_endpoint}/{settings.minio_bucket}"
    return f"folder {settings.data_dir / 'objects'}"


def queue_name(settings: Settings) -> str:
    """The RabbitMQ server, or the database."""
    if settings.rabbitmq_url:
        return f"RabbitMQ {urlsplit(settings.rabbitmq_url).netloc.rpartition('@')[2]}"
    return "the database"
