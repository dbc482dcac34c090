"""Messages to webhooks, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import ClaimLost, InvalidRequest, NotFound
from stt.domain.events import webhook
from stt.domain.events.webhook import RETRY_SECONDS, Attempt, DeliveryStatus, Pause, new_secret
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.tables.webhooks import DeliveryRow, WebhookRow
from tests.contract.test_repositories import LEASE, jobs, new_job

__all__ = ["jobs"]

URL = "https://hooks.example/stt"
SECRET, OTHER = new_secret(bytes(32)), new_secret(bytes(range(32)))
SOMEBODY = Owner("somebody")


@pytest.fixture
def webhooks(database):
    return WebhookRepository(database)


@pytest.fixture
def deliveries(database):
    return DeliveryRepository(database)


def attempt(status=None, **more):
    return Attempt(datetime.now(UTC), 0.1, status, None if status else "Nobody.", **more)


async def end(jobs, job_id="job-1", url=URL, owner=ANONYMOUS):
    await jobs.add(new_job(job_id, webhook_url=url, owner=owner))
    await jobs.cancel(owner, job_id)


async def due(database):
    now = update(DeliveryRow).where(DeliveryRow.available_at.is_not(None)).values(available_at=0.0)
    await database.write(lambda connection: connection.execute(now))


async def try_once(database, deliveries, outcome):
    await due(database)
    delivery, _, claim = await deliveries.claim("w", LEASE)
    return await deliveries.settle(delivery, claim, outcome)


async def test_the_end_of_a_job_is_a_message_in_the_same_transaction(jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await webhooks.add(SOMEBODY, URL, OTHER)
    await jobs.add(new_job(webhook_url=f"{URL}?job=1"))
    assert await deliveries.claim("w", LEASE) is None
    await jobs.cancel(ANONYMOUS, "job-1")
    await end(jobs, "untold", url=None)
    delivery, secrets, _ = await deliveries.claim("w", LEASE)
    assert (delivery.webhook_id, delivery.url, delivery.job_id) == (hook.webhook_id, f"{URL}?job=1", "job-1")
    assert (delivery.kind, delivery.data["status"], delivery.data["job_id"]) == ("job.cancelled", "CANCELLED", "job-1")
    assert secrets == (SECRET,)
    assert delivery.delivery_id.startswith("msg_")
    assert await deliveries.claim("w", LEASE) is None


async def test_a_removed_webhook_is_told_nothing(jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    await webhooks.remove(ANONYMOUS, hook.webhook_id)
    await end(jobs, "job-2")
    assert await deliveries.claim("w", LEASE) is None


async def test_a_message_that_fails_comes_again_after_the_planned_time_and_ends(database, jobs, webhooks, deliveries):
    """With its claims as work has them, though a day is longer than any other work may wait."""
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    delays, pauses = [], []
    for _ in range(10):
        pauses.append(await try_once(database, deliveries, attempt(500)))
        assert await deliveries.claim("w", LEASE) is None
        (message,) = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)
        if message.next_at:
            delays.append((message.next_at - datetime.now(UTC)).total_seconds())
    assert all(0.9 * planned < delay < 1.11 * planned for delay, planned in zip(delays, RETRY_SECONDS, strict=True))
    assert (message.status, len(message.attempts), message.next_at) == (DeliveryStatus.FAILED, 10, None)
    assert pauses == [None] * 9 + [Pause.FAILURES]


async def test_a_receiver_may_ask_for_more_time(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    await try_once(database, deliveries, attempt(429, retry_after=3600.0))
    (message,) = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)
    assert 3500 < (message.next_at - datetime.now(UTC)).total_seconds() < 3700


async def test_what_is_delivered_is_over(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    await try_once(database, deliveries, attempt())
    await try_once(database, deliveries, attempt(204))
    (message,) = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)
    assert (message.status, [each.status for each in message.attempts]) == (DeliveryStatus.DELIVERED, [None, 204])
    assert message.attempts[0].error == "Nobody."
    assert (await webhooks.get(ANONYMOUS, hook.webhook_id)).failures == 0
    await due(database)
    assert await deliveries.claim("w", LEASE) is None


async def test_who_says_gone_is_sent_nothing_until_it_is_resumed(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    for number in range(3):
        await end(jobs, f"job-{number}")
    assert await try_once(database, deliveries, attempt(410)) is Pause.GONE
    await end(jobs, "later")
    await due(database)
    assert await deliveries.claim("w", LEASE) is None
    assert (await webhooks.get(ANONYMOUS, hook.webhook_id)).paused is Pause.GONE
    messages = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)
    assert {message.status for message in messages} == {DeliveryStatus.HELD}
    assert (await webhooks.resume(ANONYMOUS, hook.webhook_id)).paused is None
    told = {(await deliveries.claim("w", LEASE))[0].job_id for _ in range(4)}
    assert told == {"job-0", "job-1", "job-2", "later"}


async def test_ten_failures_in_a_row_pause_and_a_success_between_does_not(database, jobs, webhooks, deliveries):
    await webhooks.add(ANONYMOUS, URL, SECRET)
    for number in range(12):
        await end(jobs, f"job-{number}")
    outcomes = [*[attempt()] * 9, attempt(200), *[attempt(302)] * 10]
    pauses = [await try_once(database, deliveries, outcome) for outcome in outcomes]
    assert pauses == [None] * 19 + [Pause.FAILURES]


async def test_who_fails_goes_behind_all_others(database, jobs, webhooks, deliveries):
    await webhooks.add(ANONYMOUS, URL, SECRET)
    await webhooks.add(SOMEBODY, "https://alive.example/", OTHER)
    for number in range(3):
        await end(jobs, f"dead-{number}")
    await try_once(database, deliveries, attempt())
    await end(jobs, "alive", "https://alive.example/", SOMEBODY)
    await due(database)
    assert (await deliveries.claim("w", LEASE))[0].job_id == "alive"


async def test_an_attempt_that_was_overtaken_records_nothing(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    delivery, _, stale = await deliveries.claim("w", LEASE)
    await try_once(database, deliveries, attempt(200))
    with pytest.raises(ClaimLost):
        await deliveries.settle(delivery, stale, attempt(500))
    (message,) = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)
    assert (message.delivery_id, len(message.attempts)) == (delivery.delivery_id, 1)


async def test_a_message_can_be_sent_again_with_its_id(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    await try_once(database, deliveries, attempt(200))
    (message,) = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)
    await deliveries.send_again(ANONYMOUS, hook.webhook_id, message.delivery_id)
    assert (await deliveries.claim("w", LEASE))[0].delivery_id == message.delivery_id
    for owner, delivery_id in ((SOMEBODY, message.delivery_id), (ANONYMOUS, "msg_none")):
        with pytest.raises(NotFound):
            await deliveries.send_again(owner, hook.webhook_id, delivery_id)


async def test_old_and_new_secrets_sign_for_a_day(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await webhooks.rotate(ANONYMOUS, hook.webhook_id, OTHER)
    await end(jobs)
    assert (await deliveries.claim("w", LEASE))[1] == (OTHER, SECRET)
    secrets = [{"secret": SECRET, "until": 1.0}, {"secret": OTHER, "until": None}]
    lapsed = update(WebhookRow).values(secrets=secrets)
    await database.write(lambda connection: connection.execute(lapsed))
    await due(database)
    assert (await deliveries.claim("w", LEASE))[1] == (OTHER,)


async def test_old_messages_are_forgotten_with_their_attempts(database, jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    await try_once(database, deliveries, attempt(200))
    await end(jobs, "job-2")
    assert await deliveries.forget() == 0
    aged = update(DeliveryRow).where(DeliveryRow.job_id == "job-1")
    aged = aged.values(created_at=DeliveryRow.created_at - webhook.KEPT_SECONDS)
    await database.write(lambda connection: connection.execute(aged))
    assert await deliveries.forget() == 1
    assert [m.job_id for m in await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 9)] == ["job-2"]


async def test_a_url_has_one_webhook_per_owner(webhooks):
    first = await webhooks.add(ANONYMOUS, URL, SECRET)
    assert await webhooks.add(ANONYMOUS, URL, OTHER) is None
    await webhooks.add(SOMEBODY, URL, OTHER)
    assert [hook.webhook_id for hook in await webhooks.of_owner(ANONYMOUS)] == [first.webhook_id]
    with pytest.raises(NotFound):
        await webhooks.get(SOMEBODY, first.webhook_id)


async def test_a_message_to_a_paused_webhook_is_not_sent_again(database, jobs, webhooks, deliveries):
    """Asked where it is changed: a webhook may be paused at the moment at which somebody asks for it."""
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    delivery, _, claim = await deliveries.claim("w", LEASE)
    await deliveries.settle(delivery, claim, attempt(410))
    with pytest.raises(InvalidRequest) as refused:
        await deliveries.send_again(ANONYMOUS, hook.webhook_id, delivery.delivery_id)
    assert refused.value.error_code == "webhook_paused"
    await due(database)
    assert await deliveries.claim("w", LEASE) is None
    with pytest.raises(NotFound, match="no webhook"):
        await deliveries.send_again(SOMEBODY, hook.webhook_id, delivery.delivery_id)


async def test_an_attempt_that_is_settled_twice_because_an_answer_was_lost_counts_once(jobs, webhooks, deliveries):
    """The second time it was an unexpected error, and the message came sooner than planned."""
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    delivery, _, claim = await deliveries.claim("w", LEASE)
    await deliveries.settle(delivery, claim, attempt(503))
    with pytest.raises(ClaimLost):
        await deliveries.settle(delivery, claim, attempt(503))
    (told,) = await deliveries.of_webhook(ANONYMOUS, hook.webhook_id, 10)
    assert len(told.attempts) == 1


async def test_a_message_over_which_a_consumer_died_waits_as_long_as_any_other(database, jobs, webhooks, deliveries):
    """It seemed to be held by the dead one, for whom no more than ten minutes are waited: it came without a pause."""
    await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs)
    await deliveries.claim("dies", LEASE)
    longest = RETRY_SECONDS.index(max(RETRY_SECONDS))
    for _ in range(longest + 1):
        await try_once(database, deliveries, attempt(503))
    assert await deliveries.claim("w", LEASE) is None


async def test_a_webhook_of_every_job_is_told_each_end_once_and_others_are_not(jobs, webhooks, deliveries):
    every = await webhooks.add(ANONYMOUS, URL, SECRET, every_job_url=f"{URL}?token=1")
    named = await webhooks.add(ANONYMOUS, "https://named.example/", OTHER)
    await webhooks.add(SOMEBODY, URL, OTHER, every_job_url=URL)
    await end(jobs, "unnamed", url=None)
    await end(jobs, "both", url=f"{URL}?order=42")
    await end(jobs, "other", url="https://named.example/?x")
    told = set()
    while claimed := await deliveries.claim("w", LEASE):
        delivery, secrets, _ = claimed
        told.add((delivery.webhook_id, delivery.job_id, delivery.url, secrets))
    assert told == {
        (every.webhook_id, "unnamed", f"{URL}?token=1", (SECRET,)),
        (every.webhook_id, "both", f"{URL}?order=42", (SECRET,)),
        (every.webhook_id, "other", f"{URL}?token=1", (SECRET,)),
        (named.webhook_id, "other", "https://named.example/?x", (OTHER,)),
    }
    assert len(await deliveries.of_webhook(ANONYMOUS, every.webhook_id, 9)) == 3


async def test_what_a_webhook_is_told_of_can_be_changed(jobs, webhooks, deliveries):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET)
    await end(jobs, "before", url=None)
    assert (await webhooks.change(ANONYMOUS, hook.webhook_id, every_job=True)).every_job
    await end(jobs, "meanwhile", url=None)
    assert not (await webhooks.change(ANONYMOUS, hook.webhook_id, every_job=False)).every_job
    await end(jobs, "after", url=None)
    assert (await deliveries.claim("w", LEASE))[0].job_id == "meanwhile"
    assert await deliveries.claim("w", LEASE) is None
    with pytest.raises(NotFound):
        await webhooks.change(SOMEBODY, hook.webhook_id, every_job=True)


async def test_no_owner_has_more_than_ten_webhooks_of_every_job(webhooks):
    for number in range(10):
        await webhooks.add(ANONYMOUS, f"{URL}/{number}", SECRET, every_job_url=f"{URL}/{number}")
    one_more = await webhooks.add(ANONYMOUS, URL, SECRET)
    for asked in (
        webhooks.add(ANONYMOUS, f"{URL}/10", SECRET, every_job_url=f"{URL}/10"),
        webhooks.change(ANONYMOUS, one_more.webhook_id, every_job=True),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            await asked
        assert (refusal.value.error_code, refusal.value.details) == ("too_many_webhooks", {"limit": 10})
    await webhooks.add(SOMEBODY, URL, SECRET, every_job_url=URL)


async def test_a_webhook_that_is_paused_on_request_is_sent_what_was_held_when_it_is_resumed(
    database, jobs, webhooks, deliveries
):
    hook = await webhooks.add(ANONYMOUS, URL, SECRET, every_job_url=URL)
    await end(jobs, "waits", url=None)
    with pytest.raises(NotFound):
        await webhooks.pause(SOMEBODY, hook.webhook_id)
    assert (await webhooks.pause(ANONYMOUS, hook.webhook_id)).paused is Pause.ASKED
    await end(jobs, "comes", url=None)
    await due(database)
    assert await deliveries.claim("w", LEASE) is None
    assert (await webhooks.resume(ANONYMOUS, hook.webhook_id)).paused is None
    assert {(await deliveries.claim("w", LEASE))[0].job_id for _ in range(2)} == {"waits", "comes"}
