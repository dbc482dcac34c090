"""Every adapter behind a seam, ready to use."""

import pytest

from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.messaging.rabbitmq import RabbitQueue
from stt.core.metrics.measured_queue import MeasuredQueue
from stt.core.metrics.measured_storage import MeasuredStorage
from stt.core.storage.local import LocalStorage
from stt.domain.jobs.messages import Lane
from tests.fresh_tables import postgresql_with_tables, sqlite_with_tables


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request, tmp_path):
    if request.param == "sqlite":
        database = await sqlite_with_tables(tmp_path / "stt.db")
    else:
        url = request.getfixturevalue("postgres_database").replace("postgresql://", "postgresql+psycopg://")
        database = await postgresql_with_tables(url)
    yield database
    await database.close()


@pytest.fixture(params=["local", "s3", "measured"])
async def storage(request, tmp_path):
    if request.param == "local":
        storage = LocalStorage(tmp_path / "objects")
    elif request.param == "measured":
        storage = MeasuredStorage(LocalStorage(tmp_path / "objects"))
    else:
        storage = request.getfixturevalue("minio_server").storage(request.getfixturevalue("bucket_name"))
    await storage.prepare()
    yield storage
    await storage.close()


@pytest.fixture(params=["embedded", "rabbitmq", "measured"])
async def queue(request):
    if request.param == "embedded":
        queue = EmbeddedQueue()
    elif request.param == "measured":
        queue = MeasuredQueue(EmbeddedQueue())
    else:
        url, prefix = request.getfixturevalue("rabbitmq_url"), request.getfixturevalue("queue_prefix")
        queue = RabbitQueue(url, prefetch=dict.fromkeys(Lane, 2), prefix=prefix)
    await queue.open()
    yield queue
    await queue.close()
