import asyncio

import pytest
from standardwebhooks.webhooks import Webhook

from stt.core.http_client import HttpClient
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.messaging.notifier import Notifier
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.messages import Lane
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.worker.claims import lease_keeper, vigil
from stt.worker.claims.lease_keeper import LeaseKeeper, Works
from stt.worker.claims.terms import Terms
from stt.worker.claims.webhook_sender import WebhookSender
from tests.eventually import eventually
from tests.unit.api.jobs.test_create import create
from tests.unit.worker.claims.test_webhook_sender import receiver

__all__ = ["receiver"]

PATH = "/api/stt/webhooks"


@pytest.fixture
def deliver(embedded):
    """Does what a consumer does with what is due."""
    deliveries = DeliveryRepository(embedded.database)
    terms = Terms("w", 60.0, max_tries=3, long=dict.fromkeys(Lane, 1), window_seconds=30.0)
    sender, notifier = WebhookSender(deliveries, HttpClient(private=True)), Notifier(EmbeddedQueue())
    keeper = LeaseKeeper(embedded.jobs, embedded.chunks, Works(None, sender), notifier, terms)

    async def deliver():
        while await keeper.work(Lane.DELIVERIES):
            pass

    return deliver


async def make(client, url):
    answer = await client.post(PATH, json={"url": url})
    assert answer.status_code == 201
    return answer.json()


async def log(client, webhook_id):
    return (await client.get(f"{PATH}/{webhook_id}/deliveries")).json()["data"]


async def test_a_job_that_names_a_webhook_tells_it_its_end(client, embedded, receiver, deliver):
    hook = await make(client, receiver.url)
    made = (await create(client, webhook_url=f"{receiver.url}?for=me", metadata='{"customer": "42"}')).json()
    assert (made["webhook_url"], made["metadata"]) == (f"{receiver.url}?for=me", {"customer": "42"})
    await embedded.jobs.cancel(ANONYMOUS, made["job_id"])
    await deliver()
    headers, body = receiver.got[0]
    message = Webhook(hook["secret"]).verify(body, headers)
    assert message["type"] == "job.cancelled"
    assert message["data"]["job_id"] == made["job_id"]
    (sent,) = await log(client, hook["webhook_id"])
    assert (sent["delivery_id"], sent["status"], sent["type"]) == (headers["webhook-id"], "DELIVERED", "job.cancelled")
    assert [attempt["status"] for attempt in sent["attempts"]] == [204]
    again = await client.post(f"{PATH}/{hook['webhook_id']}/deliveries/{sent['delivery_id']}/redeliver")
    assert again.status_code == 202
    await deliver()
    assert (receiver.got[1][0]["webhook-id"], receiver.got[1][1]) == (headers["webhook-id"], body)


async def test_a_url_that_nobody_made_a_webhook_of_gets_one(client, receiver):
    for _ in range(2):
        assert (await create(client, webhook_url=receiver.url)).status_code == 202
    (hook,) = (await client.get(PATH)).json()["data"]
    assert (hook["url"], hook["paused"], "secret" in hook) == (receiver.url, None, False)
    exists = await client.post(PATH, json={"url": receiver.url})
    assert (exists.status_code, exists.json()["code"]) == (409, "webhook_exists")
    secret = (await client.post(f"{PATH}/{hook['webhook_id']}/rotate")).json()["secret"]
    assert secret.startswith("whsec_")


async def test_a_test_is_sent_and_a_webhook_that_is_gone_is_paused_until_it_is_resumed(client, receiver, deliver):
    hook = await make(client, receiver.url)
    path = f"{PATH}/{hook['webhook_id']}"
    receiver.answer = b"HTTP/1.1 410 Gone\r\n\r\n"
    sent = (await client.post(f"{path}/test")).json()
    await deliver()
    assert (await client.get(path)).json()["paused"] == "gone"
    refused = await client.post(f"{path}/deliveries/{sent['delivery_id']}/redeliver")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_paused")
    receiver.answer = b"HTTP/1.1 200 OK\r\n\r\n"
    assert (await client.post(f"{path}/resume")).json()["paused"] is None
    await deliver()
    (message,) = await log(client, hook["webhook_id"])
    assert [attempt["status"] for attempt in message["attempts"]] == [410, 200]
    assert message["type"] == "webhook.test"


