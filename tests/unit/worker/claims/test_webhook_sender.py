"""What a receiver gets, checked by the specification's own library."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from stt.core.http_client import HttpClient
from stt.domain.events.webhook import Delivery, DeliveryStatus, new_secret
from stt.domain.jobs.claim import Claim
from stt.worker.claims.webhook_sender import WebhookSender

NEW, OLD = new_secret(bytes(range(32))), new_secret(bytes(32))
CLAIM = Claim("msg_1", 1, 1, "w")


class Receiver:
    def __init__(self):
        self.got, self.answer, self.seconds = [], b"HTTP/1.1 204 No Content\r\n\r\n", 0.0

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:-2])
        lines = {name.split(": ")[0].lower(): name.split(": ", 1)[1] for name in head.split("\r\n")[1:-2]}
        self.got.append((lines, await reader.readexactly(int(headers["content-length"]))))
        try:
            async with asyncio.timeout(self.seconds):
                await reader.read()  # nothing, once the sender has left
        except TimeoutError:
            writer.write(self.answer)
            await writer.drain()
        writer.close()


class Outcomes(list):
    async def settle(self, delivery, claim, attempt):
        self.append(attempt)


@pytest.fixture
async def receiver():
    receiver = Receiver()
    async with await asyncio.start_server(receiver.serve, "127.0.0.1", 0) as listening:
        receiver.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/hook"
        yield receiver


def delivery(url):
    data = {"job_id": "j", "status": "FAILED", "error_message": "Tệp hỏng."}
    at = datetime(2026, 1, 31, tzinfo=UTC)
    return Delivery("msg_1", "wh_1", url, "job.failed", "j", data, DeliveryStatus.WAITING, at)


async def send(receiver, *, private=True, secrets=(NEW, OLD)):
    outcomes = Outcomes()
    await WebhookSender(outcomes, HttpClient(private=private)).send(delivery(receiver.url), secrets, CLAIM)
    return outcomes[0]


async def test_a_message_verifies_by_either_secret_and_no_other(receiver):
    outcome = await send(receiver)
    assert (outcome.status, outcome.error, outcome.succeeded) == (204, None, True)
    headers, body = receiver.got[0]
    for secret in (NEW, OLD):
        message = Webhook(secret).verify(body, headers)
    assert message == {
        "type": "job.failed",
        "timestamp": "2026-01-31T00:00:00+00:00",
        "data": {"job_id": "j", "status": "FAILED", "error_message": "Tệp hỏng."},
    }
    assert headers["webhook-id"] == "msg_1"
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret(bytes([7] * 32))).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body, {**headers, "webhook-id": "msg_2"})


async def test_every_attempt_has_the_same_id_and_body(receiver):
    await send(receiver)
    await send(receiver)
    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert json.loads(body)["type"] == "job.failed"


@pytest.mark.parametrize(
    ("answer", "status", "retry_after"),
    [
        (b"HTTP/1.1 500 No\r\n\r\n", 500, None),
        (b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n", 302, None),
        (b"HTTP/1.1 429 Slow\r\nRetry-After: 90\r\n\r\n", 429, 90.0),
        (b"HTTP/1.1 503 No\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n\r\n", 503, None),
    ],
)
async def test_what_is_no_success_is_a_failure_with_its_reason(receiver, answer, status, retry_after):
    receiver.answer = answer
    outcome = await send(receiver)
    assert (outcome.status, outcome.retry_after, outcome.succeeded) == (status, retry_after, False)
    assert str(status) in outcome.error


async def test_a_receiver_that_is_not_there_is_a_failure(receiver):
    receiver.url = "http://127.0.0.1:9/"
    outcome = await send(receiver)
    assert (outcome.status, outcome.succeeded) == (None, False)
    assert "does not answer" in outcome.error


async def test_a_receiver_inside_the_network_is_not_asked(receiver):
    outcome = await send(receiver, private=False)
    assert "not in the public internet" in outcome.error
    assert receiver.got == []
