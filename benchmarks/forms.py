"""The two forms of the service: embedded in a folder, and on servers with a space of its own on each."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import aio_pika
from minio import Minio

from stt.domain.jobs.messages import Lane
from tools.postgresql import fresh_database

SERVERS = {
    "database": "STT_TEST_DATABASE_URL",
    "rabbitmq": "STT_TEST_RABBITMQ_URL",
    "minio": "STT_TEST_MINIO_ENDPOINT",
    "access": "STT_TEST_MINIO_ACCESS_KEY",
    "secret": "STT_TEST_MINIO_SECRET_KEY",
}
EMBEDDED, DISTRIBUTED = "embedded", "distributed"
SYSTEMS = {EMBEDDED: "SQLite, folder", DISTRIBUTED: "PostgreSQL, RabbitMQ, MinIO"}
"""What each stands on."""


def forms() -> list[str]:
    """Those that can be measured here: without servers only the first."""
    return [EMBEDDED, DISTRIBUTED] if all(os.environ.get(name) for name in SERVERS.values()) else [EMBEDDED]


@contextlib.contextmanager
def environment(form: str, folder: Path) -> Iterator[dict[str, str]]:
    """Settings of the service in that form; what they name is removed afterwards."""
    own = {"STT_DATA_DIR": str(folder / "data"), "STT_SCRATCH_DIR": str(folder / "scratch")}
    nothing = {"DATABASE_URL": "", "RABBITMQ_URL": "", "MINIO_ENDPOINT": ""}
    if form == EMBEDDED:
        yield own | nothing
        return
    servers = {name: os.environ[variable] for name, variable in SERVERS.items()}
    with fresh_database(servers["database"]) as database, _bucket(servers) as bucket:
        yield own | {
            "DATABASE_URL": database,
            "RABBITMQ_URL": servers["rabbitmq"],
            "MINIO_ENDPOINT": servers["minio"],
            "MINIO_ACCESS_KEY": servers["access"],
            "MINIO_SECRET_KEY": servers["secret"],
            "MINIO_BUCKET": bucket,
        }


@contextlib.contextmanager
def _bucket(servers: dict[str, str]) -> Iterator[str]:
    name = f"benchmark-{uuid.uuid4().hex}"
    client = Minio(servers["minio"], servers["access"], servers["secret"], secure=False)
    try:
        yield name
    finally:
        if client.bucket_exists(name):
            for entry in client.list_objects(name, recursive=True):
                client.remove_object(name, str(entry.object_name))
            client.remove_bucket(name)


@contextlib.contextmanager
def own_queues(url: str) -> Iterator[str]:
    """A prefix for queues that are removed afterwards."""
    prefix = f"benchmark-{uuid.uuid4().hex}"
    try:
        yield prefix
    finally:
        if url:
            asyncio.run(_delete(url, [f"{prefix}.{name}" for name in (*Lane, "dead")]))


async def _delete(url: str, names: list[str]) -> None:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        for name in names:
            await channel.queue_delete(name)