async def test_a_removed_webhook_is_gone(client, receiver):
    hook = await make(client, receiver.url)
    path = f"{PATH}/{hook['webhook_id']}"
    assert (await client.delete(path)).status_code == 204
    for method, place in (("GET", path), ("DELETE", path), ("POST", f"{path}/test"), ("GET", f"{path}/deliveries")):
        answer = await client.request(method, place)
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")


@pytest.mark.parametrize("url", ["ftp://a.example/", "http://u:p@a.example/", "nothing"])
async def test_what_cannot_be_told_is_refused_and_makes_no_job(client, embedded, url):
    for answer in (await client.post(PATH, json={"url": url}), await create(client, webhook_url=url)):
        assert (answer.status_code, answer.json()["code"]) == (422, "url_not_allowed")
    assert await embedded.nothing_is_left()


@pytest.mark.parametrize(
    "written",
    ["[]", "{", '{"a": 1}', r'{"a": "\ud800"}', r'{"\ud800": "a"}', '{"": "x"}', str({str(n): "x" for n in range(17)})],
)
async def test_metadata_that_cannot_be_kept_is_refused(client, embedded, written):
    answer = await create(client, metadata=written)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_metadata")
    assert await embedded.nothing_is_left()


async def test_a_private_address_is_refused_before_anything_is_stored(client, embedded, monkeypatch, receiver):
    monkeypatch.setattr(embedded.webhooks, "_http", HttpClient())
    answer = await create(client, webhook_url=receiver.url)
    assert (answer.status_code, answer.json()["code"]) == (422, "url_not_allowed")
    assert await embedded.nothing_is_left()
    await asyncio.sleep(0)
    assert receiver.got == []


async def test_a_receiver_that_takes_its_time_is_waited_for_unless_its_webhook_is_removed(
    client, embedded, receiver, deliver, monkeypatch
):
    for module in (lease_keeper, vigil):
        monkeypatch.setattr(module, "LOOK_SECONDS", 0.02)
    receiver.seconds = 0.3
    hook = await make(client, receiver.url)
    await client.post(f"{PATH}/{hook['webhook_id']}/test")
    await deliver()
    (sent,) = await log(client, hook["webhook_id"])
    assert (sent["status"], [attempt["status"] for attempt in sent["attempts"]]) == ("DELIVERED", [204])

    receiver.seconds = 60.0
    await client.post(f"{PATH}/{hook['webhook_id']}/test")
    async with asyncio.timeout(10):
        delivering = asyncio.create_task(deliver())
        await eventually(lambda: asyncio.sleep(0, len(receiver.got) == 2))
        await client.delete(f"{PATH}/{hook['webhook_id']}")
        await delivering


async def test_an_account_is_told_of_every_job_until_it_pauses(client, embedded, receiver, deliver):
    made = await client.post(PATH, json={"url": f"{receiver.url}?token=1", "every_job": True})
    hook = made.json()
    assert (made.status_code, hook["url"], hook["every_job"]) == (201, receiver.url, True)
    job = (await create(client)).json()
    await embedded.jobs.cancel(ANONYMOUS, job["job_id"])
    await deliver()
    headers, body = receiver.got[0]
    assert Webhook(hook["secret"]).verify(body, headers)["data"]["job_id"] == job["job_id"]
    path = f"{PATH}/{hook['webhook_id']}"
    assert (await client.post(f"{path}/pause")).json()["paused"] == "asked"
    later = (await create(client)).json()
    await embedded.jobs.cancel(ANONYMOUS, later["job_id"])
    await deliver()
    assert [len(receiver.got), (await log(client, hook["webhook_id"]))[0]["status"]] == [1, "HELD"]
    assert (await client.post(f"{path}/resume")).json()["paused"] is None
    await deliver()
    assert Webhook(hook["secret"]).verify(receiver.got[1][1], receiver.got[1][0])["data"]["job_id"] == later["job_id"]
    assert (await client.patch(path, json={"every_job": False})).json()["every_job"] is False
    untold = (await create(client)).json()
    await embedded.jobs.cancel(ANONYMOUS, untold["job_id"])
    await deliver()
    assert len(receiver.got) == 2
    for wrong in ({}, {"every_job": "perhaps"}, {"url": receiver.url}):
        assert (await client.patch(path, json=wrong)).status_code == 422
    assert (await client.patch(f"{PATH}/nothing", json={"every_job": True})).json()["code"] == "webhook_not_found"
