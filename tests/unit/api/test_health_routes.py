import httpx
from alembic.script import ScriptDirectory

from stt import __version__
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.storage.local import LocalStorage
from stt.domain.errors import QueueUnavailable, StorageUnavailable
from stt.repositories.schema import _config, drop_db
from tests.embedded_service import embedded_service


class QueueAway(EmbeddedQueue):
    async def check(self):
        raise QueueUnavailable("amqp://secret@host refused")


class StorageAway(LocalStorage):
    async def check(self):
        raise StorageUnavailable


async def ask(embedded, path):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(embedded.app()), base_url="http://stt") as client:
        return await client.get(path)


async def test_a_whole_service_is_live_and_ready(embedded):
    assert (await ask(embedded, "/health/live")).json() == {"status": "ok"}
    answer = await ask(embedded, "/health/ready")
    up = {"status": "up", "detail": None}
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["version"]) == ("ok", __version__)
    assert told["tables"] == ScriptDirectory.from_config(_config()).get_current_head()
    assert told["parts"] == {"database": up, "storage": up, "queue": up}


async def test_without_the_queue_it_is_degraded_but_ready(tmp_path):
    async with embedded_service(tmp_path, queue=QueueAway()) as embedded:
        answer = await ask(embedded, "/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"]["queue"]["status"] == "down"
    assert "secret" not in answer.text


async def test_without_storage_it_is_live_but_not_ready(tmp_path):
    async with embedded_service(tmp_path, storage=StorageAway(tmp_path / "objects")) as embedded:
        answer = await ask(embedded, "/health/ready")
        assert (await ask(embedded, "/health/live")).status_code == 200
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["parts"]["storage"]["status"] == "down"
    assert answer.json()["parts"]["database"]["status"] == "up"


async def test_without_its_tables_it_is_not_ready(embedded):
    await drop_db(embedded.database)
    answer = await ask(embedded, "/health/ready")
    assert (answer.status_code, answer.json()["parts"]["database"]["status"]) == (503, "down")
